import pytest

from profiles.catalogue import Lang, error_text
from profiles.key_chain import domain, effective_transform, is_dropped, root_column
from profiles.person_path import person_path, root_person
from tests.profiles.factories import PROFILE, changed, codes, line_of, load, mistakes

HEAD = "version: 1\nid: essai\ntitle: Essai\nseed: 7\nsecret: ${VITRAIL_KEY?la clé manque}\n"


def profile_of(folder, tables):
    return load(folder, HEAD + tables).profile


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


CHAIN = """\
tables:
  PEOPLE:
    source: {path: a.csv}
    primary_key: [ID]
    person: [ID]
    columns: {ID: {role: direct, transform: pseudonymize}}
  CARE:
    source: {path: b.csv}
    primary_key: [NUM, DAY]
    foreign_keys: [{columns: [ID], references: PEOPLE}]
    columns:
      NUM: {role: other, transform: pseudonymize}
      DAY: {role: quasi, type: date, transform: shift}
      ID: {role: direct, transform: inherit}
  DRUG:
    source: {path: c.csv}
    foreign_keys:
      - {columns: [LIST], references: LISTS}
      - {columns: [NUM, DAY], references: CARE}
    columns:
      NUM: {role: other, transform: pseudonymize}
      DAY: {role: quasi, type: date, transform: inherit}
      LIST: {role: other}
  LISTS:
    source: {path: d.csv}
    primary_key: [LIST]
    foreign_keys: [{columns: [OWNER], references: PEOPLE, optional: true}]
    columns: {LIST: {role: other}, OWNER: {role: direct, transform: inherit}}
"""


def test_the_person_is_found_through_several_tables_by_keys_that_are_never_null(tmp_path):
    profile = profile_of(tmp_path, CHAIN)
    assert [key.references for key in person_path(profile, "DRUG")] == ["CARE", "PEOPLE"]
    assert [key.references for key in person_path(profile, "LISTS")] == ["PEOPLE"]
    assert person_path(profile, "PEOPLE") == ()
    assert root_person(profile, "DRUG") == ("PEOPLE", ("ID",))


def test_inherit_is_followed_to_the_column_that_says_what_to_do(tmp_path):
    profile = profile_of(tmp_path, CHAIN)
    assert root_column(profile, "CARE", "ID") == ("PEOPLE", "ID")
    assert root_column(profile, "DRUG", "DAY") == ("CARE", "DAY")
    assert root_column(profile, "DRUG", "LIST") == ("DRUG", "LIST")
    assert effective_transform(profile, "DRUG", "DAY").shift is not None
    assert not is_dropped(profile, "DRUG", "DAY")


def test_a_pseudonymized_key_shares_the_domain_of_what_it_points_at(tmp_path):
    profile = profile_of(tmp_path, CHAIN)
    assert domain(profile, "DRUG", "NUM") == domain(profile, "CARE", "NUM") == "CARE.NUM"
    assert domain(profile, "LISTS", "OWNER") == "PEOPLE.ID"
    named = CHAIN.replace(
        "NUM: {role: other, transform: pseudonymize}",
        "NUM: {role: other, transform: {pseudonymize: {domain: n}}}",
    )
    assert domain(profile_of(tmp_path, named), "DRUG", "NUM") == "n"


def test_a_table_that_nothing_links_to_a_person_is_refused_unless_it_is_alone(tmp_path):
    alone = "tables: {A: {source: {path: a.csv}, columns: {X: {role: other}}}}\n"
    profile = profile_of(tmp_path, alone)
    assert (person_path(profile, "A"), root_person(profile, "A")) == ((), ("A", ()))
    other = alone.replace(
        "}}}}", "}}}, B: {source: {path: b.csv}, person: [X], columns: {X: {role: other}}}}"
    )
    (mistake,) = mistakes(tmp_path, HEAD + other)
    assert (mistake.code, mistake.facts["table"]) == ("no-person", "A")


def test_tables_that_point_at_each_other_without_a_person_are_refused(tmp_path):
    text = """\
tables:
  A:
    source: {path: a.csv}
    primary_key: [X]
    foreign_keys: [{columns: [X], references: B}]
    columns: {X: {role: other}}
  B:
    source: {path: b.csv}
    primary_key: [X]
    foreign_keys: [{columns: [X], references: A}]
    columns: {X: {role: other}}
"""
    assert codes(tmp_path, HEAD + text) == ["no-person", "no-person"]


