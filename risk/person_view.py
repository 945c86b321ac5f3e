"""One row a person: what an intruder would gather about each of them over all tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import duckdb
import pyarrow as pa

from anonymize.person_classes import lasting
from profiles.key_chain import is_dropped
from profiles.model import Profile, Role
from risk.labels import Labels, combined, encode
from risk.retold import Retold
from tables.candidate import PERSON, Candidate, Staged
from tables.duck import connect, stream
from tables.person_rows import person_rows_sql, reference_name


@dataclass(frozen=True)
class PersonView:
    """One row a person, sorted by person.

    A column of a person-level table is a plain value; a column of an event table is the sorted
    set (Arrow list) of its distinct values, empty for a person without any.
    """

    frame: pa.Table
    """``__person``, then one column a reference, named ``TABLE.COLUMN``."""
    _codes: dict[str, Labels] = field(default_factory=dict, repr=False, compare=False)

    @property
    def persons(self) -> int:
        """Number of persons."""
        return int(self.frame.num_rows)

    @cached_property
    def references(self) -> tuple[str, ...]:
        """The columns, without the person."""
        return tuple(name for name in self.frame.column_names if name != PERSON)

    def column(self, reference: str) -> pa.ChunkedArray:
        """Values of one reference, in the order of the persons."""
        return self.frame.column(reference)

    def is_set(self, reference: str) -> bool:
        """Whether each person has a set of values there, not one value."""
        kind = self.frame.schema.field(reference).type
        return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))

    def codes(self, reference: str) -> Labels:
        """One integer a person: equal integers, equal values (or sets)."""
        if reference not in self._codes:
            self._codes[reference] = encode(self.column(reference))
        return self._codes[reference]

    def classes(self, references: Iterable[str]) -> Labels:
        """The equivalence class of each person over ``references``; one class when there is none."""
        return combined([self.codes(reference) for reference in references], self.persons)


def build(candidate: Candidate | Staged, references: Iterable[str]) -> PersonView:
    """Gather ``references`` (``TABLE.COLUMN``) of a candidate or of a staged source, by person.

    References that the candidate does not publish are left out.
    """
    profile, paths = candidate.profile, table_paths(candidate)
    known = [profile.split(item) for item in dict.fromkeys(references) if item in columns_of(candidate)]
    con = connect(candidate.folder)
    try:
        sql = person_rows_sql(con, paths, known)
        frame = stream(con, f"SELECT * FROM ({sql}) ORDER BY {PERSON}").read_all()
    finally:
        con.close()
    return PersonView(frame)


def table_paths(candidate: Candidate | Staged) -> Mapping[str, Path]:
    """The Parquet file of each table."""
    return {name: table.path for name, table in candidate.tables.items()}


def columns_of(candidate: Candidate | Staged) -> frozenset[str]:
    """Every column that it holds, as ``TABLE.COLUMN``."""
    if isinstance(candidate, Candidate):
        names = [(table.name, column.name) for table in candidate.tables.values() for column in table.columns]
    else:
        tables = candidate.profile.tables
        names = [(name, column) for name in candidate.tables for column in tables[name].columns]
    return frozenset(f"{table}.{column}" for table, column in names)


@dataclass(frozen=True)
class References:
    """Which columns an attack reads."""

    knowledge: tuple[str, ...]
    """What the intruder knows and finds in the release: classes are built on these."""
    secrets: tuple[str, ...]
    """What the intruder wants, as far as it is published; with the columns of ``anonymity.l, t``."""
    dropped: tuple[str, ...]
    """Declared knowledge or secrets that the release does not hold."""
    uncovered: tuple[str, ...]
    """Published quasi-identifiers that change from event to event and that nobody declared: a limit."""
    repeating: tuple[Retold, ...] = ()
    """Published columns of another role that say again what is known: known too."""

    @property
    def everything(self) -> tuple[str, ...]:
        """Knowledge and secrets, each once."""
        return tuple(dict.fromkeys((*self.knowledge, *self.secrets)))


def references(
    profile: Profile,
    candidate: Candidate,
    con: duckdb.DuckDBPyConnection | None = None,
    again: Iterable[Retold] = (),
) -> References:
    """Knowledge: what the profile declares and every published quasi column that lasts for a person.

    ``con`` runs SQL over the files of the candidate; None: DuckDB here. ``again``: columns that repeat
    a quasi-identifier, which are known with it.
    """
    published = columns_of(candidate)
    repeating = tuple(one for one in again if one.reference in published)
    declared = profile.risk.knowledge
    quasi = [
        f"{table.name}.{column.name}"
        for table in candidate.tables.values()
        for column in table.columns
        if column.role is Role.QUASI
    ]
    known = [*quasi, *(one.reference for one in repeating)]
    automatic = _lasting(candidate, known, con) if con is not None else _lasting_here(candidate, known)
    knowledge = tuple(item for item in dict.fromkeys((*declared, *automatic)) if item in published)
    secrets = wanted(profile)
    return References(
        knowledge=knowledge,
        secrets=tuple(item for item in secrets if item in published),
        dropped=tuple(item for item in dict.fromkeys((*declared, *secrets)) if item not in published),
        uncovered=tuple(item for item in quasi if item not in knowledge),
        repeating=repeating,
    )


def wanted(profile: Profile) -> tuple[str, ...]:
    """Columns that may tell something of a person: declared secrets, then those with an l or a t."""
    bounded = profile.anonymity
    declared = (*bounded.l, *bounded.t) if bounded else ()
    return tuple(dict.fromkeys((*secrets_of(profile), *declared)))


def secrets_of(profile: Profile) -> tuple[str, ...]:
    """What an intruder wants: the declared secrets, and every published column declared sensitive."""
    sensitive = [
        f"{table}.{name}"
        for table, spec in profile.tables.items()
        for name, column in spec.columns.items()
        if column.role is Role.SENSITIVE and not is_dropped(profile, table, name)
    ]
    return tuple(dict.fromkeys((*profile.risk.secrets, *sensitive)))


def _lasting(candidate: Candidate, references: Iterable[str], con: duckdb.DuckDBPyConnection) -> list[str]:
    """Those that say something lasting of a person, whatever the number of their rows."""
    profile, paths = candidate.profile, table_paths(candidate)
    pairs = [profile.split(item) for item in references]
    return [reference_name(*pair) for pair in lasting(con, profile, paths, pairs)]


def _lasting_here(candidate: Candidate, references: Iterable[str]) -> list[str]:
    con = connect(candidate.folder)
    try:
        return _lasting(candidate, references, con)
    finally:
        con.close()
