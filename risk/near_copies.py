"""Rare persons who have a synthetic person nearly like them, counted one by one.

On few columns a synthetic person is near to many real ones, and none of them is told by it. So only rare
persons count: those who have no other real person, fitted or kept away, within a tolerance on every column.
Fitted and kept away persons are as rare and have near copies as often, unless somebody was learnt by heart.

The tolerance is the same for everybody in the middle of a column, a small part of its width, and in
proportion to the distance from the middle in its tails: of a cost of a million, a few thousands are as near
as a few euros of a usual one. Categories must be equal, missing values too. Sets of codes are left aside: of
events, their number, their averages and extremes are compared, so that a copy with other codes is seen.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from risk.anonymeter_adapter.encoding import Column, Floats
from risk.labels import Codes, combine, encode
from risk.statistics import Rate
from risk.traits import Traits

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

TOLERANCE = 0.02
"""Part of the width of a column, from its 5th to its 95th centile, within which numbers are nearly equal."""
APART = 1e6
"""Tolerances between persons of other categories: nobody is so near."""
SAMPLE = 2_000
"""Persons whose neighbours are counted."""

Chosen = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class NearCopies:
    """Rare persons of both sides, and who of them has a near copy."""

    attack: Rate
    """Rare fitted persons with a near copy."""
    control: Rate
    """The same of those kept away."""
    held: Chosen = field(repr=False)
    """Fitted persons who are rare and have one."""
    alike: float
    """Share of the pairs of real persons who are nearly alike."""


def near_copies_of_rare(traits: Traits, random: np.random.Generator) -> NearCopies:
    """Count near copies of rare persons; there must be persons kept away."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - slow to import

    parts = places(traits)
    real, fitted = np.concatenate([parts[0], parts[2]]), len(parts[0])
    # Equal persons are not rare, and would be found again for each other.
    distinct, kind, crowd = _distinct(real)
    tree, made = cKDTree(distinct), cKDTree(_distinct(parts[1])[0])
    own = np.flatnonzero(crowd == 1)
    # The nearest one is the target itself.
    beside = tree.query(distinct[own], 2, p=np.inf, distance_upper_bound=1.0)[0][:, 1]
    alone = own[~np.isfinite(beside)]
    found = np.isfinite(made.query(distinct[alone], 1, p=np.inf, distance_upper_bound=1.0)[0])
    rare, near = (np.isin(kind, chosen) for chosen in (alone, alone[found]))
    return NearCopies(
        Rate(int(near[:fitted].sum()), int(rare[:fitted].sum())),
        Rate(int(near[fitted:].sum()), int(rare[fitted:].sum())),
        near[:fitted],
        _alike(tree, kind[random.permutation(len(real))[:SAMPLE]], crowd),
    )


def _distinct(points: Floats) -> tuple[Floats, Codes, Codes]:
    """The different points, which of them each one is, and how often each occurs."""
    codes = combine([encode(pa.array(column)) for column in points.T])
    first = np.zeros(codes.groups, dtype=np.int64)
    first[codes.codes] = np.arange(len(points))
    return points[first], codes.codes, codes.sizes


def _alike(tree: "cKDTree", sample: Codes, crowd: Codes) -> float:
    """Share of the pairs of real persons who are nearly alike, at least one pair's worth."""
    persons = int(crowd.sum())
    kinds, times = np.unique(sample, return_counts=True)
    # One by one: where many persons are alike, all their lists at once would fill the memory.
    beside = [crowd[tree.query_ball_point(tree.data[each], 1.0, p=np.inf)].sum() - 1 for each in kinds]
    mean = float((np.array(beside) * times).sum() / times.sum())
    return (mean * persons / 2 + 1) / (persons * (persons - 1) / 2)


def places(traits: Traits) -> list[Floats]:
    """Coordinates in tolerances, of each part: persons within 1 on all of them are nearly alike."""
    varying = [column for column in traits.columns if not column.is_constant]
    group = _groups([column for column in varying if column.is_category], traits.sizes)
    blocks = [[part * APART] for part in group]
    for column in (each for each in varying if not each.is_category):
        for block, part in zip(blocks, stretched(column), strict=True):
            block.append(part)
    return [np.column_stack(block) for block in blocks]


def _groups(categories: list[Column], sizes: tuple[int, ...]) -> list[Floats]:
    """A number for each person: equal numbers, equal categories."""
    codes: Codes = np.zeros(sum(sizes), dtype=np.int64)
    for column in categories:
        values = np.unique(np.concatenate(column.parts()), return_inverse=True)[1].ravel()
        codes = np.unique(codes * (int(values.max(initial=0)) + 1) + values, return_inverse=True)[1].ravel()
    return np.split(codes.astype(np.float64), np.cumsum(sizes)[:-1])


def stretched(column: Column) -> list[Floats]:
    """Numbers in tolerances: even in the middle of the column, in proportion in its tails."""
    real = np.concatenate([column.original, *([] if column.control is None else [column.control])])
    known = real[~np.isnan(real)]
    if not len(known):
        return [np.where(np.isnan(part), -APART, 0.0) for part in column.parts()]
    low, high = np.quantile(known, [0.05, 0.95])
    width = float(high - low) or float(np.ptp(known)) or 1.0
    middle = float(np.median(known))
    return [
        np.where(np.isnan(part), -APART, np.arcsinh((part - middle) / width) / TOLERANCE)
        for part in column.parts()
    ]
