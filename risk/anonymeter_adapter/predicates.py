"""Predicates in the manner of anonymeter (Giomi et al., PoPETs 2023(2), 312-328), and whom they isolate.

A predicate is a conjunction of conditions, each of them a range of ranks of one column: a value, a value
or less, a value or more, or "missing". Ours are made as the library makes its own, but counted on
integers: it evaluates each one on every record of a frame, where we start from the records of
the narrowest condition and stop at the second match. That also tells which record is isolated.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from risk.anonymeter_adapter.encoding import Column, Floats
from risk.anonymeter_adapter.frames import Frames

Counts = npt.NDArray[np.int64]
Ranks = npt.NDArray[np.int32]

COLUMNS = 3
"""Columns that one multivariate predicate combines; more when too few can be made."""
ATTEMPTS = 5
"""Predicates tried for each one asked for, before more columns are combined."""
FEWEST = 5_000
"""Predicates tried at least."""
BATCH = 1000
"""Predicates tried at once."""
FIRST = 256
"""Records looked at first; then eight times as many at a time."""
ABSENT, TOP = -1, int(np.iinfo(np.int32).max)
"""Rank of a missing number, and one above all ranks."""


class Mode(StrEnum):
    """How predicates are made."""

    UNIVARIATE = "univariate"
    """An extreme or unique value of one column. All that exist are found."""
    MULTIVARIATE = "multivariate"
    """Values of several columns of a record of the candidate. Tried at random."""


@dataclass(frozen=True)
class Table:
    """One frame as ranks."""

    columns: tuple[Ranks, ...]
    categories: tuple[bool, ...]

    @cached_property
    def sorted(self) -> list[tuple[Ranks, Ranks]]:
        """Column -> its records in the order of their ranks, and these ranks."""
        orders = [np.argsort(column, kind="stable").astype(np.int32) for column in self.columns]
        return [(order, column[order]) for order, column in zip(orders, self.columns, strict=True)]

    @property
    def rows(self) -> int:
        """Records."""
        return len(self.columns[0])


@dataclass(frozen=True)
class Predicates:
    """Conditions: one row a predicate, one column a condition."""

    columns: Counts
    low: Ranks
    high: Ranks

    def __len__(self) -> int:
        return len(self.columns)

    def take(self, rows: Counts) -> "Predicates":
        """Some of them."""
        return Predicates(self.columns[rows], self.low[rows], self.high[rows])

    def key(self, place: int) -> bytes:
        """Equal keys, equal predicates."""
        parts = (self.columns[place], self.low[place], self.high[place])
        return b"".join(bytes(part.tobytes()) for part in parts)


@dataclass(frozen=True)
class Made:
    """What there is to try."""

    chosen: tuple[Predicates, ...] = ()
    """By number of conditions."""
    records: Counts = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Predicate -> the record of the candidate that it isolates."""
    existing: int = 0
    """Those that were found."""
    problems: tuple[str, ...] = ()
    """Reason codes."""

    def on(self, table: Table, limit: int | None = None) -> "Matches":
        """What all of them match in ``table``, counted up to ``limit``."""
        return joined([match(table, some, limit) for some in self.chosen])


@dataclass(frozen=True)
class Matches:
    """What predicates match in one frame."""

    counts: Counts
    """Persons, up to the limit asked for."""
    records: Counts
    """The first record that matches; -1 when none does."""


def joined(parts: Sequence[Matches]) -> Matches:
    """Matches of several lists of predicates, one after the other."""
    none = np.zeros(0, dtype=np.int64)
    return Matches(
        np.concatenate([none, *(part.counts for part in parts)]),
        np.concatenate([none, *(part.records for part in parts)]),
    )


NOTHING = Made()


def make(table: Table, mode: Mode, asked: int, random: np.random.Generator) -> Made:
    """Up to ``asked`` predicates that isolate one person of ``table``."""
    if mode is Mode.UNIVARIATE:
        every = _extremes_and_unique(table)
        chosen = every.take(random.permutation(len(every))[:asked])
        return Made((chosen,), match(table, chosen, 2).records, len(every))
    parts: list[Predicates] = []
    records: list[Counts] = [np.zeros(0, dtype=np.int64)]
    problems: tuple[str, ...] = ()
    narrow, widest = widths(len(table.columns))
    for width in range(narrow, widest + 1):
        left = asked - sum(map(len, parts))
        found, isolated = _combinations(table, width, left, random)
        parts.append(found)
        records.append(isolated)
        problems = () if len(found) == left else ("attempts_exhausted",)
        if not problems:
            break
    return Made(tuple(parts), np.concatenate(records), sum(map(len, parts)), problems)


def widths(columns: int) -> tuple[int, int]:
    """Fewest and most columns that one multivariate predicate combines."""
    return min(COLUMNS, columns), columns


def match(table: Table, predicates: Predicates, limit: int | None = None) -> Matches:
    """How many persons each predicate matches, counted up to ``limit``, and the first of them."""
    starts, ends = _ranges(table, predicates)
    narrow = np.argmin(ends - starts, axis=1) if len(predicates) else np.zeros(0, dtype=np.int64)
    counts, records = np.zeros(len(predicates), np.int64), np.full(len(predicates), -1, np.int64)
    for place, first in enumerate(narrow.tolist()):
        column = int(predicates.columns[place, first])
        rows = table.sorted[column][0][starts[place, first] : ends[place, first]]
        others = [spot for spot in range(predicates.columns.shape[1]) if spot != first]
        conditions = [
            (
                table.columns[predicates.columns[place, spot]],
                predicates.low[place, spot],
                predicates.high[place, spot],
            )
            for spot in others
        ]
        counts[place], records[place] = _count(rows, conditions, limit)
    return Matches(counts, records)


