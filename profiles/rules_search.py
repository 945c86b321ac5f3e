"""Rules on the search for the best generalization."""

from collections.abc import Iterator

from profiles.errors import ProfileError
from profiles.model import Profile, Role
from profiles.rules import Locate, columns_of


def searched_columns_can_be(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """A searched column is a quasi-identifier, no key, and the profile says which k to reach."""
    for key, table, name, column in columns_of(profile):
        if column.transform.search is None:
            continue
        place = locate((*key, "transform", "search"))
        if column.role is not Role.QUASI:
            yield ProfileError("search-role", place)
        elif profile.anonymity is None:
            yield ProfileError("search-without-k", place)
        elif name in _keys(profile, table):
            yield ProfileError("search-key", place)


def search_settings_name_searched_columns(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """Weights and levels are those of searched columns: elsewhere they would do nothing."""
    if profile.anonymity is None:
        return
    searched = {
        f"{table}.{name}"
        for _, table, name, column in columns_of(profile)
        if column.transform.search is not None
    }
    for word in ("weights", "levels"):
        for reference in getattr(profile.anonymity, word):
            if reference not in searched:
                yield ProfileError("search-not-searched", locate(("anonymity", word, reference)))


def search_levels_are_ordered(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """The finest level allowed is not above the coarsest."""
    if profile.anonymity is None:
        return
    for reference, levels in profile.anonymity.levels.items():
        if isinstance(levels, tuple) and levels[0] > levels[1]:
            yield ProfileError("search-levels-order", locate(("anonymity", "levels", reference)))


def _keys(profile: Profile, table: str) -> set[str]:
    """Columns of ``table`` that identify a row or a person, or that join."""
    spec = profile.tables[table]
    pointed = [
        column
        for other in profile.tables.values()
        for key in other.foreign_keys
        if key.references == table
        for column in key.to or ()
    ]
    own = [column for key in spec.foreign_keys for column in key.columns]
    return {*spec.primary_key, *spec.person, *own, *pointed}
