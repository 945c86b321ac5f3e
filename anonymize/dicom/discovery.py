"""The files of a source, one after the other: a folder at any depth, zip archives, gzipped files.

Nothing is opened but archives, whose lists of members are read. Links are followed to files of the
same source only, and what is no file is told, so that every entry of the source is accounted for.
"""

import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from profiles.errors import Place, SourceError

JUNK = frozenset({"thumbs.db", "desktop.ini", ".ds_store", "dicomdir"})
"""Files that systems and media add; a DICOMDIR names every file of the source, and is made anew."""
JUNK_FOLDER = "__macosx"
OURS = ".vitrail"
"""Folder where a run keeps its private files, which may lie in the source's own."""
INSIDE = "!/"
"""Between the name of an archive and that of its member."""
ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Found:
    """One file of the source."""

    name: str
    """Path below the source, with slashes; of a member: archive, ``!/``, member."""
    size: int
    stamp: int
    """Time of the last change in nanoseconds; of a member, its checksum."""
    kind: Literal["file", "gzip", "member", "junk"] = "file"
    """``junk``: nothing to open, ``why`` says the reason."""
    why: str = ""
    archive: str = ""
    offset: int = 0
    """Of a member: where its local header begins."""
    packed: int = 0
    method: int = 0


def discover(source: Path) -> Iterator[Found]:
    """All entries of a folder, or the members of one archive, in the order in which the disk gives them.

    Raises:
        SourceError: the source is neither.
    """
    if source.is_dir():
        yield from _folder(source)
    elif source.is_file() and _is_zip(source):
        yield from _members(source, source.name)
    else:
        raise SourceError("dicom-source", Place(file=str(source)))


def root_of(source: Path) -> Path:
    """The folder to which names of files and archives are relative."""
    return source if source.is_dir() else source.parent


def _folder(root: Path) -> Iterator[Found]:
    waiting = [""]
    while waiting:
        below = waiting.pop()
        try:
            entries = os.scandir(root / below)
        except OSError:
            yield Found(below, 0, 0, "junk", "unreadable")
            continue
        with entries:
            for entry in entries:
                name = f"{below}/{entry.name}" if below else entry.name
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != OURS:
                        waiting.append(name)
                else:
                    yield from _entry(root, name, entry)


def _entry(root: Path, name: str, entry: "os.DirEntry[str]") -> Iterator[Found]:
    try:
        stat = entry.stat(follow_symlinks=False)
        if entry.is_symlink():
            if not _stays(root, Path(entry.path)):
                yield Found(name, 0, 0, "junk", "link")
                return
            stat = entry.stat()
        if not entry.is_file():
            yield Found(name, 0, 0, "junk", "no file")
            return
        if name.lower().endswith(".zip") and not _junk(name) and _is_zip(Path(entry.path)):
            yield from _members(Path(entry.path), name)
            return
    except OSError:
        yield Found(name, 0, 0, "junk", "unreadable")
        return
    if _junk(name):
        yield Found(name, stat.st_size, stat.st_mtime_ns, "junk", "no image")
    else:
        kind: Literal["file", "gzip"] = "gzip" if name.lower().endswith(".gz") else "file"
        yield Found(name, stat.st_size, stat.st_mtime_ns, kind)


def _stays(root: Path, link: Path) -> bool:
    """Whether a link leads to a file of the same source."""
    target = link.resolve()
    return target.is_file() and target.is_relative_to(root.resolve())


def _junk(name: str) -> bool:
    *folders, last = name.lower().split("/")
    return last in JUNK or last.startswith("._") or JUNK_FOLDER in folders


def _is_zip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) == ZIP


def _members(path: Path, name: str) -> Iterator[Found]:
    """The members of an archive; names are only told, never used as paths."""
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if not info.is_dir():
                    yield _member(name, info)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        yield Found(name, 0, 0, "junk", "archive")


def _member(archive: str, info: zipfile.ZipInfo) -> Found:
    name = f"{archive}{INSIDE}{info.filename}"
    why = "no image" if _junk(info.filename) else "encrypted" if info.flag_bits & 1 else ""
    return Found(
        name,
        info.file_size,
        info.CRC,
        "junk" if why else "member",
        why,
        archive,
        info.header_offset,
        info.compress_size,
        info.compress_type,
    )
