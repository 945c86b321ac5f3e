"""A table of the candidate and the same one of an earlier release, in one form."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from anonymize.tabular.canonical import canonical_text
from profiles.key_chain import effective_transform
from profiles.model import Column, Kind, Profile, Role
from risk.labels import Codes
from risk.previous.regrouped import aligned
from risk.previous.released import Rows
from risk.registers.reading import whole
from risk.subject import Subject
from tables.candidate import PERSON, CandidateTable
from tables.person import SEPARATOR, own_columns
from tables.typing import ARROW, converter

MOVING = frozenset({"shift", "noise", "swap", "microaggregate", "surrogate", "pseudonymize", "redact"})
"""Steps after which the same value of the same person may differ from one release to the next."""


@dataclass(frozen=True)
class TwoTables:
    """A table of the earlier release, and of the new one if that has it."""

    name: str
    new: Rows | None
    old: Rows
    """Columns that both have are in the same form in both, where they can be."""
    comparable: frozenset[str]
    """Columns of both that are grouped alike, or were brought to that."""
    regrouped: frozenset[str]
    """Columns of both that one groups otherwise than the other."""
    ours: Mapping[str, pa.Array] = field(repr=False)
    """Columns of both as the new release writes them."""
    theirs: Mapping[str, pa.Array] = field(repr=False)
    """All columns of the earlier table as it wrote them."""


def identities(profile: Profile, read: Mapping[str, pa.Table]) -> dict[str, pa.Array]:
    """Who each row of each earlier table is of, for the tables that tell."""
    found = {name: _identity(profile, name, table) for name, table in read.items()}
    told = {name: who for name, who in found.items() if who is not None}
    if not told and len(found) == 1:
        # The rows of a lone table whose person is not published are compared as if each were a person.
        told = {name: _numbered(table) for name, table in read.items()}
    return told


def _identity(profile: Profile, table: str, read: pa.Table) -> pa.Array | None:
    """Who each row of an earlier table is of, by what it publishes; None when it does not tell."""
    own = own_columns(profile, table)
    if own == ():
        return _numbered(read)
    if own is None or not set(own) <= set(read.column_names):
        return None
    return pc.binary_join_element_wise(*(whole(read.column(name)) for name in own), SEPARATOR)


def _numbered(read: pa.Table) -> pa.Array:
    return pa.array([f"row:{number}" for number in range(read.num_rows)], pa.string())


def two_tables(subject: Subject, name: str, read: pa.Table, owners: Codes, persons: pa.Array) -> TwoTables:
    """``name`` in both; ``owners``: whose each row of ``read`` is; ``persons``: those of the candidate."""
    table = subject.candidate.tables.get(name)
    theirs = {one: whole(read.column(one)) for one in read.column_names if read.column_names.count(one) == 1}
    if table is None:
        return TwoTables(name, None, Rows(owners, theirs), frozenset(), frozenset(), {}, theirs)
    shared = [column.name for column in table.columns if column.name in theirs]
    mine = pq.read_table(table.path, columns=[*shared, PERSON])
    who = pc.index_in(whole(mine.column(PERSON)), value_set=persons).to_numpy(zero_copy_only=False)
    ours = {one: canonical_text(whole(mine.column(one))) for one in shared}
    theirs |= {one: _as_published(table, one, theirs[one]) for one in shared}
    fixed = [one for one in shared if not moves(subject.profile, name, one)]
    both = {one: aligned(ours[one], theirs[one]) for one in fixed}
    alike = {one: pair for one, pair in both.items() if pair is not None}
    return TwoTables(
        name,
        Rows(np.asarray(who, dtype=np.int64), ours | {one: pair[0] for one, pair in alike.items()}),
        Rows(owners, theirs | {one: pair[1] for one, pair in alike.items()}),
        frozenset(shared) - (frozenset(fixed) - frozenset(alike)),
        frozenset(one for one in fixed if one not in alike or alike[one][0] is not ours[one]),
        ours,
        theirs,
    )


def _as_published(table: CandidateTable, column: str, texts: pa.Array) -> pa.Array:
    """The texts of an earlier column, written as the new release writes them."""
    kind = next(one.kind for one in table.columns if one.name == column)
    if ARROW[kind] == pa.string():
        return texts
    return pc.coalesce(canonical_text(typed(kind, texts)), texts)


def typed(kind: Kind, texts: pa.Array) -> pa.Array:
    """Values of published texts; null where a text is no value of the kind."""
    return converter(Column(role=Role.OTHER, type=kind), canonical=True)(texts)


def moves(profile: Profile, table: str, column: str) -> bool:
    """Whether the same value of the same person may differ from one release to the next."""
    return any(step in MOVING for step, _ in effective_transform(profile, table, column).steps())
