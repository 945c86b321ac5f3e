"""What becomes of rows that point at the rows of persons who are left out.

The rows of these persons go from every table. A foreign key of somebody else that pointed at one
of them becomes null; when one of its columns names the row or its person, the row can't stay
without it and goes too, and so on for the rows that pointed at that one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from profiles.key_chain import target_columns
from profiles.model import ForeignKey, Profile
from profiles.person_path import person_path
from tables.candidate import PERSON
from tables.duck import quote, scan

ROW = "file_row_number"


@dataclass(frozen=True)
class Link:
    """A foreign key whose columns are published on both sides."""

    table: str
    key: ForeignKey
    to: tuple[str, ...]
    vital: bool
    """Whether a row can't stay without it."""


def published_links(profile: Profile, columns: Mapping[str, set[str]]) -> list[Link]:
    """The foreign keys that the release still shows; ``columns``: published ones of each table."""
    links = []
    for table, spec in profile.tables.items():
        for key in spec.foreign_keys:
            to = target_columns(profile, key)
            if set(key.columns) <= columns[table] and set(to) <= columns[key.references]:
                links.append(Link(table, key, to, _is_vital(profile, table, key)))
    return links


def _is_vital(profile: Profile, table: str, key: ForeignKey) -> bool:
    spec, path = profile.tables[table], person_path(profile, table)
    naming = {*spec.primary_key, *spec.person, *(path[0].columns if path else ())}
    return not naming.isdisjoint(key.columns)


class Cascade:
    """The rows that go and the keys that become null, as temporary tables of row numbers.

    Expects a temporary table ``left_out(person)`` on ``con``.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, paths: Mapping[str, Path], links: list[Link]) -> None:
        self._con = con
        self._paths = paths
        self._links = links
        con.execute("CREATE OR REPLACE TEMP TABLE gone (owner VARCHAR, row BIGINT)")

    def rows_gone(self) -> dict[str, list[int]]:
        """Table -> numbers, from 0, of the rows that go because of what they pointed at."""
        vital = [link for link in self._links if link.vital]
        while sum(self._remove(link) for link in vital):
            pass
        found: dict[str, list[int]] = {table: [] for table in self._paths}
        for owner, row in self._con.execute("SELECT owner, row FROM gone ORDER BY ALL").fetchall():
            found[owner].append(row)
        return found

    def keys_nulled(self) -> list[tuple[Link, list[int]]]:
        """The other foreign keys, with the numbers of the rows where they become null."""
        loose = [link for link in self._links if not link.vital]
        return [(link, self._dangling(link)) for link in loose]

    def _remove(self, link: Link) -> int:
        rows = self._dangling(link)
        if rows:
            self._con.execute("INSERT INTO gone SELECT ?, unnest(?::BIGINT[])", [link.table, rows])
        return len(rows)

    def _dangling(self, link: Link) -> list[int]:
        pairs = list(zip(link.key.columns, link.to, strict=True))
        on = " AND ".join(f"c.{quote(own)} = p.{quote(to)}" for own, to in pairs)
        there = " AND ".join(f"c.{quote(own)} IS NOT NULL" for own, _ in pairs)
        sql = (
            f"SELECT c.{ROW} FROM ({self._alive(link.table)}) AS c"
            f" ANTI JOIN ({self._alive(link.key.references)}) AS p ON {on} WHERE {there} ORDER BY c.{ROW}"
        )
        owners = [link.table, link.key.references]
        return [row for (row,) in self._con.execute(sql, owners).fetchall()]

    def _alive(self, table: str) -> str:
        return (
            f"SELECT * FROM {scan(self._paths[table], row=True)}"
            f" WHERE {PERSON} NOT IN (SELECT person FROM left_out)"
            f" AND {ROW} NOT IN (SELECT row FROM gone WHERE owner = ?)"
        )
