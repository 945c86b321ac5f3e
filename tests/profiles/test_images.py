"""The table of series that images bring."""

import pytest

from profiles.errors import ProfileError
from profiles.key_chain import domain
from profiles.loading import load_profile
from profiles.model import Kind, Role
from tests.profiles.factories import codes, load, write

ALONE = """\
version: 1
id: essai
title: Essai
seed: 7
secret: ${VITRAIL_KEY?la clé manque}
dicom:
  source: {path: images}
"""

SHARED = (
    ALONE
    + """\
  person: {table: patients}
tables:
  patients:
    source: {path: patients.csv}
    primary_key: [ipp]
    person: [ipp]
    columns:
      ipp: {role: direct, transform: pseudonymize}
      vu: {role: sensitive, type: date, transform: {shift: {days: 60}}}
"""
)


def test_images_alone_are_a_profile_with_one_table_whose_person_is_the_patient(tmp_path):
    profile = load(tmp_path, ALONE).profile
    assert list(profile.tables) == ["series"]
    assert profile.tables["series"].person == ("PatientID",)
    assert profile.tables["series"].columns["PatientID"].role is Role.DIRECT


def test_a_patient_has_one_pseudonym_domain_in_tables_and_images(tmp_path):
    profile = load(tmp_path, SHARED).profile
    assert domain(profile, "series", "PatientID") == domain(profile, "patients", "ipp") == "patients.ipp"
    assert profile.tables["series"].foreign_keys[0].references == "patients"


@pytest.mark.parametrize(
    "name", ["PatientName", "PatientBirthDate", "AccessionNumber", "ReferringPhysicianName"]
)
def test_what_names_the_patient_is_read_to_be_searched_and_never_published(tmp_path, name):
    column = load(tmp_path, ALONE).profile.tables["series"].columns[name]
    assert column.role is Role.DIRECT
    assert column.transform.drop is not None


@pytest.mark.parametrize(
    ("option", "column"),
    [
        ("retain-patient-characteristics", "PatientAge"),
        ("retain-longitudinal-full-dates", "StudyDate"),
        ("retain-longitudinal-modified-dates", "StudyDate"),
        ("clean-descriptors", "SeriesDescription"),
    ],
)
def test_an_attribute_is_described_only_when_the_images_keep_it(tmp_path, option, column):
    without = load(tmp_path, ALONE).profile.tables["series"].columns
    kept = load(tmp_path, ALONE + f"  options: [{option}]\n").profile.tables["series"].columns
    assert column not in without
    assert column in kept


def test_a_removed_attribute_is_not_described(tmp_path):
    text = ALONE + "  attributes: {BodyPartExamined: remove}\n"
    assert "BodyPartExamined" not in load(tmp_path, text).profile.tables["series"].columns


@pytest.mark.parametrize("written", ["PatientSex", '"(0010,0040)"', '"(0010,004x)"', '"VR:CS"'])
def test_an_attribute_that_a_line_keeps_is_attacked_however_the_line_names_it(tmp_path, written):
    columns = load(tmp_path, ALONE + f"  attributes: {{{written}: keep}}\n").profile.tables["series"].columns
    assert columns["PatientSex"].role is Role.QUASI


def test_the_line_that_says_the_most_decides(tmp_path):
    text = ALONE + '  attributes: {"(0010,004x)": keep, PatientSex: remove}\n'
    assert "PatientSex" not in load(tmp_path, text).profile.tables["series"].columns


@pytest.mark.parametrize(
    ("options", "line", "role"),
    [
        ("[retain-longitudinal-modified-dates]", "", Role.OTHER),
        ("[retain-longitudinal-full-dates]", "", Role.QUASI),
        ("[retain-longitudinal-modified-dates]", "  attributes: {StudyDate: keep}\n", Role.QUASI),
        ("[clean-descriptors]", "  attributes: {StudyDate: keep}\n", Role.QUASI),
        ("[clean-descriptors]", "  attributes: {StudyDate: shift}\n", Role.OTHER),
    ],
)
def test_a_true_date_is_known_and_a_moved_one_is_not(tmp_path, options, line, role):
    columns = load(tmp_path, ALONE + f"  options: {options}\n" + line).profile.tables["series"].columns
    assert columns["StudyDate"].role is role


def test_a_date_is_a_date_and_a_role_can_be_changed(tmp_path):
    options = "  options: [retain-longitudinal-modified-dates]\n"
    text = ALONE + options + "  columns: {StudyDate: {role: sensitive}}\n"
    column = load(tmp_path, text).profile.tables["series"].columns["StudyDate"]
    assert (column.type, column.role) == (Kind.DATE, Role.SENSITIVE)


def test_keys_may_be_written_with_hyphens(tmp_path):
    pixels = load(
        tmp_path, ALONE + "  pixels: {assume-clean: [US], allow-words: [gauche]}\n"
    ).profile.dicom.pixels
    assert (pixels.assume_clean, pixels.allow_words) == (("US",), ("gauche",))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("  person: {table: patients}", "  person: {table: patientss}"), "reference-unknown-near"),
        (("    primary_key: [ipp]\n", ""), "dicom-person-key"),
        (("ipp: {role: direct,", "ipp: {role: direct, type: integer,"), "dicom-person-text"),
        (
            ("  person: {table: patients}", "  person: {table: patients}\n  shift_days: 30"),
            "dicom-shift-days",
        ),
        (("  person: {table: patients}", "  table: patients"), "dicom-table-name"),
        (("{path: patients.csv}", "{path: patients.csv, format: dicom}"), "dicom-format"),
    ],
)
def test_images_that_do_not_fit_the_tables_are_refused(tmp_path, change, code):
    old, new = change
    assert old in SHARED
    assert code in codes(tmp_path, SHARED.replace(old, new))


def test_the_folder_of_images_stays_inside_that_of_the_profile(tmp_path):
    assert "path-parent" in codes(tmp_path / "inside", ALONE.replace("{path: images}", "{path: ../images}"))


def test_the_place_of_a_mistake_is_a_line_of_the_profile(tmp_path):
    path = write(tmp_path, ALONE + "  attributes: {PatientSex: replace}\n")
    with pytest.raises(ProfileError) as raised:
        load_profile(path, {})
    assert raised.value.place.line == 8
