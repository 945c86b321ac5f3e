"""The nearest records of a candidate, with every tie.

Exact search in boxes (``boxes``). Equal records are searched once, and a record that the candidate
holds as it is needs no search at all. Distance (after Gower 1971, doi:10.2307/2528823): the sum
over columns of the difference, as a share of the column's range, or for categories 0 or 1. A
missing number is at 0 from another missing number and at 1 from any number.

anonymeter's own search gives the same neighbours, but keeps the first of equally near records. All
columns being equal, both halves of every person would then lead to the same first record, and the
two halves would seem linked: ties have to be known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from risk.anonymeter_adapter.boxes import Rows, pack, scaled
from risk.anonymeter_adapter.encoding import Column, Floats
from risk.labels import combine, encode


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
    whole = [encode(pa.array(np.concatenate(pair) + 0.0)) for pair in zip(targets, known, strict=True)]
    labels = combine(whole).codes
    asked, sample, kinds = np.unique(labels[:wanted], return_index=True, return_inverse=True)
    held, first, places = np.unique(labels[wanted:], return_index=True, return_inverse=True)
    rows = _Rows.of(places.ravel(), len(held))
    spots = np.minimum(np.searchsorted(held, asked), len(held) - 1)
    ties = [
        rows.at([spot]) if held[spot] == label else _NONE for spot, label in zip(spots, asked, strict=True)
    ]
    missing = np.flatnonzero(held[spots] != asked)
    if len(missing):
        records = [scaled(column, part[first]) for column, part in zip(columns, known, strict=True)]
        sought = [
            scaled(column, part[sample[missing]]) for column, part in zip(columns, targets, strict=True)
        ]
        found = pack(records, [column.is_category for column in columns]).search(sought)
        for number, near in zip(missing, found, strict=True):
            ties[number] = rows.at(near)
    return Nearest(kinds.ravel(), tuple(ties))


_NONE: Rows = np.empty(0, dtype=np.intp)


@dataclass(frozen=True)
class _Rows:
    """The rows of each distinct record."""

    order: Rows
    ends: Rows

    @classmethod
    def of(cls, places: Rows, count: int) -> "_Rows":
        """``places``: row -> number of its record."""
        ends = np.concatenate([[0], np.cumsum(np.bincount(places, minlength=count))])
        return cls(np.argsort(places, kind="stable"), ends)

    def at(self, records: Iterable[int]) -> Rows:
        """All rows of some records, in order."""
        return np.sort(np.concatenate([self.order[self.ends[one] : self.ends[one + 1]] for one in records]))
