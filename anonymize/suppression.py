"""Persons left out so that every other one stands in a class of k whose secrets vary as asked.

Equivalence classes are built on what an intruder may know (``anonymize.person_classes``). Leaving
persons out changes what others point at, hence sometimes their class, so it is repeated until it
is stable. When more persons than allowed would go, nobody does: the gate will say why.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from anonymize.cascade import Cascade, Link, published_links
from anonymize.diversity import alike_sql
from anonymize.person_classes import class_references, small_classes_sql
from anonymize.tabular.distinct import blank
from anonymize.wildcards import few_alike_sql
from profiles.model import Anonymity, Profile
from tables.candidate import PERSON, CandidateTable
from tables.duck import stream
from tables.engine import map_batches
from tables.person_rows import persons_sql

RowNumbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Remaining:
    """The tables once persons are left out."""

    paths: Mapping[str, Path]
    rows: Mapping[str, int]
    persons: int
    left_out: int = 0
    nulled: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Table and column -> references that became null."""


def count_persons(con: duckdb.DuckDBPyConnection, paths: Mapping[str, Path]) -> int:
    """Distinct persons over all tables."""
    return int(con.execute(f"SELECT count(*) FROM ({persons_sql(paths)})").fetchall()[0][0])


def suppress(
    con: duckdb.DuckDBPyConnection,
    profile: Profile,
    tables: Mapping[str, CandidateTable],
    folder: Path,
    persons: int,
) -> Remaining:
    """Leave out the persons in classes that are too small or vary too little, when the profile asks for it.

    ``persons``: distinct persons of ``tables``, which the caller has counted.

    Files that must change are written to ``folder``; the others stay where they are.
    """
    start = {name: table.path for name, table in tables.items()}
    untouched = Remaining(start, {name: table.rows for name, table in tables.items()}, persons)
    if profile.anonymity is None:
        return untouched
    con.execute("CREATE OR REPLACE TEMP TABLE left_out (person VARCHAR)")
    remaining = untouched
    while _leave_out_small(con, profile, tables, remaining.paths, profile.anonymity):
        if count_left_out(con) / untouched.persons > profile.anonymity.suppression:
            return untouched
        remaining = _without(con, profile, tables, untouched, folder)
        if remaining.left_out / untouched.persons > profile.anonymity.suppression:
            return untouched
    return remaining


def count_left_out(con: duckdb.DuckDBPyConnection) -> int:
    """Persons chosen so far."""
    return int(con.execute("SELECT count(*) FROM left_out").fetchall()[0][0])


def _leave_out_small(
    con: duckdb.DuckDBPyConnection,
    profile: Profile,
    tables: Mapping[str, CandidateTable],
    paths: Mapping[str, Path],
    anonymity: Anonymity,
) -> bool:
    """Choose the persons of ``paths`` in classes that are small, or less varied than asked; whether any."""
    references = class_references(con, profile, tables, paths)
    if not references:
        return False
    before = count_left_out(con)
    few = few_alike_sql if anonymity.missing == "wildcard" else small_classes_sql
    chosen = [few(con, paths, references, anonymity.k)]
    chosen += [
        alike_sql(con, paths, references, profile.split(name), asked) for name, asked in anonymity.l.items()
    ]
    con.execute(f"INSERT INTO left_out {' UNION '.join(chosen)}")
    return count_left_out(con) > before


def _without(
    con: duckdb.DuckDBPyConnection,
    profile: Profile,
    tables: Mapping[str, CandidateTable],
    start: Remaining,
    folder: Path,
) -> Remaining:
    """The tables of ``start`` without the persons chosen."""
    columns = {name: {column.name for column in table.columns} for name, table in tables.items()}
    cascade = Cascade(con, start.paths, published_links(profile, columns))
    gone, nulled = cascade.rows_gone(), cascade.keys_nulled()
    chosen = stream(con, "SELECT person FROM left_out ORDER BY person").read_all()
    persons = chosen.column("person").combine_chunks()
    paths, rows = {}, {}
    for name, path in start.paths.items():
        mine = _by_column(link_rows for link_rows in nulled if link_rows[0].table == name)
        kernel = RemainingKernel(persons, np.array(gone[name], np.int64), mine)
        paths[name] = folder / path.name
        rows[name] = map_batches(path, kernel, paths[name])
    left = count_persons(con, paths)
    return Remaining(paths, rows, left, start.persons - left, _count_nulled(nulled))


def _by_column(nulled: Iterable[tuple[Link, list[int]]]) -> dict[str, RowNumbers]:
    rows: dict[str, list[int]] = {}
    for link, numbers in nulled:
        for column in link.key.columns:
            rows.setdefault(column, []).extend(numbers)
    return {column: np.array(sorted(set(numbers)), np.int64) for column, numbers in rows.items() if numbers}


def _count_nulled(nulled: Iterable[tuple[Link, list[int]]]) -> dict[tuple[str, str], int]:
    counts: Counter[tuple[str, str]] = Counter()
    for link, numbers in nulled:
        for column in link.key.columns:
            counts[link.table, column] += len(numbers)
    return {place: count for place, count in sorted(counts.items()) if count}


@dataclass
class RemainingKernel:
    """Drops rows and empties references in the batches of one table, in the order of the table."""

    left_out: pa.Array
    """Persons whose rows go."""
    gone: RowNumbers
    """Numbers, from 0, of other rows that go."""
    nulled: Mapping[str, RowNumbers]
    """Column -> numbers of the rows where it becomes null."""
    _rows: int = field(default=0, init=False)

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """What remains of a batch."""
        numbers = np.arange(self._rows, self._rows + batch.num_rows)
        self._rows += batch.num_rows
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        for name, rows in self.nulled.items():
            empty = pa.array(np.isin(numbers, rows))
            columns[name] = blank(columns[name], empty)
        goes = pc.or_(
            pc.is_in(batch.column(PERSON), value_set=self.left_out), pa.array(np.isin(numbers, self.gone))
        )
        return pa.RecordBatch.from_pydict(columns).filter(pc.invert(goes))
