"""One Parquet file a table, written shard by shard."""

import json
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from profiles.model import Kind
from synth.catalogue.facts import sources
from synth.schema_only.plan import TablePlan
from synth.schema_only.values import ARROW
from tables.candidate import PERSON


class Writers:
    """Open files of all tables; a table without rows is a file without rows."""

    def __init__(self, plans: tuple[TablePlan, ...], folder: Path) -> None:
        self.rows = {one.spec.name: 0 for one in plans}
        self._plans = {one.spec.name: one for one in plans}
        self._folder = folder
        self._open: dict[str, pq.ParquetWriter] = {}

    def write(self, name: str, table: pa.Table) -> None:
        """Adds the rows of ``table``."""
        writer = self._open.get(name)
        if writer is None:
            writer = self._open[name] = self._writer(name)
        self.rows[name] += table.num_rows
        if table.num_rows:
            writer.write_table(_as_written(table, writer.schema))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            for name in self.rows.keys() - self._open.keys():
                self._open[name] = self._writer(name)
        for writer in self._open.values():
            writer.close()

    def _writer(self, name: str) -> pq.ParquetWriter:
        spec = self._plans[name].spec
        fields = [
            pa.field(column.name, _dictionary if column.kind is Kind.TEXT else ARROW[column.kind])
            for column in spec.columns.values()
        ]
        schema = pa.schema([*fields, pa.field(PERSON, _dictionary)])
        path = self._folder / f"{name}.parquet"
        return pq.ParquetWriter(path, schema, compression="snappy", store_schema=False)


def write_provenance(folder: Path, **facts: object) -> Path:
    """Writes ``provenance.json``: how the tables were made, and that no real row was read."""
    told = {"engine": "schema", "real_rows_read": 0, **facts, "sources": sources()}
    path = folder / "provenance.json"
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")
    return path


_dictionary = pa.dictionary(pa.int32(), pa.string())


def _as_written(table: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = []
    for field in schema:
        column = table[field.name]
        if column.type != field.type:
            plain = column if pa.types.is_string(column.type) else column.cast(pa.string())
            column = plain.dictionary_encode() if pa.types.is_dictionary(field.type) else plain
        column = column.combine_chunks() if column.num_chunks > 1 else column
        columns.append(_told_once(column))
    return pa.Table.from_arrays(columns, schema=schema)


def _told_once(column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    """``column`` with no value twice in its dictionary.

    Parquet's writer makes room for all of a dictionary's values and writes each one once: what is left of
    the room would go to the file as the memory holds it.
    """
    if not pa.types.is_dictionary(column.type):
        return column
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    if all(pc.count_distinct(one.dictionary, mode="all").as_py() == len(one.dictionary) for one in chunks):
        return column
    return column.cast(pa.string()).dictionary_encode()
