"""Tables and images of one profile, published together or not at all."""

import shutil
from datetime import date, timedelta
from importlib import resources

import pandas as pd
import pydicom
import pytest

from profiles.errors import SourceError
from profiles.loading import load_profile
from release.context import Run
from release.run import assess_candidate, release
from release.stages import make_candidate
from release.verify import verify
from risk.findings import Decision
from tables.demo.imaging import generate_imaging

KEY = {"VITRAIL_KEY": "5f4c2a90b1e8d7634f21c0ab98e7d6f5b4a392817061f5e4d3c2b1a0998877f6"}
PROFILE = (resources.files("tables.demo") / "profiles" / "imagerie.yaml").read_text(encoding="utf-8")
PATIENTS = 120


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("source")
    generate_imaging(folder, patients=PATIENTS)
    return folder


@pytest.fixture
def folder(source, tmp_path):
    shutil.copytree(source, tmp_path / "imagerie")
    return tmp_path


def run_of(folder, *changes):
    text = PROFILE.replace("targets: 200", "targets: 60")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    (folder / "profil.yaml").write_text(text, encoding="utf-8")
    return Run(load_profile(folder / "profil.yaml", KEY), KEY, date(2026, 1, 1))


@pytest.fixture(scope="module")
def published(source, tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    shutil.copytree(source, folder / "imagerie")
    outcome = release(run_of(folder))
    assert outcome.verdict.decision is Decision.ACCEPTED
    return outcome.target


def images_in(target):
    return [pydicom.dcmread(path) for path in sorted(target.glob("images/*/*/*/*.dcm"))]


def source_rows(source):
    return pd.read_csv(source / "patients.csv", sep=";", dtype=str)


def test_a_patient_has_the_same_pseudonym_and_offset_in_the_tables_and_in_the_images(published):
    patients = pd.read_csv(published / "data" / "patients.csv", dtype=str).set_index("ipp")
    images = images_in(published)
    assert len(images) == PATIENTS
    for image in images:
        seen = str(image.StudyDate)
        assert f"{seen[:4]}-{seen[4:6]}-{seen[6:]}" == patients.loc[image.PatientID, "examen"]


def test_the_table_of_series_says_what_the_images_say(published):
    series = pd.read_csv(published / "data" / "series.csv", dtype=str).set_index("SeriesInstanceUID")
    for image in images_in(published):
        row = series.loc[image.SeriesInstanceUID]
        assert (row.PatientID, row.Modality, row.BodyPartExamined) == (image.PatientID, "CT", "CHEST")
        assert row.StudyInstanceUID == image.StudyInstanceUID


def test_nothing_of_the_source_stands_in_any_published_byte(source, published):
    rows = source_rows(source)
    needles = {*rows.ipp, *rows.nom, "DURIEUX", "CHU DE D"}
    for image in images_in_source(source):
        needles |= {
            image.StudyInstanceUID,
            image.SOPInstanceUID,
            image.AccessionNumber,
            image.PatientBirthDate,
        }
    written = b"".join(path.read_bytes() for path in published.rglob("*") if path.is_file())
    assert [needle for needle in needles if str(needle).encode() in written] == []


def images_in_source(source):
    return [pydicom.dcmread(path) for path in sorted((source / "images").iterdir())]


def test_pixels_are_those_of_the_source(source, published):
    before = sorted(image.PixelData for image in images_in_source(source))
    assert sorted(image.PixelData for image in images_in(published)) == before


def test_every_file_is_in_the_sums_and_one_changed_pixel_shows(published, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(published, copy)
    assert verify(copy).files > PATIENTS
    path = next(copy.glob("images/*/*/*/*.dcm"))
    path.write_bytes(path.read_bytes()[:-1] + b"\x7f")
    with pytest.raises(Exception, match="verify"):
        verify(copy)


def test_the_same_profile_gives_the_same_bytes_whatever_the_number_of_processes(folder, published):
    outcome = release(
        run_of(folder, ("  person: {table: patients}", "  person: {table: patients}\n  processes: 1"))
    )
    for path in published.rglob("*.dcm"):
        assert (outcome.target / path.relative_to(published)).read_bytes() == path.read_bytes()


def test_images_of_persons_who_are_left_out_of_the_tables_are_left_out(folder):
    rows = source_rows(folder / "imagerie")
    few = rows.index[rows.sexe == "F"][:3]
    rows.loc[few, "sexe"] = "X"
    rows.to_csv(folder / "imagerie" / "patients.csv", sep=";", index=False)
    outcome = release(
        run_of(
            folder,
            ("M: homme}", "M: homme, X: autre}"),
            ("anonymity: {k: 11}", "anonymity: {k: 11, suppression: 0.05}"),
        )
    )
    assert outcome.verdict.decision is Decision.ACCEPTED
    kept = set(pd.read_csv(outcome.target / "data" / "patients.csv", dtype=str).ipp)
    images = images_in(outcome.target)
    assert len(images) == len(kept) == PATIENTS - 3
    assert {image.PatientID for image in images} == kept


def test_a_sample_of_the_persons_takes_their_images_only(folder):
    outcome = release(run_of(folder, ("anonymity: {k: 11}", "anonymity: {k: 11}\nsample: 0.75")))
    assert len(images_in(outcome.target)) == round(0.75 * PATIENTS)


def test_a_refused_release_leaves_no_image_anywhere(folder):
    outcome = release(run_of(folder, ("transform: {bin: {width: 35, origin: 1930}}", "transform: keep")))
    assert outcome.verdict.decision is not Decision.ACCEPTED
    assert not (folder / "publication").exists()
    assert sorted(path.name for path in folder.rglob("*.dcm") if "imagerie" not in path.parts) == []
    assert not (folder / ".vitrail").exists()


def test_images_of_a_patient_whom_the_tables_lack_stop_the_run(folder):
    rows = source_rows(folder / "imagerie")
    rows.iloc[1:].to_csv(folder / "imagerie" / "patients.csv", sep=";", index=False)
    with pytest.raises(SourceError) as raised:
        release(run_of(folder))
    assert raised.value.place.table == "series"
    assert not (folder / "publication").exists()


def test_a_folder_where_no_file_can_be_published_stops_the_run(folder):
    for path in (folder / "imagerie" / "images").iterdir():
        path.write_bytes(b"not an image" * 50)
    with pytest.raises(SourceError) as raised:
        release(run_of(folder))
    assert raised.value.code == "dicom-nothing-published"


def test_a_file_set_aside_is_counted_and_its_patient_who_stands_out_without_it_is_left_out(folder):
    (folder / "imagerie" / "images" / "IM0000.dcm").write_bytes(b"not an image" * 50)
    outcome = release(run_of(folder, ("anonymity: {k: 11}", "anonymity: {k: 11, suppression: 0.05}")))
    assert outcome.anonymized.candidate.images.set_aside == {"not-dicom": 1}
    assert outcome.anonymized.candidate.suppressed_persons == 1
    assert len(images_in(outcome.target)) == PATIENTS - 1
    assert "pas un fichier DICOM" in (outcome.target / "LISEZMOI.md").read_text(encoding="utf-8")


def test_a_candidate_made_earlier_is_judged_with_its_images(folder):
    run = run_of(folder)
    make_candidate(run, folder / "candidat")
    _, verdict = assess_candidate(run, folder / "candidat")
    assert verdict.decision is Decision.ACCEPTED
    image = next((folder / "candidat").rglob("*.dcm"))
    image.write_bytes(image.read_bytes()[:-1] + b"\x7f")
    with pytest.raises(Exception, match="candidate-changed"):
        assess_candidate(run, folder / "candidat")


def test_images_can_be_published_as_tiff(folder):
    pytest.importorskip("tifffile", reason="extra pixels")
    outcome = release(
        run_of(folder, ("  person: {table: patients}", "  person: {table: patients}\n  format: tiff"))
    )
    assert len(list(outcome.target.glob("images/*/*/*/*.tif"))) == PATIENTS
    assert len(list(outcome.target.glob("images/*/*/*/*.json"))) == PATIENTS
    assert not list(outcome.target.rglob("*.dcm"))


def test_an_image_that_no_tiff_can_show_is_set_aside_and_the_others_go_on(folder):
    pytest.importorskip("tifffile", reason="extra pixels")
    broken = folder / "imagerie" / "images" / "IM0000.dcm"
    image = pydicom.dcmread(broken)
    image.BitsAllocated = 24
    image.save_as(broken)
    tiff = ("  person: {table: patients}", "  person: {table: patients}\n  format: tiff")
    images = make_candidate(run_of(folder, tiff), folder / "candidat").candidate.images
    assert images.files == PATIENTS - 1
    assert sum(images.set_aside.values()) == 1


def test_images_alone_are_attacked_and_published(folder):
    start, end = PROFILE.index("tables:"), PROFILE.index("dicom:")
    text = PROFILE[:start] + PROFILE[end:]
    text = text.replace("  person: {table: patients}\n", "  columns: {BodyPartExamined: {role: sensitive}}\n")
    text = text.replace("[patients.sexe, patients.naissance]", "[series.Modality, series.Manufacturer]")
    text = text.replace("secrets: [patients.indication]", "secrets: [series.BodyPartExamined]")
    (folder / "profil.yaml").write_text(text.replace("targets: 200", "targets: 60"), encoding="utf-8")
    outcome = release(Run(load_profile(folder / "profil.yaml", KEY), KEY, date(2026, 1, 1)))
    assert outcome.verdict.decision is not Decision.REFUSED
    assert outcome.anonymized.candidate.images.files == PATIENTS


def test_dates_of_the_source_are_never_those_of_the_release(source, published):
    moved = {
        row.ipp: row.examen
        for row in pd.read_csv(published / "data" / "patients.csv", dtype=str).itertuples()
    }
    spans = [abs(date.fromisoformat(day) - date(2023, 7, 1)) for day in moved.values()]
    assert max(spans) > timedelta(days=200)
    assert len(source_rows(source)) == len(moved)
