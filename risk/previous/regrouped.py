"""The same column in two releases that do not group its values alike.

Intervals that overlap are brought to the cells that both releases respect; texts of many rows each that
hardly ever occur in the other release cannot be compared at all.
"""

import re
from collections.abc import Sequence
from math import inf

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from risk.labels import Codes

MANY = 10
"""Rows of one value from which on two samples of the same people, grouped alike, share nearly all values."""

Edges = npt.NDArray[np.float64]
Spans = tuple[Edges, Edges]

_NUMBER = r"-?\d+(?:\.\d+)?"
_WHOLE = re.compile(r"(\d+)-(\d+)|\[(-?\d+);(-?\d+)\]")
_REAL = re.compile(rf"\[({_NUMBER});({_NUMBER})\[")
_BELOW = re.compile(rf"<({_NUMBER})")
_ABOVE = re.compile(rf"(\d+)\+|>=({_NUMBER})")
_ONE = re.compile(r"-?\d+")


def span(text: str) -> tuple[float, float] | None:
    """First value of an interval as releases write it, and the first one after it; None for other texts."""
    if found := _WHOLE.fullmatch(text):
        low, high = (one for one in found.groups() if one is not None)
        return float(low), float(high) + 1
    if found := _REAL.fullmatch(text):
        return float(found[1]), float(found[2])
    if found := _BELOW.fullmatch(text):
        return -inf, float(found[1])
    if found := _ABOVE.fullmatch(text):
        return float(found[1] or found[2]), inf
    return (float(text), float(text) + 1) if _ONE.fullmatch(text) else None


def spans(values: pa.Array) -> Spans | None:
    """The interval of each distinct text; None when some text is none, or when all are single numbers."""
    texts = pc.drop_null(pc.unique(values)).to_pylist()
    found = [span(text) for text in texts]
    if not texts or any(one is None for one in found) or all(map(_ONE.fullmatch, texts)):
        return None
    low, high = zip(*[one for one in found if one is not None], strict=True)
    return np.array(low), np.array(high)


def both_spans(ours: pa.Array, theirs: pa.Array) -> tuple[Spans, Spans] | None:
    """The intervals of both releases, where at least one has intervals and the other numbers."""
    sides = [spans(values) or _numbers(values) for values in (ours, theirs)]
    if sides[0] is None or sides[1] is None or (spans(ours) is None and spans(theirs) is None):
        return None
    return sides[0], sides[1]


def _numbers(values: pa.Array) -> Spans | None:
    texts = pc.drop_null(pc.unique(values)).to_pylist()
    if not texts or not all(map(_ONE.fullmatch, texts)):
        return None
    low = np.array([float(text) for text in texts], dtype=np.float64)
    return low, np.asarray(low + 1, dtype=np.float64)


def cuts(sides: Sequence[Spans]) -> Edges:
    """Where a cell of both begins: bounds that no interval of either has inside."""
    low, high = (np.concatenate([side[place] for side in sides]) for place in (0, 1))
    bounds = np.unique(low)
    inside = (low[:, None] < bounds) & (bounds < high[:, None])
    return np.asarray(bounds[~inside.any(axis=0)])


def placed(values: pa.Array, edges: Edges) -> pa.Array:
    """The number of the cell of each interval, as text; null stays null."""
    encoded = values.dictionary_encode()
    starts = [(span(text) or (-inf, 0.0))[0] for text in encoded.dictionary.to_pylist()]
    cells = np.searchsorted(edges, np.array(starts, dtype=np.float64), "right")
    return pa.array([str(cell) for cell in cells], pa.string()).take(encoded.indices)


def aligned(ours: pa.Array, theirs: pa.Array) -> tuple[pa.Array, pa.Array] | None:
    """The texts of both, made comparable; None when they cannot be."""
    sides = both_spans(ours, theirs)
    if sides is not None:
        edges = cuts(sides)
        return (placed(ours, edges), placed(theirs, edges)) if len(edges) > 1 else None
    grouped = all(len(pc.unique(values)) * MANY <= len(values) for values in (ours, theirs))
    if grouped and max(_shared(ours, theirs), _shared(theirs, ours)) < 1 / 2:
        return None
    return ours, theirs


def _shared(values: pa.Array, others: pa.Array) -> float:
    """Share of the values that occur among the others."""
    if not len(values):
        return 1.0
    return float(pc.mean(pc.is_in(values, value_set=pc.unique(others)).cast(pa.float64())).as_py())


def few_between(values: tuple[pa.Array, pa.Array], others: tuple[Codes, Codes], unsure: Codes, k: int) -> int:
    """Persons between a bound of one release and a bound of the other, who are fewer than ``k``.

    Counted up to each bound, both releases give the number of persons between two bounds, even where no
    release has such a cell. ``values``: one interval a person, in each release; ``others``: group by what
    else is known; ``unsure``: group -> persons who may have come or left, whom the count may miss.
    """
    sides = both_spans(*values)
    if sides is None:
        return 0
    groups = len(unsure)
    bounds = [cuts([side]) for side in sides]
    every = np.unique(np.concatenate(bounds))
    upto = np.zeros((groups, len(every)))
    for texts, owners, edges in zip(values, others, bounds, strict=True):
        known = np.flatnonzero(texts.is_valid().to_numpy(zero_copy_only=False))
        cell = np.asarray(placed(texts, edges).take(pa.array(known)).cast(pa.int64()).to_numpy())
        table = np.bincount(owners[known] * (len(edges) + 1) + cell, minlength=groups * (len(edges) + 1))
        below = np.cumsum(table.reshape(groups, -1), axis=1)[:, :-1]
        upto[:, np.searchsorted(every, edges)] = below
    between = np.diff(upto, axis=1)
    source = np.isin(every, bounds[0]) * 1 + np.isin(every, bounds[1]) * 2
    mixed = (source[:-1] & source[1:]) == 0
    small = mixed & (between > 0) & (between + unsure[:, None] < k)
    return int(between[small].sum())
