"""Parquet, brought back to text so that every format is typed by the profile alone."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from profiles.errors import SourceError
from profiles.model import Kind
from tables.sources.interface import TableReader

ROWS = 1 << 16
"""Rows of a batch."""
Writer = Callable[[pa.Array], pa.Array]
"""Values of one type -> their canonical text."""


class ParquetReader(TableReader):
    """One file. Types that are no table value (lists, bytes, times with a zone) are refused."""

    format = "parquet"
    suffixes = (".parquet", ".pq")

    _rows_read = 0

    def header(self) -> tuple[str, ...]:
        """Names of the columns at the top level."""
        return tuple(self._file.schema_arrow.names)

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Row groups one after the other."""
        fields = [self._file.schema_arrow.field(column) for column in columns]
        writers = [self._writer(field) for field in fields]
        schema = pa.schema([(column, pa.string()) for column in columns])
        with self._readable():
            for batch in self._file.iter_batches(ROWS, columns=list(columns)):
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
        return not _is_text(_plain(self._file.schema_arrow.field(column).type))

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
        writer = _writer(_plain(field.type), kind)
        if writer is None:
            raise SourceError("source-parquet-type", replace(self.place, column=field.name))
        return writer

    def _written(self, writer: Writer, values: pa.Array, column: str) -> pa.Array:
        try:
            plain = values.dictionary_decode() if pa.types.is_dictionary(values.type) else values
            return writer(plain)
        except pa.ArrowInvalid:
            raise SourceError("source-parquet-type", replace(self.place, column=column)) from None


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _writer(source: pa.DataType, kind: Kind) -> Writer | None:
    """How values of Arrow type ``source`` are written for a column of ``kind``; None: refused."""
    types = pa.types
    if _is_text(source):
        return _from_text
    if types.is_timestamp(source) and source.tz is None:
        return _midnight_as_date if kind is Kind.DATE else _from_timestamp
    if types.is_date(source) and kind is Kind.DATETIME:
        return _from_timestamp
    if (types.is_floating(source) or types.is_decimal(source)) and kind in (Kind.INTEGER, Kind.YEAR):
        return _whole_as_integer
    if types.is_date64(source):
        return lambda values: values.cast(pa.date32()).cast(pa.string())
    number = types.is_integer(source) or types.is_floating(source) or types.is_decimal(source)
    plain = number or types.is_boolean(source) or types.is_date(source) or types.is_null(source)
    return _cast if plain else None


def _cast(values: pa.Array) -> pa.Array:
    """Shortest text of numbers (1.0 is ``1``), ISO dates, ``true`` and ``false``."""
    return values.cast(pa.string())


def _from_text(values: pa.Array) -> pa.Array:
    """Text as it is, empty as null."""
    texts = values.cast(pa.string())
    empty = pc.equal(pc.binary_length(texts), 0)
    return pc.if_else(empty, None, texts) if pc.any(empty).as_py() else texts


def _from_timestamp(values: pa.Array) -> pa.Array:
    """ISO date and time to the microsecond; finer ones are refused."""
    return values.cast(pa.timestamp("us")).cast(pa.string())


def _midnight_as_date(values: pa.Array) -> pa.Array:
    """A date when the time is 00:00, else the whole, which no date column accepts."""
    moments = values.cast(pa.timestamp("us"))
    dates = moments.cast(pa.date32(), safe=False)
    midnight = pc.equal(dates.cast(pa.timestamp("us")), moments)
    return pc.if_else(midnight, dates.cast(pa.string()), moments.cast(pa.string()))


def _whole_as_integer(values: pa.Array) -> pa.Array:
    """``3`` for 3.0; when one value has decimals, all are written as they are."""
    try:
        return values.cast(pa.int64()).cast(pa.string())
    except pa.ArrowInvalid:
        return values.cast(pa.string())
