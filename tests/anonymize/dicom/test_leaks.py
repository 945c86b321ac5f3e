"""The checker of leaks finds every identifier that was planted, plain or disguised."""

import base64
import gzip
import io
import zipfile
import zlib
from pathlib import Path

import pydicom.data
import pytest

from benchmarks.dicom.canaries import Canaries, Canary
from benchmarks.dicom.leaks import leaks
from benchmarks.dicom.planted import plant
from benchmarks.dicom.sheet import Plant


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    return folder, plant(folder)


def test_every_planted_identifier_is_found_in_the_untouched_files(planted):
    folder, plants = planted
    found = {leak.plant for leak in leaks(folder, plants, folder)}
    assert [p for p in plants if p not in found] == []
    assert len(plants) >= 300
    assert len({p.file for p in plants}) >= 40


def test_the_same_seed_plants_the_same_bytes(planted, tmp_path):
    folder, plants = planted
    assert plant(tmp_path) == plants
    for path in folder.rglob("*.dcm"):
        assert (tmp_path / path.relative_to(folder)).read_bytes() == path.read_bytes()


def test_nothing_is_found_where_nothing_was_planted(planted):
    _, plants = planted
    charsets = Path(pydicom.data.__file__).parent / "charset_files"
    assert len(list(charsets.glob("*.dcm"))) > 10
    assert leaks(charsets, plants) == []


NAME = Canary("ÉRIVALDOUX^Zélamontar", ("Érivaldoux", "Zélamontar"), "name")
DATE = Canary("19470313", ("19470313",), "date")
NUMBER = Canary("8003471152", ("8003471152",), "id")


def _zipped(raw):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", raw * 4)
    return made.getvalue()


DISGUISES = {
    "utf-8": (NAME, "patient Érivaldoux".encode()),
    "latin-1": (NAME, "ÉRIVALDOUX".encode("latin-1")),
    "utf-16-le": (NAME, "x Érivaldoux".encode("utf-16-le")),
    "utf-16-be, shifted": (NAME, b"z" + "Érivaldoux".encode("utf-16-be")),
    "no accent": (NAME, b"erivaldoux"),
    "spaced": (NAME, b"E R I V A L D O U X"),
    "cut short": (NAME, b"Erivaldo"),
    "second part": (NAME, b"zelamontar"),
    "reversed": (NAME, b"xuodlavire"),
    "swapped bytes": (NAME, b"REVILAODXU"),
    "zlib": (NAME, b"abc" + zlib.compress(b"... Erivaldoux ...")),
    "gzip": (NAME, gzip.compress(b"... Erivaldoux ...")),
    "zip": (NAME, _zipped(b"... Erivaldoux ...")),
    "base64": (NAME, base64.b64encode(b"patient Erivaldoux, 3 ans")),
    "hexadecimal": (NAME, b"patient Erivaldoux".hex().encode()),
    "dashed date": (DATE, b"1947-03-13"),
    "French date": (DATE, b"13/03/1947"),
    "written date": (DATE, "né le 13 mars 1947".encode()),
    "date in a UID": (DATE, b"1.2.250.19470313.4"),
    "date and time": (DATE, b"19470313101500"),
    "grouped number": (NUMBER, b"80 03 47 11 52"),
    "number in a UID": (NUMBER, b"1.2.250.1.8003471152.3"),
    "binary number": (NUMBER, b"abc" + (8003471152).to_bytes(8, "little") + b"def"),
}


@pytest.mark.parametrize("way", DISGUISES)
def test_a_disguised_identifier_is_found(way, tmp_path):
    canary, raw = DISGUISES[way]
    (tmp_path / "out.bin").write_bytes(b"\x01\x02" + raw + b"\xff\xfe")
    assert len(leaks(tmp_path, [Plant("f", "somewhere", canary)])) == 1


def test_a_name_in_the_name_of_a_file_is_found(tmp_path):
    (tmp_path / "Erivaldoux").mkdir()
    (tmp_path / "Erivaldoux" / "1.dcm").write_bytes(b"")
    assert len(leaks(tmp_path, [Plant("f", "somewhere", NAME)])) == 1


@pytest.mark.parametrize(
    "raw", [b"2.25.319470313123456789012345678901234567", b"19470313"[::-1][1:], b"Erivald"]
)
def test_chance_is_no_leak(raw, tmp_path):
    (tmp_path / "out.bin").write_bytes(raw)
    assert leaks(tmp_path, [Plant("f", "somewhere", canary) for canary in (NAME, DATE, NUMBER)]) == []


def test_canaries_share_no_start():
    canaries = Canaries(1)
    words = [canaries.word()[:8] for _ in range(3000)]
    assert len(set(words)) == len(words)
