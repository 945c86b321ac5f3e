"""Records in boxes of neighbours, so that a search looks into few of them.

Records are split in halves, level after level, along the column in which boxes are widest on average
(k-d tree, Bentley 1975, doi:10.1145/361002.361007). The distance from a target to the box of records is
never more than to any record in it: boxes are opened from the nearest on, until the next one is
further than the best record found. The search stays exact, ties included.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from risk.anonymeter_adapter.encoding import Column, Floats

Rows = npt.NDArray[np.intp]

SMALLEST = 64
"""Records in a box."""
ROUNDING = 1e-9
"""Distances that differ by less are equal."""
FIRST, STEP = 4, 1024
"""Boxes opened first, and at a time from then on."""
BLOCK = 4_000_000
"""Distances to boxes computed at once: 32 MB."""
JUDGED = 32
"""Records of a box that say how wide it is."""
ABSENT = 3.0
"""Stands for a missing number: further than 1 from all numbers, which lie in [0, 1]."""


@dataclass(frozen=True)
class Boxes:
    """Records, box after box."""

    order: Rows
    """Box and place in it -> record; some stand in two boxes, so that all boxes are full."""
    records: tuple[Floats, ...]
    """Column -> the same shape as ``order``."""
    categories: tuple[bool, ...]

    @cached_property
    def edges(self) -> list[tuple[Floats, Floats]]:
        """Column -> smallest and largest value of each box."""
        return [(column.min(axis=1), column.max(axis=1)) for column in self.records]

    def search(self, targets: Sequence[Floats]) -> Iterator[Rows]:
        """For each target, the records at the smallest distance from it, in order."""
        step = max(1, BLOCK // len(self.order))
        for start in range(0, len(targets[0]), step):
            some = [column[start : start + step] for column in targets]
            bounds = self._bounds(some)
            for place in range(len(some[0])):
                yield self._nearest([float(column[place]) for column in some], bounds[place])

    def _bounds(self, targets: Sequence[Floats]) -> Floats:
        """The distance from each target to each box."""
        total: Floats = np.zeros((len(targets[0]), len(self.order)))
        for column, (low, high), is_category in zip(targets, self.edges, self.categories, strict=True):
            block = column[:, None]
            if is_category:
                total += (block < low) | (block > high)
            else:
                total += np.clip(np.maximum(low - block, block - high), 0.0, 1.0)
        return total

    def _nearest(self, target: Sequence[float], bounds: Floats) -> Rows:
        first = np.argpartition(bounds, min(FIRST, len(bounds) - 1))[:FIRST]
        found = [(first, self._distances(first, target))]
        limit = float(found[0][1].min()) + ROUNDING
        left = np.setdiff1d(np.flatnonzero(bounds <= limit), first, assume_unique=True)
        left = left[np.argsort(bounds[left], kind="stable")]
        for start in range(0, len(left), STEP):
            more = left[start : start + STEP]
            more = more[bounds[more] <= limit]
            if not len(more):
                break
            found.append((more, self._distances(more, target)))
            limit = min(limit, float(found[-1][1].min()) + ROUNDING)
        near: Rows = np.unique(np.concatenate([self.order[boxes][gaps <= limit] for boxes, gaps in found]))
        return near

    def _distances(self, boxes: Rows, target: Sequence[float]) -> Floats:
        """The distance to each record of ``boxes``."""
        gaps: Floats = np.zeros((len(boxes), self.order.shape[1]))
        for value, column, is_category in zip(target, self.records, self.categories, strict=True):
            known = column[boxes]
            gaps += known != value if is_category else np.minimum(1.0, np.abs(known - value))
        return gaps


def pack(records: Sequence[Floats], categories: Sequence[bool]) -> Boxes:
    """Split ``records`` (columns as :func:`scaled` gives them) into boxes."""
    count = len(records[0])
    levels = max(0, (count // SMALLEST).bit_length() - 1)
    boxes, size = 2**levels, -(-count // 2**levels)
    order = (np.arange(boxes * size) % count).astype(np.intp)
    for level in range(levels):
        order = order.reshape(2**level, -1)
        values = records[_widest(records, categories, order)][order]
        halves = np.argpartition(values, order.shape[1] // 2 - 1, axis=1)
        order = np.take_along_axis(order, halves, 1)
    order = order.reshape(boxes, size)
    return Boxes(order, tuple(column[order] for column in records), tuple(categories))


def scaled(column: Column, values: Floats) -> Floats:
    """``values`` of ``column`` so that a difference is a distance: numbers as a share of the range."""
    if column.is_category:
        return values
    every = np.concatenate(column.parts())
    known = every[~np.isnan(every)]
    low, width = (float(known.min()), float(np.ptp(known)) or 1.0) if len(known) else (0.0, 1.0)
    return np.where(np.isnan(values), ABSENT, (values - low) / width)


def _widest(records: Sequence[Floats], categories: Sequence[bool], order: Rows) -> int:
    """The column in which boxes are widest on average, judged on some records of each."""
    some = order[:, :: max(1, order.shape[1] // JUDGED)]
    widths = []
    for column, is_category in zip(records, categories, strict=True):
        values = column[some]
        width = values.max(axis=1) - values.min(axis=1)
        widths.append(float(np.mean(width > 0 if is_category else np.minimum(1.0, width))))
    return int(np.argmax(widths))
