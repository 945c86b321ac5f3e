"""SAS: ``.sas7bdat`` tables and ``.xpt`` transport files, read by ReadStat."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from profiles.errors import Place, SourceError
from profiles.model import Kind
from tables.sources.extras import extra
from tables.sources.interface import TableReader
from tables.sources.sas7bdat import check_size
from tables.sources.sas_values import Meaning, OutOfRangeError, format_name, label_key, meaning, texts
from tables.sources.xport import check_end

CELLS = 1 << 20
"""Values of a batch: the library hands over Python objects."""
LEAST_ROWS = 1 << 10
TRANSPORT = ".xpt"
CATALOGUE = ".sas7bcat"
ENCODINGS = {"utf-8": "UTF-8", "latin-1": "ISO-8859-1", "cp1252": "WINDOWS-1252"}


def catalogue_of(table: Path) -> Path | None:
    """The catalogue of formats beside a table: of the same name, else ``formats.sas7bcat``."""
    beside = (table.with_suffix(CATALOGUE), table.with_name(f"formats{CATALOGUE}"))
    return next((path for path in beside if path.is_file()), None)


class SasReader(TableReader):
    """One table. SAS formats tell dates and leading zeros; special missing values are null."""

    format = "sas"
    suffixes = (".sas7bdat", TRANSPORT)

    _rows_read = 0

    def header(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self._about.column_names)

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Slices of :data:`CELLS` values, one after the other."""
        schema = pa.schema([(column, pa.string()) for column in columns])
        limit = max(LEAST_ROWS, CELLS // len(columns))
        done = limit
        while done == limit:
            values, _ = self._read(row_offset=self._rows_read, row_limit=limit, usecols=list(columns))
            done = len(values[columns[0]]) if values else 0
            if done:
                arrays = [self._written(column, values[column]) for column in columns]
                yield pa.RecordBatch.from_arrays(arrays, schema=schema)
                self._rows_read += done
        if self._transport:
            check_end(self.path, self._row_width * self._rows_read, self._row_width, self.place)

    def size(self) -> int:
        """Bytes on disk."""
        return self.path.stat().st_size

    def position(self) -> int:
        """Bytes of the rows read; a guess when the file is compressed."""
        return min(self.size(), self._rows_read * self._row_width)

    def canonical(self, column: str) -> bool:
        """Every type but text."""
        return self._meanings[column] is not Meaning.TEXT

    def label(self, column: str) -> str:
        """The label of the variable."""
        return str(self._about.column_names_to_labels.get(column) or "")

    def meanings(self, column: str) -> Mapping[str, str]:
        """Values that the column's format names, by a catalogue beside the file (:func:`catalogue_of`)."""
        form = format_name(self._about.original_variable_types[column])
        return {label_key(value): label for value, label in self._catalogue.get(form, {}).items()}

    @cached_property
    def _catalogue(self) -> Mapping[str, Mapping[Any, str]]:
        """Format, in capitals -> value -> label."""
        path = catalogue_of(self.path)
        if path is None:
            return {}
        library = extra("pyreadstat", "sas", self.place)
        with self._readable(library, replace(self.place, file=str(path))):
            about = library.read_sas7bcat(str(path), output_format="dict")[1]
        return {name.upper(): labels for name, labels in about.value_labels.items()}

    @cached_property
    def _about(self) -> Any:
        if not self._transport:
            check_size(self.path, self.place)
        return self._read(row_limit=1)[1]

    @cached_property
    def _meanings(self) -> Mapping[str, Meaning]:
        types, formats = self._about.readstat_variable_types, self._about.original_variable_types
        return {name: meaning(types[name] == "string", formats[name]) for name in self.header()}

    @cached_property
    def _row_width(self) -> int:
        return sum(self._about.variable_storage_width.values())

    @property
    def _transport(self) -> bool:
        return self.path.name.lower().endswith(TRANSPORT)

    def _written(self, column: str, values: Sequence[Any]) -> pa.Array:
        kind: Kind = self.table.columns[column].type
        form = self._about.original_variable_types[column]
        try:
            return texts(values, self._meanings[column], form, kind)
        except OutOfRangeError:
            raise SourceError("source-sas-date", replace(self.place, column=column)) from None

    def _read(self, **options: Any) -> tuple[dict[str, list[Any]], Any]:
        library = extra("pyreadstat", "sas", self.place)
        read = library.read_xport if self._transport else library.read_sas7bdat
        source = self.table.source
        # A transport file does not tell its encoding; a table does, unless the profile knows better.
        if self._transport or "encoding" in source.model_fields_set:
            options["encoding"] = ENCODINGS[source.encoding]
        with self._readable(library):
            found: tuple[dict[str, list[Any]], Any] = read(
                str(self.path), output_format="dict", disable_datetime_conversion=True, **options
            )
        return found

    @contextmanager
    def _readable(self, library: Any, place: Place | None = None) -> Iterator[None]:
        failures = (library.ReadstatError, library.PyreadstatError)
        try:
            yield
        except (*failures, ValueError, OSError, OverflowError, MemoryError):
            raise SourceError("source-sas-damaged", place or self.place) from None
