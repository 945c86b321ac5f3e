import pytest

from profiles.key_chain import domain, effective_transform, is_dropped, root_column
from profiles.person_path import person_path, root_person
from tests.profiles.factories import HEAD, changed, codes, line_of, mistakes, profile_of

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


@pytest.mark.parametrize("step", ["swap", "{noise: {scale: 1}}", "{tail: {top_share: 0.1}}"])
def test_a_key_is_not_changed_by_what_depends_on_more_than_its_value(tmp_path, step):
    text = CHAIN.replace(
        "LIST: {role: other}, OWNER", f"LIST: {{role: other, type: integer, transform: {step}}}, OWNER"
    )
    text = text.replace(
        "      LIST: {role: other}", "      LIST: {role: other, type: integer, transform: inherit}"
    )
    assert codes(tmp_path, HEAD + text) == ["key-changed"]
