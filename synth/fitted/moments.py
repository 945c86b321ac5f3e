"""When events happen: regular treatments by their gaps, the others by month and day of the week.

The events of one person and one family of codes are a sequence. When gaps vary less than those of
events thrown at random, the sequence is drawn as a first day and gaps; else its days are drawn from
the density of the family, which holds the seasons.
"""

from dataclasses import dataclass

import numpy as np

from synth.fitted.conditional import Level, draw, tabulate
from synth.fitted.counting import coded, distinct_persons, extremes, ordered, rows_of, runs
from synth.fitted.domains import LOST, Domain, Floats, Ints
from synth.fitted.quantities import encode_numbers

BINS = np.array([1, 2, 3, 4, 6, 9, 13, 19, 27, 60])
REGULAR = 0.75
"""Coefficient of variation of gaps under which a sequence is regular (1 for events at random)."""


@dataclass(frozen=True)
class Moments:
    """Days of the events of one entity, counted from ``origin``."""

    origin: int
    length: int
    """Days of the window that enough persons reach."""
    regular: Ints
    """Family -> whether its sequences are regular."""
    density: Floats
    """Running density of the days of the window, a row a family."""
    gap: Domain
    gaps: tuple[Level, ...]
    first: Domain
    firsts: tuple[Level, ...]
    together: Floats
    """Days on which a person has events, by event, for each power of two of the number of events."""


def fit_moments(
    person: Ints, family: Ints, day: Ints, start: Ints, end: Ints, families: int, floor: int, *, weekly: bool
) -> Moments:
    """Learn from events with a day; ``start``, ``end``: between which each event's person may have one."""
    lows, highs = (np.sort(one) for one in extremes(day, person))
    if len(lows) < floor:
        return _unknown(families)
    origin, last = sorted((int(lows[floor - 1]), int(highs[-floor])))
    length = max(last - origin + 1, 1)
    day = np.clip(day, origin, last) - origin
    order = ordered(day, family, person)
    person, family, day = person[order], family[order], day[order]
    start = np.clip(start[order] - origin, 0, length - 1)
    end = np.clip(end[order] - origin, start, length - 1)
    _, place, count = runs(person * families + family)
    size = np.searchsorted(BINS, count, side="right")
    follows = place > 0
    gap = np.diff(day, prepend=0)
    regular = _regular(gap[follows], family[follows], count[follows], families, length)
    key = family * 16 + size
    steady = follows & (regular[family] == 1)
    gaps = encode_numbers(gap[steady].astype(float), person[steady], floor, published=False)
    begins = (place == 0) & (regular[family] == 1)
    offset = np.maximum(day - start, 0)
    firsts = encode_numbers(offset[begins].astype(float), person[begins], floor, published=False)
    # A family of too few persons has the density of all.
    own = np.where(distinct_persons(family, person, families)[family] >= floor, family, LOST)
    return Moments(
        origin, length, regular, _density(day, start, end, own, families, origin, length, weekly=weekly),
        gaps.domain, _levels(key[steady], gaps.index, person[steady], floor),
        firsts.domain, _levels(key[begins], firsts.index, person[begins], floor),
        _together(person, day),
    )  # fmt: skip


def _unknown(families: int) -> Moments:
    """Of events that too few persons have to be learnt: none is drawn."""
    nothing, never = Domain(), np.zeros(families, np.int64)
    return Moments(0, 1, never, np.zeros((families, 2)), nothing, (), nothing, (), np.ones(16))


