"""Rules on keys: every table leads to a person, and what joined before joins after."""

from collections.abc import Iterator

from profiles.errors import ProfileError
from profiles.key_chain import (
    domain,
    effective_transform,
    is_dropped,
    named,
    root_column,
    target_columns,
)
from profiles.model import ForeignKey, Kind, Profile
from profiles.person_path import person_path
from profiles.rules import Locate, foreign_keys_of

CHANGING = {"age_at", "interval_since", "tail", "microaggregate", "noise", "swap"}
"""Steps whose outcome depends on more than the value and its key."""

_SAME_READING = {Kind.YEAR: Kind.INTEGER}


def every_table_leads_to_a_person(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """Each table names its person or points, by keys that are never null, at one that does."""
    for table in profile.tables:
        try:
            person_path(profile, table)
        except LookupError:
            yield ProfileError("no-person", locate(("tables", table)), table=table)


def key_types_agree(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """A key read as a number on one side and as text on the other would no longer join."""
    for key, table, foreign in foreign_keys_of(profile):
        pointed = profile.tables[foreign.references].columns
        for index, (own, target) in enumerate(_pairs(profile, foreign)):
            kind, other = profile.tables[table].columns[own].type, pointed[target].type
            if _SAME_READING.get(kind, kind) != _SAME_READING.get(other, other):
                facts = {"name": own, "kind": kind.value, "target": f"{foreign.references}.{target}"}
                yield ProfileError(
                    "key-types-differ", locate((*key, "columns", str(index))), **facts, other=other.value
                )


def joins_hold(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """Both sides of a published foreign key get the same transform, for the same person."""
    for _, table, foreign in foreign_keys_of(profile):
        pairs = _pairs(profile, foreign)
        if any(is_dropped(profile, table, own) or _target_dropped(profile, foreign, to) for own, to in pairs):
            continue
        for own, target in pairs:
            place = locate(("tables", table, "columns", own, "transform"))
            pointed = f"{foreign.references}.{target}"
            if effective_transform(profile, table, own).suppress_rare is not None:
                yield ProfileError("key-rare", place)
            elif changed := [
                name for name, _ in effective_transform(profile, table, own).steps() if name in CHANGING
            ]:
                yield ProfileError("key-changed", place, step=changed[0])
            elif effective_transform(profile, table, own).shift and not _same_person(profile, table, foreign):
                yield ProfileError("key-shift", place)
            elif not _same_fate(profile, (table, own), (foreign.references, target)):
                yield ProfileError("join-broken", place, name=own, target=pointed)


def _same_person(profile: Profile, table: str, foreign: ForeignKey) -> bool:
    person = profile.tables[table].person
    if person:
        pointed = dict(_pairs(profile, foreign))
        return tuple(pointed.get(name) for name in person) == profile.tables[foreign.references].person
    return person_path(profile, table)[:1] == (foreign,)


def _pairs(profile: Profile, foreign: ForeignKey) -> list[tuple[str, str]]:
    return list(zip(foreign.columns, target_columns(profile, foreign), strict=True))


def _target_dropped(profile: Profile, foreign: ForeignKey, target: str) -> bool:
    return is_dropped(profile, foreign.references, target)


def _same_fate(profile: Profile, own: tuple[str, str], target: tuple[str, str]) -> bool:
    if root_column(profile, *own) == root_column(profile, *target):
        return True
    first, second = effective_transform(profile, *own), effective_transform(profile, *target)
    if named(first) is not None and type(named(first)) is type(named(second)):
        return domain(profile, *own) == domain(profile, *target)
    return first == second
