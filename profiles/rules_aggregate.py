"""Rules on ``aggregate:``: what an aggregated table counts, and by what."""

import re
from collections.abc import Generator, Iterator

from profiles.errors import ProfileError
from profiles.key_chain import is_dropped
from profiles.model import Aggregate, Kind, Profile, Role
from profiles.policy import is_known, policy_of
from profiles.rules import Locate, unknown_name
from profiles.yaml_text import Key, shown_key

_FILE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{2,99}")
_NUMBERS = (Kind.INTEGER, Kind.NUMBER)


def aggregates_stand_alone(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """Totals are published in place of the tables, each table is counted once, above the policy's floor.

    Rows beside totals, or two tables of totals of the same rows, would give hidden cells back.
    """
    if profile.aggregate and profile.anonymity is not None:
        yield ProfileError("aggregate-with-anonymity", locate(("anonymity",)))
    seen: dict[str, str] = {}
    for name, spec in profile.aggregate.items():
        place = locate(("aggregate", name, "table"))
        if spec.table not in profile.tables:
            yield unknown_name("table-unknown", place, spec.table, profile.tables)
        elif seen.setdefault(spec.table, name) != name:
            yield ProfileError("aggregate-same-table", place, name=shown_key(name), other=seen[spec.table])
        if spec.floor is not None and is_known(profile):
            least = policy_of(profile).persons_floor
            if spec.floor < least:
                yield ProfileError("too-small", locate(("aggregate", name, "floor")), limit=least)


def aggregated_columns_have_names(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """The published columns have visible names that differ by more than their case."""
    for name, spec in profile.aggregate.items():
        if not _FILE_NAME.fullmatch(name):
            yield ProfileError("aggregate-name", locate(("aggregate", name)))
        seen = {"status"}
        for part in ("dimensions", "measures"):
            for column in getattr(spec, part):
                place = locate(("aggregate", name, part, column))
                if not column.strip() or not column.isprintable() or column.startswith("__"):
                    yield ProfileError("column-name", place)
                levels = spec.dimensions[column].levels if part == "dimensions" else ()
                for published in [f"{column}_{level}" for level in levels] or [column]:
                    if published.casefold() in seen:
                        yield ProfileError("column-repeated", place, name=published)
                    seen.add(published.casefold())


def dimensions_are_columns(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """A dimension is a listed column, not dropped, that names nobody."""
    for name, spec in profile.aggregate.items():
        for dimension, about in spec.dimensions.items():
            key = ("aggregate", name, "dimensions", dimension, "column")
            found = yield from _column(profile, about.column, key, locate)
            if found is not None and profile.tables[found[0]].columns[found[1]].role is Role.DIRECT:
                yield ProfileError("aggregate-direct", locate(key), name=about.column)


def sums_are_numbers(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """A sum is of a column of numbers of the table that is counted."""
    for name, spec in profile.aggregate.items():
        for measure, about in spec.measures.items():
            if about.sum is None:
                continue
            key = ("aggregate", name, "measures", measure, "sum")
            found = yield from _column(profile, about.sum, key, locate)
            if found is None:
                continue
            table, column = found
            if table != spec.table:
                yield ProfileError("aggregate-sum-elsewhere", locate(key), name=about.sum, table=spec.table)
            elif profile.tables[table].columns[column].type not in _NUMBERS:
                yield ProfileError("aggregate-not-number", locate(key), name=about.sum)


def totals_are_readable(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """A table that holds totals has all its dimensions, without hierarchy, and a number of people a row."""
    for name, spec in profile.aggregate.items():
        if spec.already is None:
            continue
        key = ("aggregate", name, "already", "persons")
        found = yield from _column(profile, spec.already.persons, key, locate)
        if found is not None and found[0] != spec.table:
            sums = {"name": spec.already.persons, "table": spec.table}
            yield ProfileError("aggregate-sum-elsewhere", locate(key), **sums)
        elif found is not None and profile.tables[found[0]].columns[found[1]].type not in _NUMBERS:
            yield ProfileError("aggregate-not-number", locate(key), name=spec.already.persons)
        yield from _totals_have_dimensions(name, spec, locate)


def _totals_have_dimensions(name: str, spec: Aggregate, locate: Locate) -> Iterator[ProfileError]:
    if spec.already is not None:
        for dimension, about in spec.dimensions.items():
            if about.hierarchy is not None or not about.column.startswith(f"{spec.table}."):
                place = locate(("aggregate", name, "dimensions", dimension))
                yield ProfileError("aggregate-already-dimension", place, table=spec.table)
        for measure, counted in spec.measures.items():
            if counted.count == "rows":
                place = locate(("aggregate", name, "measures", measure))
                yield ProfileError("aggregate-already-rows", place)
        for dimension in spec.already.overlaps:
            if dimension not in spec.dimensions:
                place = locate(("aggregate", name, "already", "overlaps"))
                yield unknown_name("reference-unknown", place, dimension, spec.dimensions)


def _column(
    profile: Profile, reference: str, key: Key, locate: Locate
) -> Generator[ProfileError, None, tuple[str, str] | None]:
    """The table and the column of a reference that can be read; else an error and None."""
    try:
        table, column = profile.split(reference)
    except KeyError:
        valid = [f"{table}.{column}" for table, spec in profile.tables.items() for column in spec.columns]
        yield unknown_name("reference-unknown", locate(key), reference, valid)
        return None
    if is_dropped(profile, table, column):
        yield ProfileError("aggregate-dropped", locate(key), name=reference)
        return None
    return table, column
