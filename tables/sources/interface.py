"""The shape of a format: names of the columns, then batches of text."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import pyarrow as pa

from profiles.errors import Place
from profiles.model import Table


class TableReader(ABC):
    """One source of a table. Every method raises SourceError when the file cannot be read."""

    format: ClassVar[str]
    """The word that a profile writes in ``source.format``."""
    suffixes: ClassVar[tuple[str, ...]]
    """Endings of a path, lower case, that mean this format."""

    def __init__(self, path: Path, table: Table, place: Place) -> None:
        self.path = path
        self.table = table
        self.place = place
        """File and table, for errors."""

    @abstractmethod
    def header(self) -> tuple[str, ...]:
        """Names of the columns as the file has them, in order; may hold duplicates or empty names."""

    @abstractmethod
    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The named columns, all of type string, rows in the order of the file; empty is null.

        ``columns`` must be names of the header that occur once.
        """

    @abstractmethod
    def size(self) -> int:
        """Units of work in the file, for progress; 0 when unknown."""

    @abstractmethod
    def position(self) -> int:
        """Units of work done so far."""

    def canonical(self, column: str) -> bool:  # noqa: ARG002 - for formats that have types
        """Whether the column is typed in the file, hence written by us: ISO dates, decimal point."""
        return False

    def label(self, column: str) -> str:  # noqa: ARG002 - for formats that have labels
        """What the file itself calls the column in words; empty when it does not."""
        return ""

    def meanings(self, column: str) -> Mapping[str, str]:  # noqa: ARG002 - for formats that have labels
        """Value, as text -> what it means by the file's own words."""
        return {}

    def locate(self, record: int) -> tuple[str | None, int]:
        """The file that holds a record of the table, and its number there; for what is wrong in it."""
        return self.place.file, record
