"""Each person's events as integers: what happened, where and when, over one or several tables.

An event is what an intruder may know of one row of a table: the tuple of some of its columns, as
they are published. Equal tuples of a person are one event. A date that is shifted by a secret
offset of the person is known but for that offset: it is kept apart (``when``), so that only what
lies *between* a person's dates identifies them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from profiles.key_chain import effective_transform
from profiles.model import Profile
from risk.labels import Codes, Labels, combine, encode
from risk.person_view import table_paths
from tables.candidate import PERSON, Candidate
from tables.duck import connect, quote, scan, stream

DAY = 86_400_000_000
"""Microseconds."""


@dataclass(frozen=True)
class Kind:
    """A kind of event: a table, the columns known of its rows, and how finely."""

    table: str
    columns: tuple[str, ...]
    grain: str = "published"
    """``published``; ``month``, ``year``: of its dates; ``prefix3``, ``prefix1``: of its texts."""


@dataclass(frozen=True)
class Events:
    """The distinct events of a group of persons, sorted by person: a sparse matrix by rows."""

    persons: int
    who: Codes
    """Person of each event, from 0."""
    what: Codes
    """Everything of the event but its shifted date; equal numbers, equal events."""
    when: Codes
    """Day of the shifted date; 0 without any."""
    moves: Codes
    """1 where ``when`` counts, else 0."""
    kinds: int
    """``what`` is below this, in every group that was read together."""

    @property
    def starts(self) -> Codes:
        """Where the events of each person begin, and the end."""
        return np.searchsorted(self.who, np.arange(self.persons + 1))

    def of(self, persons: Codes) -> "Events":
        """The events of some persons, who are numbered anew in the order given."""
        starts = self.starts
        first, sizes = starts[persons], np.diff(starts)[persons]
        who = np.repeat(np.arange(len(persons)), sizes)
        rows = np.arange(len(who)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + first[who]
        return replace(
            self,
            persons=len(persons),
            who=who,
            what=self.what[rows],
            when=self.when[rows],
            moves=self.moves[rows],
        )


def read(groups: Sequence[tuple[Candidate, pa.ChunkedArray]], kinds: Sequence[Kind]) -> list[Events]:
    """The events of ``kinds`` in each of ``groups``, numbered alike in all of them.

    A group: some tables, and the persons that count, in their order (those of a person view).
    """
    parts = [_gather(groups, kind) for kind in kinds]
    where = np.concatenate([part.group for part in parts])
    who = np.concatenate([part.who for part in parts])
    when = np.concatenate([part.when for part in parts])
    moves = np.concatenate([part.moves for part in parts])
    sizes = np.cumsum([0, *(part.what.groups for part in parts)])
    what = np.concatenate([part.what.codes + first for part, first in zip(parts, sizes, strict=False)])
    order = np.lexsort((when, what, who, where))
    where, who, what, when, moves = (array[order] for array in (where, who, what, when, moves))
    bounds = np.searchsorted(where, np.arange(len(groups) + 1))
    found = []
    for number, (_, persons) in enumerate(groups):
        part = slice(bounds[number], bounds[number + 1])
        keep = _first_of_each(who[part], what[part], when[part])
        mine = [array[part][keep] for array in (who, what, when, moves)]
        found.append(Events(len(persons), mine[0], mine[1], mine[2], mine[3], int(sizes[-1])))
    return found


@dataclass(frozen=True)
class _Part:
    """The events of one kind over all groups."""

    group: Codes
    who: Codes
    what: Labels
    when: Codes
    moves: Codes


def _gather(groups: Sequence[tuple[Candidate, pa.ChunkedArray]], kind: Kind) -> _Part:
    frames, group, who = [], [], []
    for number, (tables, persons) in enumerate(groups):
        frame = _distinct_rows(tables, kind)
        owner = pc.index_in(frame.column(PERSON), value_set=persons).combine_chunks()
        frame, owner = frame.filter(pc.is_valid(owner)), owner.drop_null()
        frames.append(frame.drop_columns([PERSON]))
        who.append(np.asarray(owner, dtype=np.int64))
        group.append(np.full(len(who[-1]), number))
    frame = pa.concat_tables(frames, promote_options="permissive")
    moving = moving_columns(groups[0][0].profile, kind)
    days = [_microseconds(frame.column(name)) for name in moving]
    origin, moves = _origin(days, frame.num_rows)
    still = [encode(frame.column(name)) for name in kind.columns if name not in moving]
    still += [encode(pa.array(np.where(known, value - origin, -1), mask=~known)) for value, known in days]
    # The hour of a shifted date is not shifted.
    still += [encode(pa.array(origin % DAY))] if days else []
    return _Part(np.concatenate(group), np.concatenate(who), combine(still), origin // DAY, moves)


def moving_columns(profile: Profile, kind: Kind) -> dict[str, int]:
    """Columns of the kind that are dates shifted by person -> the largest shift, in days."""
    shifts = {name: effective_transform(profile, kind.table, name).shift for name in kind.columns}
    return {name: shift.days for name, shift in shifts.items() if shift is not None}


def _distinct_rows(tables: Candidate, kind: Kind) -> pa.Table:
    path = table_paths(tables)[kind.table]
    con = connect(tables.folder)
    try:
        types = _types(path)
        fixed = {name for name in kind.columns if name not in moving_columns(tables.profile, kind)}
        grains = {name: kind.grain if name in fixed else "published" for name in kind.columns}
        shown = ", ".join(
            f"{at_grain(name, types[name], grains[name])} AS {quote(name)}" for name in kind.columns
        )
        order = ", ".join(str(number) for number in range(1, len(kind.columns) + 2))
        # An event of which nothing is published is not known.
        said = " OR ".join(f"{quote(name)} IS NOT NULL" for name in kind.columns)
        sql = f"SELECT DISTINCT {PERSON}, {shown} FROM {scan(path)} WHERE {said} ORDER BY {order}"
        return stream(con, sql).read_all()
    finally:
        con.close()


def _types(path: Path) -> Mapping[str, pa.DataType]:
    import pyarrow.parquet as pq  # noqa: PLC0415 - only here

    schema = pq.read_schema(path)
    return {field.name: field.type for field in schema}


def at_grain(name: str, kind: pa.DataType, grain: str) -> str:
    """SQL of a column at a grain; what the grain does not concern stays as it is."""
    if grain in {"month", "year"} and pa.types.is_temporal(kind):
        return f"date_trunc('{grain}', {quote(name)})"
    if grain.startswith("prefix") and (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return f"left({quote(name)}, {int(grain.removeprefix('prefix'))})"
    return quote(name)


def _microseconds(column: pa.ChunkedArray) -> tuple[Codes, Codes]:
    known = np.asarray(pc.is_valid(column).combine_chunks(), dtype=bool)
    stamps = pc.fill_null(column.cast(pa.timestamp("us")).cast(pa.int64()), 0)
    return np.asarray(stamps, dtype=np.int64), known


def _origin(days: Sequence[tuple[Codes, Codes]], rows: int) -> tuple[Codes, Codes]:
    """The first known shifted date of each event, and whether there is one."""
    origin, moves = np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=np.int64)
    for value, known in days:
        fresh = known & (moves == 0)
        origin, moves = np.where(fresh, value, origin), np.where(fresh, 1, moves)
    return origin, moves


def _first_of_each(*columns: Codes) -> Codes:
    """Where a row of sorted columns differs from the one before."""
    fresh = np.zeros(len(columns[0]), dtype=bool)
    fresh[:1] = True
    for column in columns:
        fresh[1:] |= column[1:] != column[:-1]
    return fresh
