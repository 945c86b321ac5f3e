"""A person's own identifiers in every spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.text.folding import fold
from anonymize.text.known import known_of
from anonymize.text.spans import merged, replaced


def without(values, text):
    return replaced(text, merged(known_of(values).spans(text, fold(text))))


@pytest.mark.parametrize(
    "written",
    [
        "DUPONT-MARTIN",
        "Dupont Martin",
        "dupont - martin",
        "DupontMartin",
        "Dupont",
        "MARTIN",
        "DUPONT\u2011MARTIN",
    ],
)
def test_a_double_name_is_found_however_it_is_written(written):
    assert without(["Dupont-Martin"], f"Vu {written}.") == "Vu [NOM]."


@pytest.mark.parametrize("written", ["Élodie", "ELODIE", "elodie", "E\u0301lodie"])
def test_accents_and_case_do_not_hide_a_given_name(written):
    assert without(["ÉLODIE"], f"{written} va bien") == "[NOM] va bien"


@pytest.mark.parametrize(
    "written",
    [
        "12/03/1950",
        "12/3/50",
        "12.03.50",
        "12-03-1950",
        "12 mars 1950",
        "12 Mars 50",
        "1950-03-12",
        "12031950",
        "mars 1950",
    ],
)
def test_a_birth_date_is_found_in_all_french_forms(written):
    assert without(["1950-03-12"], f"né le {written}, marié") == "né le [DATE], marié"


def test_the_first_of_a_month_may_be_written_1er():
    assert without(["1980-08-01"], "née le 1er août 1980") == "née le [DATE]"


def test_another_date_stays():
    assert without(["1950-03-12"], "vu le 13/03/2019") == "vu le 13/03/2019"


@pytest.mark.parametrize(
    "written", ["250033523804217", "2 50 03 35 238 042 17", "2500335238042", "2 50 03 35 238 042"]
)
def test_a_nir_is_found_with_and_without_its_key_and_spaces(written):
    assert without(["250033523804217"], f"NIR {written}") == "NIR [NIR]"


@pytest.mark.parametrize(
    "written", ["0612345678", "06.12.34.56.78", "+33 6 12 34 56 78", "0033612345678", "+33 (0)6 12 34 56 78"]
)
def test_a_telephone_is_found_in_its_national_and_international_forms(written):
    assert without(["06 12 34 56 78"], f"tel {written}!").removeprefix("tel ").lstrip("+") == "[TELEPHONE]!"


def test_leading_zeros_of_a_number_do_not_hide_it():
    assert without(["00123456"], "dossier 123456") == "dossier [NUMERO]"


def test_a_short_number_is_not_looked_for():
    assert without(["12"], "12 comprimés") == "12 comprimés"


@pytest.mark.parametrize("name", ["PETIT", "Aimé", "Marine", "Noël"])
def test_the_persons_own_name_goes_even_where_it_is_an_everyday_word(name):
    assert without([name], f"M. {name}.\n{name.lower()} sera revu") == "M. [NOM].\n[NOM] sera revu"


def test_a_name_without_which_no_sentence_holds_needs_a_capital():
    assert without(["BON", "Jean"], "M. Bon a un bon appétit") == "M. [NOM] a un bon appétit"


@pytest.mark.parametrize(
    "written", ["Dupo-\nnt", "D U P O N T", "du pont", "DUPONT J.", "DUPONT J.-P.", "J.-P. D.", "JP Dupont"]
)
def test_a_name_in_pieces_or_with_initials_is_found(written):
    assert without(["Dupont", "Jean-Pierre"], f"vu {written} hier").replace("].", "]") == "vu [NOM] hier"


@pytest.mark.parametrize(
    "written",
    ["DE  LA\nTOUR", "de la tour", "De-la-Tour", "delatour", "Marie DE LA TOUR", "DE LA TOUR, Marie"],
)
def test_a_name_with_particles_is_found_over_lines_and_spaces(written):
    left = without(["de la Tour", "Marie"], f"vu {written} hier")

    assert "tour" not in left.lower()
    assert "marie" not in left.lower()


def test_a_particle_alone_is_no_name():
    assert without(["de la Roche"], "de la fièvre chez M. de la Roche") == "de la fièvre chez M. [NOM]"


def test_initials_are_found_with_the_name_and_alone():
    assert without(["Jean", "Dupont"], "J. Dupont (J.D.)") == "[NOM] ([NOM])"


def test_an_address_is_found_without_its_number():
    assert without(["12 rue des Lilas"], "vit rue des lilas") == "vit [ADRESSE]"


@given(
    st.text(alphabet="abcdefghijklmnopqrstuvwxyzéèçA-' ", min_size=3, max_size=20).filter(
        lambda name: len(name.strip(" '-")) > 4
    )
)
def test_a_whole_name_written_with_capitals_never_stays(name):
    assert name.strip().upper() not in without([name], f"Vu : {name.strip().upper()} .")
