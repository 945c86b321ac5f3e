"""A row has one person, whichever way one looks for it."""

from collections.abc import Iterator

from profiles.errors import ProfileError
from profiles.key_chain import target_columns
from profiles.model import ForeignKey, Profile
from profiles.rules import Locate


def one_person_a_row(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """A table that names its person and points at a table of persons means the same person by both.

    Otherwise one human would count twice, under two keys, and what is known of one would never meet
    the secrets of the other. A second person in a row (a mother, a prescriber) is an optional key.
    """
    for name, table in profile.tables.items():
        for index, key in enumerate(table.foreign_keys):
            if table.person and not _agrees(profile, name, key):
                place = locate(("tables", name, "foreign_keys", str(index)))
                yield ProfileError("two-persons", place, table=name, other=key.references)


def _agrees(profile: Profile, name: str, key: ForeignKey) -> bool:
    person = profile.tables[key.references].person
    if key.optional or key.references == name or not person:
        return True
    pointed = dict(zip(target_columns(profile, key), key.columns, strict=True))
    return tuple(pointed.get(column) for column in person) == profile.tables[name].person
