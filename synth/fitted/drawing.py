"""One shard of synthetic persons and all that hangs on them, as columns."""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from synth.fitted.bounds import span, within
from synth.fitted.clocks import put_in_order
from synth.fitted.columns import ColumnModel, draw_column
from synth.fitted.contexts import Context
from synth.fitted.counting import ordered, runs, starts_of
from synth.fitted.derived import compute, months
from synth.fitted.domains import Codes, Floats, Ints
from synth.fitted.entities import PEOPLE
from synth.fitted.events import QUARTER, quarter
from synth.fitted.frames import Nature
from synth.fitted.model import EventModel, Model
from synth.fitted.moments import draw_moments
from synth.fitted.people import FAMILY, TOTAL, Drawn, draw_people
from synth.fitted.scene import Scene

ROUNDS = 20
"""Times that a code is drawn again which a row of the same parent has."""


@dataclass(frozen=True)
class Part:
    """The rows of an entity in a shard."""

    scene: Scene
    person: Ints
    parent: Ints
    """Row of the parent entity in the shard."""


def draw_shard(
    model: Model, size: int, rng: np.random.Generator, people: Drawn | None = None
) -> dict[str, Part]:
    """``size`` persons (``people``: drawn already), and the rows of every entity, parents first."""
    parts = {PEOPLE: _people(model, size, people or draw_people(model.people, size, rng))}
    for event in model.events:
        above = parts[event.entity.parent or PEOPLE]
        if event.entity.parent == PEOPLE:
            part = _events(model, event, above, rng)
        else:
            parent = np.repeat(
                np.arange(above.scene.size), _whole(above.scene.numbers[event.entity.name + TOTAL])
            )
            part = _columns(model, event, above, parent, np.zeros(len(parent), np.int64), None, rng)
        parts[event.entity.name] = part
    return parts


def _people(model: Model, size: int, drawn: Drawn) -> Part:
    scene = Scene(size)
    for column in model.people:
        name = column.name
        if name not in model.lookups:
            continue
        scene.pool[name] = Context(drawn.index[name], model.lookups[name])
        if len(column.domain.labels):
            scene.texts[name] = Codes(column.domain, drawn.index[name])
        elif name in model.years:
            scene.put_year(name, drawn.numbers[name])
        elif name in model.bounds or name in model.counters:
            scene.put_day(name, drawn.numbers[name])
        else:
            scene.numbers[name] = drawn.numbers[name]
    for name, bounds in model.bounds.items():
        scene.put_day(name, within(scene.numbers[name], bounds, scene.days))
    put_in_order(model.bounds, scene.numbers)
    everyone = np.arange(size)
    return Part(scene, everyone, everyone)


def _whole(values: Floats) -> Ints:
    return np.maximum(np.rint(np.nan_to_num(values)), 0).astype(np.int64)


def _events(model: Model, event: EventModel, people: Part, rng: np.random.Generator) -> Part:
    """Rows of persons: so many of each family, on their days, in order of person, family and day."""
    name = event.entity.name
    counts = np.zeros((people.scene.size, event.families), np.int64)
    for one in range(event.families):
        column = f"{name}{FAMILY}{one}" if event.families > 1 else name + TOTAL
        counts[:, one] = _whole(people.scene.numbers[column])
    person = np.repeat(np.arange(people.scene.size), counts.sum(1))
    family = np.repeat(np.tile(np.arange(event.families), people.scene.size), counts.ravel())
    day = None
    if event.moments is not None:
        last = event.moments.origin + event.moments.length - 1
        low, high = span(
            event.bounds[event.anchor], people.scene.days, people.scene.size, event.moments.origin, last
        )
        days = draw_moments(
            event.moments, person, family, low.astype(np.int64)[person], high.astype(np.int64)[person], rng
        )
        order = ordered(days, family, person)
        day = days[order].astype(float)
    return _columns(model, event, people, person, family, day, rng)


