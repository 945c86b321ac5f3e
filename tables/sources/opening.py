"""The reader of a table: a file, several files, or a database."""

import re
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

from profiles.errors import Place, ProfileError, SourceError
from profiles.loading import LoadedProfile
from profiles.model import Table
from tables.sources.database import DatabaseReader
from tables.sources.interface import TableReader
from tables.sources.parquet import ParquetReader
from tables.sources.parts import Part, PartsReader, constants
from tables.sources.registry import missing, open_reader, reader_of

PATTERN = re.compile(r"[*?\[]")
HIDDEN = ("_", ".")
"""First signs of the files that Spark and Hive write for themselves."""


def open_source(loaded: LoadedProfile, table: str, place: Place) -> TableReader:
    """The reader of a table of the profile; ``place`` is for what is wrong in the data.

    Raises ProfileError for an unknown format or a path that leaves the profile's folder, SourceError
    for a file that is missing or empty.
    """
    spec = loaded.profile.tables[table]
    if table in loaded.made:
        return ParquetReader(loaded.made[table], spec, place)
    path = loaded.resolve_source(table)
    if spec.source.database is not None:
        return DatabaseReader(path, spec, place)
    written = spec.source.path or ""
    if PATTERN.search(written) and not path.exists():
        names, folder = _matching(loaded, table, written, place), None
    elif path.is_dir() and reader_of(path, spec) in (None, ParquetReader):
        names, folder = _inside(path, written, spec, place), written
    else:
        return _open(loaded, table, None, place)
    _check_one_format(names, spec, place)
    parts = [_part(loaded, table, name, folder, place) for name in names]
    return PartsReader(path, spec, place, parts)


def _open(loaded: LoadedProfile, table: str, part: str | None, place: Place) -> TableReader:
    spec, path = loaded.profile.tables[table], loaded.resolve_source(table, part)
    profile_place = loaded.place(("tables", table, "source", "path"))
    return open_reader(path, spec, replace(place, file=part or place.file), profile_place)


def _matching(loaded: LoadedProfile, table: str, pattern: str, place: Place) -> list[str]:
    """Names of the files that fit ``pattern``, sorted."""
    steps = PurePosixPath(pattern).parts
    fixed = next(index for index, step in enumerate(steps) if PATTERN.search(step))
    start = PurePosixPath(*steps[:fixed])
    root = loaded.resolve_source(table, str(start))
    try:
        found = [path.relative_to(root) for path in root.glob("/".join(steps[fixed:]))]
    except (ValueError, NotImplementedError):
        raise ProfileError("path-invalid", loaded.place(("tables", table, "source", "path"))) from None
    shown = [path for path in found if not path.name.startswith(".")]
    return _named(start, shown, loaded.profile.tables[table], place)


def _inside(path: Path, written: str, table: Table, place: Place) -> list[str]:
    """Names of the Parquet files at any depth of a folder, sorted. SourceError for any other file."""
    found = []
    for entry in path.rglob("*"):
        inside = entry.relative_to(path)
        if any(step.startswith(HIDDEN) for step in inside.parts):
            continue
        linked = entry.is_symlink() and entry.is_dir()
        if linked or (entry.is_file() and not entry.name.lower().endswith(ParquetReader.suffixes)):
            name = str(PurePosixPath(written) / inside.as_posix())
            raise SourceError("source-parts-stranger", replace(place, file=name))
        if entry.is_file():
            found.append(inside)
    return _named(PurePosixPath(written), found, table, place)


def _named(start: PurePosixPath, found: list[Path], table: Table, place: Place) -> list[str]:
    if not found:
        raise missing(table, place, "source-parts-none")
    return sorted(str(start / path.as_posix()) for path in found)


def _part(loaded: LoadedProfile, table: str, name: str, folder: str | None, place: Place) -> Part:
    """``folder``: where the names of folders begin to tell columns; None when they tell nothing."""
    here = replace(place, file=name)
    steps = () if folder is None else PurePosixPath(name).relative_to(folder).parts[:-1]
    return Part(name, partial(_open, loaded, table, name, place), constants(steps, here))


def _check_one_format(names: list[str], table: Table, place: Place) -> None:
    first = reader_of(Path(names[0]), table)
    other = next((name for name in names if reader_of(Path(name), table) is not first), None)
    if other is not None:
        raise SourceError("source-parts-format", replace(place, file=other), first=names[0])
