"""CSV of any dialect that French administrations produce, also packed with gzip."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

import pyarrow as pa
import pyarrow.csv as arrow_csv

from profiles.errors import Place, ProfileError, SourceError
from tables.sources.decoding import CheckedText
from tables.sources.interface import TableReader
from tables.sources.raw import BLOCK, plain_text

PACKED = ".gz"


class CsvReader(TableReader):
    """Delimiter, quote and encoding as the profile says; records may hold line ends."""

    format = "csv"
    suffixes = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz")

    _text: CheckedText | None = None

    @cached_property
    def delimiter(self) -> str:
        """The profile's; a ``.tsv`` file whose profile says nothing has tabs."""
        source = self.table.source
        silent = "delimiter" not in source.model_fields_set
        tabs = self.path.name.lower().removesuffix(PACKED).endswith(".tsv")
        delimiter = "\t" if silent and tabs else source.delimiter
        signs = {delimiter, source.quote}
        if len(signs) < 2 or signs & set("\r\n\0") or not all(sign.isascii() for sign in signs):
            raise ProfileError("source-dialect", self.place)
        return delimiter

    def header(self) -> tuple[str, ...]:
        """The first record that is not a blank line."""
        text = self._open()
        try:
            lines = csv.reader(
                plain_text(text.peek()), delimiter=self.delimiter, quotechar=self.table.source.quote
            )
            names = next((tuple(record) for record in lines if record), ())
        except csv.Error:
            raise SourceError("source-header-unreadable", self.place) from None
        finally:
            text.close()
        if not names:
            raise SourceError("source-no-header", self.place)
        return names

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Blocks of the file, one after the other: a record number is then known for each error."""
        header = self.header()
        wanted = [str(header.index(column)) for column in columns]
        schema = pa.schema([(column, pa.string()) for column in columns])
        self._text = text = self._open()
        ragged = _Ragged()
        try:
            for batch in self._arrow(text, len(header), wanted, ragged):
                yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)
        except pa.ArrowInvalid:
            raise self._explained(text, ragged) from None
        finally:
            text.close()

    def size(self) -> int:
        """Bytes on disk."""
        return self.path.stat().st_size

    def position(self) -> int:
        """Bytes read from disk."""
        if self._text is None or self._text.closed:
            return 0
        return self._text.position()

    def _open(self) -> CheckedText:
        return CheckedText(self.path, self.table.source, self.delimiter, self.place)

    def _arrow(
        self, text: CheckedText, width: int, wanted: Sequence[str], ragged: "_Ragged"
    ) -> Iterator[pa.RecordBatch]:
        """Columns are named by position, since a header may hold the same name twice."""
        names = [str(position) for position in range(width)]
        return arrow_csv.open_csv(  # type: ignore[no-any-return]
            pa.PythonFile(text, mode="r"),
            arrow_csv.ReadOptions(
                block_size=BLOCK, use_threads=False, column_names=names, skip_rows_after_names=1
            ),
            arrow_csv.ParseOptions(
                delimiter=self.delimiter,
                quote_char=self.table.source.quote,
                newlines_in_values=True,
                invalid_row_handler=ragged,
            ),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=wanted,
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
                check_utf8=False,
            ),
        )

    def _explained(self, text: CheckedText, ragged: "_Ragged") -> SourceError:
        if ragged.record is not None:
            place = replace(self.place, record=ragged.record)
            return SourceError("source-ragged", place, expected=ragged.expected, found=ragged.found)
        place = Place(self.place.file, text.open_quote_line(), table=self.place.table)
        return SourceError("source-record-too-long", place, limit_kib=BLOCK >> 10)


class _Ragged:
    """Remembers where the first record with the wrong number of values is, and nothing of it."""

    record: int | None = None
    expected = 0
    found = 0

    def __call__(self, row: arrow_csv.InvalidRow) -> str:
        if self.record is None:
            self.record, self.expected, self.found = row.number - 1, row.expected_columns, row.actual_columns
        return "error"
