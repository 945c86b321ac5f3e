"""Keys that repeat and keys that point nowhere, over the staged files."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from profiles.key_chain import effective_transform, target_columns
from profiles.loading import LoadedProfile
from profiles.model import ForeignKey, Role
from profiles.person_path import root_person
from tables import keys
from tables.problems import Problem
from tables.progress import SILENT, Progress
from tables.reading import source_place


class Answer(Protocol):
    """What a query gave."""

    def fetchall(self) -> list[Any]:
        """All rows."""


class Engine(Protocol):
    """What runs SQL: DuckDB, or Spark behind the same call."""

    def execute(self, query: str, /) -> Answer:
        """Run one query."""


@dataclass(frozen=True)
class _Unique:
    """Columns that together name one row of a table."""

    table: str
    columns: tuple[str, ...]
    code: str


@dataclass(frozen=True)
class KeyChecks:
    """All checks of the keys of one profile; each gives at most one problem."""

    loaded: LoadedProfile
    con: Engine
    paths: Mapping[str, Path]
    """Staged file of each table that could be read."""
    faulty: Collection[tuple[str, str]] = frozenset()
    """Columns whose values could not all be read: no key is judged on them."""

    def run(self, progress: Progress = SILENT) -> list[Problem]:
        """Keys that must not repeat, then foreign keys, in the order of the profile."""
        unique, foreign = list(self._unique()), list(self._foreign())
        progress.start("stage-keys", len(unique) + len(foreign))
        problems = []
        for found in (*map(self._repeated, unique), *(self._orphans(*item) for item in foreign)):
            problems += found
            progress.advance(1)
        progress.done()
        return problems

    def _usable(self, table: str, columns: tuple[str, ...]) -> bool:
        return table in self.paths and not any((table, column) in self.faulty for column in columns)

    def _unique(self) -> Iterator[_Unique]:
        """Primary keys, and other columns that foreign keys point at."""
        seen = set()
        for table, spec in self.loaded.profile.tables.items():
            if spec.primary_key and self._usable(table, spec.primary_key):
                seen.add((table, frozenset(spec.primary_key)))
                yield _Unique(table, spec.primary_key, "key-duplicate")
        yield from self._one_person_a_row()
        for _, key in self._foreign():
            pointed = target_columns(self.loaded.profile, key)
            if (key.references, frozenset(pointed)) not in seen:
                seen.add((key.references, frozenset(pointed)))
                yield _Unique(key.references, pointed, "key-ambiguous")

    def _one_person_a_row(self) -> Iterator[_Unique]:
        """Identifiers of a lone table without person: a repeated one tells that rows are no persons."""
        profile = self.loaded.profile
        for table, spec in profile.tables.items():
            if root_person(profile, table)[1]:
                continue
            for name, column in spec.columns.items():
                named = effective_transform(profile, table, name).pseudonymize is not None
                if column.role is Role.DIRECT and named and self._usable(table, (name,)):
                    yield _Unique(table, (name,), "person-undeclared")

    def _foreign(self) -> Iterator[tuple[str, ForeignKey]]:
        profile = self.loaded.profile
        for table, spec in profile.tables.items():
            for key in spec.foreign_keys:
                pointed = target_columns(profile, key)
                if self._usable(table, key.columns) and self._usable(key.references, pointed):
                    yield table, key

    def _repeated(self, unique: _Unique) -> list[Problem]:
        path = self.paths[unique.table]
        (count,) = self._one(keys.repeated_keys(path, unique.columns))
        if not count:
            return []
        (first,) = self._one(keys.first_repeated(path, unique.columns))
        place = replace(source_place(self.loaded, unique.table), record=first + 1)
        return [Problem(unique.code, place, facts={"columns": ", ".join(unique.columns), "count": count})]

    def _orphans(self, table: str, key: ForeignKey) -> list[Problem]:
        pointed = target_columns(self.loaded.profile, key)
        sides = (self.paths[table], key.columns, self.paths[key.references], pointed)
        (rows,) = self._one(keys.orphans(*sides))
        if not rows:
            return []
        distinct, first = self._one(keys.orphan_details(*sides))
        place = replace(source_place(self.loaded, table), record=first + 1)
        facts = {"columns": ", ".join(key.columns), "target": key.references, "rows": rows, "keys": distinct}
        return [Problem("key-orphan", place, facts=facts)]

    def _one(self, sql: str) -> tuple[int, ...]:
        row: tuple[int, ...] = self.con.execute(sql).fetchall()[0]
        return row
