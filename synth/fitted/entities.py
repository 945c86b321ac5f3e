"""Which tables make one kind of thing: the person, an event, a part of an event.

A table that has at most one row for each row of the one it hangs on is merged with it (ER_PHA_F with
ER_PRS_F), so that what belongs together is drawn together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from profiles.errors import Place, SourceError
from profiles.key_chain import target_columns
from profiles.model import ForeignKey, Profile
from profiles.person_path import person_path
from synth.fitted.counting import distinct
from synth.fitted.domains import Ints
from tables.candidate import PERSON, Staged
from tables.duck import connect, quote, scan, stream

PEOPLE = ""
"""Name of the entity that has one row a person."""


@dataclass(frozen=True)
class Entity:
    """Tables of which the rows are parts of one kind of thing."""

    name: str
    """Its first table, or :data:`PEOPLE`."""
    tables: tuple[str, ...]
    parent: str | None
    """The entity it hangs on; None for the person."""


@dataclass(frozen=True)
class Rows:
    """The rows of a table that are fitted: which, whose, and the row of the entity each belongs to."""

    kept: Ints
    """Row numbers in the staged file."""
    person: Ints
    parent: Ints
    """Row of the entity that the table hangs on (the person's number, for tables that hang on persons)."""
    home: Ints
    """Row of the entity that the table is part of."""


@dataclass(frozen=True)
class Layout:
    """The entities, parents first, and where the rows of each table are."""

    entities: tuple[Entity, ...]
    rows: Mapping[str, Rows]
    sizes: Mapping[str, int]
    """Entity -> rows."""

    def owner(self, table: str) -> Entity:
        """The entity that ``table`` is part of."""
        return next(entity for entity in self.entities if table in entity.tables)


def hangs_on(profile: Profile, table: str) -> ForeignKey | None:
    """The foreign key by which the table hangs on another; None when it names its person itself."""
    path = person_path(profile, table)
    return path[0] if path else None


def lay_out(staged: Staged, persons: pa.Array, links: Staged | None = None) -> Layout:
    """Find the entities among the rows of ``persons`` (texts of ``__person``, sorted).

    ``links``: the same rows with the keys to join by; default: ``staged`` itself.
    """
    profile = staged.profile
    people = Entity(PEOPLE, (), None)
    entities: dict[str, Entity] = {PEOPLE: people}
    rows: dict[str, Rows] = {}
    sizes = {PEOPLE: len(persons)}
    for table in sorted(profile.tables, key=lambda name: len(person_path(profile, name))):
        person = _numbers(staged.tables[table].path, persons)
        kept = np.flatnonzero(person >= 0)
        key = hangs_on(profile, table)
        above = (
            PEOPLE if key is None else next(e.name for e in entities.values() if key.references in e.tables)
        )
        parent = (
            person[kept]
            if key is None or above == PEOPLE
            else _parent_rows(links or staged, table, key, rows)[kept]
        )
        if (parent < 0).any():
            raise SourceError("synth-orphan", Place(table=table))
        if len(distinct(parent)) == len(parent):
            old = entities[above]
            entities[above] = Entity(old.name, (*old.tables, table), old.parent)
            home = parent
        else:
            entities[table] = Entity(table, (table,), above)
            sizes[table] = len(kept)
            home = np.arange(len(kept))
        rows[table] = Rows(kept, person[kept], parent, home)
    return Layout(tuple(entities.values()), rows, sizes)


def _numbers(path: Path, persons: pa.Array) -> Ints:
    column = pq.read_table(path, columns=[PERSON]).column(PERSON).combine_chunks()
    place = pc.index_in(column, value_set=persons)
    return np.asarray(place.fill_null(-1)).astype(np.int64)


def _parent_rows(staged: Staged, table: str, key: ForeignKey, rows: Mapping[str, Rows]) -> Ints:
    """For each row of the file, the entity row of the row it points at, -1 when there is none."""
    pairs = zip(key.columns, target_columns(staged.profile, key), strict=True)
    on = " AND ".join(f"c.{quote(own)} = p.{quote(to)}" for own, to in pairs)
    sql = (
        f"SELECT c.file_row_number AS child, p.file_row_number AS parent"
        f" FROM {scan(staged.tables[table].path, row=True)} AS c"
        f" JOIN {scan(staged.tables[key.references].path, row=True)} AS p ON {on}"
    )
    found = np.full(staged.tables[table].rows, -1)
    above = rows[key.references]
    home = np.full(staged.tables[key.references].rows, -1)
    home[above.kept] = above.home
    with connect(staged.folder) as con:
        for batch in stream(con, sql):
            found[np.asarray(batch.column(0))] = home[np.asarray(batch.column(1))]
    return found
