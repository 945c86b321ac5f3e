"""The fit of an entity given what it hangs on: families, days, rules, columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from synth.fitted.bounds import Bounds, find_bounds, sequence, span
from synth.fitted.clocks import times_of
from synth.fitted.codes import encode_codes
from synth.fitted.columns import ColumnModel, fit_column
from synth.fitted.contexts import Context, context_of
from synth.fitted.counting import extremes, ordered, rows_of, runs, starts_of
from synth.fitted.derived import find, months
from synth.fitted.domains import LOST, Domain, Encoded, Floats, Ints
from synth.fitted.entities import Entity
from synth.fitted.families import Grouping
from synth.fitted.frames import CLOCK, PRESENT, Frame, Nature, Raw
from synth.fitted.model import EventModel
from synth.fitted.moments import Moments, fit_moments
from synth.fitted.people import FAMILY
from synth.fitted.quantities import encode_numbers
from synth.fitted.settings import FitSettings

QUARTER = "\x1fquarter"
"""Ending of a made-up context: which week of the month a day is in."""


@dataclass(frozen=True)
class Surroundings:
    """What the rows of an entity hang on, one entry a row of the entity."""

    pool: Mapping[str, Context]
    raws: Mapping[str, Raw]
    days: Mapping[str, tuple[Floats, Floats]]


def encode(raw: Raw, person: Ints, settings: FitSettings, numbers: Floats | None = None) -> Encoded:
    """Index a column; ``numbers``: in place of its own, such as days since another day."""
    if raw.name.endswith(PRESENT):
        return Encoded(Domain(labels=np.array(["0", "1"])), 1 + np.array(raw.texts.cast(pa.int64())))  # type: ignore[union-attr]
    if raw.nature is Nature.CODE:
        name = raw.name
        allowed, declared = settings.nomenclatures.get(name), settings.declared.get(name)
        return encode_codes(raw.texts, person, settings.floor, allowed, declared)
    own = raw.floats if numbers is None else numbers
    return encode_numbers(own, person, settings.floor, measured=raw.measured)


def choose_anchor(frame: Frame, person: Ints, prefer: Sequence[str]) -> str:
    """The first day column, of ``prefer`` if possible, that always has a value and varies within persons."""
    order = [*prefer, *(name for name in frame.columns if name not in set(prefer))]
    for name in order:
        raw = frame.columns.get(name)
        if raw is None or raw.nature is not Nature.DAY or np.isnan(raw.floats).any():
            continue
        first, last = extremes(raw.floats.astype(np.int64), person)
        if (first < last).any():
            return name
    return ""


def fit_event(
    entity: Entity,
    frame: Frame,
    around: Surroundings,
    family: Ints,
    grouping: Grouping,
    anchor: str,
    children: Mapping[str, tuple[Encoded, str]],
    settings: FitSettings,
    seed: int,
) -> tuple[EventModel, dict[str, Context], dict[str, Encoded]]:
    """The model, the columns as contexts for the parts of the entity, and each column as it was indexed.

    ``children``: for each entity that hangs on this one, how many rows each row has of it, and the
    column that says whether the row it hangs on exists.
    """
    place = _places(frame.parent)
    scene = {**around.raws, **frame.columns}
    derived = find(
        [name for name in frame.columns if not name.endswith(PRESENT)], scene, set(around.raws), place
    )
    pool: dict[str, Context] = {**around.pool}
    if family.max(initial=0) > 0:
        pool[FAMILY] = Context(family, np.arange(int(family.max()) + 1))
    done = {rule.name for rule in derived}
    plans = _plans(frame, around, grouping, anchor, done)
    encodeds: dict[str, Encoded] = {}
    models: list[ColumnModel] = []
    for planned in plans:
        encoded = _encoded(planned, scene, frame, settings)
        extra = _quarter(planned, scene)
        forced = [name for name in _forced(planned, grouping) if name in pool]
        plan = replace(planned, domain=encoded.domain)
        model = fit_column(plan, encoded, pool | extra, frame.person, settings.floor, seed, forced)
        models.append(model)
        encodeds[plan.name] = encoded
        pool[plan.name] = context_of(encoded)
    for name, (encoded, within) in children.items():
        plan = ColumnModel(name, Nature.NUMBER, encoded.domain, within=within)
        models.append(fit_column(plan, encoded, pool, frame.person, settings.floor, seed))
        pool[name] = context_of(encoded)
    own_days = {
        name: (raw.floats, raw.floats) for name, raw in frame.columns.items() if raw.nature is Nature.DAY
    }
    bounds = {
        name: find_bounds(
            name,
            pair[0],
            {**around.days, **_earlier(name, own_days, plans, anchor)},
            settings.rules,
            times_of(scene),
        )
        for name, pair in own_days.items()
    }
    repeated = tuple(dict.fromkeys(name for name in (grouping.base, grouping.lead) if name in encodeds))
    sticky = (
        _sticky(frame, family, anchor, encodeds[repeated[-1]].index) if repeated and anchor else np.zeros(0)
    )
    moments = _moments(frame, family, anchor, bounds, around, settings) if anchor else None
    lookups = {name: context.lookup for name, context in pool.items()}
    event = EventModel(
        entity,
        int(family.max(initial=0)) + 1,
        anchor,
        bounds,
        moments,
        tuple(models),
        tuple(derived),
        lookups,
        sticky,
        repeated,
    )
    return event, pool, encodeds


def _places(parent: Ints) -> Ints:
    order = ordered(parent)
    found = np.empty(len(parent), np.int64)
    found[order] = runs(parent[order])[1]
    return found


def _plans(
    frame: Frame, around: Surroundings, grouping: Grouping, anchor: str, done: set[str]
) -> list[ColumnModel]:
    """Columns as they are drawn: existence, codes of the family, the rest, days, then times of day."""
    names = [name for name in frame.columns if name not in done and name != anchor]
    first = [name for name in names if name.endswith(PRESENT)]
    first += [name for name in dict.fromkeys((grouping.base, grouping.lead)) if name in names]
    days = [name for name in names if frame.columns[name].nature is Nature.DAY]
    clocks = [name for name in names if name.endswith(CLOCK)]
    rest = [name for name in names if name not in first and name not in days and name not in clocks]
    known = {
        name: pair[0]
        for name, pair in around.days.items()
        if name in around.raws and around.raws[name].nature is Nature.DAY
    }
    known |= {name: frame.columns[name].floats for name in [anchor, *days] if name}
    reference = dict(sequence(days, known))
    plans = []
    for name in [*first, *rest, *(name for name, _ in sequence(days, known)), *clocks]:
        raw = frame.columns[name]
        within = name.split(".")[0] + PRESENT if not name.endswith(PRESENT) else ""
        within = (
            next(
                (
                    one
                    for one in frame.columns
                    if one.endswith(PRESENT) and name.startswith(one[: -len(PRESENT)] + ".")
                ),
                "",
            )
            if within
            else ""
        )
        strict = name == grouping.lead and grouping.base not in ("", name)
        to = reference.get(name, "")
        monthly = bool(to) and raw.nature is Nature.DAY and _first_of_months(raw.floats)
        plans.append(
            ColumnModel(
                name, raw.nature, Domain(), strict=strict, within=within, reference=to, monthly=monthly
            )
        )
    return plans


def _forced(plan: ColumnModel, grouping: Grouping) -> list[str]:
    if plan.name == grouping.base or (plan.name == grouping.lead and not grouping.base):
        return [FAMILY]
    if plan.name == grouping.lead:
        return [grouping.base]
    return [plan.reference + QUARTER] if plan.monthly else []


def _first_of_months(day: Floats) -> bool:
    known = day[~np.isnan(day)].astype(np.int64).astype("datetime64[D]")
    return len(known) > 0 and bool((known == known.astype("datetime64[M]").astype("datetime64[D]")).all())


def _encoded(plan: ColumnModel, scene: Mapping[str, Raw], frame: Frame, settings: FitSettings) -> Encoded:
    raw = scene[plan.name]
    if raw.nature is not Nature.DAY or not plan.reference:
        return encode(raw, frame.person, settings)
    reference = scene[plan.reference].floats
    lag = months(raw.floats) - months(reference) if plan.monthly else raw.floats - reference
    lag = _declared(plan, lag, settings)
    encoded = encode(raw, frame.person, settings, lag)
    unknown = np.isnan(reference) & ~np.isnan(raw.floats)
    return Encoded(encoded.domain, np.where(unknown, LOST, encoded.index), encoded.rare, 0, encoded.lost)


def _declared(plan: ColumnModel, lag: Floats, settings: FitSettings) -> Floats:
    for rule in settings.rules:
        if (rule.before, rule.after) == (plan.reference, plan.name):
            lag = np.maximum(lag, 0)
        if (rule.after, rule.before) == (plan.reference, plan.name):
            lag = np.minimum(lag, 0)
    return lag


def _quarter(plan: ColumnModel, scene: Mapping[str, Raw]) -> dict[str, Context]:
    if not plan.monthly:
        return {}
    return {plan.reference + QUARTER: quarter(scene[plan.reference].floats)}


def quarter(day: Floats) -> Context:
    """Which eighth day of its month a day falls in, 1 to 4; 0 where missing."""
    known = ~np.isnan(day)
    index = np.zeros(len(day), np.int64)
    date = day[known].astype(np.int64).astype("datetime64[D]")
    index[known] = 1 + (date - date.astype("datetime64[M]")).astype(np.int64) // 8
    return Context(index, np.arange(5))


def _earlier(
    name: str, days: Mapping[str, tuple[Floats, Floats]], plans: Sequence[ColumnModel], anchor: str
) -> dict[str, tuple[Floats, Floats]]:
    order = [anchor, *(plan.name for plan in plans if plan.name in days)]
    return {one: days[one] for one in order[: order.index(name)] if one in days}


def _sticky(frame: Frame, family: Ints, anchor: str, index: Ints) -> Floats:
    """By how much an event repeats the code of the family's event before, beyond chance."""
    day = frame.columns[anchor].floats
    order = ordered(day, family, frame.person)
    own, code = family[order], index[order]
    follows = ~starts_of(frame.person[order], own)
    found = np.zeros(int(family.max(initial=0)) + 1)
    for one, rows in enumerate(rows_of(own, len(found))):
        known = rows[code[rows] >= 0]
        again = known[follows[known] & (np.roll(code, 1)[known] >= 0)]
        if len(again) >= 50:
            share = np.bincount(code[known])
            chance = float(((share / share.sum()) ** 2).sum())
            same = float((code[again] == code[again - 1]).mean())
            found[one] = max(0.0, (same - chance) / (1 - chance)) if chance < 1 else 0.0
    return np.round(found, 3)


def _moments(
    frame: Frame,
    family: Ints,
    anchor: str,
    bounds: Mapping[str, Bounds],
    around: Surroundings,
    settings: FitSettings,
) -> Moments:
    day = frame.columns[anchor].floats.astype(np.int64)
    low, high = span(bounds[anchor], around.days, len(day), int(day.min()), int(day.max()))
    start, end = low.astype(np.int64), high.astype(np.int64)
    families, weekly = int(family.max(initial=0)) + 1, int(day.min()) > 5000
    return fit_moments(frame.person, family, day, start, end, families, settings.floor, weekly=weekly)
