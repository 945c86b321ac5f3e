"""One row a person: columns of several tables gathered by person, as one SQL relation.

A column of a table with at most one row a person stays a plain value (null when the person is
absent from it). A column of any other table becomes the sorted set of its distinct values, nulls
left aside (empty when the person has none). Suppression and every attacker start from here, so
that they count the same persons.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from tables.candidate import PERSON
from tables.duck import quote, scan

HARDLY, NEARLY_NONE = 0.05, 0.1
"""Shares of all persons, and of those with several rows, up to which two values are an exception."""
Reference = tuple[str, str]
"""A table and one of its columns."""


def reference_name(table: str, column: str) -> str:
    """Name of a column in the relation: ``TABLE.COLUMN``, as profiles write it."""
    return f"{table}.{column}"


def is_person_level(con: duckdb.DuckDBPyConnection, path: Path) -> bool:
    """Whether each person has at most one row in the table at ``path``."""
    rows = con.execute(f"SELECT count(*) = count(DISTINCT {PERSON}) FROM {scan(path)}").fetchall()
    return bool(rows[0][0])


def telling_persons(
    con: duckdb.DuckDBPyConnection, path: Path, columns: Sequence[str], *, names_person: bool
) -> frozenset[str]:
    """Those of ``columns`` that say something lasting of a person, however many rows each one has.

    Nearly all those with several rows repeat one value (a sex or a year of birth beside each event), or,
    in a table that itself names its person, hardly anybody has two values (a few persons entered twice).
    """
    # Persons are counted first: it is cheap, and where each has one row there is nothing to compare.
    if not columns or is_person_level(con, path):
        return frozenset(columns)
    values = [quote(column) for column in columns]
    several = [f"min({value}) <> max({value}) AS c{number}" for number, value in enumerate(values)]
    counted = [f"count(*) FILTER (WHERE c{number})" for number in range(len(values))]
    persons, repeated, *varied = con.execute(
        f"SELECT count(*), count(*) FILTER (WHERE rows > 1), {', '.join(counted)} FROM"
        f" (SELECT count(*) AS rows, {', '.join(several)} FROM {scan(path)} GROUP BY {PERSON})"
    ).fetchall()[0]
    return frozenset(
        column
        for column, number in zip(columns, varied, strict=True)
        if number <= NEARLY_NONE * repeated or (names_person and number <= HARDLY * persons)
    )


def persons_sql(tables: Mapping[str, Path]) -> str:
    """SQL of the distinct persons of all ``tables``, in one column ``__person``, in no order."""
    return " UNION ".join(f"SELECT DISTINCT {PERSON} FROM {scan(path)}" for path in tables.values())


def person_rows_sql(
    con: duckdb.DuckDBPyConnection,
    tables: Mapping[str, Path],
    references: Sequence[Reference],
    empty: str = "[]",
) -> str:
    """SQL of a relation with ``__person`` and one column per reference, one row a person.

    Persons are those of all ``tables``, even of tables without any reference. Columns are named
    by :func:`reference_name`. The relation has no order: the reader must add one. DuckDB and Spark both
    run it; ``empty``: how the engine of ``con`` writes the empty list.
    """
    values: dict[Reference, str] = {}
    joins = [f"({persons_sql(tables)}) AS p"]
    for number, table in enumerate(dict.fromkeys(table for table, _ in references)):
        wanted = list(dict.fromkeys(column for owner, column in references if owner == table))
        single = is_person_level(con, tables[table])
        one = _plain(tables[table], wanted) if single else _sets(tables[table], wanted)
        joins.append(f"LEFT JOIN ({one}) AS t{number} USING ({PERSON})")
        for position, column in enumerate(wanted):
            value = f"t{number}.c{position}"
            values[table, column] = value if single else f"coalesce({value}, {empty})"
    columns = [f"{values[item]} AS {quote(reference_name(*item))}" for item in dict.fromkeys(references)]
    return f"SELECT {', '.join([PERSON, *columns])} FROM {' '.join(joins)}"


def _plain(path: Path, columns: Sequence[str]) -> str:
    values = [f"{quote(column)} AS c{position}" for position, column in enumerate(columns)]
    return f"SELECT {', '.join([PERSON, *values])} FROM {scan(path)}"


def _sets(path: Path, columns: Sequence[str]) -> str:
    values = [
        f"array_sort(array_agg(DISTINCT {name}) FILTER (WHERE {name} IS NOT NULL)) AS c{position}"
        for position, name in enumerate(map(quote, columns))
    ]
    return f"SELECT {', '.join([PERSON, *values])} FROM {scan(path)} GROUP BY {PERSON}"
