"""What differential privacy asks: one table, declared domains, and nothing that looks at the data."""

from collections.abc import Iterator

from profiles.errors import ProfileError
from profiles.model import Column, Kind, Profile, Role
from profiles.rules import Locate, unknown_name
from profiles.synth_model import SynthEngine, Synthesizer
from profiles.synth_privacy import MOST_CELLS, Dp, DpRange
from profiles.transforms import Transforms
from profiles.yaml_text import Key

KEEP = Transforms.model_validate("keep")
_COUNTED = (Kind.INTEGER, Kind.NUMBER, Kind.YEAR)


def _asked(profile: Profile) -> Dp | None:
    synth = profile.synth
    return synth.dp if synth is not None and synth.engine is SynthEngine.PATHWAY else None


def private_synthesis_stands_alone(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """One table, a secret, a number of persons of one's own, and no setting that looks at the data."""
    dp, synth = _asked(profile), profile.synth
    if dp is None or synth is None:
        return
    here = locate(("synth", "dp"))
    if len(profile.tables) > 1:
        told = ", ".join(profile.tables)
        yield ProfileError("synth-dp-one-table", here, count=len(profile.tables), tables=told)
    if profile.secret is None:
        yield ProfileError("synth-dp-secret", locate(("secret",)))
    if synth.persons is None:
        yield ProfileError("synth-dp-persons", locate(("synth",)))
    others = {
        "synthesizer": synth.synthesizer is not Synthesizer.CART,
        "rules": bool(synth.rules),
        "floor": synth.floor is not None,
    }
    for name, asked in others.items():
        if asked:
            yield ProfileError("synth-dp-with", locate(("synth", name)), name=name)


def private_columns_have_domains(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """Every column that is learnt is published as it is, and the profile says which values it may have."""
    dp = _asked(profile)
    if dp is None or len(profile.tables) != 1:
        return
    for table, name, column in _learnt(profile):
        at = locate(("tables", table, "columns", name))
        given = dp.ranges.get(f"{table}.{name}")
        if column.transform != KEEP:
            yield ProfileError("synth-dp-transform", at, column=name)
        elif given is None and not _has_values(column):
            yield ProfileError("synth-dp-domain", at, column=f"{table}.{name}")
        elif given is None and len(column.values or ()) > MOST_CELLS:
            yield ProfileError("synth-dp-many", at, column=name, most=MOST_CELLS)


def private_ranges_name_columns(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """A range is that of a column that is learnt, and of its kind."""
    dp = _asked(profile)
    if dp is None or len(profile.tables) != 1:
        return
    known = {f"{table}.{name}": column for table, name, column in _learnt(profile)}
    for name, given in dp.ranges.items():
        key: Key = ("synth", "dp", "ranges", name)
        if name not in known:
            yield unknown_name("reference-unknown", locate(key), name, known)
        elif not _fits(given, known[name].type):
            yield ProfileError("synth-dp-range-kind", locate(key), column=name)


def _learnt(profile: Profile) -> list[tuple[str, str, Column]]:
    return [
        (table, name, column)
        for table, spec in profile.tables.items()
        for name, column in spec.columns.items()
        if name not in {*spec.primary_key, *spec.person}
        and column.role is not Role.DIRECT
        and column.transform.drop is None
    ]


def _has_values(column: Column) -> bool:
    return column.type is Kind.BOOLEAN or (bool(column.values) and column.type in (Kind.TEXT, Kind.INTEGER))


def _fits(given: DpRange, kind: Kind) -> bool:
    if given.is_dates:
        return kind is Kind.DATE and given.width >= 1
    return kind in _COUNTED and (kind is Kind.NUMBER or given.width >= 1)
