"""Rows of a table in order, in bounded memory: spread over files by their first column, each then sorted.

A general sort out of core compares whole rows and carries them along. Here a row moves twice, and is
in its place as soon as its first columns tell it apart (:mod:`tables.ranks`).
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tables.duck import connect, quote, scan, stream
from tables.engine import ROWS, batch_rows, read_batches, write_batches
from tables.ranks import order_of

MEMORY = "500MB"
"""Above it DuckDB's sort spills to disk: as fast as with four times as much, measured on 5 M rows."""
SAMPLED_GROUPS = 16
"""Row groups, about, that tell how the first column is spread."""
PARTS = 200
"""Files open at once, at most."""
PREFIX = 8
"""Bytes of a text that decide on its file."""
KEPT = np.array([2**64 - 2 ** (64 - 8 * length) for length in range(PREFIX + 1)], np.uint64)
"""Length of a text -> the bits of a prefix that are its own."""

Prefixes = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class _Part:
    """Rows between two others in the order, in the order of the source."""

    path: Path
    rows: int

    def read(self) -> pa.Table:
        """All of them."""
        with pa.OSFile(str(self.path)) as file, pa.ipc.open_stream(file) as batches:
            return batches.read_all()


def sort_table(source: Path, target: Path, order_by: Sequence[str]) -> int:
    """Copy ``source`` to ``target`` sorted by ``order_by``, nulls first, out of core; gives the rows.

    Texts are compared by their UTF-8 bytes, -0.0 comes before 0.0. Rows that are equal in
    ``order_by`` keep their order.
    """
    with TemporaryDirectory(dir=target.parent) as folder:
        return write_batches(_sorted(source, order_by, Path(folder)), pq.read_schema(source), target)


def _sorted(source: Path, order_by: Sequence[str], folder: Path) -> Iterator[pa.RecordBatch]:
    """The rows of ``source`` in order; files of its own go to ``folder``."""
    with pq.ParquetFile(source) as file:
        schema, rows, held = file.schema_arrow, file.metadata.num_rows, batch_rows(file)
    if rows <= held:
        yield from _in_memory(pa.Table.from_batches(read_batches(source), schema), order_by)
        return
    cuts = _cuts(source, order_by[0], min(PARTS, 2 * rows // held))
    parts = _spread(source, order_by[0], cuts, folder) if len(cuts) else []
    if max((part.rows for part in parts), default=rows) == rows:
        yield from _by_duckdb(source, schema, order_by, folder)
        return
    for part in parts:
        if part.rows <= 2 * held:
            yield from _in_memory(part.read(), order_by)
        else:
            yield from _again(part, order_by)
        part.path.unlink()


def _in_memory(table: pa.Table, order_by: Sequence[str]) -> Iterator[pa.RecordBatch]:
    for batch in table.combine_chunks().to_batches():
        yield batch.take(pa.array(order_of(batch, order_by)))


def _again(part: _Part, order_by: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """A part that is too large for memory is a table like the first, with fewer rows."""
    with TemporaryDirectory(dir=part.path.parent) as folder:
        source = Path(folder) / "source"
        with pa.OSFile(str(part.path)) as file, pa.ipc.open_stream(file) as batches:
            write_batches(batches, batches.schema, source)
        yield from _sorted(source, order_by, Path(folder))


def _by_duckdb(
    source: Path, schema: pa.Schema, order_by: Sequence[str], folder: Path
) -> Iterator[pa.RecordBatch]:
    """Where the first column has too few values to spread rows by."""
    keys = ", ".join(f"{quote(column)} ASC NULLS FIRST" for column in order_by)
    names = ", ".join(quote(name) for name in schema.names)
    sql = f"SELECT {names} FROM {scan(source, row=True)} ORDER BY {keys}, file_row_number"
    with connect(folder, MEMORY) as con:
        for batch in stream(con, sql, ROWS):
            yield batch.cast(schema)


def _cuts(source: Path, column: str, parts: int) -> Prefixes:
    """What divides the rows in about ``parts`` equal parts; none when it can't be told from a sample."""
    with pq.ParquetFile(source) as file:
        if not pa.types.is_string(file.schema_arrow.field(column).type):
            return np.zeros(0, np.uint64)
        step = max(1, file.num_row_groups // SAMPLED_GROUPS)
        chosen = range(0, file.num_row_groups, step)
        batches = file.iter_batches(ROWS, row_groups=chosen, columns=[column], use_threads=False)
        sample = np.sort(np.concatenate([_prefixes(batch.column(0)) for batch in batches]))
    places = np.arange(1, parts) * len(sample) // parts
    cuts: Prefixes = np.unique(sample[places])
    return cuts if 2 * len(cuts) >= len(places) else cuts[:0]


def _spread(source: Path, column: str, cuts: Prefixes, folder: Path) -> list[_Part]:
    """The rows of ``source`` in files, cut by the prefixes of ``column``."""
    paths = [folder / f"part-{number}" for number in range(len(cuts) + 1)]
    rows = np.zeros(len(paths), np.int64)
    with ExitStack() as stack:
        schema = pq.read_schema(source)
        files = [stack.enter_context(pa.OSFile(str(path), "wb")) for path in paths]
        writers = [stack.enter_context(pa.ipc.new_stream(file, schema)) for file in files]
        for batch in read_batches(source):
            part = np.searchsorted(cuts, _prefixes(batch.column(column)), "right").astype(np.uint8)
            counts = np.bincount(part, minlength=len(paths))
            moved = batch.take(pa.array(np.argsort(part, kind="stable")))
            for number in np.flatnonzero(counts):
                first = int(counts[:number].sum())
                writers[number].write_batch(moved.slice(first, int(counts[number])))
            rows += counts
    return [_Part(path, int(count)) for path, count in zip(paths, rows, strict=True)]


def _prefixes(texts: pa.Array) -> Prefixes:
    """The first bytes of each text as a number that compares as they do; 0 for null."""
    _, places, data = texts.buffers()
    ends = np.frombuffer(places, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    # A text may end less than eight bytes before the data do.
    held = np.zeros(int(ends[-1]) + PREFIX, np.uint8)
    if data is not None:
        held[: ends[-1]] = np.frombuffer(data, np.uint8)[: ends[-1]]
    words = np.lib.stride_tricks.sliding_window_view(held, PREFIX)[ends[:-1]]
    numbers: Prefixes = words.view(">u8").ravel().astype(np.uint64)
    present = pc.fill_null(pc.binary_length(texts), 0).to_numpy()
    kept = np.minimum(present, PREFIX).astype(np.uint64)
    own: Prefixes = numbers & KEPT[kept]
    return own