def _columns(
    model: Model,
    event: EventModel,
    above: Part,
    parent: Ints,
    family: Ints,
    day: Floats | None,
    rng: np.random.Generator,
) -> Part:
    scene = above.scene.at(parent)
    person = above.person[parent]
    if day is not None:
        scene.put_day(event.anchor, day)
    if event.families > 1:
        scene.pool[FAMILY] = Context(family, event.lookups[FAMILY])
    repeats = _repeats(event, person, family, rng)
    keys = [model.keys.told(*one) for one in model.keys.unique if one[0] == event.entity.name]
    for column in event.columns:
        _draw(event, column, scene, repeats, rng)
        for key in keys:
            if column.name in key and all(name in scene.pool or name == event.anchor for name in key):
                _draw_again(event, column, scene, parent, key, rng)
    put_in_order(event.bounds, scene.numbers)
    part = Part(scene, person, parent)
    if day is not None:
        order = ordered(family, day, person)
        part = Part(scene.at(order), person[order], parent[order])
    part = _distinct(model, event, part)
    place = runs(part.parent)[1] if len(part.parent) else part.parent
    for rule in event.derived:
        sources = {name: one for name in rule.sources if (one := part.scene.value(name)) is not None}
        values = compute(rule, sources, place)
        if isinstance(values, Codes):
            part.scene.texts[rule.name] = values
        else:
            part.scene.numbers[rule.name] = values
    return part


def _repeats(event: EventModel, person: Ints, family: Ints, rng: np.random.Generator) -> Ints:
    """For each row the row of the same person and family whose code it has: itself, most often."""
    here = np.arange(len(person))
    if not len(event.sticky) or not len(person):
        return here
    _, place, _ = runs(person * event.families + family)
    again = (place > 0) & (rng.random(len(person)) < event.sticky[family])
    found: Ints = np.maximum.accumulate(np.where(again, 0, here))
    return found


def _draw(
    event: EventModel, column: ColumnModel, scene: Scene, repeats: Ints, rng: np.random.Generator
) -> None:
    name = column.name
    pool: Mapping[str, Context] = scene.pool
    if column.monthly:
        pool = ChainMap({column.reference + QUARTER: quarter(scene.numbers[column.reference])}, scene.pool)
    index = draw_column(column, pool, scene.size, rng)
    if name in event.repeated:
        index = np.where((index > 0) & (index[repeats] > 0), index[repeats], index)
    scene.pool[name] = Context(index, event.lookups[name])
    if column.nature is Nature.CODE:
        scene.texts[name] = Codes(column.domain, index)
        return
    numbers = column.domain.numbers(index, rng)
    if column.nature is Nature.NUMBER:
        scene.numbers[name] = numbers
        return
    if column.monthly:
        numbers = _first_of(months(scene.numbers[column.reference]) + numbers)
    elif column.reference:
        numbers = scene.numbers[column.reference] + numbers
    scene.put_day(name, within(numbers, event.bounds[name], scene.days))


def _draw_again(
    event: EventModel,
    column: ColumnModel,
    scene: Scene,
    parent: Ints,
    key: Sequence[str],
    rng: np.random.Generator,
) -> None:
    """Draw ``column`` again where it repeats a key of the same parent, as long as that helps."""
    for _ in range(ROUNDS):
        rows = np.setdiff1d(np.arange(scene.size), _first_rows(scene, parent, key))
        if not len(rows):
            return
        drawn = scene.at(rows)
        _draw(event, column, drawn, np.arange(len(rows)), rng)
        scene.put(drawn, rows, column.name)


def _first_rows(scene: Scene, parent: Ints, key: Sequence[str]) -> Ints:
    """The first row of each value of a key within its parent."""
    parts = [parent]
    for name in key:
        values = scene.value(name)
        if isinstance(values, Codes):
            parts.append(values.index)
        elif values is not None:
            parts.append(np.unique(values, return_inverse=True)[1])
    order = ordered(*parts)
    return np.sort(order[starts_of(*(part[order] for part in parts))])


def _first_of(month: Floats) -> Floats:
    found = np.full(len(month), np.nan)
    there = ~np.isnan(month)
    found[there] = (
        month[there].astype(np.int64).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    )
    return found


def _distinct(model: Model, event: EventModel, part: Part) -> Part:
    """Leave out rows that repeat a key which has no number of its own (a person and a code, say)."""
    for table, key in model.keys.unique:
        if table == event.entity.name:
            kept = _first_rows(part.scene, part.parent, model.keys.told(table, key))
            part = Part(part.scene.at(kept), part.person[kept], part.parent[kept])
    return part
