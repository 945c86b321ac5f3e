"""Persons as points: their traits as vectors whose distances say how alike two persons are.

Each column weighs the same. Two different categories are at distance 1, or near it when there are
too many for a dimension each: they then get random directions (Achlioptas 2003,
doi:10.1016/S0022-0000(03)00025-4), and equal categories stay at distance 0. A number has two
coordinates: its rank among real persons, and its place between their 5th and 95th centiles, so that
neither a long tail nor a crowd hides a difference. A set of codes is the sum of the directions of
its codes, a code that few persons have counting more (inverse document frequency).

Products of matrices then find neighbours fast; what is nearest is checked again without rounding.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from risk.anonymeter_adapter.encoding import Column, Floats
from risk.traits import CodeSet, Traits

Vectors = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]

FEW = 24
"""Categories that get a dimension each."""
DIRECTIONS = 16
"""Dimensions shared by the categories of a column that has more."""
SET_DIRECTIONS = 32
"""Dimensions shared by the codes of a set."""
NUMBER_WEIGHT = 2.0
"""A number's two coordinates: from the 5th to the 95th centile is as far as twice two categories."""
SET_WEIGHT = 2.0
"""A set says more than one category."""
FARTHEST = 3.0
"""Widths between the two centiles at which a number stops being farther."""


@dataclass(frozen=True)
class Points:
    """The persons of each part as vectors of the same space."""

    original: Vectors
    candidate: Vectors
    control: Vectors | None = None

    @property
    def real(self) -> Vectors:
        """Original and control, one after the other."""
        return self.original if self.control is None else np.vstack([self.original, self.control])


def embed(traits: Traits, seed: int = 0) -> Points:
    """The points of all persons; ``seed`` draws the random directions.

    ArithmeticError when numbers are too large to be compared: whoever is nowhere is near nobody, and
    would look safe.
    """
    random = np.random.default_rng([seed, 0x70])
    blocks: list[list[Vectors]] = [[] for _ in traits.sizes]
    for column in traits.columns:
        if not column.is_constant:
            parts = _categories(column, random) if column.is_category else _numbers(column)
            _add(blocks, parts)
    for each in traits.sets:
        _add(blocks, _sets(each, random))
    if not blocks[0]:
        return Points(*[np.zeros((size, 1), dtype=np.float32) for size in traits.sizes])
    joined = [np.hstack(block) for block in blocks]
    centre = joined[0].mean(axis=0, dtype=np.float64).astype(np.float32)
    if not all(np.isfinite(block).all() for block in joined):
        raise ArithmeticError("numbers too large to be compared")
    return Points(*[np.ascontiguousarray(block - centre) for block in joined])


def _add(blocks: list[list[Vectors]], parts: list[Vectors]) -> None:
    for block, part in zip(blocks, parts, strict=True):
        block.append(part)


def _categories(column: Column, random: np.random.Generator) -> list[Vectors]:
    values, codes = np.unique(np.concatenate(column.parts()), return_inverse=True)
    table = _directions(len(values), FEW, DIRECTIONS, random) * np.float32(np.sqrt(0.5))
    pieces = np.split(codes.ravel(), np.cumsum([len(part) for part in column.parts()])[:-1])
    return [table[piece] for piece in pieces]


def _directions(count: int, few: int, width: int, random: np.random.Generator) -> Vectors:
    """A vector of length 1 for each of ``count`` codes: at right angles when they are few, else nearly."""
    if count <= few:
        return np.eye(count, dtype=np.float32)
    signs = random.integers(0, 2, (count, width)) * 2 - 1
    return np.asarray(signs / np.sqrt(width), dtype=np.float32)


def _numbers(column: Column) -> list[Vectors]:
    """Rank, place, and whether the value is missing, which is as far as another category."""
    real = np.concatenate([column.original, *([] if column.control is None else [column.control])])
    known = np.sort(real[~np.isnan(real)])
    if not len(known):
        return [np.isnan(part).astype(np.float32)[:, None] for part in column.parts()]
    low, high = np.quantile(known, [0.05, 0.95])
    width = float(high - low) or float(np.ptp(known)) or 1.0
    middle = float(np.median(known))
    # Many persons share few values: looking those up stays within the processor's fast memory.
    starts = np.flatnonzero(np.append(True, known[1:] != known[:-1]))
    ends = np.append(starts, len(known))
    return [_places(part, known[starts], ends, middle, width) for part in column.parts()]


def _places(part: Floats, known: Floats, ends: Rows, middle: float, width: float) -> Vectors:
    """``known``: the real values; ``ends``: how many real persons have less than each, and their number."""
    missing = np.isnan(part)
    values = np.where(missing, middle, part)
    place = np.searchsorted(known, values)
    there = known[np.minimum(place, len(known) - 1)] == values
    rank = (ends[place] + ends[place + there]) / (2 * ends[-1])
    place = np.clip((values - middle) / width, -FARTHEST, FARTHEST)
    scale = np.sqrt(NUMBER_WEIGHT / 2)
    columns = [rank * scale, place * scale]
    if missing.any():
        columns.append(missing.astype(np.float64))
    else:
        columns.append(np.zeros(len(part)))
    return np.column_stack(columns).astype(np.float32)


def _sets(each: CodeSet, random: np.random.Generator) -> list[Vectors]:
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - slow to import

    persons = [len(part.starts) - 1 for part in each.parts]
    real = [0, *([2] if len(each.parts) > 2 else [])]
    carriers = np.bincount(np.concatenate([each.parts[place].codes for place in real]), minlength=each.groups)
    weights = np.log((1 + sum(persons[place] for place in real)) / (1 + carriers)) + 1
    table = _directions(each.groups, SET_DIRECTIONS, SET_DIRECTIONS, random) * weights[:, None]
    sums = []
    for part, count in zip(each.parts, persons, strict=True):
        shape = (count, each.groups)
        held = csr_matrix((np.ones(len(part.codes), np.float32), part.codes, part.starts), shape=shape)
        sums.append(np.asarray(held @ table, dtype=np.float32))
    length = float(np.sqrt((sums[0] ** 2).sum(axis=1).mean())) or 1.0
    scale = np.float32(np.sqrt(SET_WEIGHT / 2) / length)
    return [part * scale for part in sums]
