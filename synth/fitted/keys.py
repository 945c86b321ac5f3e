"""Which columns are keys, and how they are filled: whole, unique, pointing at rows that exist."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from profiles.key_chain import target_columns
from profiles.model import Kind, Profile, Role
from synth.fitted.counting import ordered, runs, starts_of
from synth.fitted.entities import Layout, hangs_on
from tables.candidate import Staged

MARK = "S"
"""First letter of made-up numbers that are text, unless real ones begin with it."""
LONGEST = 15
"""Digits that a number with a fraction still tells apart."""
WIDEST = 18
"""Digits of a whole number for which there are longer ones in 64 bits."""
RANKED = 0.9
"""Share of rows whose number within the parent is their rank, from which a column counts them."""
SHARE = 0.5
"""Distinct values a row from which a key column is taken for a number of its own."""


class How(StrEnum):
    """Where a key column comes from."""

    PERSON = "person"
    PARENT = "parent"
    SERIAL = "serial"
    RANK = "rank"
    REFERENCE = "reference"


ABOVE = (How.PARENT, How.PERSON)


@dataclass(frozen=True)
class KeyColumn:
    """A column that is not learnt."""

    table: str
    column: str
    how: How
    kind: Kind
    width: int = 0
    """Characters of a text, digits of a number before the comma, at most, in the source."""
    source: str = ""
    """Table pointed at, of PARENT and REFERENCE."""
    to: str = ""
    """Column pointed at; for PERSON, the place in the person's key."""
    filled: float = 1.0
    """Of REFERENCE: share of rows that have one."""
    mark: str = MARK
    """First letter of made-up numbers that are text: no real identifier begins with it."""
    first: int = 1
    """Of RANK: the number of the first row."""


@dataclass(frozen=True)
class Keys:
    """The key columns of every table, and the keys that have to be made unique by leaving rows out."""

    columns: tuple[KeyColumn, ...]
    unique: tuple[tuple[str, tuple[str, ...]], ...]

    def told(self, table: str, key: tuple[str, ...]) -> tuple[str, ...]:
        """``TABLE.COLUMN`` of the parts of a key that are learnt: not those of the parent or the person."""
        above = {item.column for item in self.columns if item.table == table and item.how in ABOVE}
        return tuple(f"{table}.{column}" for column in key if column not in above)

    @property
    def alone(self) -> frozenset[str]:
        """Columns that tell the rows of a parent apart by themselves: each value is there once at most."""
        return frozenset(told[0] for told in (self.told(*one) for one in self.unique) if len(told) == 1)


def find_keys(staged: Staged, layout: Layout) -> Keys:
    """Tell key columns from columns that are learnt, table by table."""
    columns: list[KeyColumn] = []
    unique: list[tuple[str, tuple[str, ...]]] = []
    for table in staged.profile.tables:
        found = _keys_of(staged, layout, table)
        columns.extend(found)
        key = staged.profile.tables[table].primary_key
        hanging = hangs_on(staged.profile, table)
        kinds = {item.column: item.how for item in found}
        own = any(kinds.get(name) in (How.SERIAL, How.RANK) for name in key)
        merged = table not in {entity.name for entity in layout.entities}
        pointing = hanging is not None and set(key) <= set(hanging.columns)
        if (
            key
            and not own
            and not (merged and (pointing or any(kinds.get(name) is How.PERSON for name in key)))
        ):
            unique.append((table, key))
    return Keys(tuple(apart(staged, columns)), tuple(unique))


def apart(staged: Staged, columns: list[KeyColumn]) -> list[KeyColumn]:
    """The same with room for numbers that no real identifier is: longer, or marked by another letter.

    Whole numbers that are as long as 64 bits can be have none above them: theirs get a number of digits that
    no real one has. The persons kept apart are looked at too, since none of their identifiers may come out.
    """
    own = [item for item in columns if item.how in (How.SERIAL, How.PERSON)]
    mark, width = _mark(staged, own), max((item.width for item in own if item.width <= LONGEST), default=0)
    longest = max((item.width for item in own if item.kind is Kind.TEXT), default=0)
    free = _free_width(staged, own) if any(_is_full(item) for item in own) else 0

    def roomy(item: KeyColumn) -> KeyColumn:
        if item.kind is Kind.TEXT:
            least = 1 + (longest if mark is None else 1)
            return replace(item, mark=mark or MARK, width=max(item.width, least))
        return replace(item, width=free if _is_full(item) else max(item.width, width))

    return [roomy(item) if item in own else item for item in columns]


def _mark(staged: Staged, own: Iterable[KeyColumn]) -> str | None:
    """One or two letters that no real identifier begins with; None when there are none."""
    texts = [_column(staged.tables[item.table].path, item.column) for item in own if item.kind is Kind.TEXT]
    firsts = {
        one
        for values in texts
        for one in pc.unique(pc.utf8_upper(pc.utf8_slice_codeunits(values, 0, 2))).to_pylist()
        if one
    }
    return next((one for one in _marks() if not any(first.startswith(one) for first in firsts)), None)


