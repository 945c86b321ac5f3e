"""Which keys still hold in what is published: only those are promised to a reader."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from profiles.model import ForeignKey, Kind
from tables.candidate import Candidate, CandidateTable
from tables.duck import quote, scan

_NUMBERS = {Kind.INTEGER, Kind.NUMBER, Kind.YEAR}


@dataclass(frozen=True)
class Link:
    """A foreign key of the profile between two published tables."""

    columns: tuple[str, ...]
    references: str
    to: tuple[str, ...]
    holds: bool
    """Whether its columns are published on both sides and every row still finds the row it names."""


def primary_key(
    con: duckdb.DuckDBPyConnection, candidate: Candidate, table: CandidateTable
) -> tuple[str, ...]:
    """The primary key of ``table`` if it is published whole, without null, and still unique."""
    key = candidate.profile.tables[table.name].primary_key
    if not key or not set(key) <= {column.name for column in table.columns}:
        return ()
    columns = ", ".join(quote(name) for name in key)
    absent = " OR ".join(f"{quote(name)} IS NULL" for name in key)
    rows = con.execute(
        f"SELECT (SELECT count(*) FROM {scan(table.path)})"
        f" - (SELECT count(*) FROM (SELECT DISTINCT {columns} FROM {scan(table.path)} WHERE NOT ({absent})))"
    ).fetchall()
    return key if rows[0][0] == 0 else ()


def links(con: duckdb.DuckDBPyConnection, candidate: Candidate, table: CandidateTable) -> tuple[Link, ...]:
    """The foreign keys of ``table``, in the order of the profile."""
    return tuple(
        _link(con, candidate, table, key) for key in candidate.profile.tables[table.name].foreign_keys
    )


def _link(
    con: duckdb.DuckDBPyConnection, candidate: Candidate, table: CandidateTable, key: ForeignKey
) -> Link:
    to = key.to or candidate.profile.tables[key.references].primary_key
    parent = candidate.tables.get(key.references)
    holds = parent is not None and _comparable(table, key.columns, parent, to)
    if parent is not None and holds:
        holds = _orphans(con, table, key.columns, parent, to) == 0
    return Link(key.columns, key.references, to, holds)


def _comparable(
    table: CandidateTable, columns: Sequence[str], parent: CandidateTable, to: Sequence[str]
) -> bool:
    """Whether both sides are published, with values that read as the same type."""
    child_kinds = {column.name: _family(column.kind) for column in table.columns}
    parent_kinds = {column.name: _family(column.kind) for column in parent.columns}
    return bool(columns) and all(
        left in child_kinds and right in parent_kinds and child_kinds[left] == parent_kinds[right]
        for left, right in zip(columns, to, strict=True)
    )


def _family(kind: Kind) -> Kind:
    return Kind.NUMBER if kind in _NUMBERS else kind


def _orphans(
    con: duckdb.DuckDBPyConnection,
    table: CandidateTable,
    columns: Sequence[str],
    parent: CandidateTable,
    to: Sequence[str],
) -> int:
    """Distinct references, not wholly null, that name no row of ``parent``."""
    chosen = ", ".join(quote(name) for name in columns)
    given = " OR ".join(f"{quote(name)} IS NOT NULL" for name in columns)
    same = " AND ".join(
        f"c.{quote(left)} IS NOT DISTINCT FROM p.{quote(right)}"
        for left, right in zip(columns, to, strict=True)
    )
    rows = con.execute(
        f"SELECT count(*) FROM (SELECT DISTINCT {chosen} FROM {scan(table.path)} WHERE {given}) AS c"
        f" WHERE NOT EXISTS (SELECT 1 FROM {scan(parent.path)} AS p WHERE {same})"
    ).fetchall()
    return int(rows[0][0])
