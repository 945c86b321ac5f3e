"""Draws who has which condition, and the days of the care that follows, for a whole shard at once."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from synth.schema_only.population import Population
from synth.schema_only.scenarios import Line, Scenario
from synth.tables import Array

MARGIN = 20
"""Days from the event of a condition to the end of the window: a stay of that day has room to end."""


@dataclass(frozen=True)
class Condition:
    """Who has a condition of a scenario."""

    scenario: Scenario
    persons: Array
    since: Array
    ald: Array
    """First day of the long-term illness of each of :attr:`persons`, or -1."""
    diagnosis: Array
    """Position of its diagnosis among the scenario's."""


@dataclass(frozen=True)
class Events:
    """Care of one kind, one value an event."""

    person: Array
    day: Array
    code: Array
    """Position among the codes of its kind."""
    ald: Array
    """Whether a long-term illness pays for it."""


def condition(scenario: Scenario, people: Population, draw: np.random.Generator) -> Condition:
    """Draws who has it, since when, and whose is a recognised long-term illness."""
    everyone = np.arange(len(people))
    age = people.age(everyone, people.end)
    share = np.zeros(len(people))
    for one in scenario.persons:
        fits = (
            (age >= one.ages[0])
            & (age <= one.ages[1])
            & (np.ones_like(age, bool) if one.sex is None else people.sex == one.sex)
        )
        share[fits] = one.share
    room = people.end - people.start >= 2 * MARGIN if scenario.event else people.end >= people.start
    persons = np.flatnonzero((draw.random(len(people)) < share) & room)
    start, end = people.start[persons], people.end[persons]
    if scenario.event:
        since = start + (draw.random(len(persons)) * (end - start - MARGIN + 1)).astype(np.int64)
    else:
        before = (draw.random(len(persons)) * 3_650).astype(np.int64)
        since = np.maximum(people.birth[persons] + 30, start - before)
    ald = np.full(len(persons), -1, dtype=np.int64)
    diagnosis = np.zeros(len(persons), dtype=np.int64)
    if scenario.ald is not None:
        has = draw.random(len(persons)) < scenario.ald[2]
        ald[has] = np.minimum(since + 15, end)[has]
        diagnosis = draw.integers(0, len(scenario.ald[1]), len(persons))
    return Condition(scenario, persons, since, ald, diagnosis)


def care(
    line: Line,
    has: Condition,
    people: Population,
    *,
    codes: tuple[int, ...],
    odds: Array,
    draw: np.random.Generator,
) -> Events:
    """The care of ``line``: days lie in the window of the person, and after the event as it says."""
    age = people.age(has.persons, people.end[has.persons])
    fits = (age >= line.ages[0]) & (age <= line.ages[1]) & (draw.random(len(has.persons)) < line.share)
    chosen = np.flatnonzero(fits)
    person = has.persons[chosen]
    low, high = people.start[person].copy(), people.end[person].copy()
    if line.after is not None:
        low = np.maximum(low, has.since[chosen] + line.after[0])
        high = np.minimum(high, has.since[chosen] + line.after[1])
    span = np.maximum(high - low + 1, 0)
    wanted = line.times * (span / 365.25 if line.yearly else np.ones(len(chosen)))
    if line.regular or (not line.yearly and line.times >= 1):
        times = np.floor(wanted + draw.random(len(chosen))).astype(np.int64)
    else:
        times = draw.poisson(wanted)
    times = np.where(span > 0, times, 0)
    at = np.repeat(np.arange(len(chosen)), times)
    rank = np.arange(len(at)) - np.repeat(np.cumsum(times) - times, times)
    inside = (rank + draw.random(len(at)) * (0.3 if line.regular else 0)) / np.maximum(times[at], 1)
    inside = inside if line.regular else draw.random(len(at))
    day = low[at] + np.floor(inside * span[at]).astype(np.int64)
    weights = odds / odds.sum()
    pick = draw.choice(len(codes), len(chosen) if line.regular else len(at), p=weights)
    code = np.array(codes, dtype=np.int64)[pick[at] if line.regular else pick]
    ald = has.ald[chosen][at]
    return Events(person[at], day, code, (ald >= 0) & (day >= ald))


def suited(
    events: Events,
    people: Population,
    sexes: Array,
    ages: Array,
) -> Events:
    """Without what does not suit the person's sex (0: any) and age on that day."""
    age = people.age(events.person, events.day)
    sex = sexes[events.code]
    fits = ((sex == 0) | (sex == people.sex[events.person])) & (age >= ages[events.code, 0])
    fits &= age <= ages[events.code, 1]
    return take(events, np.flatnonzero(fits))


def take(events: Events, positions: Array) -> Events:
    """The events at ``positions``."""
    return Events(
        events.person[positions], events.day[positions], events.code[positions], events.ald[positions]
    )


def joined(parts: list[Events]) -> Events:
    """All events, by person, day and code."""
    if not parts:
        empty = np.zeros(0, dtype=np.int64)
        return Events(empty, empty, empty, np.zeros(0, dtype=bool))
    whole = Events(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("person", "day", "code", "ald")
        )
    )
    return take(whole, np.lexsort((whole.code, whole.day, whole.person)))


def weights_of(names: tuple[str, ...], odds: Mapping[str, float]) -> Array:
    """Odds of ``names``: those that are known, else equal; never all zero."""
    known = np.array([odds.get(name, 0.0 if any(one in odds for one in names) else 1.0) for name in names])
    return known if known.sum() > 0 else np.ones(len(names))
