"""The formats that exist, and the choice of one by the profile's word or the file's ending."""

from pathlib import Path

from profiles.errors import Place, ProfileError, SourceError
from profiles.model import Table
from tables.sources.csv import CsvReader
from tables.sources.interface import TableReader
from tables.sources.parquet import ParquetReader

READERS: tuple[type[TableReader], ...] = (CsvReader, ParquetReader)


def open_reader(path: Path, table: Table, place: Place, profile_place: Place) -> TableReader:
    """The reader for the file at ``path``, which must exist and not be empty.

    ``place`` is for what is wrong in the data, ``profile_place`` for what is wrong in the profile.
    Raises ProfileError for an unknown format, SourceError for a file that is missing or empty.
    """
    kind = _by_word(table.source.format) or _by_suffix(path.name.lower())
    if kind is None:
        raise ProfileError("source-format", profile_place, known=", ".join(known_suffixes()))
    _check_exists(path, table, place)
    return kind(path, table, place)


def known_suffixes() -> list[str]:
    """Every ending that a format claims."""
    return [suffix for reader in READERS for suffix in reader.suffixes]


def _by_word(word: str | None) -> type[TableReader] | None:
    return next((reader for reader in READERS if reader.format == word), None)


def _by_suffix(name: str) -> type[TableReader] | None:
    return next((reader for reader in READERS if name.endswith(reader.suffixes)), None)


def _check_exists(path: Path, table: Table, place: Place) -> None:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        obtain = table.source.obtain
        if obtain is None:
            raise SourceError("source-missing", place) from None
        how = {"obtain_fr": obtain.fr or obtain.en, "obtain_en": obtain.en or obtain.fr}
        raise SourceError("source-missing-obtain", place, **how) from None
    except OSError:
        raise SourceError("source-unreadable", place) from None
    if not path.is_file():
        raise SourceError("source-not-a-file", place)
    if size == 0:
        raise SourceError("source-zero-bytes", place)
