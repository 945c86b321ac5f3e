"""Keyed replacements: the same everywhere, unlinkable without the key, of the form that DICOM asks for."""

import re
import uuid
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.config import RAISE
from pydicom.uid import UID
from pydicom.valuerep import VR, validate_value

from anonymize.dicom.elements import NUMBERS, VRS
from anonymize.dicom.plan import compile_plan
from anonymize.dicom.values import BINARY_DUMMY, DUMMIES, Replacer, dummy
from anonymize.keys import Keys
from profiles.dicom_model import Dicom

SECRET = bytes(range(32))
PLAN = compile_plan(Dicom.model_validate({"source": {"path": "x"}}), 30)


def replacer(secret=SECRET, profile="one", domain="patients.ID"):
    return Replacer(Keys(secret, profile), PLAN, domain)


UIDS = st.lists(st.integers(0, 10**9), min_size=3, max_size=6).map(
    lambda parts: "1." + ".".join(map(str, parts))
)


@given(UIDS)
def test_a_uid_becomes_a_valid_uuid_uid_that_is_the_same_each_time(uid):
    made = replacer().uid(uid)
    assert made == replacer().uid(uid)
    assert UID(made).is_valid
    number = uuid.UUID(int=int(made.removeprefix("2.25.")))
    assert (number.version, number.variant) == (8, uuid.RFC_4122)


@given(st.lists(UIDS, min_size=2, max_size=20, unique=True))
def test_different_uids_stay_different(uids):
    one = replacer()
    assert len({one.uid(uid) for uid in uids}) == len(uids)


def test_another_secret_or_profile_gives_other_uids_and_pseudonyms():
    ones = [replacer(), replacer(secret=bytes(32)), replacer(profile="two")]
    assert len({one.uid("1.2.3") for one in ones}) == 3
    assert len({one.patient("A1") for one in ones}) == 3


@pytest.mark.parametrize("uid", ["1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.1.2.4.90", ""])
def test_uids_of_the_standard_stay(uid):
    assert replacer().uid(uid) == uid


@pytest.mark.parametrize(
    "uid",
    [
        "1.2.840.10008.19740512",
        "1.2.840.10008.5.DUPONT",
        "1.2.840.113619.2",
        "1.2.840.10008",
        "1.2.840.1000812",
    ],
)
def test_a_uid_that_only_looks_like_one_of_the_standard_is_replaced(uid):
    assert replacer().uid(uid).startswith("2.25.")


def test_the_person_has_the_pseudonym_and_the_offset_of_the_tables():
    keys = Keys(SECRET, "one")
    assert replacer().patient("HOSP-1") == keys.pseudonym("patients.ID")("HOSP-1")
    assert replacer().days("HOSP-1") == keys.offset(30)("HOSP-1")


def test_a_short_pseudonym_fits_in_sh_and_differs_by_domain():
    one = replacer()
    assert re.fullmatch(r"[A-Z2-7]{16}", one.short("accession", "A1"))
    assert one.short("accession", "A1") != one.short("study-id", "A1")


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.text("AB12", min_size=1, max_size=4))
def test_intervals_between_the_dates_of_a_person_stay_exact(day, person):
    one, later = replacer(), date.fromordinal(day.toordinal() + 45)
    texts = [one.shifted(person, f"{each:%Y%m%d}", "DA") for each in (day, later)]
    moved = [date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:]}") for text in texts]
    assert (moved[1] - moved[0]).days == 45
    assert 1 <= abs((moved[0] - day).days) <= 30


def test_a_moment_keeps_its_time_and_zone():
    one = replacer()
    day = one.shifted("A", "20240229", "DA")
    assert one.shifted("A", "20240229101530.25+0100", "DT") == f"{day}101530.25+0100"
    assert one.shifted("A", "101530", "TM") == "101530"
    assert one.shifted("A", "2024.02.29\\20240229", "DA") == f"{day}\\{day}"


@pytest.mark.parametrize(
    "value", ["20240230", "2024", "202402", "DUPONT", "00000000", "20240229X", "99991231\\x"]
)
def test_what_is_no_date_to_the_day_is_not_moved(value):
    assert replacer().shifted("A", value, "DA") == ""


@pytest.mark.parametrize("vr", sorted(VRS - {"SQ"}))
def test_a_dummy_has_the_form_of_its_vr(vr):
    made = dummy(0x00189999, vr)
    if vr in BINARY_DUMMY:
        assert made == bytes(len(made))
        assert len(made) == NUMBERS.get(vr, len(made))
    else:
        validate_value(VR(vr), DUMMIES[vr], RAISE)
        assert made
