"""One identifier, one replacement: in every file, object, depth and run, and the same as in the tables."""

import datetime as dt

import pydicom
import pytest

from anonymize.keys import Keys
from benchmarks.dicom.consistency import write
from tests.anonymize.dicom.factory import SECRET, Rewriter

DATES = {"options": ["retain-longitudinal-modified-dates"]}


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """(what was written, output) of each file of two patients."""
    folder = tmp_path_factory.mktemp("patients")
    written, rewriter = write(folder), Rewriter(**DATES)
    pairs = []
    for number, one in enumerate(written):
        rewriter(one.path, folder / f"{number}.out")
        pairs.append((one, pydicom.dcmread(folder / f"{number}.out")))
    return pairs


def mapping(pairs, before, after):
    """What each value of the sources became; fails when one became two."""
    found = {}
    for one, data in pairs:
        found.setdefault(before(one), set()).add(after(data))
    assert all(len(values) == 1 for values in found.values()), found
    return {key: next(iter(values)) for key, values in found.items()}


def test_a_patient_has_the_pseudonym_of_the_tables_in_every_file(both):
    of = Keys(SECRET, "tests").pseudonym("patients.ID")
    found = mapping(both, lambda one: one.patient, lambda data: data.PatientID)
    assert found == {patient: of(patient) for patient in found}
    assert len(found) == 2


@pytest.mark.parametrize(
    ("field", "keyword"),
    [("study", "StudyInstanceUID"), ("series", "SeriesInstanceUID"), ("instance", "SOPInstanceUID"),
     ("accession", "AccessionNumber")],
)  # fmt: skip
def test_what_was_together_stays_together_and_what_was_apart_apart(both, field, keyword):
    found = mapping(both, lambda one: getattr(one, field), lambda data: str(data[keyword].value))
    assert len(set(found.values())) == len(found)
    assert not set(found) & set(found.values())


def test_every_reference_points_at_a_file_of_the_same_patient(both):
    new = {one.instance: str(data.SOPInstanceUID) for one, data in both}
    for one, data in both:
        pointed = {
            str(element.value) for element in data.iterall()
            if element.keyword == "ReferencedSOPInstanceUID"
        }  # fmt: skip
        studies = {str(other.StudyInstanceUID) for _, other in both}
        assert pointed - studies == {new[uid] for uid in one.points_at}, one.path.name


def test_nested_series_studies_and_frames_are_those_of_the_images(both):
    series = {str(data.SeriesInstanceUID) for _, data in both}
    studies = {str(data.StudyInstanceUID) for _, data in both}
    frames = {str(data.FrameOfReferenceUID) for one, data in both if one.frame_of_reference}
    assert len(frames) == 2
    for one, data in both:
        for element in data.iterall():
            if element.keyword == "SeriesInstanceUID":
                assert str(element.value) in series, one.path.name
            elif element.keyword == "StudyInstanceUID":
                assert str(element.value) in studies, one.path.name
            elif element.keyword in {"FrameOfReferenceUID", "ReferencedFrameOfReferenceUID"}:
                assert str(element.value) in frames, one.path.name


def test_the_accession_number_is_the_same_in_the_requests_of_a_file(both):
    for one, data in both:
        nested = {str(e.value) for e in data.iterall() if e.keyword == "AccessionNumber" and e.value}
        assert nested == {data.AccessionNumber}, one.path.name


def test_dates_move_by_the_offset_of_the_tables(both):
    offset = Keys(SECRET, "tests").offset(365)
    for one, data in both:
        day = dt.date.fromisoformat(one.date) + dt.timedelta(offset(one.patient))
        assert data.StudyDate == f"{day:%Y%m%d}", one.path.name
        assert data.StudyTime == "101500"
        if data.get("ContentDate"):
            assert data.ContentDate == data.StudyDate, one.path.name


def test_the_file_meta_information_names_the_instance(both):
    for _, data in both:
        assert data.file_meta.MediaStorageSOPInstanceUID == data.SOPInstanceUID
        assert data.file_meta.MediaStorageSOPClassUID == data.SOPClassUID


def test_the_same_key_gives_the_same_bytes_and_another_key_no_common_identifier(both, tmp_path):
    files = [one for one, _ in both]
    outputs = []
    for number, secret in enumerate((SECRET, SECRET, bytes(32))):
        rewriter, found = Rewriter(secret=secret, **DATES), []
        for one in files:
            rewriter(one.path, tmp_path / f"{number}.out")
            found.append((tmp_path / f"{number}.out").read_bytes())
        outputs.append(found)
    assert outputs[0] == outputs[1]
    (tmp_path / "other").write_bytes(outputs[2][0])
    other, mine = pydicom.dcmread(tmp_path / "other"), both[0][1]
    for keyword in ("SOPInstanceUID", "StudyInstanceUID", "PatientID", "AccessionNumber"):
        assert other[keyword].value != mine[keyword].value


def test_a_padded_identifier_is_the_same_person(both, tmp_path):
    one = both[0][0]
    data = pydicom.dcmread(one.path)
    data.PatientID = one.patient + "   "
    data.save_as(tmp_path / "in.dcm")
    assert Rewriter()(tmp_path / "in.dcm", tmp_path / "out.dcm").patient == both[0][1].PatientID
