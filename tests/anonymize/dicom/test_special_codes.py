"""Only codes of public terminologies stay, and only in the words of the terminology."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.dicom.special.codes import coded, meaning, public


@pytest.mark.parametrize(
    ("code", "scheme", "words"),
    [
        ("121071", "DCM", "Finding"),
        ("mm", "UCUM", "mm"),
        ("18748-4", "LN", "Diagnostic Imaging Report"),
        ("T-62000", "SRT", "Liver structure"),
    ],
)
def test_a_known_code_is_told_in_the_words_of_its_terminology(code, scheme, words):
    item = public(coded(code, scheme, "DUPONT Jean"))
    assert item.CodeMeaning.startswith(words)
    assert (item.CodeValue, item.CodingSchemeDesignator) == (code, scheme)


@pytest.mark.parametrize(
    ("code", "scheme"),
    [
        ("DUP01", "99CHU"), ("DUPONT", "L"), ("1234", ""), ("", "DCM"), ("DUPONT", "DCM"),
        ("12345678", "DCM"), ("8004512377", "SCT"), ("80045", "FMA"), ("DUPONT", "UCUM-LOCAL"),
        ("12345-1", "LN"), ("kg12345", "UCUM"), ("J18.91957", "I10"), ("121071", "99DCM"), ("131234", "DCM"),
    ],
)  # fmt: skip
def test_local_and_made_up_codes_leave(code, scheme):
    assert public(coded(code, scheme, "x")) is None


def test_a_public_code_that_the_dictionary_lacks_is_its_own_meaning():
    assert meaning(("22298006", "SCT")) in {"22298006", "Myocardial Infarction"}
    assert meaning(("2339-0", "LN")) in {"2339-0", "Glucose"}


@pytest.mark.parametrize(
    "unit", ["mm", "cm2", "mGy.cm", "g/ml", "{ratio}", "mm[Hg]", "1", "/min", "kg/m2", "[hnsf'U]", "%"]
)
def test_units_stay(unit):
    assert meaning((unit, "UCUM"))


@pytest.mark.parametrize(
    "unit", ["DUPONT", "dupont", "Jean", "{dupont}", "1957", "12345", "mm DUPONT", "kg{dupont}"]
)
def test_a_word_is_no_unit(unit):
    assert not meaning((unit, "UCUM"))


def test_a_code_that_is_an_identifier_of_the_file_leaves():
    assert meaning(("2339-0", "LN"), ("2339-0",)) == "" or meaning(("2339-0", "LN")) != "2339-0"
    assert meaning(("C123456", "NCIt"), ("c123456",)) == ""


@given(st.integers(10**5, 10**12))
def test_one_digit_changed_in_a_snomed_code_is_noticed(number):
    good = [code for last in range(10) if meaning((code := f"{number}0{last}"[:-2] + f"10{last}", "SCT"))]
    assert len(good) == 1
