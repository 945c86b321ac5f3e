"""What every rule of a profile is made of, and where a rule may point."""

from collections.abc import Callable, Iterable, Iterator

from profiles.errors import Place, ProfileError
from profiles.model import Column, ForeignKey, Profile
from profiles.words import nearest
from profiles.yaml_text import Key, shown_key

Locate = Callable[[Key], Place]
Rule = Callable[[Profile, Locate], Iterator[ProfileError]]
"""Gives every place where a profile breaks the rule."""


def columns_of(profile: Profile) -> Iterator[tuple[Key, str, str, Column]]:
    """Every column: its key in the profile, its table, its name, its specification."""
    for table, spec in profile.tables.items():
        for name, column in spec.columns.items():
            yield ("tables", table, "columns", name), table, name, column


def foreign_keys_of(profile: Profile) -> Iterator[tuple[Key, str, ForeignKey]]:
    """Every foreign key: its key in the profile, its table, itself."""
    for table, spec in profile.tables.items():
        for index, key in enumerate(spec.foreign_keys):
            yield ("tables", table, "foreign_keys", str(index)), table, key


def unknown_name(code: str, place: Place, name: str, valid: Iterable[str], **facts: object) -> ProfileError:
    """``code``, or ``code-near`` with the nearest valid name when there is one."""
    near = nearest(name, valid)
    if near:
        return ProfileError(f"{code}-near", place, name=shown_key(name), near=near, **facts)
    return ProfileError(code, place, name=shown_key(name), **facts)
