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

_SMALLEST, _LARGEST = ("min", "ASC"), ("max", "DESC")

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


def _columns(
    con: duckdb.DuckDBPyConnection, candidate: Candidate, table: CandidateTable, floor: int
) -> dict[str, ColumnFacts]:
    spec = candidate.profile.tables[table.name]
    keys = {*spec.primary_key, *spec.person, *(name for key in spec.foreign_keys for name in key.columns)}
    persons = int(_one(con, f"SELECT count(DISTINCT {PERSON}) FROM {scan(table.path)}"))
    return {
        column.name: _column(con, table, column, persons, floor, identifier=column.name in keys)
        for column in table.columns
    }


def _column(
    con: duckdb.DuckDBPyConnection,
    table: CandidateTable,
    column: OutputColumn,
    persons: int,
    floor: int,
    *,
    identifier: bool,
) -> ColumnFacts:
    complete, missing = _missing(con, table, column, floor)
    fractions = column.kind is Kind.DATETIME and _has_fractions(con, table, column)
    if identifier or column.role is Role.DIRECT:
        return ColumnFacts(complete, missing, fractions=fractions)
    low, high = (None, None)
    if column.kind in RANGED and not column.values:
        low, high = _range(con, table, column, floor)
    counted = column.kind in COUNTED or bool(column.values)
    frequent = _frequent(con, table, column, persons, floor) if counted else ()
    return ColumnFacts(complete, missing, low, high, frequent, fractions)


def _missing(
    con: duckdb.DuckDBPyConnection, table: CandidateTable, column: OutputColumn, floor: int
) -> tuple[bool, float | None]:
    value = quote(column.name)
    rows, empty, without, having = con.execute(
        f"SELECT count(*), count(*) - count({value}),"
        f" count(DISTINCT CASE WHEN {value} IS NULL THEN {PERSON} END),"
        f" count(DISTINCT CASE WHEN {value} IS NOT NULL THEN {PERSON} END) FROM {scan(table.path)}"
    ).fetchall()[0]
    hidden = 0 < without < floor or 0 < having < floor
    share = None if empty and hidden else empty / rows if rows else 0.0
    return empty == 0, share


def _has_fractions(con: duckdb.DuckDBPyConnection, table: CandidateTable, column: OutputColumn) -> bool:
    value = quote(column.name)
    return bool(_one(con, f"SELECT count(*) FROM {scan(table.path)} WHERE epoch_us({value}) % 1000000 <> 0"))


def _range(
    con: duckdb.DuckDBPyConnection, table: CandidateTable, column: OutputColumn, floor: int
) -> tuple[str | None, str | None]:
    """Both bounds, or neither when they would cross: there are too few persons to show any."""
    low = _bound(con, table, column, floor, _SMALLEST)
    high = _bound(con, table, column, floor, _LARGEST)
    if low is None or high is None or low > high:  # type: ignore[operator]
        return None, None
    return value_text(low, column.kind), value_text(high, column.kind)


def _bound(
    con: duckdb.DuckDBPyConnection,
    table: CandidateTable,
    column: OutputColumn,
    floor: int,
    side: tuple[str, str],
) -> Value | None:
    """The extreme of the person who comes ``floor``-th when persons are sorted by their own extreme."""
    extreme, order = side
    value = quote(column.name)
    rows = con.execute(
        f"SELECT v FROM (SELECT {extreme}({value}) AS v FROM {scan(table.path)}"
        f" WHERE {value} IS NOT NULL AND {PERSON} IS NOT NULL GROUP BY {PERSON})"
        f" ORDER BY v {order} LIMIT 1 OFFSET {floor - 1}"
    ).fetchall()
    return rows[0][0] if rows else None


def _frequent(
    con: duckdb.DuckDBPyConnection, table: CandidateTable, column: OutputColumn, persons: int, floor: int
) -> tuple[Frequent, ...]:
    value = quote(column.name)
    rows = con.execute(
        f"SELECT {value}, count(DISTINCT {PERSON}) AS n FROM {scan(table.path)} WHERE {value} IS NOT NULL"
        f" GROUP BY {value} HAVING n >= {floor} ORDER BY n DESC, {value} LIMIT {MOST_FREQUENT}"
    ).fetchall()
    return tuple(Frequent(value_text(item, column.kind), count / persons) for item, count in rows)


def value_text(value: Value, kind: Kind) -> str:
    """A value as the CSV writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:04d}" if kind is Kind.YEAR else str(value)


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(con.execute(sql).fetchall()[0][0])