def _levels(key: Ints, index: Ints, person: Ints, floor: int) -> tuple[Level, ...]:
    keys = (key, key // 16, np.zeros_like(key))
    return tuple(tabulate(one, index, person, floor, least=1) for one in keys)


def _regular(gap: Ints, family: Ints, count: Ints, families: int, length: int) -> Ints:
    found = np.zeros(families, np.int64)
    for one, rows in enumerate(rows_of(family, families)):
        gaps = gap[rows[count[rows] >= 4]].astype(float)
        if len(gaps) >= 100 and gaps.mean() > 0 and gaps.mean() < length / 4:
            found[one] = int(gaps.std() / gaps.mean() < REGULAR)
    return found


def _density(
    day: Ints, start: Ints, end: Ints, family: Ints, families: int, origin: int, length: int, *, weekly: bool
) -> Floats:
    """Running sums over the window of (months of the family, or slices of equal weight) x weekday.

    Events of a slice are compared with those that would be there if each fell evenly in its window.
    """
    axis = np.arange(length)
    if weekly and length <= 60 * 31:
        months = (origin + axis).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        piece = months - months[0]
    else:
        cuts, times = np.unique(np.floor(np.quantile(day, np.linspace(0, 1, 65))[1:-1]), return_counts=True)
        cuts = np.union1d(cuts, cuts[times > 1] + 1)
        piece = np.searchsorted(cuts, axis, side="right")
    week = np.bincount((origin + day) % 7, minlength=7) / max(len(day), 1) * 7 if weekly else np.ones(7)
    running = np.zeros((families, length + 1))
    everyone = _against_even(day, start, end, piece)
    for one, rows in enumerate(rows_of(family, families)):
        own = _against_even(day[rows], start[rows], end[rows], piece) if len(rows) else everyone
        weight = len(rows) / (len(rows) + 20)
        running[one, 1:] = np.cumsum(
            (weight * own + (1 - weight) * everyone)[piece] * week[(origin + axis) % 7]
        )
    return running


def _against_even(day: Ints, start: Ints, end: Ints, piece: Ints) -> Floats:
    """Events of each slice of the window by events expected there if they fell evenly in their windows."""
    steps = np.bincount(start, 1 / (end - start + 1), len(piece) + 1)
    steps -= np.bincount(end + 1, 1 / (end - start + 1), len(piece) + 1)
    even = np.bincount(piece, np.maximum(np.cumsum(steps)[:-1], 0))
    found: Floats = np.bincount(piece[day], minlength=len(even)) / np.maximum(even, 1e-9 + even.max() * 1e-4)
    return found


def _together(person: Ints, day: Ints) -> Floats:
    """Days by event for persons with 1, 2-3, 4-7... events."""
    inverse = coded(person)[1]
    events = np.bincount(inverse)
    days = distinct_persons(inverse, day, len(events))
    group = np.log2(events).astype(np.int64)
    total, distinct = np.bincount(group, events, 16), np.bincount(group, days, 16)
    return np.where(total > 0, distinct / np.maximum(total, 1), 1.0)


def draw_moments(
    model: Moments, person: Ints, family: Ints, start: Ints, end: Ints, rng: np.random.Generator
) -> Ints:
    """A day between ``start`` and ``end`` for each event, rows sorted by person and family."""
    if not len(person):
        return person
    families = len(model.regular)
    low = np.clip(start - model.origin, 0, model.length - 1)
    high = np.clip(end - model.origin, low, model.length - 1)
    running = model.density.ravel()
    base = family * (model.length + 1)
    first, last = running[base + low], running[base + high + 1]
    flat = model.density + np.arange(families)[:, None] * (model.density.max() + 1)
    shift = family * (model.density.max() + 1)
    target = first + rng.random(len(person)) * (last - first) + shift
    day = np.searchsorted(flat.ravel(), target, side="right") - 1 - base
    day = np.clip(day, low, high)
    steady = np.flatnonzero(model.regular[family] == 1)
    if len(steady):
        day[steady] = _regular_days(model, person[steady], family[steady], low[steady], high[steady], rng)
    return model.origin + _gather(model.together, person, day, rng)


def _regular_days(
    model: Moments, person: Ints, family: Ints, low: Ints, high: Ints, rng: np.random.Generator
) -> Ints:
    number, place, count = runs(person * len(model.regular) + family)
    key = family * 16 + np.searchsorted(BINS, count, side="right")
    keys = [key, key // 16, np.zeros_like(key)]
    gap = np.nan_to_num(model.gap.numbers(draw(model.gaps, keys, rng), rng))
    begin = np.nan_to_num(model.first.numbers(draw(model.firsts, keys, rng), rng))
    gap[place == 0] = 0
    total = np.cumsum(gap)
    heads = np.flatnonzero(place == 0)
    elapsed = total - total[heads][number]
    span = np.maximum.reduceat(elapsed, heads)[number]
    room = (high - low).astype(float)
    elapsed = elapsed * np.minimum(1.0, room / np.maximum(span, 1))
    begin = np.minimum(begin[heads][number], np.maximum(room - np.minimum(span, room), 0))
    found: Ints = np.clip(low + np.rint(begin + elapsed).astype(np.int64), low, high)
    return found


def _gather(together: Floats, person: Ints, day: Ints, rng: np.random.Generator) -> Ints:
    """Bring neighbouring events of a person to the day of one of them, until days are as few as wanted."""
    order = ordered(day, person)
    own, when = person[order], day[order]
    number, place, count = runs(own)
    gap = np.where(place > 0, np.diff(when, prepend=0), -1)
    wanted = np.ceil(count * together[np.minimum(np.log2(count).astype(np.int64), 15)])
    opens = (gap != 0).astype(np.int64)
    have = np.bincount(number, opens)[number]
    nearest = ordered(np.where(gap > 0, gap, int(gap.max()) + 1), number)
    rank = np.empty(len(own), np.int64)
    rank[nearest] = np.arange(len(own)) - np.flatnonzero(place == 0)[number]
    joins = (gap > 0) & (rank < have - wanted)
    first = np.flatnonzero(~joins)
    group = np.cumsum(~joins) - 1
    size = np.diff(np.append(first, len(own)))
    chosen = first + (rng.random(len(first)) * size).astype(np.int64)
    found = np.empty_like(day)
    found[order] = when[chosen[group]]
    return found
