"""Names of other patients in a person's text."""

from dataclasses import replace

import pytest

from anonymize.text.crowd import SHARED, crowd_of, doubtful_words
from anonymize.text.redactor import Redactor


def redacted(text, names, usual=()):
    crowd = replace(crowd_of(names), usual=frozenset(usual))
    return Redactor(rules=lambda _: [], crowd=crowd).redact(text)[0]


@pytest.mark.parametrize("written", ["le gall", "LE GALL", "Le-Gall", "le\ngall", "legall"])
def test_a_name_of_short_words_is_found_as_a_whole(written):
    assert redacted(f"a vu {written} hier", ["le gall"]) == "a vu [NOM] hier"


def test_a_name_that_is_a_word_goes_unless_the_texts_often_write_it():
    assert redacted("son voisin", ["voisin"]) == "son [NOM]"
    assert redacted("son voisin", ["voisin"], ["voisin"]) == "son voisin"
    assert redacted("M. Voisin", ["voisin"], ["voisin"]) == "M. [NOM]"


def test_a_name_written_in_two_goes_unless_the_texts_often_write_it():
    assert redacted("la croix", ["lacroix"]) == "[NOM]"
    assert redacted("la croix", ["lacroix"], ["lacroix"]) == "la croix"


def test_both_readings_of_a_doubtful_word_are_counted():
    assert doubtful_words("la croix et le voisin", crowd_of(["lacroix", "voisin", "zanetti"])) == {
        "lacroix",
        "voisin",
    }


def test_a_name_that_only_an_address_of_mail_holds_is_found_but_not_its_provider():
    mails = [f"{name}.z@orange.fr" for name in "abcdefghijklm"] + ["anna.oliveira@orange.fr"]

    assert len(mails) >= SHARED
    assert redacted("Oliveira mange une orange", mails) == "[NOM] mange une orange"
