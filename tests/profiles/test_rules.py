import pytest

from profiles.catalogue import Lang, error_text
from tests.profiles.factories import PROFILE, changed, codes, line_of, mistakes


@pytest.mark.parametrize(
    ("old", "new", "code", "at"),
    [
        ("primary_key: [ID, RANK]", "primary_key: [ID, RANC]", "column-unknown-near", "primary_key"),
        ("person: [ID, RANK]", "person: [ID, ID]", "column-repeated", "person:"),
        ("columns: [ID, RANK]", "columns: [ID, ZZZ]", "column-unknown", "foreign_keys"),
        ("references: PERSONS", "references: PERSON", "table-unknown-near", "foreign_keys"),
        ("references: PERSONS", "references: ZZZ", "table-unknown", "foreign_keys"),
        ("references: PERSONS", "references: PERSONS, to: [ID, SEXE]", "column-unknown-near", "foreign_keys"),
        ("references: PERSONS", "references: PERSONS, to: [ID]", "key-sizes-differ", "foreign_keys"),
        ("    primary_key: [ID, RANK]\n", "", "target-without-key", "foreign_keys"),
        (
            "CODE: {role: sensitive}",
            "CODE: {role: sensitive, transform: inherit}",
            "inherit-without-key",
            "CODE:",
        ),
        ("CODE: {role: sensitive}", "__CODE: {role: sensitive}", "column-name", "__CODE"),
        ("CODE: {role: sensitive}", "File_Row_Number: {role: sensitive}", "column-name", "File_Row"),
        ("CODE: {role: sensitive}", "when: {role: sensitive}", "same-but-case", "WHEN:"),
        ("  EVENTS:", "  con:", "table-name", "con:"),
        ("  EVENTS:", "  ../EVENTS:", "table-name", "../EVENTS:"),
        ("  EVENTS:", "  Persons:", "same-but-case", "Persons:"),
        ("CODE: {role: sensitive}", "CODE: {role: direct}", "direct-unprotected", "CODE:"),
        (
            "CODE: {role: sensitive}",
            "CODE: {role: direct, transform: {map: {values: {a: b}}}}",
            "direct-unprotected",
            "CODE:",
        ),
        ("CODE: {role: sensitive}", "CODE: {role: sensitive, transform: shift}", "step-type", "CODE:"),
        (
            "CODE: {role: sensitive}",
            "CODE: {role: sensitive, transform: {round: {to: 2}}}",
            "step-type",
            "CODE:",
        ),
        ("type: year", "type: date", "step-type", "BORN:"),
        ("CODE: {role: sensitive}", "CODE: {role: sensitive, format: '%d'}", "format-not-date", "CODE:"),
        (
            "type: date, transform: shift}\n  EVENTS",
            "type: date, format: JJ, transform: shift}\n  EVENTS",
            "format-empty",
            "DIED:",
        ),
        ("values: {1: homme", "type: integer, values: {H: homme", "value-type", "SEX:"),
        ("PERSONS.SEX, ", "PERSONS.SEXE, ", "reference-unknown-near", "knowledge"),
        ("PERSONS.SEX, ", "ZZZ, ", "reference-unknown", "knowledge"),
        ("PERSONS.SEX, ", "PERSONS.BORN, ", "column-repeated", "knowledge"),
        (
            "secret: ${VITRAIL_KEY?la clé manque}\n",
            "",
            "secret-needed",
            "ID: {role: direct, transform: pseudonymize",
        ),
        (
            "ID: {role: direct, transform: inherit}",
            "ID: {role: other}",
            "direct-pointed-unprotected",
            "ID: {role: other",
        ),
        (
            "RANK: {role: direct, transform: inherit}",
            "RANK: {role: direct, transform: {constant: {value: x}}}",
            "join-broken",
            "constant",
        ),
        (
            "RANK: {role: direct, transform: inherit}",
            "RANK: {role: direct, transform: {pseudonymize: {domain: x}}}",
            "join-broken",
            "domain",
        ),
        (
            "RANK: {role: direct, transform: inherit}",
            "RANK: {role: direct, type: integer, transform: inherit}",
            "key-types-differ",
            "foreign_keys",
        ),
    ],
)
def test_each_broken_rule_is_told_once_at_its_line(tmp_path, old, new, code, at):
    text = changed((old, new)).replace("EVENTS.CODE", "EVENTS.WHEN")
    text = text if "  EVENTS:" in text else text.replace("EVENTS.WHEN", "PERSONS.SEX")
    (mistake,) = mistakes(tmp_path, text)
    assert (mistake.code, mistake.place.line) == (code, line_of(text, at))
    assert all(error_text(mistake, lang) for lang in Lang)


