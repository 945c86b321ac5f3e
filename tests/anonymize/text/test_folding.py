"""Folded text, and the way back."""

from hypothesis import given
from hypothesis import strategies as st

from anonymize.text.folding import fold, tidy


def test_case_accents_and_ligatures_disappear():
    assert fold("ÉLODIE Lefèvre, sœur").text == "elodie lefevre, soeur"


def test_places_of_folded_characters_lead_back_to_the_source():
    text = "Sœur E\u0301lodie"
    folded = fold(text)
    start = folded.text.index("elodie")

    begin, end = folded.source(start, start + len("elodie"))

    assert text[begin:end] == "E\u0301lodie"


def test_invisible_characters_do_not_hide_a_word():
    assert fold("Du\u200bpont\u00ad").text == "dupont"


@given(st.text())
def test_tidy_text_keeps_its_length(text):
    assert len(tidy(text)) == len(text)


@given(st.text())
def test_every_folded_character_has_a_place(text):
    folded = fold(text)

    places = [folded.source(at, at + 1) for at in range(len(folded.text))]

    assert all(0 <= start < end <= len(text) for start, end in places)
    assert places == sorted(places)
