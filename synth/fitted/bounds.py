"""Dates in order: within a life, after the event they belong to, one after another."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from synth.fitted.domains import Floats
from synth.fitted.settings import Order

MOSTLY = 0.999
"""Share of rows in which an order must hold to be a rule; the others are taken for mistakes."""
ENOUGH = 3
"""Rows with both days that a bound must hold in: a bound too many does less harm than one too few."""


@dataclass(frozen=True)
class Bounds:
    """Days between which a day has to be."""

    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    times_after: tuple[str, ...] = ()
    """Those of ``after`` whose time of day comes first on one day."""
    times_before: tuple[str, ...] = ()


def find_bounds(
    name: str,
    day: Floats,
    others: Mapping[str, tuple[Floats, Floats]],
    rules: Sequence[Order],
    times: Mapping[str, Floats] = MappingProxyType({}),
) -> Bounds:
    """The days (``others``: their first and last possible day) that ``day`` never comes before, never after.

    Those declared in ``rules`` are taken whatever the source says. ``times``: seconds since 1970 of
    columns that hold a time of day, to tell whether the order holds within a day too.
    """
    after = {rule.before for rule in rules if rule.after == name} & set(others)
    before = {rule.after for rule in rules if rule.before == name} & set(others)
    for other, (first, last) in others.items():
        known = ~np.isnan(day) & ~np.isnan(first)
        if known.sum() < ENOUGH:
            continue
        if (day[known] >= first[known]).mean() >= MOSTLY and other not in before:
            after.add(other)
        elif (day[known] <= last[known]).mean() >= MOSTLY and other not in after:
            before.add(other)
    return Bounds(
        tuple(sorted(after)),
        tuple(sorted(before)),
        tuple(sorted(one for one in after if _timed(one, name, rules, times))),
        tuple(sorted(one for one in before if _timed(name, one, rules, times))),
    )


def _timed(first: str, last: str, rules: Sequence[Order], times: Mapping[str, Floats]) -> bool:
    """Whether the time in ``first`` is never after that in ``last``."""
    if first not in times or last not in times:
        return False
    lag = times[last] - times[first]
    declared = any((rule.before, rule.after) == (first, last) for rule in rules)
    return declared or bool((lag[~np.isnan(lag)] >= 0).mean() >= MOSTLY)


def within(day: Floats, bounds: Bounds, others: Mapping[str, tuple[Floats, Floats]]) -> Floats:
    """``day`` moved between its bounds; the upper ones win."""
    found = day.copy()
    for name in bounds.after:
        found = np.where(np.isnan(others[name][0]), found, np.maximum(found, others[name][0]))
    for name in bounds.before:
        found = np.where(np.isnan(others[name][1]), found, np.minimum(found, others[name][1]))
    found[np.isnan(day)] = np.nan
    return found


def span(
    bounds: Bounds, others: Mapping[str, tuple[Floats, Floats]], size: int, first: int, last: int
) -> tuple[Floats, Floats]:
    """The first and the last day allowed to each row, in the window from ``first`` to ``last``."""
    low, high = np.full(size, float(first)), np.full(size, float(last))
    for name in bounds.after:
        low = np.fmax(low, others[name][0])
    for name in bounds.before:
        high = np.fmin(high, others[name][1])
    return np.minimum(low, high), high


def year_span(year: Floats) -> tuple[Floats, Floats]:
    """First and last day of each year."""
    return _first_of(year), _first_of(year + 1) - 1


def _first_of(year: Floats) -> Floats:
    found = np.full(len(year), np.nan)
    there = ~np.isnan(year)
    found[there] = (
        (year[there].astype(np.int64) - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    )
    return found


def sequence(names: Iterable[str], days: Mapping[str, Floats]) -> list[tuple[str, str]]:
    """For each of ``names``, in an order that can be drawn, the day that it is best counted from, or ''.

    Best is a day that it is never before or never after; among those, the least spread.
    """
    placed = [name for name in days if name not in set(names)]
    waiting = list(names)
    found: list[tuple[str, str]] = []
    while waiting:
        scores = [(_score(days[name], days[other]), name, other) for name in waiting for other in placed]
        score, name, other = min(scores) if scores else ((2, 0.0), waiting[0], "")
        other = other if score[0] < 2 else ""
        found.append((name, other))
        placed.append(name)
        waiting.remove(name)
    return found


def _score(day: Floats, reference: Floats) -> tuple[int, float]:
    lag = (day - reference)[~np.isnan(day) & ~np.isnan(reference)]
    if len(lag) < 0.999 * (~np.isnan(day)).sum() or not len(lag):
        return 2, float(-len(lag))
    return int((lag < 0).any() and (lag > 0).any()), float(lag.std())