def _count(rows: Ranks, conditions: Sequence[tuple[Ranks, int, int]], limit: int | None) -> tuple[int, int]:
    count, record, start, step = 0, -1, 0, FIRST if limit else max(1, len(rows))
    while start < len(rows) and (limit is None or count < limit):
        some = rows[start : start + step]
        for column, low, high in conditions:
            ranks = column[some]
            some = some[(ranks >= low) & (ranks <= high)]
        if len(some) and record < 0:
            record = int(some[0])
        count, start, step = count + len(some), start + step, step * 8
    return (count if limit is None else min(count, limit)), record


def _ranges(table: Table, predicates: Predicates) -> tuple[Counts, Counts]:
    """Where the records of each condition stand among the sorted ones of its column."""
    starts = np.zeros(predicates.columns.shape, dtype=np.int64)
    ends = np.zeros(predicates.columns.shape, dtype=np.int64)
    for column in np.unique(predicates.columns):
        ranks = table.sorted[column][1]
        mine = predicates.columns == column
        starts[mine] = np.searchsorted(ranks, predicates.low[mine], side="left")
        ends[mine] = np.searchsorted(ranks, predicates.high[mine], side="right")
    return starts, ends


def _extremes_and_unique(table: Table) -> Predicates:
    """Every condition on one column that isolates a person: a value, the least, the largest, missing."""
    found: list[tuple[int, int, int]] = []
    for place, (column, is_category) in enumerate(zip(table.columns, table.categories, strict=True)):
        values, sizes = np.unique(column, return_counts=True)
        found.extend((place, value, value) for value in values[sizes == 1].tolist())
        known = values >= 0
        if is_category or not known.any():
            continue
        least, largest = int(np.argmax(known)), len(values) - 1
        if sizes[least] == 1:
            found.append((place, 0, int(values[least])))
        if sizes[largest] == 1:
            found.append((place, int(values[largest]), TOP))
    columns, low, high = np.array(found, dtype=np.int64).reshape(-1, 3).T[:, :, None]
    return Predicates(columns, low.astype(np.int32), high.astype(np.int32))


def _combinations(
    table: Table, width: int, asked: int, random: np.random.Generator
) -> tuple[Predicates, Counts]:
    """Values of ``width`` columns of records drawn at random, those beyond the median taken as a bound."""
    medians = [
        float(np.median(column[column >= 0])) if (column >= 0).any() else 0.0 for column in table.columns
    ]
    chosen: list[Predicates] = []
    records: list[Counts] = [np.zeros(0, dtype=np.int64)]
    seen: set[bytes] = set()
    for _ in range(0, max(FEWEST, ATTEMPTS * asked), BATCH):
        tried = _drawn(table, width, medians, random)
        matched = match(table, tried, 2)
        fresh = []
        for place in np.flatnonzero(matched.counts == 1).tolist():
            key = tried.key(place)
            if key not in seen and len(seen) < asked:
                seen.add(key)
                fresh.append(place)
        chosen.append(tried.take(np.array(fresh, dtype=np.int64)))
        records.append(matched.records[fresh])
        if len(seen) >= asked:
            break
    whole = Predicates(*(np.concatenate([getattr(part, name) for part in chosen]) for name in _PARTS))
    return whole, np.concatenate(records)


_PARTS = ("columns", "low", "high")


def _drawn(table: Table, width: int, medians: Sequence[float], random: np.random.Generator) -> Predicates:
    rows = random.integers(0, table.rows, BATCH)
    columns = np.sort(random.random((BATCH, len(table.columns))).argsort(axis=1)[:, :width], axis=1)
    values = np.zeros(columns.shape, dtype=np.int32)
    low, high = values.copy(), values.copy()
    for column, ranks in enumerate(table.columns):
        mine = columns == column
        known = np.broadcast_to(ranks[rows][:, None], columns.shape)[mine]
        exact = known < 0 if not table.categories[column] else np.ones(len(known), dtype=np.bool_)
        above = known > medians[column]
        low[mine] = np.where(exact | above, known, 0)
        high[mine] = np.where(exact | ~above, known, TOP)
    return Predicates(columns, low, high)


def tables(frames: Frames, random: np.random.Generator) -> dict[str, Table]:
    """Frames as ranks; a control larger than the original is drawn down to its size."""
    ready = [_ranks(column) for column in frames.columns]
    categories = tuple(column.is_category for column in frames.columns)
    names = ["original", "candidate", *([] if frames.controls is None else ["control"])]
    views = {
        which: Table(tuple(parts[part] for parts in ready), categories) for part, which in enumerate(names)
    }
    controls = frames.controls or 0
    if controls > frames.originals:
        drawn = np.sort(random.choice(controls, frames.originals, replace=False))
        views["control"] = Table(tuple(column[drawn] for column in views["control"].columns), categories)
    return views


def _ranks(column: Column) -> list[Ranks]:
    """Each value's rank among those of all frames, so that equality is exact."""
    every = np.concatenate(column.parts())
    values: Floats = np.unique(every[~np.isnan(every)])
    return [
        np.where(np.isnan(part), ABSENT, np.searchsorted(values, part)).astype(np.int32)
        for part in column.parts()
    ]
