"""Columns that others determine in every row: found in the source, computed in what is drawn."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from synth.fitted.domains import Codes, Floats, Ints
from synth.fitted.frames import Nature, Raw

Values = Codes | Floats
ENOUGH = 30
"""Rows with a value that a rule must hold in, all of them."""


@dataclass(frozen=True)
class Derived:
    """``name`` is ``how`` of ``sources``, plus ``shift``."""

    name: str
    how: str
    sources: tuple[str, ...]
    shift: int = 0


def years(day: Floats) -> Floats:
    """Calendar year of days since 1970, NaN where missing."""
    return _part(day, "Y") + 1970


def months(day: Floats) -> Floats:
    """Months since January 1970, NaN where missing."""
    return _part(day, "M")


def _part(day: Floats, unit: str) -> Floats:
    found = np.full(len(day), np.nan)
    there = ~np.isnan(day)
    found[there] = day[there].astype("datetime64[D]").astype(f"datetime64[{unit}]").astype(np.int64)
    return found


HOW: Mapping[str, Callable[..., Floats]] = {
    "days": lambda first, last: last - first,
    "age": lambda birth, day: years(day) - birth,
    "years": lambda birth, day: np.floor((day - birth) / 365.25),
    "year": years,
    "month": lambda day: months(day) % 12 + 1,
    "product": lambda one, other: np.round(one * other, 2),
}


def compute(rule: Derived, values: Mapping[str, Values], place: Ints) -> Values:
    """The column as the rule makes it; ``place``: rank of the row within its parent, from 0."""
    if rule.how == "rank":
        rank: Floats = place.astype(np.float64) + rule.shift
        return rank
    sources = [values[name] for name in rule.sources]
    if rule.how == "same":
        return sources[0]
    found: Floats = HOW[rule.how](*sources) + rule.shift
    return found


def find(own: Iterable[str], scene: Mapping[str, Raw], above: set[str], place: Ints) -> list[Derived]:
    """One rule for each column of ``own`` that has one.

    ``scene``: every column at hand, those of the parent and the person (``above``) too.
    """
    found: list[Derived] = []
    free: set[str] = set()
    for name in own:
        if scene[name].nature is Nature.DAY:
            continue
        rule = _rule(name, scene, above | free, place)
        if rule is None:
            free.add(name)
        else:
            found.append(rule)
    return found


def _rule(name: str, scene: Mapping[str, Raw], sources: set[str], place: Ints) -> Derived | None:
    raw = scene[name]
    if raw.nature is Nature.CODE:
        return _same_code(raw, scene, sources)
    known = ~np.isnan(raw.floats)
    if known.sum() < ENOUGH or np.ptp(raw.floats[known]) == 0:
        return None
    few = np.flatnonzero(known)[:500]
    for rule in _guesses(name, scene, sources):
        if _holds(rule, scene, few, place) and _holds(rule, scene, np.arange(len(known)), place):
            return rule
    return None


def _holds(rule: Derived, scene: Mapping[str, Raw], rows: Ints, place: Ints) -> bool:
    found = compute(rule, {key: scene[key].floats[rows] for key in rule.sources}, place[rows])
    return np.array_equal(np.asarray(found, dtype=float), scene[rule.name].floats[rows], equal_nan=True)


def _guesses(name: str, scene: Mapping[str, Raw], sources: set[str]) -> Iterable[Derived]:
    yield Derived(name, "rank", (), 1)
    days = [key for key, raw in scene.items() if raw.nature is Nature.DAY]
    numbers = sorted(key for key in sources if scene[key].nature is Nature.NUMBER)
    for source in numbers:
        yield Derived(name, "same", (source,))
    for first, last in product(days, days):
        if first != last:
            yield from (Derived(name, "days", (first, last), shift) for shift in (0, 1))
            yield Derived(name, "years", (first, last))
    for day in days:
        yield Derived(name, "year", (day,))
        yield Derived(name, "month", (day,))
        yield from (Derived(name, "age", (birth, day)) for birth in numbers)
    if scene[name].nature is Nature.NUMBER and len(numbers) <= 12:
        yield from (Derived(name, "product", pair) for pair in combinations(numbers, 2))


def _same_code(raw: Raw, scene: Mapping[str, Raw], sources: set[str]) -> Derived | None:
    if raw.texts is None or len(raw.texts) < ENOUGH or len(raw.texts.unique()) < 2:
        return None
    for key in sorted(sources):
        other = scene[key].texts
        if other is not None and other.equals(raw.texts):
            return Derived(raw.name, "same", (key,))
    return None
