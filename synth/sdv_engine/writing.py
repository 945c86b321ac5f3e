"""Rows that HMA drew, as tables of the profile with invented keys, on disk."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from profiles.key_chain import target_columns
from profiles.model import Kind, Profile
from synth.fitted.domains import Domain, Encoded, Ints
from synth.fitted.frames import CLOCK, DAY
from synth.fitted.keys import How, KeyColumn, apart, width_of
from synth.fitted.model import TableShape
from synth.fitted.numbering import TYPES, numbered, person_texts, schema_of, typed
from synth.sdv_engine.columns import Back
from synth.sdv_engine.stars import Drawn, Star, made_up
from tables.candidate import PERSON, Staged, StagedTable


def write_star(
    staged: Staged, star: Star, drawn: Mapping[str, Drawn], folder: Path
) -> Mapping[str, StagedTable]:
    """One Parquet file a table in ``folder``, in the columns and types of the profile, ``__person`` last."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    root = drawn[star.root]
    everyone = np.arange(root.size)
    columns = _key_columns(staged)
    keys = _numbers(columns, star.root, everyone)
    found = {}
    for table, spec in staged.profile.tables.items():
        one = drawn[table]
        person = everyone if table == star.root else one.links[0]
        made = keys if table == star.root else _numbers(columns, table, np.arange(one.size))
        for key, link in zip(spec.foreign_keys, one.links, strict=True):
            (own,), (to,) = key.columns, target_columns(staged.profile, key)
            made[own] = keys[to].take(pa.array(link, mask=link < 0))
        made |= _persons(staged.profile, star.root, table, keys, person)
        shape = TableShape(table, "", tuple(spec.columns), tuple(c.type for c in spec.columns.values()))
        schema = schema_of(shape)
        made |= {
            name: _values(one.columns, star.columns[table], f"{table}.{name}", column.type)
            for name, column in spec.columns.items()
            if name not in made
        }
        made[PERSON] = person_texts(person)
        arrays = [made[field.name].cast(field.type) for field in schema]
        path = folder / f"{table}.parquet"
        pq.write_table(pa.table(arrays, schema=schema), path, compression="none", write_statistics=False)
        found[table] = StagedTable(table, path, one.size)
    return found


def _key_columns(staged: Staged) -> list[KeyColumn]:
    """The columns that get numbers of their own, with room for numbers that no real identifier is."""
    found = []
    for table, spec in staged.profile.tables.items():
        pointing = {column for key in spec.foreign_keys for column in key.columns}
        own = made_up(staged.profile, table) - pointing
        for name in (one for one in spec.columns if one in own):
            kind = spec.columns[name].type
            width = width_of(staged.tables[table].path, name, kind)
            found.append(KeyColumn(table, name, How.SERIAL, kind, width))
    return apart(staged, found)


def _numbers(columns: Sequence[KeyColumn], table: str, number: Ints) -> dict[str, pa.Array]:
    return {item.column: numbered(item, number) for item in columns if item.table == table}


def _persons(
    profile: Profile, root: str, table: str, keys: Mapping[str, pa.Array], person: Ints
) -> dict[str, pa.Array]:
    """Columns of a table by which it names its person itself, filled as those of the root are."""
    own, above = profile.tables[table].person, profile.tables[root].person
    if table == root or len(own) != len(above):
        return {}
    return {name: keys[to].take(pa.array(person)) for name, to in zip(own, above, strict=True) if to in keys}


def _values(drawn: Back, columns: Mapping[str, Encoded], name: str, kind: Kind) -> pa.Array:
    domain: Domain = columns[name].domain
    if len(domain.labels):
        texts = domain.texts(drawn.index[name])
        if kind is Kind.BOOLEAN:
            return pa.compute.equal(texts, "true")
        return texts.cast(TYPES[kind])
    numbers = drawn.numbers[name]
    if kind is Kind.DATETIME:
        numbers = numbers * DAY + np.nan_to_num(drawn.numbers[name + CLOCK]) * 1e6
    return typed(numbers, kind)


def invented(profile: Profile) -> frozenset[tuple[str, str]]:
    """Table and column of everything that is made up."""
    return frozenset((table, column) for table in profile.tables for column in made_up(profile, table))
