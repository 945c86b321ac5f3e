"""Parquet, brought back to text so that every format is typed by the profile alone."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property

import pyarrow as pa
import pyarrow.parquet as pq

from profiles.errors import SourceError
from tables.sources.canonical import Writer, is_text, plain_type, writer_of
from tables.sources.interface import TableReader

ROWS = 1 << 16
"""Rows of a batch."""


class ParquetReader(TableReader):
    """One file. Types that are no table value (lists, bytes, times with a zone) are refused."""

    format = "parquet"
    suffixes = (".parquet", ".pq")

    _rows_read = 0
    _row_groups: Sequence[int] | None = None
    """Those to read; None: all."""

    def header(self) -> tuple[str, ...]:
        """Names of the columns at the top level."""
        return tuple(self._file.schema_arrow.names)

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Row groups one after the other."""
        fields = [self._file.schema_arrow.field(column) for column in columns]
        writers = [self._writer(field) for field in fields]
        schema = pa.schema([(column, pa.string()) for column in columns])
        with self._readable():
            for batch in self._file.iter_batches(ROWS, self._row_groups, columns=list(columns)):
                self._rows_read += batch.num_rows
                texts = [
                    self._written(writer, batch.column(field.name), field.name)
                    for writer, field in zip(writers, fields, strict=True)
                ]
                yield pa.RecordBatch.from_arrays(texts, schema=schema)

    def size(self) -> int:
        """Rows."""
        return int(self._file.metadata.num_rows)

    def position(self) -> int:
        """Rows read."""
        return self._rows_read

    def canonical(self, column: str) -> bool:
        """Every type but text."""
        return not is_text(plain_type(self._file.schema_arrow.field(column).type))

    @cached_property
    def _file(self) -> pq.ParquetFile:
        with self._readable():
            return pq.ParquetFile(self.path)

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except (OSError, pa.ArrowException):
            raise SourceError("source-parquet-damaged", self.place) from None

    def _writer(self, field: pa.Field) -> Writer:
        kind = self.table.columns[field.name].type
        writer = writer_of(plain_type(field.type), kind)
        if writer is None:
            raise SourceError("source-parquet-type", replace(self.place, column=field.name))
        return writer

    def _written(self, writer: Writer, values: pa.Array, column: str) -> pa.Array:
        try:
            plain = values.dictionary_decode() if pa.types.is_dictionary(values.type) else values
            return writer(plain)
        except pa.ArrowInvalid:
            raise SourceError("source-parquet-type", replace(self.place, column=column)) from None
