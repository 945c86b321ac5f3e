"""The nearest records of a candidate, with every tie.

Exact search in blocks of numpy. Equal records are searched once, and a record that the candidate
holds as it is needs no search at all. Distance (after Gower 1971, doi:10.2307/2528823): the sum
over columns of the difference, as a share of the column's range, or for categories 0 or 1. A
missing number is at 0 from another missing number and at 1 from any number.

anonymeter's own search gives the same neighbours, but keeps the first of equally near records. All
columns being equal, both halves of every person would then lead to the same first record, and the
two halves would seem linked: ties have to be known.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from risk.anonymeter_adapter.encoding import Column, Floats

Rows = npt.NDArray[np.intp]

BLOCK = 4_000_000
"""Distances computed at once: 32 MB."""
ROUNDING = 1e-9
"""Distances that differ by less are equal."""


@dataclass(frozen=True)
class Nearest:
    """For each target, the rows of the candidate that are nearest to it."""

    kinds: Rows
    """Target -> number of its record among the distinct ones."""
    ties: tuple[Rows, ...]
    """Distinct record -> rows of the candidate, all at the same smallest distance."""

    def draw(self, random: np.random.Generator) -> Rows:
        """One of the nearest rows for each target, each with the same chance."""
        sizes = np.array([len(rows) for rows in self.ties], dtype=np.int64)
        picks = random.integers(0, sizes[self.kinds])
        return np.array(
            [self.ties[kind][pick] for kind, pick in zip(self.kinds, picks, strict=True)], np.intp
        )


def nearest(targets: Sequence[Floats], columns: Sequence[Column]) -> Nearest:
    """The nearest rows of ``columns`` of the candidate to each target; ``targets`` has the same columns.

    ValueError when there is no column or when the candidate is empty.
    """
    if not columns or not len(columns[0].candidate):
        raise ValueError("nothing to search in")
    known, wanted = [column.candidate for column in columns], len(targets[0])
    labels = _labels([np.concatenate(pair) for pair in zip(targets, known, strict=True)])
    asked, kinds = np.unique(labels[:wanted], return_inverse=True)
    held, first, places = np.unique(labels[wanted:], return_index=True, return_inverse=True)
    spots = np.asarray(np.searchsorted(held, asked), dtype=np.intp)
    found = held[np.minimum(spots, len(held) - 1)] == asked
    by_place = _rows_by_place(places.ravel(), len(held))
    ties = [
        by_place[spot] if same else _NONE for spot, same in zip(spots.tolist(), found.tolist(), strict=True)
    ]
    missing = np.flatnonzero(~found)
    if len(missing):
        sample = _first_positions(kinds.ravel(), len(asked))[missing]
        sought = [part[sample] for part in targets]
        records = [part[first] for part in known]
        for number, near in zip(missing, _search(sought, records, columns), strict=True):
            ties[number] = np.flatnonzero(near[places.ravel()])
    return Nearest(kinds.ravel(), tuple(ties))


_NONE: Rows = np.empty(0, dtype=np.intp)


def _search(
    sought: Sequence[Floats], records: Sequence[Floats], columns: Sequence[Column]
) -> list[npt.NDArray[np.bool_]]:
    """For each record sought, which distinct records of the candidate are nearest."""
    step, found = max(1, BLOCK // len(records[0])), []
    ranges = [_range(column) for column in columns]
    for start in range(0, len(sought[0]), step):
        distances: Floats = np.zeros((len(sought[0][start : start + step]), len(records[0])))
        for column, width, left, right in zip(columns, ranges, sought, records, strict=True):
            block = left[start : start + step, None]
            distances += block != right if column.is_category else _gap(block, right[None, :], width)
        limits = distances.min(axis=1) + ROUNDING
        found.extend(distances <= limits[:, None])
    return found


def _gap(left: Floats, right: Floats, width: float) -> Floats:
    """Distance along one column of numbers."""
    gap: Floats = np.abs(left - right) / width
    if np.isnan(left).any() or np.isnan(right).any():
        gap = np.where(np.isnan(gap), (np.isnan(left) != np.isnan(right)).astype(np.float64), gap)
    return gap


def _range(column: Column) -> float:
    """Largest difference over all frames; 1 when there is none."""
    every = np.concatenate(column.parts())
    known = every[~np.isnan(every)]
    return float(np.ptp(known)) or 1.0 if len(known) else 1.0


def _labels(columns: Sequence[Floats]) -> Rows:
    """A number for each row: equal numbers, equal rows; missing equals missing."""
    current: Rows = np.zeros(len(columns[0]), dtype=np.intp)
    for column in columns:
        values, codes = np.unique(column, return_inverse=True)
        _, current = np.unique(current * len(values) + codes.ravel(), return_inverse=True)
        current = current.ravel()
    return current


def _rows_by_place(places: Rows, count: int) -> list[Rows]:
    order = np.argsort(places, kind="stable")
    ends = np.cumsum(np.bincount(places, minlength=count))
    return np.split(order, ends[:-1])


def _first_positions(kinds: Rows, count: int) -> Rows:
    first = np.empty(count, dtype=np.intp)
    first[kinds[::-1]] = np.arange(len(kinds))[::-1]
    return first
