"""One table in several files: a folder of Parquet, or all files whose names fit a pattern."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from profiles.errors import Place, SourceError
from profiles.model import Table
from tables.sources.interface import TableReader

NULL = "__HIVE_DEFAULT_PARTITION__"
"""What Hive and Spark write in the name of a folder for a missing value."""


@dataclass(frozen=True)
class Part:
    """One file, and what the names of its folders say of all its rows."""

    name: str
    """As the profile would write it."""
    open: Callable[[], TableReader]
    constants: Mapping[str, str | None]
    """Column -> text, from folders named ``column=value``."""


@dataclass(frozen=True)
class _Survey:
    header: tuple[str, ...]
    canonical: frozenset[str]
    """Columns that are typed in the files."""
    size: int


class PartsReader(TableReader):
    """The rows of each part, one after the other; all parts have the same columns and types."""

    format = "parts"
    suffixes = ()

    def __init__(self, path: Path, table: Table, place: Place, parts: Sequence[Part]) -> None:
        super().__init__(path, table, place)
        self._parts = parts
        self._current: TableReader | None = None
        self._done = 0
        self._starts: list[int] = []
        self._rows = 0

    def header(self) -> tuple[str, ...]:
        """Columns of the files, then those that the folders' names give."""
        return (*self._survey.header, *self._parts[0].constants)

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """In the order of the parts."""
        schema = pa.schema([(column, pa.string()) for column in columns])
        inside = [column for column in columns if column not in self._parts[0].constants]
        if not inside:
            raise SourceError("source-parts-only-folders", self.place)
        for part in self._parts:
            self._starts.append(self._rows)
            self._current = reader = part.open()
            for batch in reader.batches(inside):
                self._rows += batch.num_rows
                arrays = [_column(column, batch, part.constants) for column in columns]
                yield pa.RecordBatch.from_arrays(arrays, schema=schema)
            self._done, self._current = self._done + reader.size(), None

    def size(self) -> int:
        """Units of all parts."""
        return self._survey.size

    def position(self) -> int:
        """Units of the parts read, and of the current one."""
        return self._done + (0 if self._current is None else self._current.position())

    def canonical(self, column: str) -> bool:
        """As in the files; what a folder's name says is written by a machine."""
        return column in self._parts[0].constants or column in self._survey.canonical

    def locate(self, record: int) -> tuple[str | None, int]:
        """The part that holds a record, and its number there; known once this reader read it."""
        before = [index for index, start in enumerate(self._starts) if start < record]
        if not before:
            return super().locate(record)
        return self._parts[before[-1]].name, record - self._starts[before[-1]]

    @cached_property
    def _survey(self) -> _Survey:
        """Of all parts, opened one at a time: there may be more of them than a process may open."""
        first, *others = (self._surveyed(part) for part in self._parts)
        for part, other in zip(self._parts[1:], others, strict=True):
            self._check_same(part, first, other)
        return replace(first, size=first.size + sum(other.size for other in others))

    def _surveyed(self, part: Part) -> _Survey:
        reader = part.open()
        header = reader.header()
        known = [name for name in self.table.columns if header.count(name) == 1]
        return _Survey(header, frozenset(name for name in known if reader.canonical(name)), reader.size())

    def _check_same(self, part: Part, first: _Survey, other: _Survey) -> None:
        place = replace(self.place, file=part.name)
        if other.header != first.header or list(part.constants) != list(self._parts[0].constants):
            raise SourceError("source-parts-header", place, first=self._parts[0].name)
        if differing := sorted(first.canonical ^ other.canonical):
            place = replace(place, column=differing[0])
            raise SourceError("source-parts-type", place, first=self._parts[0].name)


def constants(folders: Sequence[str], place: Place) -> dict[str, str | None]:
    """Columns that folder names ``column=value`` give. SourceError for a folder of another name."""
    found: dict[str, str | None] = {}
    for folder in folders:
        name, sign, value = (_decoded(part, place) for part in folder.partition("="))
        if not sign or not name or name in found:
            raise SourceError("source-parts-folder", place)
        found[name] = None if value in ("", NULL) else value
    return found


def _column(name: str, batch: pa.RecordBatch, known: Mapping[str, str | None]) -> pa.Array:
    if name not in known:
        return batch.column(name)
    return pa.repeat(pa.scalar(known[name], pa.string()), batch.num_rows)


def _decoded(text: str, place: Place) -> str:
    """``a%3Ab`` as ``a:b``: what a folder cannot be named is written as hexadecimal bytes."""
    raw = re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes.fromhex(found[1].decode()), text.encode())
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise SourceError("source-parts-folder", place) from None
