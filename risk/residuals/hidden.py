"""What must not be found: every value of the columns that a profile hides."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from profiles.key_chain import effective_transform, root_column
from profiles.model import Kind, Profile, Role
from profiles.person_path import person_path
from tables.candidate import Staged

FEW_VALUES, MANY_PERSONS = 10, 11
"""A column of so few values, each for so many rows on average, names nobody by itself: a rank, a
civility. Its values are everywhere by chance and are not looked for."""


@dataclass(frozen=True)
class HiddenColumn:
    """A source column whose values must not be found in a release."""

    table: str
    column: str
    kind: Kind
    role: Role
    copy: bool
    """Whether it only repeats, person by person, the column of the person that it points at."""

    @property
    def reference(self) -> str:
        """``TABLE.COLUMN``."""
        return f"{self.table}.{self.column}"


def hidden_columns(profile: Profile) -> list[HiddenColumn]:
    """Direct identifiers, columns that name a person, and keys of one column made pseudonyms.

    A part of a key of several columns (a fund, a hospital) identifies nobody: the profile says
    with its role when it must not be found elsewhere.
    """
    found = []
    for table, spec in profile.tables.items():
        path = person_path(profile, table)
        followed = set(path[0].columns) if path else set()
        for name, column in spec.columns.items():
            if column.role is Role.DIRECT or name in spec.person or _is_hidden_key(profile, table, name):
                found.append(HiddenColumn(table, name, column.type, column.role, copy=name in followed))
    return found


def _is_hidden_key(profile: Profile, table: str, column: str) -> bool:
    """Whether the column is a key on its own, and is replaced by a pseudonym."""
    if effective_transform(profile, table, column).pseudonymize is None:
        return False
    origin, name = root_column(profile, table, column)
    return profile.tables[origin].primary_key == (name,)


@dataclass(frozen=True)
class HiddenValues:
    """The distinct values of one hidden column."""

    column: HiddenColumn
    values: pa.Array
    """Canonical text, without null nor repetition."""
    rows: int
    """Rows that hold a value."""

    @property
    def is_common(self) -> bool:
        """Whether each value is in many rows on average."""
        return self.rows >= MANY_PERSONS * len(self.values)


def hidden_values(staged: Staged, columns: Sequence[HiddenColumn]) -> Iterator[HiddenValues]:
    """The values of each column, read from the staged source one column at a time."""
    for column in columns:
        with pq.ParquetFile(staged.tables[column.table].path) as file:
            distinct, rows = pa.array([], pa.large_string()), 0
            for batch in file.iter_batches(262_144, columns=[column.column]):
                values = batch.column(0).drop_null()
                rows += len(values)
                distinct = pa.concat_arrays([distinct, canonical(values.unique())]).unique()
        yield HiddenValues(column, distinct, rows)


def person_keys(staged: Staged, column_name: str) -> pa.Array:
    """The composite person keys of the source (their parts joined by the separator U+001F), distinct."""
    found = [pa.array([], pa.large_string())]
    for table in staged.tables.values():
        with pq.ParquetFile(table.path) as file:
            for batch in file.iter_batches(262_144, columns=[column_name]):
                keys = batch.column(0).unique().drop_null().cast(pa.large_string())
                found = [pa.concat_arrays([*found, keys.filter(pc.match_substring(keys, "\x1f"))]).unique()]
    return found[0]


def canonical(values: pa.Array) -> pa.Array:
    """Values as text, the same for a number whatever its type: 12 and 12.0 are ``12``."""
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if pa.types.is_floating(values.type):
        whole = pc.and_(pc.equal(pc.floor(values), values), pc.less(pc.abs(values), 2.0**53))
        integers = pc.if_else(whole, values, None).cast(pa.int64()).cast(pa.large_string())
        return pc.coalesce(integers, values.cast(pa.large_string()))
    return values.cast(pa.large_string())


_ISO_DAY = r"(\d{4})[-/.](\d\d)[-/.](\d\d)(?:[ T]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?"
_FRENCH_DAY = r"(\d\d)[-/.](\d\d)[-/.](\d{4})"
DAY = f"^(?:{_ISO_DAY}|{_FRENCH_DAY})$"
"""A text that is a date, with or without a time, and nothing else."""
