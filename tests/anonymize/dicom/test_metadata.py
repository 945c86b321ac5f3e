"""The table of series: one row each, typed, with what the images still say and whose they are."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from anonymize.dicom.series_rows import _READ, columns
from profiles.dicom_model import Dicom
from profiles.dicom_series import IDENTIFIERS
from profiles.model import Kind
from tests.anonymize.dicom.little import ROOT, image, save
from tests.anonymize.dicom.test_batch import run

ALL = [
    "retain-longitudinal-modified-dates",
    "retain-patient-characteristics",
    "retain-device-identity",
    "clean-descriptors",
]


def rows(source, base, **dicom):
    return pq.read_table(run(source, base, **dicom).rows).to_pylist()


def test_a_series_has_one_row_with_its_files_and_frames(tmp_path):
    for number in range(1, 4):
        save(image(number), tmp_path / "source" / f"{number}.dcm")
    save(image(1, 2), tmp_path / "source" / "x.dcm")
    found = rows(tmp_path / "source", tmp_path)
    assert sorted((row["PatientID"], row["Instances"], row["Frames"]) for row in found) == [
        ("HOSP-000001", 3, 3),
        ("HOSP-000002", 1, 1),
    ]
    assert [row["SeriesInstanceUID"] for row in found] == sorted(row["SeriesInstanceUID"] for row in found)
    assert all(row["SeriesInstanceUID"].startswith("2.25.") for row in found)


def test_identifiers_of_the_source_stand_beside_for_who_searches_them(tmp_path):
    save(image(), tmp_path / "source" / "1.dcm")
    (row,) = rows(tmp_path / "source", tmp_path)
    assert {each.keyword: row[each.keyword] for each in IDENTIFIERS} == {
        "PatientName": "Lefèvre1^Théodule",
        "PatientBirthDate": "19471130",
        "AccessionNumber": "ACC00001X",
        "ReferringPhysicianName": "Vasseur^Honorine",
    }


def test_values_are_those_of_the_output_and_typed(tmp_path):
    save(image(PatientAge="093Y", BodyPartExamined="CHEST"), tmp_path / "source" / "1.dcm")
    (row,) = rows(tmp_path / "source", tmp_path, options=ALL)
    assert (row["Modality"], row["PatientSex"], row["BodyPartExamined"]) == ("CT", "M", "CHEST")
    assert row["PatientAge"] == 89
    assert (row["Rows"], row["KVP"], row["SliceThickness"]) == (16, 120.0, 1.25)
    assert isinstance(row["StudyDate"], date)
    assert 0 < abs((row["StudyDate"] - date(2023, 4, 15)).days) <= 365
    assert ROOT not in str({name: row[name] for name in row if name != "PatientID"})


def test_a_value_that_differs_between_files_is_missing(tmp_path):
    save(image(1), tmp_path / "source" / "1.dcm")
    save(image(2, KVP="80"), tmp_path / "source" / "2.dcm")
    (row,) = rows(tmp_path / "source", tmp_path)
    assert (row["KVP"], row["SliceThickness"]) == (None, 1.25)


def test_the_columns_are_those_of_the_profile(tmp_path):
    save(image(), tmp_path / "source" / "1.dcm")
    schema = pq.read_schema(run(tmp_path / "source", tmp_path).rows)
    kept = columns(Dicom.model_validate({"source": {"path": "x"}}))
    assert schema.names == [
        "PatientID",
        *(each.keyword for each in IDENTIFIERS),
        *(each.keyword for each in kept),
    ]
    assert "StudyDate" not in schema.names
    assert schema.field("Rows").type == pa.int64()


def test_series_in_which_a_face_shows_are_counted(tmp_path):
    save(image(BodyPartExamined="HEAD"), tmp_path / "source" / "1.dcm")
    save(image(1, 2, BodyPartExamined="KNEE"), tmp_path / "source" / "2.dcm")
    assert run(tmp_path / "source", tmp_path).faces == 1


def test_nothing_published_leaves_an_empty_table(tmp_path):
    (tmp_path / "source").mkdir()
    assert rows(tmp_path / "source", tmp_path) == []


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.INTEGER, "045Y", 45),
        (Kind.INTEGER, "018M", 1),
        (Kind.INTEGER, "103W", 1),
        (Kind.INTEGER, "364D", 0),
        (Kind.INTEGER, "-12", -12),
        (Kind.INTEGER, "12.5", None),
        (Kind.NUMBER, "1.5\\2.5", 1.5),
        (Kind.NUMBER, "nan", None),
        (Kind.NUMBER, "x", None),
        (Kind.DATE, "20240229", date(2024, 2, 29)),
        (Kind.DATE, "20230229", None),
        (Kind.DATE, "2024", None),
    ],
)
def test_texts_of_dicom_are_read_as_their_kind(kind, text, value):
    assert _READ[kind](text) == value
