"""Staging on Spark: the tables read, checked and typed in shares, keys checked by SQL."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from profiles.errors import ProfileError, SourceError
from profiles.loading import LoadedProfile
from profiles.person_path import root_person
from tables import keys
from tables.candidate import PERSON, Staged, StagedTable
from tables.engine import groups, read_batches, write_batches
from tables.key_checks import KeyChecks
from tables.person import numbered_persons, own_columns, person_text
from tables.problems import Problem, raise_first
from tables.progress import SILENT, Progress
from tables.reading import OpenTable, Pass, open_table
from tables.spark.session import Session
from tables.spark.shares import WHOLE, Share, read_share, shares
from tables.spark.sql import SparkSql
from tables.spark.work import Result, part_name, run_parts, told, write_part


@dataclass(frozen=True)
class Parts:
    """A table as Parquet files in a folder that every worker sees, rows in the order of the source."""

    folder: Path
    rows: tuple[int, ...]
    """Rows of each part."""

    @property
    def starts(self) -> tuple[int, ...]:
        """Number of the first row of each part, from 0."""
        return tuple(accumulate(self.rows, initial=0))[:-1]

    @property
    def named(self) -> dict[str, int]:
        """File of each part -> number of its first row."""
        return {part_name(part): start for part, start in enumerate(self.starts)}

    def path(self, part: int) -> Path:
        """File of a part."""
        return self.folder / part_name(part)


@dataclass(frozen=True)
class ReadShare:
    """Read, check and type one share of a table."""

    loaded: LoadedProfile
    table: str
    shares: tuple[Share, ...]
    folder: Path

    def __call__(self, part: int) -> Result:
        """Rows, and what is wrong by column and code."""
        table = open_table(self.loaded, self.table)
        work = Pass(self.loaded, table, None)
        batches = (work.typed(batch) for batch in read_share(table.reader, self.shares[part], table.columns))
        schema = work.schema if work.person != () else work.schema.remove(len(work.schema) - 1)
        rows = write_part((batch.select(schema.names) for batch in batches), schema, self.folder, part)
        return {"rows": rows, "found": [[*what, *where] for what, where in work.ledger.found.items()]}


@dataclass(frozen=True)
class AttachPerson:
    """Add ``__person`` to the rows of one part: their numbers, or what the SQL of the joins found."""

    table: Parts
    persons: Parts | None = None
    kinds: tuple[str, ...] = ()
    """Arrow types of the person's key at the root."""

    def __call__(self, part: int) -> Result:
        """Rows."""
        start, count = self.table.starts[part], self.table.rows[part]
        if self.persons is None:
            persons = numbered_persons(start, count)
        else:
            persons = self._slice(self.persons, start, count)
        with pq.ParquetFile(self.table.path(part)) as file:
            schema = file.schema_arrow.append(pa.field(PERSON, pa.string()))

        def both() -> Iterator[pa.RecordBatch]:
            done = 0
            for batch in read_batches(self.table.path(part)):
                own = persons.slice(done, batch.num_rows)
                done += batch.num_rows
                yield pa.RecordBatch.from_arrays([*batch.columns, own], schema=schema)

        return {"rows": write_part(both(), schema, self.table.folder, part)}

    def _slice(self, sorted_: Parts, start: int, count: int) -> pa.Array:
        """The persons of the rows ``start`` and after, from the sorted files."""
        found = []
        for number, (first, rows) in enumerate(zip(sorted_.starts, sorted_.rows, strict=True)):
            if first < start + count and first + rows > start:
                table = pq.read_table(sorted_.path(number))
                own = table.slice(max(0, start - first), min(first + rows, start + count) - max(first, start))
                columns = [
                    column.combine_chunks().cast(pa.type_for_alias(kind))
                    for column, kind in zip(own.columns, self.kinds, strict=True)
                ]
                found.append(person_text(columns))
        return pa.concat_arrays(found) if found else pa.array([], pa.string())


@dataclass(frozen=True)
class SparkStaged:
    """The staged tables as parts for Spark, and the SQL that knows them."""

    sql: SparkSql
    tables: Mapping[str, Parts]


def stage_on_spark(
    loaded: LoadedProfile, session: Session, folder: Path, progress: Progress | None = None
) -> SparkStaged:
    """What :func:`tables.staging.stage` does, in shares; the same errors. ``folder`` is private and new."""
    told_ = SILENT if progress is None else progress
    folder.mkdir(mode=0o700, parents=True)
    _check_sources(loaded)
    sql = SparkSql(session)
    tables = {name: _read(loaded, session, name, folder / name, told_) for name in loaded.profile.tables}
    for parts in tables.values():
        sql.register(parts.folder, parts.named)
    paths = {name: parts.folder for name, parts in tables.items()}
    with told():
        raise_first(KeyChecks(loaded, sql, paths).run(told_))
    for name, parts in tables.items():
        own = own_columns(loaded.profile, name)
        if not own:
            told_.start("stage-person", len(parts.rows), table=name)
            _attach(loaded, sql, name, tables, folder / f"{name}.persons", numbered=own is not None)
            told_.done()
    with told():
        for parts in tables.values():
            sql.register(parts.folder, parts.named)
    return SparkStaged(sql, tables)


