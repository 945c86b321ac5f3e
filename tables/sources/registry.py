"""The formats that exist, and the choice of one by the profile's word or the file's ending."""

from pathlib import Path

from profiles.errors import Place, ProfileError, SourceError
from profiles.model import Table
from tables.sources.csv import CsvReader
from tables.sources.excel import ExcelReader
from tables.sources.interface import TableReader
from tables.sources.parquet import ParquetReader
from tables.sources.sas import SasReader

READERS: tuple[type[TableReader], ...] = (CsvReader, ParquetReader, SasReader, ExcelReader)
SPREADSHEETS = (".xls", ".xlsb", ".xlsm", ".ods")
"""Endings of spreadsheets that are not read: the remedy is to save them otherwise."""


def open_reader(path: Path, table: Table, place: Place, profile_place: Place) -> TableReader:
    """The reader for the file at ``path``, which must exist and not be empty.

    ``place`` is for what is wrong in the data, ``profile_place`` for what is wrong in the profile.
    Raises ProfileError for an unknown format, SourceError for a file that is missing or empty.
    """
    kind = reader_of(path, table)
    if kind is None and path.name.lower().endswith(SPREADSHEETS):
        raise ProfileError("source-spreadsheet", profile_place)
    if kind is None:
        raise ProfileError("source-format", profile_place, known=", ".join(known_suffixes()))
    _check_exists(path, table, place)
    return kind(path, table, place)


def reader_of(path: Path, table: Table) -> type[TableReader] | None:
    """The format that the profile names, else the one of the file's ending."""
    return _by_word(table.source.format) or _by_suffix(path.name.lower())


def known_suffixes() -> list[str]:
    """Every ending that a format claims."""
    return [suffix for reader in READERS for suffix in reader.suffixes]


def _by_word(word: str | None) -> type[TableReader] | None:
    return next((reader for reader in READERS if reader.format == word), None)


def _by_suffix(name: str) -> type[TableReader] | None:
    return next((reader for reader in READERS if name.endswith(reader.suffixes)), None)


def missing(table: Table, place: Place, code: str = "source-missing") -> SourceError:
    """The error for a source that is not there, with the profile's own words on how to get it."""
    obtain = table.source.obtain
    if obtain is None:
        return SourceError(code, place)
    how = {"obtain_fr": obtain.fr or obtain.en, "obtain_en": obtain.en or obtain.fr}
    return SourceError("source-missing-obtain", place, **how)


def _check_exists(path: Path, table: Table, place: Place) -> None:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise missing(table, place) from None
    except OSError:
        raise SourceError("source-unreadable", place) from None
    if not path.is_file():
        raise SourceError("source-not-a-file", place)
    if size == 0:
        raise SourceError("source-zero-bytes", place)
