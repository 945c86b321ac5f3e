"""Files of other projects: each is rewritten or set aside, none crashes the tool, nothing is left in."""

import importlib.util
import warnings
from pathlib import Path

import pydicom
import pytest
from pydicom.errors import InvalidDicomError

from anonymize.dicom.quarantine import Quarantine, Reason
from tests.anonymize.dicom.factory import Rewriter

STANDARD = "1.2.840.10008."
BIG_ENDIAN = "1.2.840.10008.1.2.2"


def folders():
    """pydicom's own files, and those of packages that may be installed."""
    found = [Path(pydicom.data.__file__).parent]
    for package in ("data_store", "deid_data"):
        spec = importlib.util.find_spec(package)
        if spec is not None:
            found += [Path(place) for place in spec.submodule_search_locations or ()]
    return found


FILES = [
    path
    for folder in folders()
    for path in sorted(folder.rglob("*"))
    if path.is_file() and ".py" not in path.suffix
]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """Path -> output or reason, for every file."""
    folder, rewriter, found = tmp_path_factory.mktemp("bundled"), Rewriter(), {}
    for number, path in enumerate(FILES):
        target = folder / f"{number}.dcm"
        try:
            rewriter(path, target)
            found[path] = target
        except Quarantine as set_aside:
            assert not target.exists()
            found[path] = set_aside.reason
    return found


def test_every_bundled_file_is_rewritten_or_set_aside(outcomes):
    assert len(outcomes) >= 150
    assert sum(isinstance(what, Path) for what in outcomes.values()) > 60


def test_images_of_patients_are_set_aside_for_good_reasons_only(outcomes):
    reasons = {what for what in outcomes.values() if not isinstance(what, Path)}
    good = {Reason.NO_PERSON, Reason.NOT_DICOM, Reason.PIXELS_UNSEEN, Reason.TRUNCATED, Reason.MALFORMED,
            Reason.UNKNOWN_TRANSFER_SYNTAX}  # fmt: skip
    assert reasons <= good


def test_no_uid_name_or_private_attribute_of_a_source_is_left(outcomes):
    checked = 0
    for path, target in outcomes.items():
        if isinstance(target, Path):
            checked += 1
            left = [value for value in telling(path) if value in target.read_bytes()]
            assert left == [], path.name
            data = quietly(target)
            assert [e.tag for e in data.iterall() if e.tag.is_private] == [], path.name
    assert checked > 60


def test_pixels_are_those_of_the_source(outcomes):
    checked = 0
    for path, target in outcomes.items():
        if isinstance(target, Path):
            before, after = quietly(path), quietly(target)
            if "PixelData" not in before or before.file_meta.get("TransferSyntaxUID") == BIG_ENDIAN:
                continue
            checked += 1
            assert after.PixelData == before.PixelData, path.name
            for keyword in (
                "Rows",
                "Columns",
                "BitsAllocated",
                "PhotometricInterpretation",
                "SamplesPerPixel",
            ):
                assert after.get(keyword) == before.get(keyword), (path.name, keyword)
    assert checked > 50


def quietly(path: Path) -> pydicom.Dataset:
    """A file as pydicom reads it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pydicom.dcmread(path, force=True)


def telling(path: Path) -> set[bytes]:
    """Values of a source that must not be in its output: UIDs, names, long identifiers."""
    found: set[bytes] = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            data = pydicom.dcmread(path, force=True)
            elements = list(data.iterall())
        except (InvalidDicomError, NotImplementedError, ValueError):
            return found
        for element in elements:
            values = {value for value in _flat(element.value) if value.isascii()}
            if element.VR == "UI":
                found |= {v.encode() for v in values if not v.startswith(STANDARD) and len(v) > 8}
            elif element.VR == "PN" or element.keyword in {"PatientID", "AccessionNumber", "StationName"}:
                found |= {v.encode() for v in values if len(v) > 4}
    return found


def _flat(value: object) -> list[str]:
    return [
        str(one) for one in (value if isinstance(value, (list, pydicom.multival.MultiValue)) else [value])
    ]
