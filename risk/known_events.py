"""Which events of a person an intruder may know, and how finely an attack tells them apart."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from profiles.key_chain import effective_transform, named
from profiles.model import Role
from profiles.policy_file import is_reason
from risk.person_events import Kind, moving_columns
from risk.person_view import table_paths
from tables.person_rows import is_person_level, telling_persons

if TYPE_CHECKING:
    from risk.subject import Subject


def attacked(subject: "Subject") -> list[Kind]:
    """The declared kinds of events that are published, and the quasi-identifiers of events.

    A quasi-identifier is left out only of a profile that says why (``risk.trajectory.why``).
    """
    trajectory = subject.profile.risk.trajectory
    declared = []
    for event in trajectory.events:
        published = _published(subject, event.table)
        if columns := tuple(name for name in event.columns if name in published):
            declared.append(Kind(event.table, columns))
    if declared and is_reason(trajectory.why):
        return declared
    automatic = {kind.table: kind.columns for kind in _by_table(subject, (Role.QUASI,))}
    widened = [
        replace(kind, columns=tuple(dict.fromkeys((*kind.columns, *automatic.get(kind.table, ())))))
        for kind in declared
    ]
    named_tables = {kind.table for kind in declared}
    return widened + [Kind(name, columns) for name, columns in automatic.items() if name not in named_tables]


def unseen(subject: "Subject", kinds: Sequence[Kind]) -> list[Kind]:
    """What else changes from event to event and is published: an attack that nobody declared."""
    known = {(kind.table, name) for kind in kinds for name in kind.columns}
    every = _by_table(subject, (Role.QUASI, Role.SENSITIVE, Role.OTHER))
    return [kind for kind in every if any((kind.table, name) not in known for name in kind.columns)]


def grains(subject: "Subject", kinds: Iterable[Kind]) -> list[tuple[str, list[Kind]]]:
    """The same kinds, coarser: dates by month and year, texts by their first characters."""
    kinds, found = list(kinds), []
    types = [_types(subject, kind) for kind in kinds]
    if "date" in {name for part in types for name in part}:
        found += ["month", "year"]
    if "text" in {name for part in types for name in part}:
        found += ["prefix3", "prefix1"]
    return [(grain, [replace(kind, grain=grain) for kind in kinds]) for grain in found]


def window(subject: "Subject", kinds: Iterable[Kind]) -> int:
    """The largest shift of their dates, in days; 0 without any."""
    return max((max(moving_columns(subject.profile, kind).values(), default=0) for kind in kinds), default=0)


def _by_table(subject: "Subject", roles: Sequence[Role]) -> Iterator[Kind]:
    """One kind for each table of events, over its columns of ``roles`` that change from event to event.

    A pseudonym is no knowledge: nobody knows it, and it is there for the joins.
    """
    profile, paths = subject.profile, table_paths(subject.candidate)
    known = {one.reference for one in subject.references.repeating} if Role.QUASI in roles else set()
    with subject.groups.asked(subject.candidate) as con:
        for name, table in subject.candidate.tables.items():
            if is_person_level(con, paths[name]):
                continue
            wanted = [
                column.name
                for column in table.columns
                if (column.role in roles or f"{name}.{column.name}" in known)
                and named(effective_transform(profile, name, column.name)) is None
            ]
            own = bool(profile.tables[name].person)
            lasting = telling_persons(con, paths[name], wanted, names_person=own)
            columns = tuple(column for column in wanted if column not in lasting)
            if columns:
                yield Kind(name, columns)


def _published(subject: "Subject", table: str) -> frozenset[str]:
    found = subject.candidate.tables.get(table)
    return frozenset(column.name for column in found.columns) if found else frozenset()


def _types(subject: "Subject", kind: Kind) -> frozenset[str]:
    """Whether the kind has dates that are not shifted, and texts."""
    import pyarrow as pa  # noqa: PLC0415 - only here

    schema = pq.read_schema(table_paths(subject.candidate)[kind.table])
    moving = moving_columns(subject.profile, kind)
    types = [schema.field(name).type for name in kind.columns if name not in moving]
    dates = any(pa.types.is_temporal(one) for one in types)
    texts = any(pa.types.is_string(one) or pa.types.is_large_string(one) for one in types)
    return frozenset([*(["date"] if dates else []), *(["text"] if texts else [])])
