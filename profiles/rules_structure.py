"""Rules that the others lean on: names that files can bear, keys that point at listed columns."""

import re
from collections.abc import Iterable, Iterator

from profiles.errors import ProfileError
from profiles.key_chain import KeyCycleError, inherited, root_column, target_columns
from profiles.model import Profile
from profiles.rules import Locate, columns_of, foreign_keys_of, unknown_name
from profiles.yaml_text import Key

_TABLE_NAME = re.compile(r"\w[\w. -]{0,99}")
ROW_NUMBER = "file_row_number"
"""What DuckDB calls the number of a row."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def table_names(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """A table's name becomes a file name on every system."""
    for table in profile.tables:
        good = (
            _TABLE_NAME.fullmatch(table) and not table.endswith((".", " ")) and not _RESERVED.fullmatch(table)
        )
        if not good:
            yield ProfileError("table-name", locate(("tables", table)))


def column_names(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """A column has a visible name, not one that vitrail adds itself."""
    for key, _, name, _ in columns_of(profile):
        taken = name.startswith("__") or name.casefold() == ROW_NUMBER
        if not name.strip() or not name.isprintable() or taken:
            yield ProfileError("column-name", locate(key))


def names_differ_by_more_than_case(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """Files on Windows and columns in SQL do not tell ``A`` from ``a``."""
    yield from _same_but_case(profile.tables, ("tables",), locate)
    for table, spec in profile.tables.items():
        yield from _same_but_case(spec.columns, ("tables", table, "columns"), locate)


def _same_but_case(names: Iterable[str], key: Key, locate: Locate) -> Iterator[ProfileError]:
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            yield ProfileError("same-but-case", locate((*key, name)), name=name, other=other)


def key_columns_are_listed(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """Primary key, person and foreign keys name columns of their own table, each once."""
    for table, spec in profile.tables.items():
        here: Key = ("tables", table)
        yield from _listed(spec.primary_key, (*here, "primary_key"), table, profile, locate)
        yield from _listed(spec.person, (*here, "person"), table, profile, locate)
    for key, table, foreign in foreign_keys_of(profile):
        yield from _listed(foreign.columns, (*key, "columns"), table, profile, locate)


def _listed(
    names: Iterable[str], key: Key, table: str, profile: Profile, locate: Locate
) -> Iterator[ProfileError]:
    seen: set[str] = set()
    for index, name in enumerate(names):
        place = locate((*key, str(index)))
        if name not in profile.tables[table].columns:
            yield unknown_name("column-unknown", place, name, profile.tables[table].columns, table=table)
        elif name in seen:
            yield ProfileError("column-repeated", place, name=name)
        seen.add(name)


def foreign_keys_have_a_target(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """A foreign key points at as many listed columns of a listed table."""
    for key, _, foreign in foreign_keys_of(profile):
        if foreign.references not in profile.tables:
            yield unknown_name(
                "table-unknown", locate((*key, "references")), foreign.references, profile.tables
            )
            continue
        if foreign.to is not None:
            yield from _listed(foreign.to, (*key, "to"), foreign.references, profile, locate)
        pointed = target_columns(profile, foreign)
        if not pointed and foreign.to is None:
            yield ProfileError("target-without-key", locate((*key, "references")), table=foreign.references)
        elif len(pointed) != len(foreign.columns):
            facts = {"own": len(foreign.columns), "pointed": len(pointed), "table": foreign.references}
            yield ProfileError("key-sizes-differ", locate(key), **facts)


def inherit_leads_to_one_column(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """``inherit`` stands on a column of a foreign key, and every way from it ends at one column."""
    for key, table, name, column in columns_of(profile):
        if column.transform.inherit is None:
            continue
        place = locate((*key, "transform"))
        pointed = inherited(profile, table, name)
        if not pointed:
            yield ProfileError("inherit-without-key", place)
            continue
        if any(_is_cycle(profile, target.table, target.column) for target in pointed):
            yield ProfileError("inherit-cycle", place)
        elif len({_root(profile, target.table, target.column) for target in pointed}) > 1:
            yield ProfileError("inherit-ambiguous", place)


def _is_cycle(profile: Profile, table: str, column: str) -> bool:
    try:
        _root(profile, table, column)
    except KeyCycleError:
        return True
    return False


def _root(profile: Profile, table: str, column: str) -> tuple[str, str] | None:
    try:
        return root_column(profile, table, column)
    except LookupError:
        return None
