"""The rows of a table while they are made: whose they are, when care begins and ends, which parent's row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from synth.schema_only.dates import month_start
from synth.schema_only.population import Population
from synth.tables import Array


@dataclass
class Rows:
    """The rows of one table in one shard, while they are made."""

    count: int
    person: Array | None = None
    day: Array | None = None
    """When care begins, and ends."""
    end: Array | None = None
    parent: Array | None = None
    """Row of the driver."""
    rank: Array | None = None
    """Number of the row among those of its person, for the key."""
    given: dict[str, pa.Array | Array] = field(default_factory=dict)
    """Columns that the story decides."""
    refs: dict[str, Array] = field(default_factory=dict)
    """Link column -> row of the table of reference."""
    kept: dict[str, pa.Array] = field(default_factory=dict)


Story = Callable[[str, Mapping[str, Rows]], Rows | None]
"""Rows of a table that a story tells, or None: the table is then filled by default."""


def day_of(role: str, rows: Rows, people: Population) -> Array:
    """The day that a column of that role holds; every role keeps the order birth, care, settlement, flow."""
    assert rows.person is not None and rows.day is not None and rows.end is not None  # noqa: S101, PT018
    if role == "birth":
        return people.birth[rows.person]
    if role == "relative":
        return people.birth[rows.person] - 28 * 365
    if role == "prescription":
        return np.maximum(rows.day - rows.day % 7, people.birth[rows.person])
    if role == "end":
        return rows.end
    paid = rows.end + 3 + rows.end % 14
    if role == "settlement":
        return paid
    return month_start(paid, 1) if role == "flow" else rows.day


def follow(driver: Rows, positions: Array) -> Rows:
    """One row for each of the driver's rows at ``positions``: same person, same dates."""
    return Rows(
        len(positions),
        None if driver.person is None else driver.person[positions],
        None if driver.day is None else driver.day[positions],
        None if driver.end is None else driver.end[positions],
        positions,
        None if driver.rank is None else driver.rank[positions],
    )


def within(parent: Array | None, count: int) -> Array:
    """Rank of each row among those of its driver row; rows of one driver row are beside each other."""
    if parent is None:
        return np.zeros(count, dtype=np.int64)
    first = np.searchsorted(parent, parent)
    return np.arange(count) - first