def test_columns_that_inherit_in_a_circle_are_refused(tmp_path):
    text = """\
tables:
  A:
    source: {path: a.csv}
    primary_key: [X]
    foreign_keys: [{columns: [X], references: B}]
    columns: {X: {role: other, transform: inherit}}
  B:
    source: {path: b.csv}
    primary_key: [X]
    foreign_keys: [{columns: [X], references: A}]
    columns: {X: {role: other, transform: inherit}}
"""
    assert codes(tmp_path, HEAD + text) == ["inherit-cycle", "inherit-cycle"]


def test_a_row_may_point_at_another_row_of_its_table(tmp_path):
    text = """\
tables:
  A:
    source: {path: a.csv}
    primary_key: [X]
    person: [X]
    foreign_keys: [{columns: [MOTHER], references: A, optional: true}]
    columns:
      X: {role: direct, transform: pseudonymize}
      MOTHER: {role: direct, transform: inherit}
"""
    assert domain(profile_of(tmp_path, text), "A", "MOTHER") == "A.X"


TWO_WAYS = """\
tables:
  A:
    source: {path: a.csv}
    primary_key: [X]
    person: [X]
    columns: {X: {role: direct, transform: pseudonymize}}
  B:
    source: {path: b.csv}
    primary_key: [X]
    person: [X]
    columns: {X: {role: direct, transform: pseudonymize}}
  C:
    source: {path: c.csv}
    foreign_keys: [{columns: [X], references: A}, {columns: [X], references: B}]
    columns: {X: {role: direct, transform: inherit}}
"""


def test_inherit_from_two_different_columns_is_ambiguous(tmp_path):
    (mistake,) = mistakes(tmp_path, HEAD + TWO_WAYS)
    assert (mistake.code, mistake.place.line) == (
        "inherit-ambiguous",
        line_of(HEAD + TWO_WAYS, "transform: inherit"),
    )


def test_inherit_by_two_ways_to_the_same_column_is_clear(tmp_path):
    head, tail = TWO_WAYS.split("  B:\n")
    tail = tail.replace("person: [X]", "foreign_keys: [{columns: [X], references: A}]", 1)
    same = head + "  B:\n" + tail.replace("pseudonymize", "inherit", 1)
    assert root_column(profile_of(tmp_path, same), "C", "X") == ("A", "X")


DATED = """\
tables:
  PEOPLE:
    source: {path: a.csv}
    primary_key: [ID]
    person: [ID]
    columns: {ID: {role: direct, transform: pseudonymize}}
  ACT:
    source: {path: b.csv}
    primary_key: [DAY]
    foreign_keys: [{columns: [ID], references: PEOPLE}]
    columns: {ID: {role: direct, transform: inherit}, DAY: {role: quasi, type: date, transform: shift}}
  NOTE:
    source: {path: c.csv}
    foreign_keys: [{columns: [ID], references: PEOPLE}, {columns: [DAY], references: ACT}]
    columns: {ID: {role: direct, transform: inherit}, DAY: {role: quasi, type: date, transform: inherit}}
"""


def test_a_shifted_date_joins_only_rows_of_one_person(tmp_path):
    assert codes(tmp_path, HEAD + DATED) == ["key-shift"]
    truncated = DATED.replace("transform: shift", "transform: {truncate: {to: month}}")
    assert codes(tmp_path, HEAD + truncated) == []


def test_rare_values_of_a_key_cannot_be_suppressed(tmp_path):
    text = CHAIN.replace("LIST: {role: other}, OWNER", "LIST: {role: other, transform: suppress_rare}, OWNER")
    text = text.replace("      LIST: {role: other}", "      LIST: {role: other, transform: inherit}")
    assert codes(tmp_path, HEAD + text) == ["key-rare"]


def test_a_key_dropped_on_one_side_is_no_longer_a_join(tmp_path):
    text = CHAIN.replace("      LIST: {role: other}", "      LIST: {role: other, transform: drop}")
    assert codes(tmp_path, HEAD + text) == []


