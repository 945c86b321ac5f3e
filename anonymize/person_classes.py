"""Equivalence classes of persons: those whom an intruder's knowledge can't tell apart."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from profiles.key_chain import effective_transform
from profiles.model import Profile, Role
from tables.candidate import PERSON, CandidateTable
from tables.duck import quote
from tables.person_rows import (
    Reference,
    is_person_level,
    person_rows_sql,
    reference_name,
    telling_persons,
)


def class_references(
    con: duckdb.DuckDBPyConnection,
    profile: Profile,
    tables: Mapping[str, CandidateTable],
    paths: Mapping[str, Path],
) -> list[Reference]:
    """The published columns on which classes are built.

    Declared knowledge, and every quasi-identifier that ``paths`` show to say something lasting of a
    person (:func:`lasting`).
    """
    published = {name: {column.name for column in table.columns} for name, table in tables.items()}
    known = [profile.split(reference) for reference in profile.risk.knowledge]
    found = [(table, column) for table, column in known if column in published[table]]
    quasi = [
        (name, column.name)
        for name, table in tables.items()
        for column in table.columns
        if column.role is Role.QUASI
    ]
    return list(dict.fromkeys([*found, *lasting(con, profile, paths, quasi)]))


def lasting(
    con: duckdb.DuckDBPyConnection,
    profile: Profile,
    paths: Mapping[str, Path],
    references: Sequence[Reference],
) -> list[Reference]:
    """Those of ``references`` that say something lasting of a person, in order; each table is read once.

    A pseudonym beside each event does not: nobody knows it, and it is there for the join.
    """
    found: set[Reference] = set()
    for table in dict.fromkeys(table for table, _ in references):
        columns = [column for owner, column in references if owner == table]
        names = {one for one in columns if effective_transform(profile, table, one).pseudonymize is not None}
        own = bool(profile.tables[table].person)
        plain = [one for one in columns if one not in names]
        kept = telling_persons(con, paths[table], plain, names_person=own)
        if names and is_person_level(con, paths[table]):
            kept |= names
        found |= {(table, column) for column in kept}
    return [one for one in references if one in found]


def small_classes_sql(
    con: duckdb.DuckDBPyConnection, paths: Mapping[str, Path], references: Sequence[Reference], k: int
) -> str:
    """SQL of the persons (``__person``) in classes of fewer than ``k``, in no order.

    A null, like an empty set, is a value of its own.
    """
    rows = person_rows_sql(con, paths, references)
    names = ", ".join(quote(reference_name(*reference)) for reference in references)
    sizes = f"SELECT {PERSON}, count(*) OVER (PARTITION BY {names}) AS size FROM ({rows})"
    return f"SELECT {PERSON} FROM ({sizes}) WHERE size < {int(k)}"