def _is_full(item: KeyColumn) -> bool:
    """Whether no whole number of 64 bits has more digits."""
    return item.kind is Kind.INTEGER and item.width > WIDEST


def _free_width(staged: Staged, own: Iterable[KeyColumn]) -> int:
    """The most digits, less one, that no real whole number has."""
    taken: set[int] = set()
    for item in own:
        if item.kind is Kind.INTEGER:
            texts = _column(staged.tables[item.table].path, item.column).cast(pa.string())
            taken |= {one for one in pc.unique(pc.utf8_length(pc.utf8_ltrim(texts, "-"))).to_pylist() if one}
    return next((width for width in range(WIDEST, 0, -1) if width + 1 not in taken), WIDEST)


def _marks() -> Iterator[str]:
    letters = [MARK, *"XZQWVYKJUROPNMLIHGFEDCBTA"]
    yield from letters
    yield from (first + second for first in letters for second in letters)


def learnt(profile: Profile, keys: Keys, table: str) -> list[str]:
    """The columns of the table that are not keys, in the profile's order."""
    taken = {item.column for item in keys.columns if item.table == table}
    return [column for column in profile.tables[table].columns if column not in taken]


def _keys_of(staged: Staged, layout: Layout, table: str) -> list[KeyColumn]:
    profile, path = staged.profile, staged.tables[table].path
    spec = profile.tables[table]
    found: dict[str, KeyColumn] = {}
    hanging, kept = hangs_on(profile, table), pa.array(layout.rows[table].kept)
    if hanging is not None:
        for own, to in zip(hanging.columns, target_columns(profile, hanging), strict=True):
            found[own] = KeyColumn(table, own, How.PARENT, spec.columns[own].type, 0, hanging.references, to)
    for place, own in enumerate(spec.person):
        if own not in found:
            kind = spec.columns[own].type
            found[own] = KeyColumn(table, own, How.PERSON, kind, width_of(path, own, kind), "", str(place))
    for key in spec.foreign_keys:
        share = _filled(path, key.columns[0], kept) if key is not hanging else 1.0
        for own, to in zip(key.columns, target_columns(profile, key), strict=True):
            if own not in found:
                found[own] = KeyColumn(
                    table, own, How.REFERENCE, spec.columns[own].type, 0, key.references, to, share
                )
    waiting = [
        name
        for name in spec.primary_key
        if name not in found and spec.columns[name].type not in (Kind.DATE, Kind.DATETIME)
    ]
    serial = [name for name in waiting if spec.columns[name].role is Role.DIRECT or _varied(path, name, kept)]
    first = _first_rank(staged, layout, table, waiting[-1]) if waiting and not serial else None
    if first is not None:
        kind = spec.columns[waiting[-1]].type
        found[waiting[-1]] = KeyColumn(table, waiting[-1], How.RANK, kind, first=first)
    direct = [
        name for name, column in spec.columns.items() if column.role is Role.DIRECT and name not in found
    ]
    for name in dict.fromkeys([*serial, *direct]):
        kind = spec.columns[name].type
        found[name] = KeyColumn(table, name, How.SERIAL, kind, width_of(path, name, kind))
    return list(found.values())


def _column(path: Path, column: str) -> pa.ChunkedArray:
    return pq.read_table(path, columns=[column]).column(column)


def width_of(path: Path, column: str, kind: Kind) -> int:
    """Characters of a text, digits of a number before the comma, at most."""
    values = _column(path, column)
    if kind is Kind.TEXT:
        return int(pc.max(pc.utf8_length(values)).as_py() or 1)
    if kind is Kind.INTEGER:
        return len(str(max(abs(end or 0) for end in pc.min_max(values).as_py().values())))
    if kind is Kind.NUMBER:
        return min(len(str(int(pc.max(pc.abs(values)).as_py() or 0))), LONGEST)
    return 0


def _filled(path: Path, column: str, kept: pa.Array) -> float:
    values = _column(path, column).take(kept)
    return round(1 - float(values.null_count) / max(len(values), 1), 2)


def _varied(path: Path, column: str, kept: pa.Array) -> bool:
    values = _column(path, column).take(kept)
    return bool(pc.count_distinct(values).as_py() > SHARE * len(values))


def _first_rank(staged: Staged, layout: Layout, table: str, column: str) -> int | None:
    """0 or 1 when an integer counts the rows of the parent from there, in any order, hardly any left out."""
    if staged.profile.tables[table].columns[column].type is not Kind.INTEGER or table not in layout.sizes:
        return None
    rows = layout.rows[table]
    values = np.asarray(_column(staged.tables[table].path, column).combine_chunks().fill_null(0))[rows.kept]
    order = ordered(values, rows.parent)
    parent = rows.parent[order]
    rank = runs(parent)[1]
    if not len(rank) or not starts_of(parent, values[order]).all():
        return None
    return next((one for one in (1, 0) if (values[order] == one + rank).mean() >= RANKED), None)
