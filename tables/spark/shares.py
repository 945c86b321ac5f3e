"""A source cut into shares that workers read on their own, with the readers of :mod:`tables.sources`.

A share of a CSV file is a range of bytes between two line ends. If a line end lies inside quotes,
the share before it ends inside quotes, which its reader refuses: all shares read means that every
cut was between two records. A share of a Parquet file is a range of its row groups.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from tables.sources.csv import CsvReader
from tables.sources.decoding import CheckedText
from tables.sources.interface import TableReader
from tables.sources.parquet import ParquetReader
from tables.sources.raw import GZIP

SIZE = 1 << 26
"""Bytes of a share, about."""


@dataclass(frozen=True)
class Share:
    """A part of a source: bytes of a CSV file, row groups of a Parquet file; end 0: all of it."""

    start: int = 0
    end: int = 0


WHOLE = Share()


def shares(reader: TableReader, size: int = SIZE) -> list[Share]:
    """The shares of a table in its order; one when the format, or the file, can't be cut."""
    if type(reader) is CsvReader:
        return _csv_shares(reader, size)
    if type(reader) is ParquetReader and reader.path.is_file():
        return _parquet_shares(reader.path, size)
    return [WHOLE]


def read_share(reader: TableReader, share: Share, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """The rows of one share as text, as ``reader.batches`` gives those of the whole."""
    if share == WHOLE:
        return reader.batches(columns)
    if isinstance(reader, CsvReader):
        return _CsvShare(reader, share).batches(columns)
    return _ParquetShare(reader, share).batches(columns)


def _csv_shares(reader: CsvReader, size: int) -> list[Share]:
    total = reader.path.stat().st_size
    with reader.path.open("rb") as file:
        packed = file.read(len(GZIP)) == GZIP
        first = _header_end(file, reader.table.source.quote.encode()) if not packed else 0
        if not first or total - first <= size:
            return [WHOLE]
        cuts = [first]
        while cuts[-1] + size < total:
            file.seek(cuts[-1] + size)
            file.readline()
            cuts.append(min(file.tell(), total))
    ends = [*cuts[1:], total] if cuts[-1] < total else cuts[1:]
    return [Share(start, end) for start, end in zip(cuts, ends, strict=False)]


def _header_end(file: BinaryIO, quote: bytes) -> int:
    """Where the line of the header ends; 0 when it may go on after that line."""
    file.seek(0)
    while line := file.readline(1 << 20):
        if line.strip(b"\r\n\xef\xbb\xbf"):
            return file.tell() if line.endswith(b"\n") and line.count(quote) % 2 == 0 else 0
    return 0


def _parquet_shares(path: Path, size: int) -> list[Share]:
    with pq.ParquetFile(path) as file:
        sizes = [file.metadata.row_group(number).total_byte_size for number in range(file.num_row_groups)]
    cuts, held = [0], 0
    for number, bytes_ in enumerate(sizes, 1):
        held += bytes_
        if held >= size and number < len(sizes):
            cuts.append(number)
            held = 0
    if len(cuts) < 2:
        return [WHOLE]
    return [Share(start, end) for start, end in zip(cuts, [*cuts[1:], len(sizes)], strict=True)]


class _Range(io.RawIOBase):
    """The header of a file, then the bytes of a share."""

    def __init__(self, file: BinaryIO, header: bytes, share: Share) -> None:
        self._file, self._header, self._left = file, header, share.end - share.start
        file.seek(share.start)

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes."""
        if self._header:
            out, self._header = self._header, b""
            return out
        out = self._file.read(min(size, self._left) if size >= 0 else self._left)
        self._left -= len(out)
        return out


class _CsvShare(CsvReader):
    """A CSV file of which only the header and some bytes are read."""

    def __init__(self, reader: CsvReader, share: Share) -> None:
        super().__init__(reader.path, reader.table, reader.place)
        self._share = share

    def _open(self) -> CheckedText:
        text = super()._open()
        file = text._file  # noqa: SLF001 - the same checks on other bytes
        end = _header_end(file, self.table.source.quote.encode())
        file.seek(0)
        text._plain = cast(BinaryIO, _Range(file, file.read(end), self._share))  # noqa: SLF001
        return text


class _ParquetShare(ParquetReader):
    """A Parquet file of which only some row groups are read."""

    def __init__(self, reader: TableReader, share: Share) -> None:
        super().__init__(reader.path, reader.table, reader.place)
        self._row_groups = range(share.start, share.end)
