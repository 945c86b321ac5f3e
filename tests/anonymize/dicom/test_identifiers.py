"""What is looked for in an output: names in any spelling, numbers, dates; no word that tells nothing."""

import pytest

from anonymize.dicom.charsets import charset_of
from anonymize.dicom.identifiers import Identity, needles_of

NAME, PATIENT_ID, BIRTH, INSTITUTION, PHONE = 0x00100010, 0x00100020, 0x00100030, 0x00080080, 0x00102154
LATIN, UTF8 = charset_of(b"ISO_IR 100"), charset_of(b"ISO_IR 192")


def needles(*identities, charset=LATIN):
    return needles_of([Identity(*one) for one in identities], charset)


THEO = needles((NAME, "PN", "Lefèvre-Briand^Théodule^^Dr".encode("latin-1")))


@pytest.mark.parametrize(
    "text",
    [
        "LEFEVRE",
        "lefèvre",
        "M. Lefèvre",
        "x_LEFEVRE_x",
        "Briand",
        "théodule",
        "lefevrebriand",
        "l'ami Théodule",
    ],
)
def test_a_part_of_a_name_is_found_in_any_spelling(text):
    assert THEO.in_text(text, free=True)


@pytest.mark.parametrize("text", ["Dr", "Thorax", "lefe vre", "", "THEO"])
def test_what_is_no_part_of_the_name_is_not(text):
    assert not THEO.in_text(text, free=True)


def test_a_short_name_is_a_word_in_free_text_only():
    lee = needles((NAME, "PN", b"Lee^Kim"))
    assert lee.in_text("by LEE, 3 mm", free=True)
    assert not lee.in_text("sleeve", free=True)
    assert not lee.in_text("LEE", free=False)


@pytest.mark.parametrize("text", ["HOSP-004217", "hosp004217", "id 4217X", "004217"])
def test_an_identifier_is_found_with_and_without_its_separators(text):
    found = needles((PATIENT_ID, "LO", b"HOSP-004217")).in_text(text, free=True)
    assert found is (text not in {"id 4217X", "004217"})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("123456", True),
        ("n° 123456.", True),
        ("1.123456", False),
        ("123456.5", False),
        ("1234567", False),
        ("0123456", False),
    ],
)
def test_a_number_is_found_whole(text, found):
    assert needles((PATIENT_ID, "LO", b"123456")).in_text(text, free=True) is found
    assert needles((PATIENT_ID, "LO", b"123456")).in_bytes(text.encode()) is found


@pytest.mark.parametrize(
    "text", ["19471130", "1947-11-30", "30/11/1947", "30.11.1947", "11/30/1947", "le 30-11-1947"]
)
def test_a_date_is_found_in_its_usual_forms(text):
    assert needles((BIRTH, "DA", b"19471130")).in_text(text, free=True)
    assert needles((BIRTH, "DT", b"19471130101500")).in_text(text, free=True)


def test_words_of_a_place_are_looked_for_but_those_that_tell_nothing():
    place = needles((INSTITUTION, "LO", "Hôpital universitaire Saint-Yrieix".encode("latin-1")))
    assert place.in_text("yrieix", free=True)
    assert not place.in_text("hôpital universitaire", free=True)


def test_a_phone_number_is_found_without_its_spaces():
    phone = needles((PHONE, "SH", b"06 12 34 56 78"))
    assert phone.in_text("0612345678", free=True)
    assert phone.in_text("tel 06 12 34 56 78", free=True)


def test_a_name_in_another_script_is_found_in_its_bytes():
    name = needles((NAME, "PN", "Yamada^Tarou=山田^太郎".encode()), charset=UTF8)
    assert name.in_bytes("x山田y".encode())
    assert not name.in_bytes("海".encode())


@pytest.mark.parametrize("value", [b"", b"^", b"anonymous", b"A", b"19000101", b"\xff\xfe"])
def test_what_tells_nothing_is_not_looked_for(value):
    for tag, vr in ((NAME, "PN"), (PATIENT_ID, "LO"), (BIRTH, "DA")):
        assert not needles((tag, vr, value)).in_text("anonymous a 1900 x", free=True)
