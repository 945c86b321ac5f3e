"""Which events of a person an intruder may know, and how finely an attack tells them apart."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import pyarrow.parquet as pq

from anonymize.person_classes import is_lasting
from profiles.key_chain import effective_transform, named
from profiles.model import Role
from risk.person_events import Kind, moving_columns
from risk.person_view import table_paths
from risk.subject import Subject
from tables.duck import connect
from tables.person_rows import is_person_level


def attacked(subject: Subject) -> list[Kind]:
    """The declared kinds of events that are published or, without any, those of the quasi-identifiers."""
    declared = subject.profile.risk.trajectory.events
    if not declared:
        return [*_by_table(subject, (Role.QUASI,))]
    kinds = []
    for event in declared:
        published = _published(subject, event.table)
        if columns := tuple(name for name in event.columns if name in published):
            kinds.append(Kind(event.table, columns))
    return kinds


def unseen(subject: Subject, kinds: Sequence[Kind]) -> list[Kind]:
    """What else changes from event to event and is published: an attack that nobody declared."""
    known = {(kind.table, name) for kind in kinds for name in kind.columns}
    every = _by_table(subject, (Role.QUASI, Role.SENSITIVE, Role.OTHER))
    return [kind for kind in every if any((kind.table, name) not in known for name in kind.columns)]


def grains(subject: Subject, kinds: Iterable[Kind]) -> list[tuple[str, list[Kind]]]:
    """The same kinds, coarser: dates by month and year, texts by their first characters."""
    kinds, found = list(kinds), []
    types = [_types(subject, kind) for kind in kinds]
    if "date" in {name for part in types for name in part}:
        found += ["month", "year"]
    if "text" in {name for part in types for name in part}:
        found += ["prefix3", "prefix1"]
    return [(grain, [replace(kind, grain=grain) for kind in kinds]) for grain in found]


def window(subject: Subject, kinds: Iterable[Kind]) -> int:
    """The largest shift of their dates, in days; 0 without any."""
    return max((max(moving_columns(subject.profile, kind).values(), default=0) for kind in kinds), default=0)


def _by_table(subject: Subject, roles: Sequence[Role]) -> Iterator[Kind]:
    """One kind for each table of events, over its columns of ``roles`` that change from event to event.

    A pseudonym is no knowledge: nobody knows it, and it is there for the joins.
    """
    profile, paths = subject.profile, table_paths(subject.candidate)
    con = connect(subject.candidate.folder)
    try:
        for name, table in subject.candidate.tables.items():
            if is_person_level(con, paths[name]):
                continue
            columns = tuple(
                column.name
                for column in table.columns
                if column.role in roles
                and named(effective_transform(profile, name, column.name)) is None
                and not is_lasting(con, profile, paths[name], (name, column.name))
            )
            if columns:
                yield Kind(name, columns)
    finally:
        con.close()


def _published(subject: Subject, table: str) -> frozenset[str]:
    found = subject.candidate.tables.get(table)
    return frozenset(column.name for column in found.columns) if found else frozenset()


def _types(subject: Subject, kind: Kind) -> frozenset[str]:
    """Whether the kind has dates that are not shifted, and texts."""
    import pyarrow as pa  # noqa: PLC0415 - only here

    schema = pq.read_schema(table_paths(subject.candidate)[kind.table])
    moving = moving_columns(subject.profile, kind)
    types = [schema.field(name).type for name in kind.columns if name not in moving]
    dates = any(pa.types.is_temporal(one) for one in types)
    texts = any(pa.types.is_string(one) or pa.types.is_large_string(one) for one in types)
    return frozenset([*(["date"] if dates else []), *(["text"] if texts else [])])
