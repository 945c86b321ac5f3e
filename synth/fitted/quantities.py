"""Numbers that may come out: those that enough persons have, and smoothed ones that equal no rare value."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from synth.fitted.counting import (
    coded,
    coded_numbers,
    distinct,
    distinct_persons,
    enough_persons,
    extremes,
    ordered,
)
from synth.fitted.domains import LOST, Domain, Encoded, Floats, Ints

Flags = npt.NDArray[np.bool_]
CELLS = 240
POINTS = 5
"""Numbers in a cell of smoothed values."""
DENSE = 3
"""One possible value in so many is met at least where a range of values is dense."""
FINEST = 2
"""Decimals beyond which no range is called dense."""
COMMON = 0.9
"""Share of rows with a value that enough persons have, from which whole numbers are taken for codes."""
ONE_EACH, ALL_DIFFERENT, EVEN = 1.05, 0.9, 0.05
"""Of numbers of holders: values a person at most, distinct ones at least, and how far from even they are."""
OUTER = 4
"""One person in so many, at either end of a cell, counts as the next one within."""


@dataclass(frozen=True)
class Grid:
    """A dense range, whose values are all possible whoever was met: ages, years, counts, rounded weights.

    Its ends are where enough persons have as little, or as much; what lies beyond counts as the end.
    """

    low: float
    high: float
    step: float

    def between(self, first: float, last: float) -> Floats:
        """The values of the range from ``first`` to ``last``, which are two of them."""
        count = round((last - first) / self.step) + 1
        return np.round(first + self.step * np.arange(count), FINEST)

    def clipped(self, unique: Floats, raw: Ints) -> tuple[Floats, Ints, int]:
        """Distinct values and the place of each row's, with the ends for those beyond; how many were."""
        within = (unique >= self.low) & (unique <= self.high)
        first = int(np.argmax(within))
        inside = int(within.sum())
        return unique[within], np.clip(raw - first, 0, inside - 1), len(unique) - inside


def encode_numbers(
    values: Floats, persons: Ints, floor: int, *, published: bool = True, measured: bool = False
) -> Encoded:
    """Index numbers: a cell for each value that ``floor`` persons have, wider cells for the others.

    Where values are ``measured`` and dense (see :class:`Grid`), a cell of the others holds all possible
    ones between its ends, and the values beyond the range are its ends. Elsewhere it holds five numbers
    between the mean of the lower half of its persons and that of the upper half, of whom no one weighs
    more than another; when they are ``published`` as they are, none is a value that fewer than ``floor``
    persons have. What is not measured may be a code: nothing new comes out of it where most rows have a
    value of enough persons, nor, when it may name its holders (a file, a household), where nearly every
    value is somebody's.
    """
    present = ~np.isnan(values)
    unique, raw = coded_numbers(values[present])
    holders = persons[present]
    grid = _grid(unique, raw, holders, floor) if published and measured else None
    beyond = 0
    if grid is not None:
        unique, raw, beyond = grid.clipped(unique, raw)
    frequent = enough_persons(raw, holders, len(unique), floor)
    cells: list[Floats] = [unique[place : place + 1] for place in np.flatnonzero(frequent)]
    members = np.full(len(unique), LOST)
    members[frequent] = np.arange(len(cells))
    rare = np.flatnonzero(~frequent)
    named = published and not measured
    if not (named and frequent[raw].sum() >= COMMON * len(raw)):
        by_value = ordered(raw)
        places, owners = raw[by_value], holders[by_value]
        naming = named and _names_holders(unique, raw, holders)
        for first, last in _cuts(~frequent[places], places, owners, floor):
            if grid is not None:
                points = np.setdiff1d(grid.between(unique[first], unique[last]), unique[frequent])
            elif naming and _crowded(unique, first, last):
                continue
            else:
                rows = slice(*np.searchsorted(places, [first, last + 1]))
                own = ~frequent[places[rows]]
                means = _means(unique[places[rows][own]], owners[rows][own])
                points = _points(unique, means, frequent, published=published)
            if len(points):
                members[rare[(rare >= first) & (rare <= last)]] = len(cells)
                cells.append(points)
    members = _nearest(unique, members, frequent)
    means = np.array([cell.mean() for cell in cells])
    ranks = np.argsort(np.argsort(means, kind="stable"), kind="stable")
    position = np.array([*(1 + np.asarray(ranks, np.int64)), LOST], np.int64)
    index = np.zeros(len(values), np.int64)
    index[present] = position[members][raw] if len(unique) else index[present]
    missing = len(distinct(persons[~present]))
    if cells and 0 < missing < floor:
        index[~present] = LOST
    order = sorted(range(len(cells)), key=lambda cell: int(ranks[cell]))
    joined = np.concatenate([cells[cell] for cell in order]) if cells else np.zeros(0)
    starts = np.cumsum([0, *(len(cells[cell]) for cell in order)])
    if not cells:
        index[:] = 0
    rare_values = beyond if grid is not None else len(rare)
    lost = int((index == LOST).sum()) if cells else int(present.sum())
    return Encoded(Domain(values=joined, starts=starts), index, rare_values, 0, lost)


