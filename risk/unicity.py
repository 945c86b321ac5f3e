"""How many persons share some known events of a person: unicity.

de Montjoye, Hidalgo, Verleysen & Blondel 2013, doi:10.1038/srep01376: p events drawn from those of
a person, and the share of the persons whom they leave alone. An event points at the persons who
have it (an inverted index); a query takes the persons of its rarest event, then keeps those who
have all the others. A shifted date is known but for one offset a person: it must be the same
offset for all events of the query.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, pairwise
from math import comb
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from risk.labels import Codes, Counts, Labels, encode
from risk.person_events import Events

Floats = npt.NDArray[np.float64]
EVERY = 10
"""Choices of p events of a person up to which all are tried; above, as many are drawn."""
CHUNK, BUDGET = 2_000_000, 40_000_000
"""Persons looked at in one go, and in all, before fewer targets are attacked."""
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)


class Known(Protocol):
    """Who has which event, among those who are published."""

    def frequencies(self, events: Events) -> Counts:
        """How many events of published persons are like each of ``events``."""

    def holders(self, events: Events, columns: Codes, found: Counts) -> Counts:
        """Persons who have all events of each query (rarest first); ``found``: those who have the first."""


@dataclass(frozen=True)
class Index:
    """The persons of each event of those who are published, in memory."""

    events: Events
    window: int
    """Largest offset of shifted dates, in days."""

    @cached_property
    def order(self) -> Codes:
        """Events sorted by what they are."""
        return np.argsort(self.events.what, kind="stable")

    @cached_property
    def starts(self) -> Codes:
        """Where each kind of event begins in :attr:`order`, and the end."""
        sizes = np.bincount(self.events.what, minlength=self.events.kinds)
        return np.concatenate([[0], np.cumsum(sizes)])

    def frequencies(self, events: Events) -> Counts:
        """How many events of published persons are like each of ``events``."""
        return np.asarray(np.diff(self.starts)[events.what], dtype=np.int64)

    def holders(self, events: Events, columns: Codes, found: Counts) -> Counts:
        """Persons who have all events of each query (rarest first); ``found``: those who have the first."""
        counts, total = np.zeros(len(columns), dtype=np.int64), np.cumsum(found)
        first = 0
        while first < len(columns):
            base = total[first - 1] if first else 0
            last = max(first + 1, int(np.searchsorted(total, base + CHUNK, side="right")))
            counts[first:last] = _answer(self, events, columns[first:last])
            first = last
        return counts

    @cached_property
    def keys(self) -> npt.NDArray[np.uint64]:
        """Every (person, event, day), hashed and sorted."""
        return np.sort(_hash(self.events.who, self.events.what, self.events.when))

    def holds(self, who: Codes, what: Codes, when: Codes) -> npt.NDArray[np.bool_]:
        """Whether each person has that event on that day."""
        wanted = _hash(who, what, when)
        if not len(self.keys):
            return np.zeros(len(wanted), dtype=np.bool_)
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.asarray(self.keys[at] == wanted)


@dataclass(frozen=True)
class Queries:
    """Some events of each target, several times for some: rows of positions among their events."""

    target: Codes
    """Which target each query is about."""
    events: Codes
    """Positions, one column a known event; -1 where the target has fewer."""


def choose(events: Events, targets: Codes, known: int, random: np.random.Generator) -> Queries:
    """Every choice of ``known`` events of each target, or :data:`EVERY` drawn where there are more."""
    starts, sizes = events.starts[targets], np.diff(events.starts)[targets]
    found_target, found_events = [], []
    for size in np.unique(sizes):
        mine = np.flatnonzero(sizes == size)
        taken = min(int(size), known)
        picks = _picks(int(size), taken, len(mine), random)
        block = np.full((*picks.shape[:2], known), -1, dtype=np.int64)
        block[:, :, :taken] = starts[mine][:, None, None] + picks
        found_target.append(np.repeat(mine, picks.shape[1]))
        found_events.append(block.reshape(-1, known))
    if not found_target:
        return Queries(np.zeros(0, dtype=np.int64), np.zeros((0, known), dtype=np.int64))
    target = np.concatenate(found_target)
    # In the order of the targets, so that whatever part is answered is a fair one.
    order = np.argsort(target, kind="stable")
    return Queries(target[order], np.concatenate(found_events)[order])


def _picks(size: int, taken: int, persons: int, random: np.random.Generator) -> Codes:
    """Person x choice x events: all choices when they are few."""
    if comb(size, taken) <= EVERY:
        every = np.array(list(combinations(range(size), taken)), dtype=np.int64).reshape(-1, taken)
        return np.broadcast_to(every, (persons, *every.shape))
    drawn = random.integers(0, size, (persons, EVERY, taken))
    while (twice := _repeats(drawn)).any():
        drawn[twice] = random.integers(0, size, (int(twice.sum()), taken))
    return drawn


def _repeats(drawn: Codes) -> npt.NDArray[np.bool_]:
    near = np.sort(drawn, axis=-1)
    return np.asarray((near[..., 1:] == near[..., :-1]).any(axis=-1))


def matches(index: Known, events: Events, queries: Queries, limit: int = BUDGET) -> Counts:
    """Persons who have all events of each query, which has at least one.

    Queries are answered in their order; those beyond ``limit`` persons to look at are not.
    """
    frequencies = index.frequencies(events)
    columns = _rarest_first(frequencies, events.moves, queries.events)
    found = frequencies[columns[:, 0]]
    # An event that was looked up is answered when it is the only one and has no shifted date.
    rest = (columns[:, 1:] >= 0).any(axis=1) | (events.moves[columns[:, 0]] == 1)
    total = np.cumsum(np.where(rest, found, 0))
    answered = int(np.searchsorted(total, limit, side="right"))
    asked = np.flatnonzero(rest[:answered])
    found[asked] = index.holders(events, columns[asked], found[asked])
    return np.asarray(found[:answered], dtype=np.int64)


def _rarest_first(frequencies: Counts, moves: Codes, positions: Codes) -> Codes:
    """The events of each query: those with a shifted date first, the rarest first, absent ones last."""
    weight = frequencies[positions] - (moves[positions] << 40)
    weight = np.where(positions >= 0, weight, np.iinfo(np.int64).max)
    order = np.argsort(weight, axis=1, kind="stable")
    return np.asarray(np.take_along_axis(positions, order, axis=1), dtype=np.int64)


def _answer(index: Index, events: Events, columns: Codes) -> Counts:
    published, anchor = index.events, columns[:, 0]
    begin, sizes = index.starts[events.what[anchor]], np.diff(index.starts)[events.what[anchor]]
    query = np.repeat(np.arange(len(anchor)), sizes)
    within = np.arange(len(query)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    found = index.order[np.repeat(begin, sizes) + within]
    offset = published.when[found] - events.when[anchor][query]
    near = np.abs(offset) <= index.window
    query, who, offset = query[near], published.who[found[near]], offset[near]
    for other in columns.T[1:]:
        event = other[query]
        asked = event >= 0
        when = events.when[event] + np.where(events.moves[event] == 1, offset, 0)
        kept = ~asked | index.holds(who, events.what[event], when)
        query, who, offset = query[kept], who[kept], offset[kept]
    pairs = np.unique(query * max(1, published.persons) + who)
    return np.bincount(pairs // max(1, published.persons), minlength=len(anchor)).astype(np.int64)


def _hash(*columns: Codes) -> npt.NDArray[np.uint64]:
    """One number a row; two of a billion rows that differ share one with a chance of 3 %."""
    mixed = np.zeros(len(columns[0]), dtype=np.uint64)
    for column, factor in zip(columns, _MIX, strict=True):
        mixed = (mixed + column.astype(np.uint64)) * factor
        mixed ^= mixed >> np.uint64(29)
    return mixed


def among_alike(groups: Sequence[Events], classes: Sequence[Labels]) -> list[Events]:
    """The same events, told apart by the class of their person too: what else the intruder knows."""
    numbers = [labels.codes[group.who] for group, labels in zip(groups, classes, strict=True)]
    width = max(1, max((group.kinds for group in groups), default=1))
    keys = np.concatenate(
        [number * width + group.what for number, group in zip(numbers, groups, strict=True)]
    )
    dense = encode(pa.array(keys))
    bounds = np.cumsum([0, *(len(group.who) for group in groups)])
    return [
        replace(group, what=dense.codes[first:last], kinds=dense.groups)
        for group, (first, last) in zip(groups, pairwise(bounds), strict=True)
    ]


def by_person(counts: Counts, target: Codes, below: int) -> tuple[Codes, Floats]:
    """The targets that were attacked, and the share of their choices with fewer than ``below`` matches.

    No match counts as no success: there is nobody to point at.
    """
    who, place = np.unique(target[: len(counts)], return_inverse=True)
    success = (counts > 0) & (counts < below)
    return who, np.bincount(place, weights=success) / np.bincount(place)


def exhaustive(sizes: Sequence[int] | Counts, known: int) -> bool:
    """Whether :func:`choose` tries every choice of ``known`` events of every person."""
    return all(comb(int(size), min(int(size), known)) <= EVERY for size in np.unique(sizes))
