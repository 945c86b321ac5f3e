"""Local SQL over the staged files: out of core, closed to the network, quiet."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

MEMORY = "2GB"
"""Above it DuckDB spills to the private folder."""


@dataclass
class _Engine:
    """One that is started when somebody first asks."""

    folder: Path
    base: duckdb.DuckDBPyConnection | None = None

    def cursor(self) -> duckdb.DuckDBPyConnection:
        if self.base is None:
            # Files made again under the same name must be read again.
            self.base = _started(self.folder, MEMORY, {"enable_external_file_cache": "false"})
        return self.base.cursor()

    def close(self) -> None:
        if self.base is not None:
            self.base.close()


_ENGINE: ContextVar[_Engine | None] = ContextVar("engine", default=None)


def connect(folder: Path, memory: str = MEMORY) -> duckdb.DuckDBPyConnection:
    """A connection in memory whose temporary files stay inside ``folder``.

    ``memory`` is DuckDB's own notation (``2GB``). No extension can be downloaded or loaded by a
    query, so no query can reach the network. Use only ``execute().fetchall()`` and :func:`stream`.
    """
    engine = _ENGINE.get()
    if engine is not None and memory == MEMORY:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return engine.cursor()
    return _started(folder, memory, {})


@contextmanager
def one_engine(folder: Path) -> Iterator[None]:
    """Meanwhile, connections of this thread are to one engine, which spills to ``folder``.

    For what opens many of them: to start an engine takes 30 ms. It is started by the first. Each still
    has its own temporary tables and views; nobody may make any that is not temporary. Within another
    one, it is that one.
    """
    if _ENGINE.get() is not None:
        yield
        return
    engine = _Engine(folder)
    before = _ENGINE.set(engine)
    try:
        yield
    finally:
        _ENGINE.reset(before)
        engine.close()


def _started(folder: Path, memory: str, more: dict[str, str]) -> duckdb.DuckDBPyConnection:
    spill = folder / "duckdb"
    spill.mkdir(mode=0o700, parents=True, exist_ok=True)
    con = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": memory,
            "temp_directory": str(spill),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            **more,
        },
    )
    con.execute("SET enable_progress_bar = false")
    con.execute("SET preserve_insertion_order = true")
    con.execute("SET lock_configuration = true")
    return con


def quote(identifier: str) -> str:
    """A table or column name as SQL, whatever characters it holds."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal. For paths and names of ours: a value of the data never enters SQL."""
    return "'" + text.replace("'", "''") + "'"


def scan(path: Path, *, row: bool = False) -> str:
    """SQL that reads one Parquet file; with ``row``, its column ``file_row_number`` counts from 0."""
    option = ", file_row_number = true" if row else ""
    return f"read_parquet({literal(str(path))}{option})"


def stream(con: duckdb.DuckDBPyConnection, sql: str, rows: int = 1 << 16) -> pa.RecordBatchReader:
    """The rows of a query as Arrow batches of at most ``rows``, without holding them all."""
    return con.sql(sql).to_arrow_reader(rows)


def is_interruption(error: BaseException) -> bool:
    """Whether ``error`` is how DuckDB tells of a signal during a query, instead of what the signal raised."""
    return isinstance(error, RuntimeError) and "interrupt" in str(error).lower()
