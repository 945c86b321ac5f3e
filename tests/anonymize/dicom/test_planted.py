"""Identifiers planted in every corner of awkward files: none is in an output, and most files come out."""

import warnings
from dataclasses import replace

import pytest

from benchmarks.dicom import exhaustive, planted
from benchmarks.dicom.leaks import leaks
from tests.anonymize.dicom.factory import Rewriter

SET_ASIDE = {
    "DICOMDIR": "no-person",
    "charset/unknown.dcm": "charset",
    "compressed/j2k_comment.dcm": "leak",
    "compressed/jpeg_comment.dcm": "leak",
    "compressed/rle.dcm": "malformed",
    "compressed/rle_offset_table.dcm": "leak",
    "compressed/rle_spare_fragment.dcm": "leak",
    "corner/after_the_end.dcm": "malformed",
    "corner/duplicates.dcm": "charset",
    "corner/pixel_surplus.dcm": "leak",
    "foreign/courrier.pdf": "not-dicom",
    "foreign/liste.csv": "not-dicom",
    "foreign/photo.jpg": "not-dicom",
    "objects/cda.dcm": "encapsulated-document",
    "objects/hanging.dcm": "unknown-object",
    "objects/obj.dcm": "encapsulated-document",
    "objects/pdf.dcm": "encapsulated-document",
    "objects/pdf_deflated.dcm": "encapsulated-document",
    "objects/private.dcm": "unknown-object",
    "objects/raw.dcm": "unknown-object",
    "objects/stl.dcm": "encapsulated-document",
    "objects/wsi_label.dcm": "pixels-unseen",
    "pixels/sc_burned.dcm": "pixels-unseen",
    "pixels/us_burned.dcm": "pixels-unseen",
    "plain/command_group.dcm": "malformed",
    "plain/illegal_groups.dcm": "malformed",
}
"""Files that nobody could publish safely; all others must come out."""

OPTIONS = {
    "none": {},
    "dates": {"options": ["retain-longitudinal-modified-dates"]},
    "clean": {"options": ["clean-descriptors", "clean-structured-content", "clean-graphics"]},
    "safe private": {"options": ["retain-safe-private", "retain-patient-characteristics"]},
    "documents": {"encapsulated": "remove"},
}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    return folder, planted.plant(folder)


@pytest.mark.parametrize("option", OPTIONS)
def test_no_planted_identifier_is_in_an_output(option, files, tmp_path):
    folder, plants = files
    outcome = Rewriter(**OPTIONS[option]).folder(folder, tmp_path)
    warnings.simplefilter("ignore")
    names = {str(path.relative_to(tmp_path)): name for name, path in outcome.files.items()}
    asked = plants if option != "dates" else [undated(one) for one in plants if one.canary.kind != "time"]
    found = [
        (names[leak.found_in], leak.plant.location, leak.needle)
        for leak in leaks(tmp_path, asked, folder)
        # A moved date may be one that was planted in another file.
        if option != "dates" or leak.plant.canary.kind != "date" or leak.plant.file == names[leak.found_in]
    ]
    assert found == []
    unexpected = {
        name: f"{one.reason} {one.detail}"
        for name, one in outcome.set_aside.items()
        if SET_ASIDE.get(name) != str(one.reason)
    }
    assert unexpected == {}


def undated(one):
    """The plant without its time of day, which stays where dates move."""
    if one.canary.kind != "date":
        return one
    return replace(one, canary=replace(one.canary, needles=one.canary.needles[:1]))


def test_no_attribute_of_the_standard_carries_an_identifier_out(tmp_path):
    plants = exhaustive.plant(tmp_path / "in")
    outcome = Rewriter().folder(tmp_path / "in", tmp_path / "out")
    assert outcome.set_aside == {}
    assert [(leak.plant.file, leak.plant.location) for leak in leaks(tmp_path / "out", plants)] == []
    assert len(plants) > 10_000
