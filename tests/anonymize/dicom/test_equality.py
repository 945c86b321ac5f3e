"""The fast way and the slow way give the same bytes, on every file that both can read."""

import warnings
from pathlib import Path

import pydicom
import pydicom.data
import pytest
from hypothesis import HealthCheck, given, settings

from anonymize.dicom.quarantine import Quarantine
from anonymize.dicom.rewriting import Rewriting
from tests.anonymize.dicom.factory import Rewriter
from tests.anonymize.dicom.random_data import SYNTAXES, images, saved

ROOT = Path(pydicom.data.__file__).parent
EXTRA = ("data_store", "deid_data")
CLEAN = ["US", "SC", "OT", "CR", "DX", "XA", "MG", "ES", "RF", "XC", "PX", "IO", "OP", "GM", "SM", "RG", "NM"]
OPTIONS = {
    "basic": [],
    "cleaned": ["clean-descriptors", "retain-longitudinal-modified-dates", "clean-graphics"],
    "retained": [
        "retain-uids", "retain-device-identity", "retain-patient-characteristics",
        "retain-longitudinal-full-dates", "retain-institution-identity", "retain-safe-private",
    ],
}  # fmt: skip
FILES = sorted(
    path
    for path in ROOT.rglob("*")
    if path.is_file() and path.suffix not in {".py", ".pyc", ".json", ".txt", ".md"}
)


def rewriting(options):
    rewriter = Rewriter(assume_clean=CLEAN, options=OPTIONS[options])
    return Rewriting(rewriter.plan, rewriter.replacer, rewriter.policy)


WAYS = {name: rewriting(name) for name in OPTIONS}


def with_person(path: Path, folder: Path) -> Path:
    """The file itself; a copy with an identifier when it names no person."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ds = pydicom.dcmread(path, force=True)
            if ds.get("PatientID"):
                return path
            ds.PatientID = "NAMELESS7"
            ds.save_as(folder / "named.dcm", enforce_file_format=False)
        except Exception:  # noqa: BLE001 - what pydicom can't read is taken as it is
            return path
    return folder / "named.dcm"


def outcome(one: Rewriting, source: Path, target: Path, *, slow: bool):
    target.unlink(missing_ok=True)
    try:
        made = one.rewrite(source, target, slow=slow)
    except Quarantine as refusal:
        assert not target.exists()
        return refusal.reason, b""
    return made, target.read_bytes()


def assert_equal(one: Rewriting, source: Path, folder: Path):
    fast, fast_bytes = outcome(one, source, folder / "fast.dcm", slow=False)
    slow, slow_bytes = outcome(one, source, folder / "slow.dcm", slow=True)
    assert fast_bytes == slow_bytes
    for name in ("study", "series", "instance", "patient", "person", "references", "pixels"):
        assert getattr(fast, name, None) == getattr(slow, name, None), name
    return fast


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_both_ways_give_the_same_bytes(path, options, tmp_path):
    assert_equal(WAYS[options], with_person(path, tmp_path), tmp_path)


def test_most_bundled_files_go_the_fast_way(tmp_path):
    ways = [
        getattr(outcome(WAYS["basic"], path, tmp_path / "out.dcm", slow=False)[0], "way", None)
        for path in FILES
    ]
    assert ways.count("walker") > 100
    assert ways.count("slow") > 10


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ds=images(), syntax=SYNTAXES)
def test_both_ways_give_the_same_bytes_on_random_data_sets(ds, syntax, tmp_path):
    source = saved(ds, syntax, tmp_path / "random.dcm")
    for one in WAYS.values():
        assert_equal(one, source, tmp_path)
