"""Every source table, read once, checked, typed, with the person of each row: the start of all work."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from profiles.loading import LoadedProfile
from profiles.person_path import root_person
from tables import keys
from tables.candidate import PERSON, Staged, StagedTable
from tables.duck import connect, stream
from tables.engine import read_batches, write_batches
from tables.key_checks import KeyChecks
from tables.person import own_columns, person_text
from tables.problems import raise_first
from tables.progress import SILENT, Progress
from tables.reading import open_table, read_table


def stage(loaded: LoadedProfile, folder: Path, progress: Progress | None = None) -> Staged:
    """Read, check and type every table of the profile into Parquet files of the private ``folder``.

    Rows keep the order of the source; columns are those of the profile, in its order, then
    ``__person``. Raises the first SourceError found: see :mod:`tables.check` for all of them.
    """
    told = SILENT if progress is None else progress
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    tables: dict[str, StagedTable] = {}
    for name in loaded.profile.tables:
        table = open_table(loaded, name)
        raise_first(table.problems)
        reading = read_table(loaded, table, folder / f"{name}.parquet", told)
        raise_first(reading.problems)
        tables[name] = StagedTable(name, folder / f"{name}.parquet", reading.rows)
    paths = {name: table.path for name, table in tables.items()}
    with connect(folder) as con:
        raise_first(KeyChecks(loaded, con, paths).run(told))
        far = [name for name in tables if own_columns(loaded.profile, name) is None]
        for name in far:
            told.start("stage-person", tables[name].rows, table=name)
            _attach_person(loaded, con, name, paths, told)
            told.done()
    return Staged(loaded.profile, folder, tables)


def _attach_person(
    loaded: LoadedProfile,
    con: duckdb.DuckDBPyConnection,
    name: str,
    paths: Mapping[str, Path],
    progress: Progress,
) -> None:
    """Add ``__person`` to a table whose person is found by joins, its rows in the same order."""
    with pq.ParquetFile(paths[name]) as file:
        schema = file.schema_arrow.append(pa.field(PERSON, pa.string()))
    persons = _persons(loaded, con, name, paths)

    def both() -> Iterator[pa.RecordBatch]:
        waiting = pa.array([], pa.string())
        for batch in read_batches(paths[name]):
            while len(waiting) < batch.num_rows:
                waiting = pa.concat_arrays([waiting, next(persons)])
            person, waiting = waiting.slice(0, batch.num_rows), waiting.slice(batch.num_rows)
            yield pa.RecordBatch.from_arrays([*batch.columns, person], schema=schema)
            progress.advance(batch.num_rows)

    write_batches(both(), schema, paths[name])


def _persons(
    loaded: LoadedProfile, con: duckdb.DuckDBPyConnection, name: str, paths: Mapping[str, Path]
) -> Iterator[pa.Array]:
    """The person of each row, in order. Types are those of the staged root, so texts are the same."""
    root, columns = root_person(loaded.profile, name)
    with pq.ParquetFile(paths[root]) as file:
        kinds = [file.schema_arrow.field(column).type for column in columns]
    for batch in stream(con, keys.root_keys(loaded.profile, name, paths)):
        yield person_text([values.cast(kind) for values, kind in zip(batch.columns, kinds, strict=True)])
