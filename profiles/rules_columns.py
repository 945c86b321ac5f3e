"""Rules on one column at a time: what its role and its type allow."""

import re
from collections.abc import Iterator
from datetime import datetime

from profiles.errors import ProfileError
from profiles.key_chain import effective_transform, is_invented, targets
from profiles.model import Column, Kind, Profile, Role, Source
from profiles.rules import Locate, columns_of
from profiles.transforms import ORDER, Transforms

PROTECTED = {"drop", "constant", "pseudonymize", "surrogate"}
"""Transforms after which nothing of a direct identifier is left."""

DATES = (Kind.DATE, Kind.DATETIME)
NUMBERS = (Kind.INTEGER, Kind.NUMBER, Kind.YEAR)
NEEDED_KINDS = {
    "shift": DATES,
    "age_at": DATES,
    "interval_since": DATES,
    "truncate": DATES,
    "redact": (Kind.TEXT,),
}
"""Step -> types of column on which it has a meaning."""

NUMERIC = {"clip", "tail", "microaggregate", "noise", "round", "bin"}
COUNTED = {"age_at", "interval_since", "truncate"}
"""Steps that may make a number of a date, before those on numbers run."""

NAMING = ("pseudonymize", "surrogate")
KEYED = ("pseudonymize", "surrogate", "shift", "noise", "swap")


def direct_identifiers_are_protected(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """A direct identifier, or a column that points at one, never leaves as it is."""
    for key, table, name, column in columns_of(profile):
        if _is_protected(effective_transform(profile, table, name)):
            continue
        place = locate((*key, "transform"))
        if column.role is Role.DIRECT:
            yield ProfileError("direct-unprotected", place)
        elif any(
            _is_direct(profile, target.table, target.column) for target in targets(profile, table, name)
        ):
            yield ProfileError("direct-pointed-unprotected", place)


def _is_protected(transform: Transforms) -> bool:
    return any(name in PROTECTED for name, _ in transform.steps())


def _is_direct(profile: Profile, table: str, column: str) -> bool:
    return profile.tables[table].columns[column].role is Role.DIRECT


def steps_fit_the_type(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """Dates are shifted and truncated; numbers are clipped, rounded and binned."""
    for key, _, _, column in columns_of(profile):
        names = {step for step, _ in column.transform.steps()}
        for step in sorted(names, key=ORDER.index):
            kinds = NUMBERS if step in NUMERIC and not COUNTED & names else NEEDED_KINDS.get(step)
            if kinds is not None and column.type not in kinds:
                words = ", ".join(kind.value for kind in kinds)
                yield ProfileError("step-type", locate((*key, "transform", step)), step=step, kinds=words)


def format_is_for_dates(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """Only a date has a format, and the format has its fields."""
    for key, _, _, column in columns_of(profile):
        if column.format is None:
            continue
        if column.type not in DATES:
            yield ProfileError("format-not-date", locate((*key, "format")))
        elif not re.search(r"%[A-Za-z]", column.format):
            yield ProfileError("format-empty", locate((*key, "format")))


def values_have_the_type(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """Every declared value could be read as the column's type."""
    for key, table, _, column in columns_of(profile):
        if column.values is not None and not column.values:
            yield ProfileError("empty-list", locate((*key, "values")))
        for rank, value in enumerate(column.values or (), start=1):
            if not _reads(value, column, profile.tables[table].source):
                place = locate((*key, "values"))
                yield ProfileError("value-type", place, rank=rank, kind=column.type.value)


def _reads(value: str, column: Column, source: Source) -> bool:
    if column.type in (Kind.INTEGER, Kind.YEAR):
        return re.fullmatch(r"[+-]?\d+", value) is not None
    if column.type is Kind.NUMBER:
        point = re.escape(source.decimal)
        return re.fullmatch(rf"[+-]?(\d+({point}\d*)?|{point}\d+)([eE][+-]?\d+)?", value) is not None
    if column.type in DATES:
        return _is_date(value, column.format)
    return True


def _is_date(value: str, form: str | None) -> bool:
    try:
        if form is None:
            datetime.fromisoformat(value)
        else:
            datetime.strptime(value, form)  # noqa: DTZ007 - a calendar date has no time zone
    except ValueError:
        return False
    return True


def sample_has_a_secret(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """Who is in a sample must not be computed by others."""
    if profile.sample is not None and profile.secret is None:
        yield ProfileError("sample-secret", locate(("sample",)))


def keyed_steps_have_a_secret(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """What must not be computed by others needs a secret; said once, at the first column that asks."""
    if profile.secret is not None:
        return
    for key, table, name, column in columns_of(profile):
        for step in KEYED:
            if step in NAMING and is_invented(profile, table, name):
                continue
            if getattr(column.transform, step) is not None:
                yield ProfileError("secret-needed", locate((*key, "transform")), step=step)
                return
