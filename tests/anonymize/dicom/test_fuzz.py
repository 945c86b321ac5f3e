"""Hostile files: whatever the bytes, a file is rewritten or set aside, soon, in little memory, no leak."""

import resource
import struct
import sys
import time

import pytest
from hypothesis import settings

from anonymize.dicom.quarantine import Quarantine
from benchmarks.dicom.leaks import Wanted
from benchmarks.dicom.mutate import mutants
from benchmarks.dicom.planted import plant
from tests.anonymize.dicom.factory import Rewriter

SOAK = settings.get_current_profile_name() == "soak"
COUNT = 30_000 if SOAK else 450
SLOWEST = 5.0
SEEDS = (
    "plain/listed.dcm", "plain/private.dcm", "plain/nested_undefined.dcm", "plain/nested_implicit.dcm",
    "plain/overlays.dcm", "plain/uids.dcm", "plain/wrong_vrs.dcm", "syntax/big_endian.dcm",
    "syntax/deflated.dcm", "syntax/implicit_undefined.dcm", "syntax/no_meta_explicit.dcm",
    "syntax/odd_lengths.dcm", "charset/japanese.dcm",
    "charset/utf8.dcm", "compressed/rle.dcm", "compressed/j2k_comment.dcm", "objects/comprehensive_sr.dcm",
    "objects/rtstruct.dcm", "objects/seg.dcm", "objects/ecg.dcm", "objects/enhanced_ct.dcm", "objects/pr.dcm",
    "corner/after_pixels.dcm", "corner/unusual_items.dcm",
)  # fmt: skip


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seeds")
    plants = plant(folder)
    return [((folder / name).read_bytes(), Wanted([p for p in plants if p.file == name])) for name in SEEDS]


def test_hostile_files_crash_nothing_hang_nothing_leak_nothing(seeds, tmp_path):
    rewriter, done = Rewriter(), 0
    source, target = tmp_path / "in.dcm", tmp_path / "out.dcm"
    for number, raw in mutants([seed for seed, _ in seeds], COUNT, seed=5):
        source.write_bytes(raw)
        start = time.monotonic()
        try:
            rewriter(source, target)
        except Quarantine:
            assert not target.exists()
            continue
        finally:
            assert time.monotonic() - start < SLOWEST, SEEDS[number]
        done += 1
        written = target.read_bytes()
        header, _, _ = written.partition(b"\xe0\x7f\x10\0")
        assert list(seeds[number][1].search(header)) == [], SEEDS[number]
        target.unlink()
    assert done > COUNT / 20


def _file(body: bytes) -> bytes:
    meta = struct.pack("<HH2sH", 2, 0x10, b"UI", 20) + b"1.2.840.10008.1.2.1\0"
    return bytes(128) + b"DICM" + struct.pack("<HH2sHI", 2, 0, b"UL", 4, len(meta)) + meta + body


def _element(tag: int, vr: bytes, length: int, value: bytes = b"") -> bytes:
    if vr in {b"OB", b"OW", b"SQ", b"UN", b"UT", b"UC"}:
        return struct.pack("<HH2sHI", tag >> 16, tag & 0xFFFF, vr, 0, length) + value
    return struct.pack("<HH2sH", tag >> 16, tag & 0xFFFF, vr, length) + value


HEAD = _element(0x00080016, b"UI", 26, b"1.2.840.10008.5.1.4.1.1.2\0") + _element(
    0x00080018, b"UI", 4, b"1.2\0"
)
PERSON = _element(0x00100020, b"LO", 4, b"8003")
UIDS = _element(0x0020000D, b"UI", 4, b"1.3\0") + _element(0x0020000E, b"UI", 4, b"1.4\0")
ITEM = struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
BOMBS = {
    "a text of four gigabytes": HEAD + _element(0x00104000, b"UT", 0xFFFFFFF0) + PERSON,
    "pixels of four gigabytes": HEAD + PERSON + UIDS + _element(0x7FE00010, b"OW", 0xFFFFFFF0, bytes(64)),
    "a fragment of four gigabytes": HEAD + PERSON + UIDS + _element(0x7FE00010, b"OB", 0xFFFFFFFF)
    + struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFF0),
    "sequences a hundred thousand deep": HEAD + (_element(0x00082112, b"SQ", 0xFFFFFFFF) + ITEM) * 100_000,
    "defined sequences deep": HEAD + (_element(0x00082112, b"SQ", 0x00FFFFFF)
    + struct.pack("<HHI", 0xFFFE, 0xE000, 0x00FFFFF0)) * 50_000,
    "a million empty items": HEAD + PERSON + UIDS + _element(0x00082112, b"SQ", 8_000_000)
    + struct.pack("<HHI", 0xFFFE, 0xE000, 0) * 1_000_000,
    "unknown bytes without end": HEAD + _element(0x00091010, b"UN", 0xFFFFFFFF) + ITEM * 60_000,
    "one element a million times": HEAD + PERSON + UIDS + _element(0x00104000, b"LT", 2, b"ab") * 1_000_000,
    "a name of sixty megabytes": HEAD + PERSON + UIDS
    + _element(0x00104000, b"UT", 60_000_000, b"Du" * 30_000_000),
    "nothing but zeros": bytes(3_000_000),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_little_time_and_memory(name, tmp_path):
    source = tmp_path / "bomb.dcm"
    source.write_bytes(_file(BOMBS[name]))
    start, before = time.monotonic(), _peak()
    try:
        Rewriter()(source, tmp_path / "out.dcm")
    except Quarantine:
        assert not (tmp_path / "out.dcm").exists()
    assert time.monotonic() - start < 3 * SLOWEST
    assert _peak() - before < 1200


def _peak() -> float:
    """Peak memory of this process so far, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
