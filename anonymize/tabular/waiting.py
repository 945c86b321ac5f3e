"""The shape of a step that must have seen every row before it can change one.

Such a step runs in two times. In the first, :meth:`Waiting.apply` brings the values of each batch
to what is to be seen of them. Once that is done for every row of every table, :meth:`Waiting.see`
looks at the whole, by SQL where it can, and gives an :class:`Ending`, which changes the batches of
the column, in the order of the table.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import duckdb
import pyarrow as pa

from anonymize.tabular.interface import Transform
from profiles.model import Kind
from tables.duck import stream
from tables.engine import read_batches, write_batches
from tables.typing import ARROW


@dataclass(frozen=True)
class Whole:
    """All that can be seen once every row of every table has come as far as the step."""

    con: duckdb.DuckDBPyConnection
    table: str
    column: str
    paths: Mapping[str, Path]
    """Table -> its rows as the steps so far have made them, persons under their pseudonyms."""
    sources: Mapping[str, Path]
    """Table -> its rows as they were read: the same, in the same order."""
    alike: tuple[tuple[str, str], ...]
    """Table and column of every published column with the same step in the same domain, this one included."""
    work: Path
    """Private folder for what does not fit in memory; it does not outlive the run."""

    @property
    def path(self) -> Path:
        """The rows of the step's own table."""
        return self.paths[self.table]


class Ending(ABC):
    """What becomes of a column, batch after batch, from the first row to the last."""

    counted: int = 0
    """Rows for which the release must say something, under the ``note`` of the step."""

    def by_word(self) -> Mapping[str, int]:
        """More counts, each under a word of its own."""
        return {}

    @abstractmethod
    def __call__(self, values: pa.Array) -> pa.Array:
        """The final values of the next rows; null stays null."""


class Waiting(Transform):
    """A step that waits."""

    note: ClassVar[str] = ""
    """Word under which rows are counted for the documentation; empty: they are not."""

    def apply(self, values: pa.Array, persons: pa.Array) -> pa.Array:
        """What is to be seen of the values."""
        return values

    def held_kind(self) -> Kind:
        """Logical type of the values between the two times."""
        return self.kind

    @abstractmethod
    def see(self, whole: Whole) -> Ending:
        """Look at all rows."""


@dataclass
class ByValue(Ending):
    """A new value that depends on the old one only."""

    change: Callable[[pa.Array], tuple[pa.Array, int]]
    """Values -> new values, and how many rows count for the documentation."""

    def __call__(self, values: pa.Array) -> pa.Array:
        """The final values of the next rows."""
        changed, count = self.change(values)
        self.counted += count
        return changed


class ByRow(Ending):
    """New values that were written for every row, in the order of the table."""

    def __init__(self, path: Path, counted: int = 0) -> None:
        """``path``: Parquet, one column, one row for each row of the table."""
        self.counted = counted
        self._path = path
        self._rows: Iterator[pa.RecordBatch] = iter(())
        self._rest: pa.Array | None = None

    def __call__(self, values: pa.Array) -> pa.Array:
        """The final values of the next rows."""
        if self._rest is None:
            self._rows = read_batches(self._path)
            self._rest = next(self._rows).column(0)
        while len(self._rest) < len(values):
            self._rest = pa.concat_arrays([self._rest, next(self._rows).column(0)])
        found, self._rest = self._rest[: len(values)], self._rest[len(values) :]
        return found


def by_query(whole: Whole, sql: str, kind: Kind, counted: int = 0) -> Ending:
    """The values that ``sql`` gives: one column, a row for each row of the table and in its order."""
    schema = pa.schema([("value", ARROW[kind])])
    batches = (
        pa.RecordBatch.from_arrays([batch.column(0)], ["value"]).cast(schema)
        for batch in stream(whole.con, sql)
    )
    path = ending_path(whole)
    rows = write_batches(batches, schema, path)
    return ByRow(path, counted) if rows else ByValue(lambda values: (values.cast(ARROW[kind]), 0))


def ending_path(whole: Whole) -> Path:
    """A new file in the private folder."""
    return whole.work / f"ending-{sum(1 for _ in whole.work.glob('ending-*'))}.parquet"
