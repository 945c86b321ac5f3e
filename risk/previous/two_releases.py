"""A candidate and an earlier release of the same data, brought to one form to be compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from profiles.key_chain import effective_transform
from profiles.model import Profile, Role
from risk.labels import Codes, Labels, combine, encode
from risk.person_view import PersonView, wanted
from risk.previous.earlier import Earlier
from risk.previous.released import Rows, Side, sets_of
from risk.previous.two_tables import TwoTables, identities, moves, two_tables, typed
from risk.registers.reading import whole
from risk.subject import Subject
from tables.candidate import PERSON
from tables.person import SEPARATOR, own_columns
from tables.typing import ARROW

Reference = tuple[str, str]


@dataclass(frozen=True)
class TwoReleases:
    """Both releases, and which of their columns can be compared."""

    new: Side
    old: Side
    known: tuple[Reference, ...]
    """What an intruder knows of people and both releases have, in a form that can be compared."""
    stable: Mapping[str, Sequence[str]]
    """Table -> columns of both, grouped alike, whose values do not depend on the key."""
    intervals: Mapping[Reference, tuple[pa.Array, pa.Array]] = field(repr=False)
    """Known numbers that the two releases group otherwise: the interval of each person in both."""
    earlier: PersonView = field(repr=False)
    """The secrets of each person of the earlier release, as far as it says them."""


def two_releases(subject: Subject, earlier: Earlier) -> TwoReleases | None:
    """Both releases, on the tables whose rows can be given to persons; None when they share no column."""
    profile, persons = subject.profile, whole(subject.view().column(PERSON))
    read = {name: earlier.table(name) for name in profile.tables}
    there = {name: table for name, table in read.items() if table is not None}
    told = identities(profile, there)
    if not told:
        return None
    everybody = encode(pa.concat_arrays(list(told.values())))
    tables, start = [], 0
    for name, who in told.items():
        owners = everybody.codes[start : start + len(who)]
        tables.append(two_tables(subject, name, there[name], owners, persons))
        start += len(who)
    met = _met(subject, tables, told, everybody)
    return met if any(met.stable.values()) or _same_names(met) else None


def _same_names(met: TwoReleases) -> bool:
    """Whether some pseudonym is in both."""
    ours, theirs = met.new.named, met.old.named
    return ours is not None and theirs is not None and bool(pc.any(pc.is_in(ours, value_set=theirs)).as_py())


def _stable(profile: Profile, table: TwoTables) -> tuple[str, ...]:
    return tuple(one for one in sorted(table.comparable) if not moves(profile, table.name, one))


def _met(
    subject: Subject, tables: Sequence[TwoTables], told: Mapping[str, pa.Array], everybody: Labels
) -> TwoReleases:
    """What both releases have in common, and what either says more of what an intruder knows."""
    profile, view = subject.profile, subject.view()
    asked = {profile.split(item): item for item in subject.references.knowledge}
    shared = {(table.name, column) for table in tables for column in table.comparable}
    regrouped = {(table.name, column) for table in tables for column in table.regrouped}
    used = {table.name: table.new for table in tables if table.new is not None}
    names = _names(profile, used, view.persons)
    more = [
        view.codes(item)
        for pair, item in asked.items()
        if (pair in regrouped or pair not in shared) and not moves(profile, *pair)
    ]
    everything = pa.concat_arrays(list(told.values())).dictionary_encode().dictionary
    return TwoReleases(
        Side(view.persons, used, names, combine(more) if more else None),
        Side(
            everybody.groups,
            {table.name: table.old for table in tables},
            None if names is None else everything,
            _more_of_old(profile, tables, everybody.groups, shared - regrouped),
        ),
        tuple(pair for pair in asked if pair in shared),
        {table.name: _stable(profile, table) for table in tables if table.new is not None},
        _intervals(tables, set(asked), (view.persons, everybody.groups)),
        _secrets(subject, tables, everybody.groups),
    )


def _more_of_old(
    profile: Profile, tables: Sequence[TwoTables], persons: int, compared: set[Reference]
) -> Labels | None:
    """What an intruder knows and finds in the earlier release only, or grouped otherwise there."""
    declared = {profile.split(item) for item in profile.risk.knowledge}
    found = []
    for table in tables:
        once = _once(table.old)
        for column, spec in profile.tables[table.name].columns.items():
            reference = table.name, column
            known = reference in declared or (once and spec.role is Role.QUASI)
            if not known or column not in table.theirs or reference in compared:
                continue
            if not moves(profile, *reference):
                found.append(sets_of(table.old.persons, encode(table.theirs[column]).codes, persons))
    return combine(found) if found else None


def _intervals(
    tables: Sequence[TwoTables], known: set[Reference], persons: tuple[int, int]
) -> dict[Reference, tuple[pa.Array, pa.Array]]:
    found = {}
    for table in tables:
        for column in table.regrouped if table.new is not None else ():
            sides = (table.new, table.ours[column]), (table.old, table.theirs[column])
            once = all(rows is not None and _once(rows) for rows, _ in sides)
            if once and (table.name, column) in known:
                mine, theirs = (
                    _of_persons(rows.persons, texts, count)
                    for (rows, texts), count in zip(sides, persons, strict=True)
                    if rows is not None
                )
                found[table.name, column] = mine, theirs
    return found


def _once(rows: Rows) -> bool:
    """Whether nobody has two rows."""
    return len(np.unique(rows.persons)) == len(rows.persons)


def _secrets(subject: Subject, tables: Sequence[TwoTables], persons: int) -> PersonView:
    """The secrets of the persons of the earlier release: one value each, or the set of their codes."""
    frame = {PERSON: pa.array(np.arange(persons))}
    for item in wanted(subject.profile):
        name, column = subject.profile.split(item)
        table = next((one for one in tables if one.name == name and column in one.theirs), None)
        if table is None:
            continue
        texts, published = table.theirs[column], subject.candidate.tables.get(name)
        kinds = [one.kind for one in published.columns if one.name == column] if published else []
        values = typed(kinds[0], texts) if kinds and ARROW[kinds[0]] != pa.string() else texts
        values = values if values.null_count == texts.null_count else texts
        frame[item] = _of_persons(table.old.persons, values, persons)
    return PersonView(pa.table(frame))


def _of_persons(owners: Codes, values: pa.Array, persons: int) -> pa.Array:
    """The value of each person where nobody has two rows, the distinct values of each otherwise."""
    rows = np.bincount(owners, minlength=persons)
    if rows.max(initial=0) <= 1:
        place = np.full(persons, -1, dtype=np.int64)
        place[owners] = np.arange(len(owners))
        return values.take(pa.array(place, mask=place < 0))
    encoded = values.dictionary_encode()
    known = encoded.indices.is_valid().to_numpy(zero_copy_only=False)
    codes = encoded.indices.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    size = max(1, len(encoded.dictionary))
    owner, code = np.divmod(np.unique((owners * size + codes)[known]), size)
    ends = np.searchsorted(owner, np.arange(persons + 1)).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(ends), encoded.dictionary.take(pa.array(code)))


def _names(profile: Profile, tables: Mapping[str, Rows], persons: int) -> pa.Array | None:
    """The pseudonym of each person, where a keyed one is published; a number or a value is no name."""
    names: Codes | None = None
    texts: list[pa.Array] = []
    for table, rows in tables.items():
        own = own_columns(profile, table)
        if not own or not set(own) <= set(rows.columns):
            continue
        if any(effective_transform(profile, table, name).pseudonymize is None for name in own):
            continue
        texts.append(pc.binary_join_element_wise(*(rows.columns[name] for name in own), SEPARATOR))
        names = np.full(persons, -1, dtype=np.int64) if names is None else names
        start = sum(len(one) for one in texts[:-1])
        names[rows.persons] = start + np.arange(len(rows.persons))
    if names is None:
        return None
    return pa.concat_arrays(texts).take(pa.array(names, mask=names < 0))