def bring_back(parts: Parts, target: Path) -> int:
    """The parts as one file on this machine, in their order; gives the rows."""
    with pq.ParquetFile(parts.path(0)) as file:
        schema = file.schema_arrow
    batches = (batch for part in range(len(parts.rows)) for batch in read_batches(parts.path(part)))
    return write_batches(batches, schema, target)


def staged_here(loaded: LoadedProfile, staged: SparkStaged, folder: Path) -> Staged:
    """The staged tables as the local engine leaves them, for what runs on this machine."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    tables = {}
    for name, parts in staged.tables.items():
        target = folder / f"{name}.parquet"
        tables[name] = StagedTable(name, target, bring_back(parts, target))
    return Staged(loaded.profile, folder, tables)


def in_parts(staged: SparkStaged, tables: Staged, folder: Path) -> SparkStaged:
    """The rows of ``tables``, on this machine, in ``folder`` as at most as many parts as ``staged`` has."""
    made = {}
    for name, parts in staged.tables.items():
        mine, source = folder / name, tables.tables[name]
        mine.mkdir(mode=0o700, parents=True)
        with pq.ParquetFile(source.path) as file:
            schema = file.schema_arrow
        size = max(1, -(-source.rows // len(parts.rows)))
        cut = groups(read_batches(source.path), size) if source.rows else iter([schema.empty_table()])
        rows = (write_part(table.to_batches(), schema, mine, part) for part, table in enumerate(cut))
        made[name] = Parts(mine, tuple(rows))
    return SparkStaged(staged.sql, made)


def _check_sources(loaded: LoadedProfile) -> None:
    """Workers read files: the address of a database, which may hold a password, never goes to them."""
    for name, spec in loaded.profile.tables.items():
        if spec.source.path is None:
            raise ProfileError("spark-source", loaded.place(("tables", name, "source")))


def _read(loaded: LoadedProfile, session: Session, name: str, folder: Path, progress: Progress) -> Parts:
    table = open_table(loaded, name)
    raise_first(table.problems)
    cut = tuple(shares(table.reader))
    folder.mkdir(mode=0o700)
    progress.start("stage-read", len(cut), table=name)
    try:
        found = run_parts(session, ReadShare(loaded, name, cut, folder), len(cut), progress.advance)
    except SourceError:
        if cut == (WHOLE,):
            raise
        # A cut inside quotes; or a true mistake, which reading in one piece tells with its line.
        cut = (WHOLE,)
        found = run_parts(session, ReadShare(loaded, name, cut, folder), 1, progress.advance)
    progress.done()
    parts = Parts(folder, tuple(result["rows"] for result in found))
    raise_first(_problems(loaded, table, parts, found))
    return parts


def _problems(loaded: LoadedProfile, table: OpenTable, parts: Parts, found: list[Result]) -> list[Problem]:
    """What the ledgers of the shares say together, with the records of the whole table."""
    ledger = Pass(loaded, table, None).ledger
    for start, result in zip(parts.starts, found, strict=True):
        for column, code, count, first in result["found"]:
            earlier, record = ledger.found.get((column, code), (0, start + first))
            ledger.found[column, code] = (earlier + count, record)
    empty = [] if sum(parts.rows) else [Problem("source-empty", table.reader.place)]
    return [*empty, *ledger.problems(loaded.profile.tables[table.name])]


def _attach(
    loaded: LoadedProfile,
    sql: SparkSql,
    name: str,
    tables: Mapping[str, Parts],
    folder: Path,
    *,
    numbered: bool,
) -> None:
    work = AttachPerson(tables[name])
    if not numbered:
        root, columns = root_person(loaded.profile, name)
        with pq.ParquetFile(tables[root].path(0)) as file:
            kinds = tuple(str(file.schema_arrow.field(column).type) for column in columns)
        persons = _sorted_persons(sql, keys.root_keys(loaded.profile, name, _folders(tables)), folder)
        work = AttachPerson(tables[name], persons, kinds)
    run_parts(sql.session, work, len(tables[name].rows), lambda _: None)


def _sorted_persons(sql: SparkSql, query: str, folder: Path) -> Parts:
    """The key of the person of each row, in the order of the rows: one shuffle to join, one to sort."""
    with told():
        sql.session.sql(sql.text(query)).write.parquet(str(folder))
    rows: list[int] = []
    for path in sorted(folder.glob("part-*.parquet")):
        with pq.ParquetFile(path) as file:
            count = file.metadata.num_rows
        path.rename(folder / part_name(len(rows)))
        rows.append(count)
    return Parts(folder, tuple(rows))


def _folders(tables: Mapping[str, Parts]) -> dict[str, Path]:
    return {name: parts.folder for name, parts in tables.items()}