def test_a_secret_column_that_is_dropped_cannot_be_measured(tmp_path):
    text = changed(("CODE: {role: sensitive}", "CODE: {role: sensitive, transform: drop}"))
    assert codes(tmp_path, text) == ["reference-dropped"]


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("SEX", "PERSONS.SEX"),
        ("PERSON.SEX", "PERSONS.SEX"),
        ("PERSONS.sex", "PERSONS.SEX"),
        ("EVENT.CODES", "EVENTS.CODE"),
    ],
)
def test_a_column_badly_named_is_found_again(tmp_path, name, near):
    (mistake,) = mistakes(tmp_path, changed(("PERSONS.SEX", name)))
    assert mistake.facts["near"] == near


@pytest.mark.parametrize(
    ("anonymity", "code"),
    [
        ("{l: {PERSONS.SEXE: 2}}", "reference-unknown-near"),
        ("{t: {PERSONS.ID.X: 0.2}}", "reference-unknown-near"),
        ("{l: {PERSONS.SEX: 1}}", "too-small"),
        ("{l: {PERSONS.SEX: {entropy: 1}}}", "not-above"),
        ("{l: {PERSONS.SEX: {recursive: {c: 2, l: 1}}}}", "too-small"),
        ("{l: {PERSONS.SEX: {recursive: {c: 0, l: 2}}}}", "not-above"),
        ("{l: {PERSONS.SEX: {distinct: 2, entropy: 2}}}", "diversity-one"),
        ("{l: {PERSONS.SEX: {}}}", "diversity-one"),
        ("{l: {PERSONS.SEX: {entropie: 2}}}", "unknown-key-near"),
        ("{t: {PERSONS.SEX: 1}}", "share-outside"),
        ("{t: {PERSONS.SEX: nan}}", "not-number"),
        ("{suppression: 1.5}", "too-large"),
    ],
)
def test_a_class_threshold_names_a_published_column_and_asks_something(tmp_path, anonymity, code):
    assert codes(tmp_path, PROFILE + f"anonymity: {anonymity}\n") == [code]


@pytest.mark.parametrize(
    ("export", "code"),
    [
        ("{to: out, licence: etalab-2}", "bad-word-near"),
        ("{to: out, licence: [etalab-2.0, zzz]}", "bad-word"),
        ("{to: out, licence: []}", "empty-list"),
        ("{to: out, frequency: anual}", "bad-word-near"),
        ("{to: out, issued: 12/2025}", "not-iso-date"),
    ],
)
def test_the_words_of_an_export_are_known(tmp_path, export, code):
    assert codes(tmp_path, PROFILE + f"export: {export}\n") == [code]


def test_an_export_written_in_capitals_is_the_same_licence(tmp_path):
    assert (
        codes(tmp_path, PROFILE + "export: {to: out, licence: [CC-BY-4.0, ODbL-1.0], frequency: annual}\n")
        == []
    )


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [
        ("type: integer", "{-1: a, +2: b, 03: c}", "{1.5: a}"),
        ("type: number", "{1.5: a, .5: b, 1e3: c}", "{'1,5': a}"),
        ("type: date", "{2020-02-29: a}", "{31/12/2020: a}"),
        ("type: date, format: '%d/%m/%Y'", "{29/02/2020: a}", "{31/02/2020: a}"),
        ("type: text", "{n: a}", None),
    ],
)
def test_declared_values_read_as_the_type(tmp_path, column, good, bad):
    for values, expected in ((good, []), (bad, ["value-type"])):
        if values is not None:
            text = changed(("values: {1: homme, 2: femme}", f"{column}, values: {values}"))
            assert codes(tmp_path, text) == expected


def test_a_decimal_comma_is_that_of_the_source(tmp_path):
    text = changed(
        ("values: {1: homme, 2: femme}", "type: number, values: {'1,5': a}"),
        ("{path: persons.csv}", "{path: persons.csv, decimal: ','}"),
    )
    assert codes(tmp_path, text) == []
