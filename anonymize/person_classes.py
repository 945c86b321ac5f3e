"""Equivalence classes of persons: those whom an intruder's knowledge can't tell apart."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from profiles.model import Profile, Role
from tables.candidate import PERSON, CandidateTable
from tables.duck import quote
from tables.person_rows import Reference, is_person_level, person_rows_sql, reference_name


def class_references(
    con: duckdb.DuckDBPyConnection,
    profile: Profile,
    tables: Mapping[str, CandidateTable],
    paths: Mapping[str, Path],
) -> list[Reference]:
    """The published columns on which classes are built.

    Declared knowledge, and every quasi-identifier of a table where ``paths`` show at most one row
    a person.
    """
    published = {name: {column.name for column in table.columns} for name, table in tables.items()}
    known = [profile.split(reference) for reference in profile.risk.knowledge]
    found = [(table, column) for table, column in known if column in published[table]]
    for name, table in tables.items():
        if is_person_level(con, paths[name]):
            found += [(name, column.name) for column in table.columns if column.role is Role.QUASI]
    return list(dict.fromkeys(found))


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
