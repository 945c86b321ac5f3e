"""One pass over a source: text in, typed Parquet with the person out, and all that is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from profiles.errors import Place
from profiles.loading import LoadedProfile
from profiles.person_path import person_path
from tables.candidate import PERSON
from tables.engine import write_batches
from tables.header import header_problems
from tables.ledger import Ledger
from tables.person import numbered_persons, own_columns, person_text
from tables.problems import Problem
from tables.progress import SILENT, Progress
from tables.sources.interface import TableReader
from tables.sources.opening import open_source
from tables.typing import ARROW, Converter, converter


class Witness(Protocol):
    """Sees the text of each column as it is read."""

    def __call__(self, column: str, texts: pa.Array) -> None:
        """One batch of one column; null where the source is empty."""


@dataclass(frozen=True)
class Reading:
    """What one pass over a table gave."""

    rows: int
    path: Path | None
    """The typed file; None when there was nothing to read."""
    problems: list[Problem]
    columns: tuple[str, ...] = ()
    """Columns of the profile that were read."""


def source_place(loaded: LoadedProfile, table: str) -> Place:
    """The file of a table as the profile writes it, and the table."""
    return Place(file=loaded.profile.tables[table].source.name, table=table)


@dataclass(frozen=True)
class OpenTable:
    """A table whose header was compared with the profile."""

    name: str
    reader: TableReader
    columns: tuple[str, ...]
    """Columns of the profile that can be read."""
    problems: list[Problem]


def open_table(loaded: LoadedProfile, table: str) -> OpenTable:
    """Open a table and judge its header. Raises SourceError or ProfileError, see :func:`open_source`."""
    spec = loaded.profile.tables[table]
    reader = open_source(loaded, table, source_place(loaded, table))
    header = reader.header()
    drop = loaded.profile.unlisted_columns == "drop"
    columns = tuple(name for name in spec.columns if header.count(name) == 1)
    return OpenTable(table, reader, columns, header_problems(header, spec, reader.place, drop=drop))


def read_table(
    loaded: LoadedProfile,
    table: OpenTable,
    target: Path,
    progress: Progress = SILENT,
    witness: Witness | None = None,
) -> Reading:
    """Read a table once into ``target``, every value checked.

    Rows keep the order of the source, columns that of the profile, then the person when the table
    itself tells it. What is wrong is returned; SourceError is raised when the file cannot be read on.
    """
    if not table.columns:
        return Reading(0, None, table.problems)
    work = Pass(loaded, table, witness)
    progress.start("stage-read", table.reader.size() or None, table=table.name)
    rows = write_batches(work.batches(progress), work.schema, target)
    progress.done()
    empty = [] if rows else [Problem("source-empty", table.reader.place)]
    found = [_located(problem, table.reader) for problem in work.ledger.problems(work.spec)]
    problems = [*table.problems, *empty, *found]
    return Reading(rows, target, problems, table.columns)


def _located(problem: Problem, reader: TableReader) -> Problem:
    """In the file that holds the record, when the table has several."""
    file, record = reader.locate(problem.place.record or 0)
    return replace(problem, place=replace(problem.place, file=file, record=record))


class Pass:
    """The columns of one table on their way from text to types."""

    def __init__(self, loaded: LoadedProfile, table: OpenTable, witness: Witness | None) -> None:
        self.spec = loaded.profile.tables[table.name]
        self.reader, self.columns, self.witness = table.reader, table.columns, witness
        self.ledger = Ledger(table.reader.place)
        self.never_null = key_columns(loaded, table.name)
        self.person = own_columns(loaded.profile, table.name)
        if self.person is not None and not set(self.person) <= set(table.columns):
            self.person = None
        self.converters = {name: self._converter(name) for name in table.columns}
        self.allowed = {
            name: pa.array(self.spec.columns[name].values, pa.string())
            for name in table.columns
            if self.spec.columns[name].values is not None
        }
        fields = [(name, ARROW[self.spec.columns[name].type]) for name in table.columns]
        self.schema = pa.schema(fields + ([] if self.person is None else [(PERSON, pa.string())]))

    def _converter(self, name: str) -> Converter:
        canonical = self.reader.canonical(name)
        return converter(self.spec.columns[name], self.spec.source.decimal, canonical=canonical)

    def batches(self, progress: Progress) -> Iterator[pa.RecordBatch]:
        """Typed batches with the person, when the table tells it."""
        done = 0
        for batch in self.reader.batches(self.columns):
            yield self.typed(batch)
            progress.advance(max(0, self.reader.position() - done))
            done = max(done, self.reader.position())

    def typed(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """One batch of texts as values with the person; what is wrong goes to the ledger."""
        typed = {name: self._column(name, batch.column(name)) for name in self.columns}
        person = [] if self.person is None else [self._persons(typed, batch.num_rows)]
        self.ledger.rows += batch.num_rows
        return pa.RecordBatch.from_arrays([*typed.values(), *person], schema=self.schema)

    def _persons(self, typed: dict[str, pa.Array], count: int) -> pa.Array:
        if not self.person:
            return numbered_persons(self.ledger.rows, count)
        return person_text([typed[key] for key in self.person])

    def _column(self, name: str, texts: pa.Array) -> pa.Array:
        if self.witness is not None:
            self.witness(name, texts)
        if name in self.never_null and texts.null_count:
            self.ledger.note(name, "key-null", pc.is_null(texts))
        if name in self.allowed:
            known = pc.is_in(texts, value_set=self.allowed[name])
            self.ledger.note(name, "value-unknown", pc.and_(pc.invert(known), pc.is_valid(texts)))
        values = self.converters[name](texts)
        if values.null_count > texts.null_count:
            wrong = pc.and_(pc.is_null(values), pc.is_valid(texts))
            self.ledger.note(name, f"value-{self.spec.columns[name].type.value}", wrong)
        return values


def key_columns(loaded: LoadedProfile, table: str) -> frozenset[str]:
    """Columns of ``table`` that are never null: keys, person, and foreign keys unless optional."""
    spec = loaded.profile.tables[table]
    path = person_path(loaded.profile, table)[:1]
    foreign = [key for key in spec.foreign_keys if not key.optional or key in path]
    return frozenset({*spec.primary_key, *spec.person, *(name for key in foreign for name in key.columns)})
