"""Series in which a face could be recognised are told."""

import pytest

from anonymize.dicom.pixels.faces import recognisable_face


@pytest.mark.parametrize(
    ("modality", "part", "descriptions"),
    [
        ("CT", "HEAD", ()),
        ("MR", "BRAIN", ()),
        ("MR", "", ("IRM cérébrale",)),
        ("CT", "", ("Scanner du massif facial",)),
        ("PT", "WHOLEBODY", ()),
        ("PT", "", ("Whole Body FDG",)),
        ("ct", "TÊTE", ()),
        ("MR", "", ()),
    ],
)
def test_volumes_of_a_head_are_told(modality, part, descriptions):
    assert recognisable_face(modality, part, descriptions)


@pytest.mark.parametrize(
    ("modality", "part"), [("CT", "CHEST"), ("MR", "KNEE"), ("US", "HEAD"), ("CR", "SKULL"), ("MG", "BREAST")]
)
def test_other_images_are_not(modality, part):
    assert not recognisable_face(modality, part)