def test_a_kept_copy_of_a_dropped_identifier_is_refused(tmp_path):
    text = changed(
        ("      ID: {role: direct, transform: pseudonymize}", "      ID: {role: direct, transform: drop}"),
        ("      ID: {role: direct, transform: inherit}", "      ID: {role: other, transform: keep}"),
    )
    assert codes(tmp_path, text) == ["direct-pointed-unprotected"]


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


def test_second_part_of_a_key_may_inherit_from_the_first_in_its_home_table(tmp_path):
    profile = profile_of(
        tmp_path,
        "tables:\n"
        "  PERSONS:\n"
        "    source: {path: persons.csv}\n"
        "    primary_key: [ID, RANK]\n"
        "    person: [ID, RANK]\n"
        "    columns:\n"
        "      ID: {role: direct, transform: pseudonymize}\n"
        "      RANK: {role: direct, transform: inherit}\n",
    )

    assert root_column(profile, "PERSONS", "RANK") == ("PERSONS", "ID")
    assert effective_transform(profile, "PERSONS", "RANK").pseudonymize is not None


BODY = """\
tables:
  PEOPLE:
    source: {path: a.csv}
    primary_key: [ID]
    person: [ID]
    columns:
      ID: {role: direct, transform: surrogate}
      BORN: {role: quasi, type: date, transform: {age_at: {column: SEEN}, tail: {top_share: 0.01}}}
      SEEN: {role: quasi, type: date, transform: {interval_since: {first: [PEOPLE.SEEN]}, bin: {width: 30}}}
      COST: {role: other, type: number, transform: {microaggregate: {together: [DAYS]}}}
      DAYS: {role: other, type: integer, transform: {microaggregate: {together: [COST]}}}
      TOWN: {role: quasi, transform: {swap: {within: [COST]}}}
      NAME: {role: direct, transform: drop}
"""


def test_steps_that_look_beyond_their_column_are_accepted_when_it_is_there(tmp_path):
    assert codes(tmp_path, HEAD + BODY) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("age_at: {column: SEEN}", "age_at: {column: TOWN}", ["step-date-unknown"]),
        ("age_at: {column: SEEN}", "age_at: {column: SEE}", ["step-date-unknown"]),
        ("age_at: {column: SEEN}", "age_at: {column: SEEN, date: 2020-01-01}", ["age-at-date"]),
        ("[PEOPLE.SEEN]", "[SEEN]", ["step-date-unknown"]),
        ("within: [COST]", "within: [NAME]", ["step-column-unknown"]),
        ("within: [COST]", "within: [TOWN]", ["step-column-unknown"]),
        ("together: [DAYS]", "together: [TOWN]", ["step-together", "step-together"]),
        ("together: [DAYS]", "persons: 5, together: [DAYS]", ["step-together", "step-together"]),
        (
            "{microaggregate: {together: [DAYS]}}",
            "{tail: {top_share: 0.1}, microaggregate: {together: [DAYS]}}",
            ["step-together", "step-together"],
        ),
        ("tail: {top_share: 0.01}", "tail: {persons: 5}", ["tail-empty"]),
        ("{swap: {within: [COST]}}", "{noise: {scale: 1}}", ["step-type"]),
        ("interval_since: {first: [PEOPLE.SEEN]}, ", "", ["step-type"]),
    ],
)
def test_a_step_that_looks_beyond_its_column_finds_what_it_names(tmp_path, old, new, expected):
    assert old in BODY
    assert codes(tmp_path, HEAD + BODY.replace(old, new)) == expected


@pytest.mark.parametrize("step", ["swap", "{noise: {scale: 1}}", "{tail: {top_share: 0.1}}"])
def test_a_key_is_not_changed_by_what_depends_on_more_than_its_value(tmp_path, step):
    text = CHAIN.replace(
        "LIST: {role: other}, OWNER", f"LIST: {{role: other, type: integer, transform: {step}}}, OWNER"
    )
    text = text.replace(
        "      LIST: {role: other}", "      LIST: {role: other, type: integer, transform: inherit}"
    )
    assert codes(tmp_path, HEAD + text) == ["key-changed"]


def test_a_surrogate_needs_a_secret(tmp_path):
    text = "\n".join(line for line in HEAD.splitlines() if not line.startswith("secret")) + "\n" + BODY
    assert codes(tmp_path, text) == ["secret-needed"]
