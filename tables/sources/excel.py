"""Excel workbooks (``.xlsx``), each cell as it is stored; what Excel has spoilt is refused."""

import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError  # only its name: openpyxl parses
from zipfile import BadZipFile

import pyarrow as pa

from profiles.errors import SourceError
from tables.sources.excel_archive import check_archive
from tables.sources.excel_cells import SpoiltCellError, cell_text
from tables.sources.extras import extra
from tables.sources.interface import TableReader

ROWS = 1 << 13
"""Rows of a batch."""
FAILURES = (
    *(OSError, KeyError, IndexError, ValueError, TypeError, AttributeError, OverflowError, EOFError),
    *(BadZipFile, ParseError, zlib.error),
)
"""What a damaged workbook makes the library raise."""
Row = tuple[Any, ...]


class ExcelReader(TableReader):
    """One sheet: the first row that is not blank names the columns; blank rows are passed over."""

    format = "excel"
    suffixes = (".xlsx",)

    _rows_read = 0
    _rows_known = 0

    def header(self) -> tuple[str, ...]:
        """Texts of the first row that is not blank."""
        with self._sheet() as rows:
            names = ["" if cell.value is None else str(cell.value) for cell in next(rows, ())]
        while names and not names[-1]:
            names.pop()
        if not names:
            raise SourceError("source-no-header", self.place)
        return tuple(names)

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Rows as the sheet has them."""
        header = self.header()
        positions = [header.index(column) for column in columns]
        schema = pa.schema([(column, pa.string()) for column in columns])
        with self._sheet() as rows:
            self._take(rows, 1)
            while taken := self._take(rows, ROWS):
                self._check_width(taken, len(header))
                texts = [
                    pa.array(self._texts(taken, column, position), pa.string())
                    for column, position in zip(columns, positions, strict=True)
                ]
                self._rows_read += len(taken)
                yield pa.RecordBatch.from_arrays(texts, schema=schema)

    def size(self) -> int:
        """Rows, as the workbook says."""
        return self._rows_known

    def position(self) -> int:
        """Rows read."""
        return self._rows_read

    @contextmanager
    def _sheet(self) -> Iterator[Iterator[Row]]:
        """The rows that are not blank, while the file is open."""
        library = extra("openpyxl", "excel", self.place)
        check_archive(self.path, self.place)
        with self._readable():
            book = library.load_workbook(self.path, read_only=True, data_only=True)
        try:
            with self._readable():
                sheet = self._chosen(book)
                self._rows_known = sheet.max_row or 0
                # Some writers announce fewer cells than there are.
                sheet.reset_dimensions()
                rows = sheet.iter_rows()
            yield (row for row in rows if any(cell.value is not None for cell in row))
        finally:
            book.close()

    def _chosen(self, book: Any) -> Any:
        wanted, names = self.table.source.sheet, book.sheetnames
        if wanted is None and len(names) == 1:
            return book.worksheets[0]
        if wanted is None or wanted not in names:
            code = "source-excel-sheets" if wanted is None else "source-excel-no-sheet"
            raise SourceError(code, self.place, count=len(names))
        return book[wanted]

    def _take(self, rows: Iterator[Row], count: int) -> list[Row]:
        with self._readable():
            return list(islice(rows, count))

    def _check_width(self, rows: Sequence[Row], width: int) -> None:
        for number, row in enumerate(rows, self._rows_read + 1):
            found = max((place for place, cell in enumerate(row, 1) if cell.value is not None), default=0)
            if found > width:
                place = replace(self.place, record=number)
                raise SourceError("source-ragged", place, expected=width, found=found)

    def _texts(self, rows: Sequence[Row], column: str, position: int) -> Iterator[str | None]:
        spec, decimal = self.table.columns[column], self.table.source.decimal
        for number, row in enumerate(rows, self._rows_read + 1):
            try:
                yield cell_text(row[position], spec, decimal) if position < len(row) else None
            except SpoiltCellError as error:
                place = replace(self.place, column=column, record=number)
                raise SourceError(error.code, place) from None

    @contextmanager
    def _readable(self) -> Iterator[None]:
        # The library's warnings and errors quote cells.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                yield
            except FAILURES:
                raise SourceError("source-excel-damaged", self.place) from None
