"""Which foreign keys lead from a table to the person of its rows."""

from profiles.model import ForeignKey, Profile


def person_path(profile: Profile, table: str) -> tuple[ForeignKey, ...]:
    """The foreign keys from ``table`` to the table that names its person, in order.

    Empty when the table names its own person (or when it is the only table and names none: one
    person a row). At each table the first foreign key that leads to a person is taken; those that
    may be null are followed only when no other way exists. Raises LookupError when nothing leads to
    a person.
    """
    found = _search(profile, table, set(), optional=False)
    if found is None:
        found = _search(profile, table, set(), optional=True)
    if found is None:
        if len(profile.tables) == 1:
            return ()
        raise LookupError(table)
    return found


def _search(profile: Profile, table: str, seen: set[str], *, optional: bool) -> tuple[ForeignKey, ...] | None:
    if profile.tables[table].person:
        return ()
    seen.add(table)
    for key in profile.tables[table].foreign_keys:
        if key.references in seen or (key.optional and not optional):
            continue
        rest = _search(profile, key.references, seen, optional=optional)
        if rest is not None:
            return (key, *rest)
    return None


def root_person(profile: Profile, table: str) -> tuple[str, tuple[str, ...]]:
    """The table at the end of the path and its person columns (none: one person a row)."""
    path = person_path(profile, table)
    root = path[-1].references if path else table
    return root, profile.tables[root].person