def _grid(unique: Floats, raw: Ints, persons: Ints, floor: int) -> Grid | None:
    """The dense range of values, its ends shared as :class:`Grid` says; None when there is none."""
    places = decimals(unique) if len(unique) else FINEST + 1
    if places > FINEST:
        return None
    lows, highs = extremes(raw, persons)
    if len(lows) <= floor:
        return None
    low, high = unique[np.sort(lows)[floor - 1]], unique[np.sort(highs)[-floor]]
    whole = np.rint(unique[(unique >= low) & (unique <= high)] * 10**places).astype(np.int64)
    if len(whole) < 2:
        return None
    step = int(np.gcd.reduce(np.diff(whole)))
    if len(whole) * DENSE < (whole[-1] - whole[0]) // step + 1:
        return None
    return Grid(float(low), float(high), step / 10**places)


def _cuts(rare: Flags, values: Ints, owners: Ints, floor: int) -> list[tuple[int, int]]:
    """Ranges of the ``rare`` ones of sorted values, each of at least ``floor`` persons; fewer make none."""
    values, owners = values[rare], owners[rare]
    step = max(floor, len(values) // CELLS)
    cuts: list[tuple[int, int]] = []
    start = 0
    while start < len(values):
        stop = min(start + step, len(values))
        while stop < len(values) and len(distinct(owners[start:stop])) < floor:
            stop = min(stop + step, len(values))
        while stop < len(values) and values[stop] == values[stop - 1]:
            stop += 1
        if len(distinct(owners[start:stop])) >= floor:
            cuts.append((int(values[start]), int(values[stop - 1])))
        elif cuts:
            cuts[-1] = (cuts[-1][0], int(values[stop - 1]))
        start = stop
    return cuts


def _names_holders(unique: Floats, raw: Ints, persons: Ints) -> bool:
    """Whether whole numbers may be those of persons or households: one a person, and all different or even.

    Even: they were given one after the other, so their quarters are those of their range.
    """
    holders = len(distinct(persons))
    if distinct_persons(raw, persons, len(unique)).sum() > ONE_EACH * holders or len(unique) < 2:
        return False
    quarters = np.quantile(unique[raw], [0.25, 0.5, 0.75])
    even = np.abs((quarters - unique[0]) / (unique[-1] - unique[0]) - [0.25, 0.5, 0.75]).max() <= EVEN
    return bool(even or len(unique) >= ALL_DIFFERENT * holders)


def _crowded(unique: Floats, first: int, last: int) -> bool:
    """Whether so many of the possible numbers are met that one that is not tells who was not learnt from."""
    possible = (unique[last] - unique[first]) * 10.0 ** decimals(unique) + 1
    return bool((last - first + 1) * DENSE >= possible)


def _means(values: Floats, owners: Ints) -> Floats:
    """The mean of each person, in order; those at either end count as the next one within."""
    own = coded(owners)[1]
    found = np.sort(np.bincount(own, values) / np.bincount(own))
    outer = len(found) // OUTER
    return np.clip(found, found[outer], found[-1 - outer])


def _points(unique: Floats, means: Floats, frequent: Flags, *, published: bool) -> Floats:
    half = max(len(means) // 2, 1)
    step = 10.0 ** -decimals(unique)
    wanted = np.linspace(means[:half].mean(), means[-half:].mean(), POINTS)
    forbidden = np.rint(unique[~frequent & published] / step).astype(np.int64)
    low, high = np.rint(unique[0] / step), np.rint(unique[-1] / step)
    found = {_legal(int(value), forbidden, int(low), int(high)) for value in np.rint(wanted / step)}
    return np.round(np.array(sorted(value * step for value in found if value is not None)), decimals(unique))


def _legal(value: int, forbidden: Ints, low: int, high: int) -> int | None:
    """The nearest whole number of steps that is not forbidden, between ``low`` and ``high``."""
    for away in range(200):
        for candidate in (value - away, value + away):
            place = int(np.searchsorted(forbidden, candidate))
            taken = place < len(forbidden) and forbidden[place] == candidate
            if not taken and low <= candidate <= high:
                return candidate
    return None


def _nearest(unique: Floats, members: Ints, frequent: Flags) -> Ints:
    """Rare values without a cell join the nearest frequent one, when there is one."""
    lone = np.flatnonzero(members == LOST)
    anchors = np.flatnonzero(frequent)
    if not len(lone) or not len(anchors):
        return members
    right = np.minimum(np.searchsorted(unique[anchors], unique[lone]), len(anchors) - 1)
    left = np.maximum(right - 1, 0)
    nearer = np.abs(unique[anchors[left]] - unique[lone]) <= np.abs(unique[anchors[right]] - unique[lone])
    found = members.copy()
    found[lone] = members[anchors[np.where(nearer, left, right)]]
    return found


def decimals(values: Floats) -> int:
    """Decimals, at most 6, that the values are written with."""
    sample = values[:2000]
    for places in range(6):
        if np.allclose(sample, np.round(sample, places), rtol=0, atol=10.0 ** -(places + 6)):
            return places
    return 6
