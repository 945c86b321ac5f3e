"""What the documents say about the published values, counted by persons and above the policy's floor."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from profiles.model import Kind, Role
from release.csv_out import number_text
from release.keys import Link, links, primary_key
from tables.candidate import PERSON, Candidate, CandidateTable, OutputColumn
from tables.duck import connect, quote, scan

RANGED = {Kind.INTEGER, Kind.NUMBER, Kind.DATE, Kind.DATETIME, Kind.YEAR}
COUNTED = {Kind.TEXT, Kind.BOOLEAN, Kind.YEAR}
MOST_FREQUENT = 10

Value = str | int | float | bool | date | datetime


@dataclass(frozen=True)
class Frequent:
    """A value and the share of the table's persons who have it at least once."""

    value: str
    share: float


@dataclass(frozen=True)
class ColumnFacts:
    """What may be said of one published column."""

    complete: bool
    """Whether no row lacks a value."""
    missing: float | None = 0.0
    """Share of rows without a value; None when fewer persons than the floor lack one, or have one."""
    low: str | None = None
    """Smallest value such that at least the floor of persons have a value at or below it."""
    high: str | None = None
    frequent: tuple[Frequent, ...] = ()
    """Values carried by at least the floor of persons, most frequent first."""
    fractions: bool = False
    """Whether a datetime has a part below the second."""


@dataclass(frozen=True)
class TableFacts:
    """What may be said of one published table."""

    table: CandidateTable
    columns: Mapping[str, ColumnFacts]
    primary_key: tuple[str, ...]
    """Empty when it is not published whole or is not unique any more."""
    links: tuple[Link, ...]


def gather(candidate: Candidate, floor: int) -> dict[str, TableFacts]:
    """The facts of every table of ``candidate``; ``floor``: distinct persons behind any statistic."""
    con = connect(candidate.folder)
    try:
        return {
            name: TableFacts(
                table=table,
                columns=_columns(con, candidate, table, floor),
                primary_key=primary_key(con, candidate, table),
                links=links(con, candidate, table),
            )
            for name, table in candidate.tables.items()
        }
    finally:
        con.close()


@dataclass(frozen=True)
class _Counts:
    """What every statistic of a table starts from."""

    rows: int
    persons: int
    values: Mapping[str, int]
    """Column -> rows that have a value."""
    floor: int


def _columns(
    con: duckdb.DuckDBPyConnection, candidate: Candidate, table: CandidateTable, floor: int
) -> dict[str, ColumnFacts]:
    spec = candidate.profile.tables[table.name]
    keys = {*spec.primary_key, *spec.person, *(name for key in spec.foreign_keys for name in key.columns)}
    counts = _counts(con, table, floor)
    return {
        column.name: _column(con, table, column, counts, identifier=column.name in keys)
        for column in table.columns
    }


def _counts(con: duckdb.DuckDBPyConnection, table: CandidateTable, floor: int) -> _Counts:
    names = [column.name for column in table.columns]
    values = "".join(f", count({quote(name)})" for name in names)
    rows, persons, *found = con.execute(
        f"SELECT count(*), count(DISTINCT {PERSON}){values} FROM {scan(table.path)}"
    ).fetchall()[0]
    return _Counts(rows, persons, dict(zip(names, found, strict=True)), floor)


def _column(
    con: duckdb.DuckDBPyConnection,
    table: CandidateTable,
    column: OutputColumn,
    counts: _Counts,
    *,
    identifier: bool,
) -> ColumnFacts:
    complete = counts.values[column.name] == counts.rows
    missing = 0.0 if complete else _missing(con, table, column, counts)
    fractions = column.kind is Kind.DATETIME and _has_fractions(con, table, column)
    if identifier or column.role is Role.DIRECT:
        return ColumnFacts(complete, missing, fractions=fractions)
    low, high = (None, None)
    if column.kind in RANGED and not column.values:
        low, high = _range(con, table, column, counts.floor)
    counted = column.kind in COUNTED or bool(column.values)
    frequent = _frequent(con, table, column, counts) if counted else ()
    return ColumnFacts(complete, missing, low, high, frequent, fractions)


def _missing(
    con: duckdb.DuckDBPyConnection, table: CandidateTable, column: OutputColumn, counts: _Counts
) -> float | None:
    """Share of rows without a value; None when fewer persons than the floor lack one, or have one."""
    value = quote(column.name)
    without, having = con.execute(
        f"SELECT count(DISTINCT CASE WHEN {value} IS NULL THEN {PERSON} END),"
        f" count(DISTINCT CASE WHEN {value} IS NOT NULL THEN {PERSON} END) FROM {scan(table.path)}"
    ).fetchall()[0]
    if 0 < without < counts.floor or 0 < having < counts.floor:
        return None
    return 1 - counts.values[column.name] / counts.rows


def _has_fractions(con: duckdb.DuckDBPyConnection, table: CandidateTable, column: OutputColumn) -> bool:
    value = quote(column.name)
    rows = con.execute(
        f"SELECT count(*) FROM {scan(table.path)} WHERE epoch_us({value}) % 1000000 <> 0"
    ).fetchall()
    return bool(rows[0][0])


def _range(
    con: duckdb.DuckDBPyConnection, table: CandidateTable, column: OutputColumn, floor: int
) -> tuple[str | None, str | None]:
    """The extremes of the persons who come ``floor``-th from each end.

    Neither when they would cross: there are too few persons to show any.
    """
    value = quote(column.name)
    low, high = con.execute(
        f"WITH each AS (SELECT min({value}) AS low, max({value}) AS high FROM {scan(table.path)}"
        f" WHERE {value} IS NOT NULL AND {PERSON} IS NOT NULL GROUP BY {PERSON})"
        f" SELECT (SELECT low FROM each ORDER BY low LIMIT 1 OFFSET {floor - 1}),"
        f" (SELECT high FROM each ORDER BY high DESC LIMIT 1 OFFSET {floor - 1})"
    ).fetchall()[0]
    if low is None or high is None or low > high:
        return None, None
    return value_text(low, column.kind), value_text(high, column.kind)


def _frequent(
    con: duckdb.DuckDBPyConnection, table: CandidateTable, column: OutputColumn, counts: _Counts
) -> tuple[Frequent, ...]:
    value = quote(column.name)
    rows = con.execute(
        f"SELECT {value}, count(DISTINCT {PERSON}) AS __n FROM {scan(table.path)} WHERE {value} IS NOT NULL"
        f" GROUP BY {value} HAVING __n >= {counts.floor} ORDER BY __n DESC, {value} LIMIT {MOST_FREQUENT}"
    ).fetchall()
    return tuple(Frequent(value_text(item, column.kind), count / counts.persons) for item, count in rows)


def value_text(value: Value, kind: Kind) -> str:
    """A value as the CSV writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:04d}" if kind is Kind.YEAR else str(value)
