"""One row a person, on tables small enough to check by hand."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tables.candidate import PERSON
from tables.person_rows import is_person_level, person_rows_sql, persons_sql, telling_persons


def write(folder: Path, name: str, columns: dict[str, list[object]]) -> Path:
    path = folder / f"{name}.parquet"
    pq.write_table(pa.table(columns), path)
    return path


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture
def tables(tmp_path: Path) -> dict[str, Path]:
    return {
        "people": write(tmp_path, "people", {PERSON: ["a", "b", "c"], "sex": ["1", "2", None]}),
        "drug.s": write(
            tmp_path,
            "drugs",
            {
                PERSON: ["b", "a", "a", "a", "d", "b"],
                'co"de': ["Z", "B", "A", "B", "C", None],
                "boxes": [5, 3, 10, 3, 1, 5],
            },
        ),
    }


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    return con.execute(f"SELECT * FROM ({sql}) ORDER BY {PERSON}").fetchall()


def test_a_table_is_person_level_when_nobody_has_two_rows(con, tables):
    assert is_person_level(con, tables["people"])
    assert not is_person_level(con, tables["drug.s"])


def test_an_empty_table_is_person_level(con, tmp_path):
    empty = tmp_path / "empty.parquet"
    pq.write_table(pa.table({PERSON: pa.array([], pa.string())}), empty)
    assert is_person_level(con, empty)


def test_a_column_tells_a_person_when_rows_repeat_it_whatever_their_number(con, tmp_path):
    path = write(
        tmp_path,
        "visits",
        {
            PERSON: ["a", "a", "b", "b", "b", "c"],
            "born": [1930, 1930, 1950, None, 1950, 1970],
            "day": [1, 2, 1, 3, 4, 5],
        },
    )
    assert telling_persons(con, path, ["born"], names_person=False)
    assert not telling_persons(con, path, ["day"], names_person=True)


def test_one_person_with_two_values_does_not_make_a_column_one_of_events(con, tmp_path):
    path = write(
        tmp_path,
        "people",
        {PERSON: ["p0", *(f"p{n}" for n in range(40))], "born": [1900, *range(1920, 1960)]},
    )
    assert not is_person_level(con, path)
    assert telling_persons(con, path, ["born"], names_person=True)
    assert not telling_persons(con, path, ["born"], names_person=False)


def test_events_become_a_sorted_set_without_nulls(con, tables):
    sql = person_rows_sql(con, tables, [("drug.s", 'co"de'), ("drug.s", "boxes")])
    assert rows(con, sql) == [("a", ["A", "B"], [3, 10]), ("b", ["Z"], [5]), ("c", [], []), ("d", ["C"], [1])]


def test_a_person_level_column_stays_a_plain_value_and_the_absent_have_null(con, tables):
    sql = person_rows_sql(con, tables, [("people", "sex")])
    assert rows(con, sql) == [("a", "1"), ("b", "2"), ("c", None), ("d", None)]


def test_columns_are_named_by_table_and_column_in_the_order_of_the_references(con, tables):
    sql = person_rows_sql(con, tables, [("drug.s", "boxes"), ("people", "sex"), ("drug.s", 'co"de')])
    names = [item[0] for item in con.execute(sql).description]
    assert names == [PERSON, "drug.s.boxes", "people.sex", 'drug.s.co"de']


def test_without_reference_the_relation_lists_every_person(con, tables):
    assert rows(con, person_rows_sql(con, tables, [])) == [("a",), ("b",), ("c",), ("d",)]
    assert rows(con, persons_sql(tables)) == [("a",), ("b",), ("c",), ("d",)]


def test_a_folder_with_a_quote_and_brackets_is_read(con, tmp_path):
    folder = tmp_path / "l'an [2023]*"
    folder.mkdir()
    path = write(folder, "t[1]", {PERSON: ["x"], "v": [1]})
    assert rows(con, person_rows_sql(con, {"t": path}, [("t", "v")])) == [("x", 1)]
