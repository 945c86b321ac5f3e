"""Rules on ``synth:``: what synthetic tables are made from, and what protects who they are learnt from."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from profiles.catalogue import Lang
from profiles.errors import Place, ProfileError
from profiles.model import Column, Engine, Kind, Profile
from profiles.person_path import person_path
from profiles.policy import is_known, policy_of
from profiles.rules import Locate, columns_of, unknown_name
from profiles.synth_model import DayOrder, Synth, SynthEngine, Synthesizer
from profiles.vocabulary import SCENARIOS
from profiles.yaml_text import Key

_SDV = tuple(engine for engine in SynthEngine if engine.value.startswith("sdv-"))
_REAL = (SynthEngine.PATHWAY, *_SDV)
_EPOCHS = (SynthEngine.PATHWAY, SynthEngine.SDV_CTGAN, SynthEngine.SDV_TVAE)
OWN = {
    **dict.fromkeys(("holdout", "floor"), _REAL),
    **dict.fromkeys(("rules", "synthesizer", "dp"), (SynthEngine.PATHWAY,)),
    "epochs": _EPOCHS,
    **dict.fromkeys(("catalogue", "scenarios", "years"), (SynthEngine.SCHEMA,)),
}
"""Settings that only these engines read."""
_SHOWN = {"catalogue": "schema"}
_DAYS = (Kind.DATE, Kind.DATETIME, Kind.YEAR)


def tables_are_there(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """Only a synthesis from a schema alone goes without tables."""
    made = profile.synth is not None and profile.synth.engine is SynthEngine.SCHEMA
    if not profile.tables and not made:
        yield ProfileError("empty-list", locate(("tables",)))


def synthesis_stands_alone(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """What ``vitrail synth`` would not do is refused, never ignored."""
    if profile.synth is None:
        return
    others = {
        "dicom": profile.dicom is not None,
        "aggregate": bool(profile.aggregate),
        "sample": profile.sample is not None,
        "engine": profile.engine is not Engine.LOCAL and not _has_shards(profile.synth),
    }
    for name, asked in others.items():
        if asked:
            yield ProfileError("synth-alone", locate((name,)), name=name)


def _has_shards(synth: Synth) -> bool:
    """Whether persons are drawn in shards, which Spark can draw."""
    return synth.engine is SynthEngine.PATHWAY and synth.dp is None


def settings_are_of_the_engine(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """A setting of another engine would change nothing; tables from a schema need a number of persons."""
    synth = profile.synth
    if synth is None:
        return
    for name, engines in OWN.items():
        if synth.engine not in engines and name in synth.model_fields_set:
            shown = _SHOWN.get(name, name)
            told = ", ".join(engine.value for engine in engines)
            yield ProfileError("synth-other-engine", locate(("synth", shown)), name=shown, engine=told)
    neural = synth.synthesizer in (Synthesizer.CTGAN, Synthesizer.TVAE)
    if synth.engine is SynthEngine.PATHWAY and synth.epochs is not None and not neural:
        yield ProfileError("synth-epochs", locate(("synth", "epochs")))
    if synth.engine is SynthEngine.SCHEMA and synth.persons is None:
        yield ProfileError("missing-key", locate(("synth",)), name="persons")


def floor_is_that_of_the_policy(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """No value is learnt from fewer persons than the policy lets a figure be told of."""
    if profile.synth is None or profile.synth.floor is None or not is_known(profile):
        return
    least = policy_of(profile).persons_floor
    if profile.synth.floor < least:
        yield ProfileError("too-small", locate(("synth", "floor")), limit=least)


def scenarios_are_known(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """A scenario ships, or is a file; each is told once."""
    if profile.synth is None:
        return
    seen: set[str] = set()
    for index, name in enumerate(profile.synth.scenarios or ()):
        place = locate(("synth", "scenarios", str(index)))
        if index not in profile.synth.scenario_files and name not in SCENARIOS:
            yield unknown_name("synth-scenario-unknown", place, name, SCENARIOS, known=", ".join(SCENARIOS))
        elif name in seen:
            yield ProfileError("synth-scenario-twice", place)
        seen.add(name)


def orders_are_of_days(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """Both ends of an order are columns that hold days, counted alike, in rows that belong together."""
    names = {f"{table}.{name}": column for _, table, name, column in columns_of(profile)}
    for index, rule in enumerate(profile.synth.rules if profile.synth is not None else ()):
        here: Key = ("synth", "rules", str(index))
        ends = {"before": rule.before, "after": rule.after}
        unknown = {end: name for end, name in ends.items() if name not in names}
        for end, name in unknown.items():
            yield unknown_name("reference-unknown", locate((*here, end)), name, names)
        for end, name in ends.items():
            if name in names and not _holds_days(names[name]):
                yield ProfileError("synth-rule-days", locate((*here, end)))
        if not unknown:
            yield from _belong_together(profile, rule, locate(here))


def _belong_together(profile: Profile, rule: DayOrder, place: Place) -> Iterator[ProfileError]:
    (one, first), (other, second) = profile.split(rule.before), profile.split(rule.after)
    kinds = [profile.tables[one].columns[first].type, profile.tables[other].columns[second].type]
    if kinds.count(Kind.INTEGER) == 1:
        yield ProfileError("synth-rule-days", place)
    elif one != other and one not in _above(profile, other) and other not in _above(profile, one):
        yield ProfileError("synth-rule-apart", place, one=one, other=other)


def _above(profile: Profile, table: str) -> set[str]:
    """Tables on the way from ``table`` to the person; all, when there is no way: another rule says so."""
    try:
        return {key.references for key in person_path(profile, table)}
    except LookupError:
        return set(profile.tables)


def orders_agree(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """Orders that lead in a circle contradict each other."""
    before: dict[str, set[str]] = {}
    for index, rule in enumerate(profile.synth.rules if profile.synth is not None else ()):
        before.setdefault(rule.after, set()).add(rule.before)
        try:
            TopologicalSorter(before).prepare()
        except CycleError:
            yield ProfileError("synth-orders-contradict", locate(("synth", "rules", str(index))))
            return


def _holds_days(column: Column) -> bool:
    if column.type in _DAYS:
        return True
    unit = column.unit.get(Lang.EN).lower() if column.unit is not None else ""
    return column.type is Kind.INTEGER and unit in ("day", "days")
