"""Statistics rest on persons, never on rows, and never on fewer than the floor."""

import pyarrow as pa
import pytest

from profiles.model import Kind
from release.facts import Frequent, gather, value_text
from tables.candidate import PERSON
from tests.release.factories import candidate_of, loaded_profile

PROFILE = """
version: 1
id: essai
title: essai
seed: 1
tables:
  T:
    source: {path: t.csv}
    person: [ID]
    columns:
      ID: {role: direct, transform: pseudonymize}
      AGE: {role: quasi, type: integer}
      CODE: {role: sensitive}
      WARD: {role: other, type: integer, values: {1: nord, 2: sud}}
      WHO: {role: direct, transform: pseudonymize}
secret: ${VITRAIL_KEY?absente}
"""


def facts(folder, floor, **columns):
    loaded = loaded_profile(folder, PROFILE)
    persons = columns.pop("persons")
    table = pa.table({PERSON: list(persons), **{name: pa.array(values) for name, values in columns.items()}})
    return gather(candidate_of(loaded, folder / "work", {"T": table}), floor)["T"].columns


def test_the_range_starts_where_enough_persons_are(tmp_path):
    found = facts(tmp_path, 3, persons="abcdefgh", AGE=[1, 2, 3, 4, 5, 6, 7, 99])
    assert (found["AGE"].low, found["AGE"].high) == ("3", "6")


def test_a_person_with_many_rows_counts_once_in_the_range(tmp_path):
    found = facts(tmp_path, 2, persons="aaabcdd", AGE=[1, 1, 1, 20, 30, 90, 95])
    assert (found["AGE"].low, found["AGE"].high) == ("20", "30")


def test_no_range_when_its_ends_would_cross(tmp_path):
    found = facts(tmp_path, 3, persons="abcd", AGE=[1, 2, 3, 4])
    assert (found["AGE"].low, found["AGE"].high) == (None, None)


def test_no_range_when_there_are_fewer_persons_than_the_floor(tmp_path):
    found = facts(tmp_path, 3, persons="aabb", AGE=[1, 1, 1, 1])
    assert (found["AGE"].low, found["AGE"].high) == (None, None)


def test_a_value_is_frequent_by_persons_not_by_rows(tmp_path):
    found = facts(tmp_path, 2, persons="aaaabcd", CODE=["x", "x", "x", "x", "y", "y", None])
    assert found["CODE"].frequent == (Frequent("y", 0.5),)


def test_a_coded_number_has_frequencies_and_no_range(tmp_path):
    found = facts(tmp_path, 2, persons="abcd", WARD=[1, 1, 2, 2])
    assert found["WARD"].frequent == (Frequent("1", 0.5), Frequent("2", 0.5))
    assert found["WARD"].low is None


def test_an_identifier_has_no_statistic(tmp_path):
    found = facts(tmp_path, 2, persons="abc", ID=["p", "p", "p"], WHO=["q", "q", "q"])
    assert found["ID"].frequent == found["WHO"].frequent == ()


@pytest.mark.parametrize(
    ("codes", "missing", "complete"),
    [
        (["x"] * 6, 0.0, True),
        (["x", "x", "x", None, None, None], 0.5, False),
        (["x", "x", "x", "x", "x", None], None, False),
        (["x", None, None, None, None, None], None, False),
        ([None] * 6, 1.0, False),
    ],
)
def test_the_missing_share_is_told_when_enough_persons_are_on_both_sides(tmp_path, codes, missing, complete):
    found = facts(tmp_path, 3, persons="abcdef", CODE=pa.array(codes, pa.string()))
    assert (found["CODE"].missing, found["CODE"].complete) == (missing, complete)


def test_an_empty_table_has_no_statistic(tmp_path):
    found = facts(tmp_path, 3, persons="", AGE=pa.array([], pa.int64()))
    assert (found["AGE"].low, found["AGE"].missing, found["AGE"].complete) == (None, 0.0, True)


def test_a_year_is_written_on_four_digits():
    assert value_text(33, Kind.YEAR) == "0033"
