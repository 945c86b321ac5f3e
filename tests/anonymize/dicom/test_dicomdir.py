"""The DICOMDIR of published files leads to each of them."""

import pydicom
import pytest
from pydicom.fileset import FileSet

from anonymize.dicom.dicomdir import _type, has_directory, write_directory
from tests.anonymize.dicom.little import image, save
from tests.anonymize.dicom.test_batch import run


@pytest.fixture
def images(tmp_path):
    for patient in (1, 2):
        for series in (1, 2):
            for number in (1, 2, 3):
                path = tmp_path / "source" / f"{patient}-{series}-{number}.dcm"
                save(image(number, patient, series), path)
    run(tmp_path / "source", tmp_path)
    return tmp_path / "images"


@pytest.mark.filterwarnings("ignore:.*[Vv]alue.*")
def test_every_file_is_found_under_its_patient_study_and_series(images):
    found = FileSet(write_directory(images, images.rglob("*.dcm")))
    assert len(found) == 12
    paths = {path: pydicom.dcmread(path) for path in images.rglob("*.dcm")}
    for instance in found:
        ds = paths[images.joinpath(*instance.ReferencedFileID)]
        assert instance.ReferencedSOPInstanceUIDInFile == ds.SOPInstanceUID
        assert instance.SeriesInstanceUID == ds.SeriesInstanceUID
        assert (instance.PatientID, instance.Modality) == (ds.PatientID, "CT")
        assert instance.InstanceNumber == ds.InstanceNumber
    assert len(found.find_values("PatientID")) == 2
    assert len(found.find_values("SeriesInstanceUID")) == 4


def test_it_tells_nothing_of_the_source_and_is_the_same_again(images):
    first = write_directory(images, images.rglob("*.dcm")).read_bytes()
    assert write_directory(images, images.rglob("*.dcm")).read_bytes() == first
    assert not any(word in first for word in (b"HOSP", "Lefèvre".encode("latin-1"), b"ACC0", b"20230415"))


def test_a_medium_is_known_by_its_directory_at_any_depth(images):
    assert not has_directory(images)
    (images / "a").mkdir()
    (images / "a" / "DICOMDIR").write_bytes(b"x")
    assert has_directory(images)


def test_an_empty_folder_has_an_empty_one(tmp_path):
    assert len(pydicom.dcmread(write_directory(tmp_path, [])).DirectoryRecordSequence) == 0


@pytest.mark.parametrize(
    ("suffix", "kind"),
    [("2", "IMAGE"), ("88.11", "SR DOCUMENT"), ("88.59", "KEY OBJECT DOC"), ("481.2", "RT DOSE"),
     ("4.2", "SPECTROSCOPY"), ("4", "IMAGE"), ("9.1.1", "WAVEFORM"), ("481.21", "IMAGE")],
)  # fmt: skip
def test_records_are_of_the_type_of_the_object(suffix, kind):
    assert _type(f"1.2.840.10008.5.1.4.1.1.{suffix}".encode()) == kind
