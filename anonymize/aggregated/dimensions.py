"""The dimensions of an aggregated table, read from the transformed tables."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from anonymize.aggregated.members import TOTAL, Path, Tree, tree
from anonymize.hierarchies.registry import find_hierarchy
from profiles.errors import Place, ProfileError, SourceError
from profiles.loading import LoadedProfile
from profiles.model import Dimension, Kind
from tables.candidate import PERSON, CandidateTable
from tables.duck import quote, scan

MOST_MEMBERS = 5_000
"""Above it a dimension is a list of individuals or of dates, not a way to group."""


@dataclass(frozen=True)
class Read:
    """A dimension as it is in the data."""

    tree: Tree
    table: str
    column: str
    own: bool
    """Whether the column is in the table that is aggregated; else it is joined by person."""


def read_dimension(
    con: duckdb.DuckDBPyConnection,
    loaded: LoadedProfile,
    tables: Mapping[str, CandidateTable],
    key: tuple[str, ...],
    spec: Dimension,
) -> Read:
    """The members of one dimension; ``key``: aggregate and dimension in the profile.

    ProfileError when the column can't be one; SourceError when its values can't be members.
    """
    table, column = loaded.profile.split(spec.column)
    place = loaded.place((*key, "column"))
    kinds = {item.name: item.kind for item in tables[table].columns}
    if kinds.get(column) in (None, Kind.NUMBER):
        raise ProfileError("aggregate-dimension-number", place, name=spec.column)
    own = table == loaded.profile.aggregate[key[1]].table
    if not own:
        _one_row_a_person(con, tables[table], spec.column, place)
    values = _values(con, tables[table], column, place, spec.column)
    levels = tuple(f"{key[3]}_{level}" for level in spec.levels) or (key[3],)
    return Read(tree(levels, _paths(loaded, key, spec, values)), table, column, own)


def _one_row_a_person(con: duckdb.DuckDBPyConnection, table: CandidateTable, name: str, place: Place) -> None:
    rows, persons = con.execute(
        f"SELECT count(*), count(DISTINCT {PERSON}) FROM {scan(table.path)}"
    ).fetchall()[0]
    if rows != persons:
        raise ProfileError("aggregate-dimension-elsewhere", place, name=name, table=table.name)


def _values(
    con: duckdb.DuckDBPyConnection, table: CandidateTable, column: str, place: Place, name: str
) -> list[str | None]:
    found = con.execute(
        f"SELECT DISTINCT CAST({quote(column)} AS VARCHAR) AS v FROM {scan(table.path)}"
        f" ORDER BY v LIMIT {MOST_MEMBERS + 1}"
    ).fetchall()
    if len(found) > MOST_MEMBERS:
        raise SourceError("aggregate-too-many-members", place, name=name, limit=MOST_MEMBERS)
    values = [value for (value,) in found]
    if TOTAL in values:
        raise SourceError("aggregate-total-value", place, name=name, total=TOTAL)
    return [*(value for value in values if value is not None), None]


def _paths(
    loaded: LoadedProfile, key: tuple[str, ...], spec: Dimension, values: list[str | None]
) -> dict[str | None, Path]:
    """The members of each value, coarsest first."""
    if spec.hierarchy is None:
        return {value: (value,) for value in values}
    here = (*key, "hierarchy")
    place = loaded.place(here)
    hierarchy = find_hierarchy(spec.hierarchy, lambda name: loaded.resolve(name, here), place)
    numbers = [hierarchy.level_number(level, loaded.place((*key, "levels"))) for level in spec.levels]
    if numbers != sorted(set(numbers), reverse=True):
        raise ProfileError("aggregate-levels-order", loaded.place((*key, "levels")), name=spec.hierarchy)
    known = [value for value in values if value is not None]
    columns = [hierarchy.generalize(known, number) for number in numbers]
    unknown = sum(any(column[row] is None for column in columns) for row in range(len(known)))
    if unknown:
        raise SourceError("aggregate-value-unknown", place, name=spec.column, count=unknown)
    return dict(zip(known, zip(*columns, strict=True), strict=True)) | {None: (None,) * len(numbers)}
