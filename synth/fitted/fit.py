"""Real tables to a model: the way in of the ``pathway`` engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from profiles.errors import Place, ProfileError
from profiles.model import Kind, Profile, Role
from synth.fitted.bounds import Bounds, find_bounds
from synth.fitted.clocks import times_of
from synth.fitted.contexts import Context, context_of
from synth.fitted.domains import Encoded, Floats, Ints
from synth.fitted.entities import PEOPLE, Entity, Layout, lay_out
from synth.fitted.events import Surroundings, choose_anchor, encode, fit_event
from synth.fitted.families import Grouping, counts_of, find_grouping, groups_of, in_order, select
from synth.fitted.frames import CLOCK, PRESENT, Frame, Nature, Raw, counts_days, read_frame
from synth.fitted.keys import Keys, find_keys, learnt
from synth.fitted.model import EventModel, Lost, Model, TableShape
from synth.fitted.people import FAMILY, GROUP, TOTAL, PersonColumn, fit_people, unlinked
from synth.fitted.quantities import encode_numbers
from synth.fitted.scene import days_of, take
from synth.fitted.settings import FitSettings
from tables.candidate import Staged


@dataclass(frozen=True)
class _Read:
    """Everything that the fit looks at."""

    layout: Layout
    keys: Keys
    frames: Mapping[str, Frame]
    groupings: Mapping[str, Grouping]
    families: Mapping[str, Ints]


@dataclass(frozen=True)
class People:
    """The person table as it was fitted: columns above the floor, and which depend on which row."""

    columns: Mapping[str, Encoded]
    within: Mapping[str, str]


@dataclass
class _Told:
    """What the floor cost, gathered on the way."""

    lost: list[Lost] = field(default_factory=list)

    def add(self, encoded: Mapping[str, Encoded]) -> None:
        for name, one in encoded.items():
            if (one.rare or one.lost) and "\x1f" not in name:
                self.lost.append(Lost(name, one.rare, one.raised, one.lost, len(one.index)))


def fit(
    staged: Staged, settings: FitSettings, persons: pa.Array, seed: int, links: Staged | None = None
) -> Model:
    """Fit on the rows of ``persons`` (``holdout.split(...).fitted``), and look at no other.

    ``links``: tables with the same rows in the same order, whose keys tell which rows belong together,
    when those of ``staged`` were transformed.

    Raises what :func:`fit_with_people` raises.
    """
    return fit_with_people(staged, settings, persons, seed, links)[0]


def fit_with_people(
    staged: Staged, settings: FitSettings, persons: pa.Array, seed: int, links: Staged | None = None
) -> tuple[Model, People]:
    """As :func:`fit`, and the person table, from which a synthesizer other than the trees draws.

    Raises ProfileError ``synth-too-few-persons``, ``synth-rule-unknown`` and ``synth-rules-contradict``
    before any long work.
    """
    if len(persons) < settings.floor:
        raise ProfileError("synth-too-few-persons", persons=len(persons), floor=settings.floor)
    _check_rules(staged.profile, settings)
    layout = lay_out(staged, persons, links)
    keys = find_keys(staged, layout)
    read = _read(staged, layout, keys, settings)
    told = _Told()
    held, people, pool, bounds = _people(read, staged.profile, len(persons), settings, seed, told)
    years = _years(staged.profile)
    events = _events(read, pool, staged.profile, settings, seed, told)
    model = Model(
        profile=staged.profile.id,
        seed=seed,
        persons=len(persons),
        floor=settings.floor,
        people=people,
        bounds=bounds,
        years=tuple(sorted(years & set(read.frames[PEOPLE].columns))),
        counters=tuple(sorted(_counters(staged.profile, read.frames[PEOPLE]))),
        lookups={name: context.lookup for name, context in pool.items()},
        events=events,
        tables=tuple(_shape(staged.profile, layout, name) for name in staged.profile.tables),
        keys=keys,
        rows={name: round(size / len(persons), 6) for name, size in layout.sizes.items()},
        lost=tuple(told.lost),
    )
    return model, held


def _check_rules(profile: Profile, settings: FitSettings) -> None:
    pairs = {(rule.before, rule.after) for rule in settings.rules}
    for before, after in sorted(pairs):
        for name in (before, after):
            try:
                profile.split(name)
            except KeyError:
                raise ProfileError("synth-rule-unknown", Place(column=name), rule=name) from None
        if (after, before) in pairs:
            raise ProfileError(
                "synth-rules-contradict",
                Place(column=before),
                first=f"{before} ≤ {after}",
                second=f"{after} ≤ {before}",
            )


def _read(staged: Staged, layout: Layout, keys: Keys, settings: FitSettings) -> _Read:
    frames, groupings, families = {}, {}, {}
    for entity in layout.entities:
        wanted = {table: learnt(staged.profile, keys, table) for table in entity.tables}
        frame = read_frame(staged, layout, entity, wanted)
        frames[entity.name] = frame
        groupings[entity.name], families[entity.name] = Grouping(), np.zeros(frame.size, np.int64)
        if entity.parent == PEOPLE:
            keyed, telling = _marked(staged.profile)
            allowed = [name for name in frame.columns if name not in keyed or name in keys.alone]
            grouping = find_grouping(
                frame, settings.parents, allowed, sorted(telling | set(settings.nomenclatures))
            )
            groupings[entity.name] = grouping
            if grouping.labels is not None:
                families[entity.name] = select(
                    grouping.labels, frame.person, layout.sizes[PEOPLE], settings.floor, settings.families
                )
    return _Read(layout, keys, frames, groupings, families)


def _marked(profile: Profile) -> tuple[set[str], set[str]]:
    """Columns of primary keys, and columns that the profile calls sensitive or gives a nomenclature."""
    keyed = {f"{table}.{name}" for table, spec in profile.tables.items() for name in spec.primary_key}
    telling = {
        f"{table}.{name}"
        for table, spec in profile.tables.items()
        for name, column in spec.columns.items()
        if column.role is Role.SENSITIVE or column.nomenclature is not None
    }
    return keyed, telling


def _years(profile: Profile) -> set[str]:
    return {
        f"{table}.{name}"
        for table, spec in profile.tables.items()
        for name, column in spec.columns.items()
        if column.type is Kind.YEAR
    }


def _counters(profile: Profile, frame: Frame) -> set[str]:
    """Columns of the person table that count days, on the axis of events that do (a length of follow-up)."""
    found = {
        name: profile.split(name)
        for name, raw in frame.columns.items()
        if raw.nature is Nature.NUMBER and CLOCK not in name
    }
    return {
        name for name, (table, column) in found.items() if counts_days(profile.tables[table].columns[column])
    }


def _people(
    read: _Read, profile: Profile, size: int, settings: FitSettings, seed: int, told: _Told
) -> tuple[People, tuple[PersonColumn, ...], dict[str, Context], dict[str, Bounds]]:
    frame = read.frames[PEOPLE]
    everyone = np.arange(size)
    columns = {name: encode(raw, everyone, settings) for name, raw in frame.columns.items()}
    told.add(columns)
    present = [name for name in columns if name.endswith(PRESENT)]
    order = [*present, *(name for name in columns if name not in present)]
    columns = {name: columns[name] for name in order}
    within = {
        name: one
        for name in columns
        for one in present
        if name != one and name.startswith(one[: -len(PRESENT)] + ".")
    }
    counts: dict[str, Floats] = {}
    hanging = [entity.name for entity in read.layout.entities if entity.parent == PEOPLE]
    for name in hanging:
        counts[name + TOTAL] = _events_of(read.frames[name].person, size, settings.floor)
    families = {name: counts_of(read.families[name], read.frames[name].person, size) for name in hanging}
    for name, one in in_order(families, columns):
        counts[f"{name}{FAMILY}{one}"] = families[name][one]
    columns |= {
        name: encode_numbers(count, everyone, settings.floor, published=False)
        for name, count in counts.items()
    }
    held = People(columns, within)
    if not columns:
        return held, (), {}, {}
    if settings.synthesizer == "cart":
        wider = {
            f"{name}{FAMILY}{one}": f"{name}{GROUP}{group}"
            for name in hanging
            for one, group in groups_of(read.groupings[name].labels, read.families[name]).items()
        }
        people = fit_people(columns, counts, wider, within, max(settings.leaf, 1), settings.floor, seed)
    else:
        people = unlinked(columns, within, seed)
    days = days_of(frame.columns, _years(profile), set())
    bounds: dict[str, Bounds] = {}
    names = list(days)
    for place, name in enumerate(names):
        if frame.columns[name].nature is Nature.DAY:
            bounds[name] = find_bounds(
                name,
                frame.columns[name].floats,
                {one: days[one] for one in _before(names, place, days)},
                settings.rules,
                times_of(frame.columns),
            )
    pool = {name: context_of(one) for name, one in columns.items()}
    return held, people, pool, bounds


def _events_of(person: Ints, size: int, floor: int) -> Floats:
    """Events of each person; none when fewer than ``floor`` persons have any."""
    found = np.bincount(person, minlength=size).astype(float)
    return found if (found > 0).sum() >= floor else np.zeros(size)


def _before(names: list[str], place: int, days: Mapping[str, tuple[Floats, Floats]]) -> list[str]:
    """Columns of years, and columns of days that stand before this one."""
    return [
        one
        for at, one in enumerate(names)
        if at < place or (one != names[place] and days[one][0] is not days[one][1])
    ]


def _events(
    read: _Read,
    people: Mapping[str, Context],
    profile: Profile,
    settings: FitSettings,
    seed: int,
    told: _Told,
) -> tuple[EventModel, ...]:
    years = _years(profile) & set(read.frames[PEOPLE].columns)
    counters, (keyed, _) = _counters(profile, read.frames[PEOPLE]), _marked(profile)
    pools: dict[str, Mapping[str, Context]] = {PEOPLE: people}
    raws: dict[str, Mapping[str, Raw]] = {PEOPLE: read.frames[PEOPLE].columns}
    found = []
    for entity in read.layout.entities:
        if entity.parent is None:
            continue
        frame = read.frames[entity.name]
        pool = {name: context.at(frame.parent) for name, context in pools[entity.parent].items()}
        above = take(raws[entity.parent], frame.parent)
        around = Surroundings(pool, above, days_of(above, years, counters))
        anchor = (
            choose_anchor(frame, frame.person, [name for name in frame.columns if name not in keyed])
            if entity.parent == PEOPLE
            else ""
        )
        model, pools[entity.name], encoded = fit_event(
            entity, frame, around, read.families[entity.name], read.groupings[entity.name], anchor,
            _children(read, entity, settings), settings, seed,
        )  # fmt: skip
        raws[entity.name] = {**above, **frame.columns}
        told.add(encoded)
        found.append(model)
    return tuple(found)


def _children(read: _Read, entity: Entity, settings: FitSettings) -> dict[str, tuple[Encoded, str]]:
    """For each entity that hangs on this one, the rows that each row has."""
    frame = read.frames[entity.name]
    found = {}
    for child in read.layout.entities:
        if child.parent == entity.name:
            counts = np.bincount(read.frames[child.name].parent, minlength=frame.size).astype(float)
            within = next(
                (
                    item.source + PRESENT
                    for item in read.keys.columns
                    if item.table == child.name and item.how == "parent"
                ),
                "",
            )
            found[child.name + TOTAL] = (
                encode_numbers(counts, frame.person, settings.floor, published=False),
                within if within in frame.columns else "",
            )
    return found


def _shape(profile: Profile, layout: Layout, table: str) -> TableShape:
    spec = profile.tables[table]
    return TableShape(
        table, layout.owner(table).name, tuple(spec.columns), tuple(c.type for c in spec.columns.values())
    )
