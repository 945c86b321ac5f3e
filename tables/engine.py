"""Parquet to Parquet in bounded memory: batches in, batches out, a file that is whole or absent."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tables.progress import SILENT, Progress

ROWS = 1 << 18
"""Rows of a batch, at most: the more, the fewer distinct persons are looked up again."""
BYTES = 1 << 26
"""Bytes of a batch as the file holds them, at most: what bounds the rows of a wide table."""
GROUP = 1 << 17
"""Rows of a row group: what a writer holds in memory."""
LONG_TEXT = 32
"""Mean bytes of a text, its length included, from which repeated ones are written once."""
Kernel = Callable[[pa.RecordBatch], pa.RecordBatch]


def write_batches(batches: Iterable[pa.RecordBatch], schema: pa.Schema, target: Path) -> int:
    """Write ``batches`` to ``target``, which exists only once it is whole; gives the rows written.

    The same rows make the same bytes, however they are cut into batches.
    """
    partial = target.with_name(target.name + ".partial")
    rest = groups(batches, GROUP)
    first = next(rest, schema.empty_table())
    rows = 0
    try:
        # Private files that live for one run: what is spared in compressing and measuring is half the cost.
        with pq.ParquetWriter(
            partial, schema, compression="none", use_dictionary=_repetitive(first), write_statistics=False
        ) as writer:
            for group in chain([first], rest):
                rows += group.num_rows
                writer.write_table(group, row_group_size=GROUP)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return rows


def _repetitive(table: pa.Table) -> list[str]:
    """The columns of long texts whose values come back often enough for a dictionary to pay.

    Short codes are written as they are: twice as fast, for a file that is a quarter larger.
    """
    texts = [field.name for field in table.schema if pa.types.is_string(field.type)]
    long = [name for name in texts if table.column(name).nbytes > LONG_TEXT * table.num_rows]
    return [name for name in long if pc.count_distinct(table.column(name)).as_py() <= table.num_rows // 8]


def groups(batches: Iterable[pa.RecordBatch], size: int) -> Iterator[pa.Table]:
    """The same rows as tables of exactly ``size`` rows, the last one shorter."""
    held: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        held.append(batch)
        count += batch.num_rows
        if count >= size:
            table = pa.Table.from_batches(held)
            while count >= size:
                yield table.slice(0, size)
                table, count = table.slice(size), count - size
            held = table.to_batches()
    if count:
        yield pa.Table.from_batches(held)


def read_batches(source: Path, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
    """The rows of a Parquet file in order, :data:`ROWS` and about :data:`BYTES` at a time at most."""
    # Neither ahead nor in threads: half the CPU and less memory, for files that no compression slows down.
    with pq.ParquetFile(source, pre_buffer=False) as file:
        named = None if columns is None else list(columns)
        yield from file.iter_batches(batch_rows(file), columns=named, use_threads=False)


def batch_rows(file: pq.ParquetFile) -> int:
    """Rows of a batch of this file, the last one aside."""
    groups_ = [file.metadata.row_group(index) for index in range(file.num_row_groups)]
    size = sum(group.total_byte_size for group in groups_) or 1
    return int(max(1, min(ROWS, BYTES * max(1, file.metadata.num_rows) // size)))


def map_batches(source: Path, kernel: Kernel, target: Path, progress: Progress = SILENT) -> int:
    """Apply ``kernel`` to each batch of ``source``, in order, into ``target``; gives the rows written.

    ``kernel`` also gets one batch without rows, first, from which the schema of ``target`` is
    taken. ``progress`` is told the rows done, not the start nor the end.
    """
    with pq.ParquetFile(source) as file:
        empty = pa.RecordBatch.from_pylist([], schema=file.schema_arrow)
    schema = kernel(empty).schema

    def mapped() -> Iterator[pa.RecordBatch]:
        for batch in read_batches(source):
            yield kernel(batch)
            progress.advance(batch.num_rows)

    return write_batches(mapped(), schema, target)
