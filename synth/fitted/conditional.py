"""The distribution of a column given others: counts by context, falling back on wider contexts.

A context that fewer than ``floor`` persons share is not kept, nor a value of it that a single person
has there. The weight of the wider context is the one that predicts left-out rows best, so that a
column which another determines stays determined.
"""

from dataclasses import dataclass, replace

import numpy as np

from synth.fitted.counting import coded, enough_persons, entries, ordered, places
from synth.fitted.domains import Floats, Ints

WEIGHTS = (0.0, 0.5, 3.0, 15.0, 60.0)
GOLDEN = 0.6180339887498949
ROUNDS, FINE = 12, 1 << 16


@dataclass(frozen=True)
class Level:
    """Values by context: context ``keys[i]`` has ``values[starts[i]:starts[i + 1]]``, with running counts."""

    keys: Ints
    starts: Ints
    values: Ints
    running: Ints
    """Counts added up over all contexts, before each entry; one more at the end."""
    weight: float
    """Rows of this context that the wider one is worth."""
    escapes: Ints
    """Rows of each context that the wider one stands for, their own value not being learnt."""

    def draw(self, key: Ints, uniform: Floats) -> tuple[Ints, Floats]:
        """A value for each key (-1 where the context is unknown), and the chance that it stands."""
        if not len(self.keys):
            return np.full(len(key), -1), np.zeros(len(key))
        place = places(self.keys, key)
        known = self.keys[place] == key
        first, last = self.running[self.starts[place]], self.running[self.starts[place + 1]]
        target = first + np.minimum((uniform * (last - first)).astype(np.int64), last - first - 1)
        found = self.values[entries(self.running, target)]
        rows = (last - first).astype(float)
        return np.where(known, found, -1), rows / (rows + self.weight + self.escapes[place])


def tabulate(
    key: Ints, value: Ints, persons: Ints, floor: int, *, least: int = 2, escape: bool = False
) -> Level:
    """Count ``value`` by ``key`` over rows whose value is learnt (>= 0).

    Cells of fewer than ``least`` persons are left out. With ``escape``, rows whose value is not learnt
    are left to the wider context, in their number; else the values that are learnt stand for them.
    """
    kept = value >= 0
    unlearnt = key[~kept] if escape else key[:0]
    if not kept.all():
        key, value, persons = key[kept], value[kept], persons[kept]
    keys, place = coded(key)
    span = int(value.max()) + 1 if len(value) else 1
    cells, cell = coded(place * span + value)
    good = enough_persons(place, persons, len(keys), floor)[cells // span]
    good &= enough_persons(cell, persons, len(cells), least)
    cells, counts = cells[good], np.bincount(cell, minlength=len(cells))[good]
    used, owner = coded(cells // span)
    starts = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(used)))]).astype(np.int64)
    running = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    lost = np.sort(unlearnt)
    escapes = np.searchsorted(lost, keys[used], side="right") - np.searchsorted(lost, keys[used], side="left")
    return Level(keys[used], starts, cells % span, running, 0.0, escapes)


def best_weight(level: Level, key: Ints, value: Ints, wider: Floats, rows: Ints) -> float:
    """The weight under which left-out rows are likeliest; ``wider``: the chance of each value elsewhere.

    Each key and value stands for so many ``rows``.
    """
    total, own = _counts(level, key, value)
    inside = total > 1
    if not inside.any():
        return WEIGHTS[-1]
    total, own, wider, rows = total[inside], own[inside], np.maximum(wider[inside], 1e-6), rows[inside]
    chance = ((np.maximum(own - 1, 0) + weight * wider) / (total - 1 + weight) for weight in WEIGHTS)
    scores = [float(np.log(np.maximum(one, 1e-6)) @ rows) for one in chance]
    return WEIGHTS[int(np.argmax(scores))]


def chances(level: Level, key: Ints, value: Ints, wider: Floats) -> Floats:
    """The chance of each value in its context, the wider one mixed in."""
    total, own = _counts(level, key, value)
    mixed = (own + level.weight * wider) / np.maximum(total + level.weight, 1e-9)
    return np.where(total > 0, mixed, wider)


def _counts(level: Level, key: Ints, value: Ints) -> tuple[Floats, Floats]:
    if not len(level.keys):
        return np.zeros(len(key)), np.zeros(len(key))
    place = places(level.keys, key)
    known = level.keys[place] == key
    total = (level.running[level.starts[place + 1]] - level.running[level.starts[place]]) * known
    span = int(level.values.max()) + 2
    owner = np.repeat(np.arange(len(level.keys)), np.diff(level.starts))
    cells = owner * span + level.values
    wanted = place * span + np.clip(value, 0, span - 1)
    at = places(cells, wanted)
    own = np.diff(level.running)[at] * (known & (cells[at] == wanted))
    return total.astype(float), own.astype(float)


def even(key: Ints, rng: np.random.Generator, alike: Ints | None = None) -> Floats:
    """Numbers between 0 and 1, spread evenly among the rows of each key and among all rows.

    A golden-ratio sequence along the rows in order of key, so that counts come out as expected; those
    of like rows (neighbours by ``alike``) too, as in systematic sampling.
    """
    order = ordered(rng.random(len(key)), *(() if alike is None else (alike,)), key)
    found = np.empty(len(key))
    found[order] = np.modf(rng.random() + np.arange(len(key)) * GOLDEN)[0]
    return found


def raked(level: Level, key: Ints, size: int) -> Level:
    """The level with its counts adjusted so that rows with these keys have the shares of all its counts.

    Iterative proportional fitting (Deming and Stephan 1940, doi:10.1214/aoms/1177731829): drawn column
    after column, small errors of the first would else add up in the last.
    """
    owner = np.repeat(np.arange(len(level.keys)), np.diff(level.starts))
    counts = np.diff(level.running).astype(float)
    wanted = np.bincount(level.values, counts, size) / max(counts.sum(), 1)
    place = places(level.keys, key)
    rows = np.bincount(place, minlength=len(level.keys)) / max(len(key), 1)
    for _ in range(ROUNDS):
        share = counts / np.maximum(np.bincount(owner, counts, len(level.keys)), 1e-12)[owner]
        have = np.bincount(level.values, share * rows[owner], size)
        ratio = np.where(have > 0, wanted / np.maximum(have, 1e-12), 1.0)
        counts *= np.clip(ratio, 0.5, 2.0)[level.values]
    running = np.concatenate([[0], np.cumsum(np.maximum(np.rint(counts * FINE), 1))]).astype(np.int64)
    return replace(level, running=running)


def draw(
    levels: tuple[Level, ...], keys: list[Ints], rng: np.random.Generator, alike: Ints | None = None
) -> Ints:
    """A value a row: ``levels`` from the narrowest context to the widest, with the rows' key in each.

    ``alike``: see :func:`even`.
    """
    size = len(keys[0]) if keys else 0
    found = np.full(size, -1)
    for level, key in zip(levels, keys, strict=True):
        rows = np.flatnonzero(found < 0)
        if not len(rows):
            break
        value, chance = level.draw(key[rows], even(key[rows], rng, None if alike is None else alike[rows]))
        stays = (rng.random(len(rows)) < chance) | (level is levels[-1])
        found[rows] = np.where(stays, value, -1)
    return np.maximum(found, 0)
