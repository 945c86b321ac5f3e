"""Margins by age and sex: the share of persons who have what a column counts, held in each stratum.

A tree keeps only the splits that noise does not explain, so that what a small group of one age and sex has
is drawn as in a larger one. Here the margin itself is learnt: of persons of one sex and a range of ages, the
share above a cut of the column (one has the drug or not). Calibration in the sense of survey statistics
(Deville and Särndal 1992, doi:10.1080/01621459.1992.10475217), and systematic sampling in each stratum, so
that counts come out as expected. No share rests on fewer persons than the floor, nor does its complement.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from synth.fitted.conditional import GOLDEN, Level
from synth.fitted.counting import ordered, places
from synth.fitted.domains import Floats, Ints

Flags = npt.NDArray[np.bool_]
TIMES, PIECES = 8, 180
"""Persons of a stratum: floors, at least; and strata that all persons make, at most."""
GRADE = 2.0
"""Log-odds that are of one order of magnitude."""
LEAST = 0.2
"""Correlation from which two columns go together."""
STEPS, FARTHEST = 8, 2.0
"""Of the search for the shift of a cell, and the farthest shift, on the scale of log-odds."""


@dataclass(frozen=True)
class Axes:
    """The columns that strata are made of, and the stratum of each pair of their indices, -1 when none."""

    group: str
    """Of two to four values (a sex), '' when there is none."""
    order: str
    """Of more numbers (an age), '' when there is none."""
    strata: Ints
    """Index of the one × index of the other."""

    def of(self, index: Mapping[str, Ints], size: int) -> Ints:
        """The stratum of each of ``size`` persons."""
        nothing = np.zeros(size, np.int64)
        found: Ints = self.strata[index.get(self.group, nothing), index.get(self.order, nothing)]
        return found


@dataclass(frozen=True)
class Cut:
    """The two sides of a column."""

    column: str
    """'' for none: everybody is on the lower side."""
    last: int
    """The highest index of the lower side."""

    def sides(self, index: Mapping[str, Ints], size: int) -> Ints:
        """0 or 1 for each of ``size`` persons."""
        if not self.column:
            return np.zeros(size, np.int64)
        return (index[self.column] > self.last).astype(np.int64)


@dataclass(frozen=True)
class Margin:
    """The share of persons above a cut, in cells that are made of neighbouring strata."""

    axes: Axes
    cut: Cut
    partner: Cut
    """Of the column before it that it goes with: each side of it has cells of its own."""
    cells: Ints
    """Stratum × side of the partner -> cell, -1 when too few persons are on one side of the cut."""
    shares: Floats
    """Cell -> share above the cut."""

    def cell_of(self, index: Mapping[str, Ints], size: int) -> Ints:
        """The cell of each person, -1 where none is."""
        stratum = self.axes.of(index, size)
        return np.where(stratum >= 0, self.cells[stratum, self.partner.sides(index, size)], -1)


def find_axes(group: str, order: str, index: Mapping[str, Ints], size: int, floor: int) -> Axes:
    """Ranges of ``order`` in each value of ``group``; ``index``: of persons, -1 where not learnt."""
    nothing = np.zeros(size, np.int64)
    rows, columns = index.get(group, nothing), index.get(order, nothing)
    known = (rows >= 0) & (columns >= 0)
    shape = (int(rows.max(initial=0)) + 1, int(columns.max(initial=0)) + 1)
    counts = np.zeros(shape, np.int64)
    np.add.at(counts, (rows[known], columns[known]), 1)
    least = max(TIMES * floor, size // PIECES)
    strata, first = np.full(shape, -1), 0
    for own, line in zip(strata, counts, strict=True):
        own[:] = _merged(line[:, None], least, first)
        first = max(first, int(own.max()) + 1)
    return Axes(group, order, strata)


def find_margin(axes: Axes, cut: Cut, partner: Cut, index: Mapping[str, Ints], floor: int) -> Margin | None:
    """The margin of a column; ``index``: of persons, -1 where not learnt."""
    target = index[cut.column]
    size = len(target)
    stratum = axes.of({name: np.maximum(one, 0) for name, one in index.items()}, size)
    kept = (target >= 0) & (stratum >= 0)
    many = int(axes.strata.max(initial=-1)) + 1
    counts = np.zeros((many, 2, 2), np.int64)
    np.add.at(counts, (stratum[kept], partner.sides(index, size)[kept], cut.sides(index, size)[kept]), 1)
    cells = _cells(axes, counts, floor)
    within = cells >= 0
    if not within.any():
        return None
    high = np.bincount(cells[within], counts[within][:, 1])
    shares = high / np.bincount(cells[within], counts[within].sum(1))
    return Margin(axes, cut, partner, cells, shares)


def _cells(axes: Axes, counts: Ints, floor: int) -> Ints:
    """Stratum × side of the partner -> cell; ``counts``: persons on each side of the cut."""
    cells, first = np.full(counts.shape[:2], -1), 0
    for line in axes.strata:
        own = np.unique(line[line >= 0])
        one, other = (_merged(counts[own, side], floor, first) for side in (0, 1))
        if min(one.max(initial=-1), other.max(initial=-1)) < 0:
            one = other = _merged(counts[own].sum(1), floor, first)
        else:
            other += one.max() + 1 - first
        cells[own] = np.column_stack([one, other])
        first = max(first, int(cells.max(initial=-1)) + 1)
    return cells


def _merged(counts: Ints, least: int, first: int) -> Ints:
    """Neighbouring rows made into runs, numbered from ``first``, in which each column of counts is ``least``.

    What is left at the end joins the last run; -1 everywhere when all rows together are too few.
    """
    found = np.full(len(counts), -1)
    number, start = first, 0
    gathered = np.zeros(counts.shape[1], np.int64)
    for place, row in enumerate(counts):
        gathered = gathered + row
        if (gathered >= least).all():
            found[start : place + 1] = number
            number, start, gathered = number + 1, place + 1, np.zeros_like(gathered)
    if number > first:
        found[start:] = number - 1
    return found


class Margins:
    """The margins of columns that are told one after the other."""

    def __init__(self, group: str, order: str, index: Mapping[str, Ints], size: int, floor: int) -> None:
        self._axes = find_axes(group, order, index, size, floor)
        self._index = dict(index)
        self._floor = floor
        self._cuts: list[Cut] = []

    def add(self, name: str, target: Ints) -> Margin | None:
        """The margin of the next column (-1 where not learnt); None when it has one side only."""
        last = _middle(target)
        if last is None or self._axes.strata.max(initial=-1) < 0:
            return None
        cut = Cut(name, last)
        self._index[name] = target
        margin = find_margin(self._axes, cut, self._partner(cut), self._index, self._floor)
        self._cuts.append(cut)
        return margin

    def _partner(self, cut: Cut) -> Cut:
        """The column that goes best with this one, if any goes well with it."""
        own = self._sides(cut)
        strength = [_together(own, self._sides(one)) for one in self._cuts]
        if not strength or max(strength) < LEAST:
            return Cut("", 0)
        return self._cuts[int(np.argmax(strength))]

    def _sides(self, cut: Cut) -> Flags:
        return self._index[cut.column] > cut.last


def tied(index: Mapping[str, Ints], part_of: Mapping[str, str]) -> set[str]:
    """Columns that go with another which is neither what they are counted in nor a part of them."""
    sides = {name: one > last for name, one in index.items() if (last := _middle(one)) is not None}
    pairs = (
        {one, other}
        for one, other in combinations(sides, 2)
        if part_of[one] != other and part_of[other] != one and _together(sides[one], sides[other]) >= LEAST
    )
    return set().union(*pairs)


def _middle(target: Ints) -> int | None:
    """The index that parts persons best into two halves, of those learnt; None when it is one side alone."""
    total = np.bincount(target[target >= 0])
    if np.count_nonzero(total) < 2:
        return None
    return int(np.argmin(np.abs(np.cumsum(total)[:-1] / total.sum() - 0.5)))


def _together(one: Flags, other: Flags) -> float:
    """Absolute correlation of two sides."""
    share, its = one.mean(), other.mean()
    spread = share * (1 - share) * its * (1 - its)
    return abs(float((one & other).mean() - share * its)) / float(np.sqrt(spread)) if spread > 0 else 0.0


def draw_held(
    margin: Margin,
    level: Level,
    leaf: Ints,
    index: Mapping[str, Ints],
    there: Flags,
    alike: Ints,
    rng: np.random.Generator,
) -> Ints:
    """A value for each person: those above the cut as many in each cell as the margin says.

    ``index``: of the columns before it; ``there``: who has a value at all, 0 for the others.
    """
    size = len(leaf)
    low = _lower(level, margin.cut.last)[places(level.keys, leaf)]
    cell = np.where(there, margin.cell_of(index, size), -1)
    chance = _shifted(np.where(there, 1 - low, 0.0), cell, margin.shares)
    high = systematic(chance, alike, rng)
    order = ordered(rng.random(size), alike, high, leaf)
    place = np.empty(size)
    place[order] = np.modf(rng.random() + np.arange(size) * GOLDEN)[0]
    found = level.draw(leaf, np.where(high, low + place * (1 - low), place * low))[0]
    return np.where(there, np.maximum(found, 0), 0)


def systematic(chance: Floats, alike: Ints, rng: np.random.Generator) -> Flags:
    """Who is taken: everybody with her ``chance``, as many as expected, but for one, in each run of persons.

    Systematic sampling with unequal chances (Madow 1949, doi:10.1214/aoms/1177729988), persons in order of
    their chance's order of magnitude, then by ``alike``, so that a run is a range of ages of persons of about
    one chance; then in random order.
    """
    grade = np.floor(np.log(np.maximum(chance, 1e-9) / np.maximum(1 - chance, 1e-9)) / GRADE)
    order = ordered(rng.random(len(chance)), alike, grade.astype(np.int64))
    passed = np.floor(rng.random() + np.concatenate([[0.0], np.cumsum(chance[order])]))
    taken = np.empty(len(chance), bool)
    taken[order] = np.diff(passed) > 0
    return taken


def _lower(level: Level, cut: int) -> Floats:
    """The share of each leaf that is not above the cut."""
    counts = np.diff(level.running).astype(float)
    owner = np.repeat(np.arange(len(level.keys)), np.diff(level.starts))
    lower = np.bincount(owner, counts * (level.values <= cut), len(level.keys))
    found: Floats = lower / np.bincount(owner, counts, len(level.keys))
    return found


def _shifted(chance: Floats, cell: Ints, shares: Floats) -> Floats:
    """Chances of which the odds were multiplied by one number in each cell, so that its share is expected."""
    open_ = (chance > 0) & (chance < 1) & (cell >= 0)
    own, at = chance[open_], cell[open_]
    odds = np.log(own / (1 - own))
    sure = np.bincount(cell[(cell >= 0) & ~open_], chance[(cell >= 0) & ~open_], len(shares))
    wanted = shares * np.bincount(cell[cell >= 0], minlength=len(shares)) - sure
    shift = np.zeros(len(shares))
    for _ in range(STEPS):
        moved = 1 / (1 + np.exp(-(odds + shift[at])))
        slope = np.bincount(at, moved * (1 - moved), len(shares))
        step = (wanted - np.bincount(at, moved, len(shares))) / np.maximum(slope, 1e-9)
        shift = np.clip(shift + np.clip(step, -1, 1), -FARTHEST, FARTHEST)
    found = chance.copy()
    found[open_] = 1 / (1 + np.exp(-(odds + shift[at])))
    return found
