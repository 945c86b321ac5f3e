"""A public folder that appears whole or not at all.

The release is built in a private hidden folder beside its target, on the same file system, then
renamed once. What a killed run left there is removed by the next one; a lock on the hidden folder
tells a dead run from a live one, and the system drops it when the process dies.
"""

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice, repeat
from pathlib import Path

from profiles.errors import Place, UsageError

TOGETHER = 16
"""Files that are made durable at once."""


@dataclass(frozen=True)
class _Modes:
    """Who may read."""

    folder: int
    file: int


_PUBLIC, _PRIVATE = _Modes(0o755, 0o644), _Modes(0o700, 0o600)


def ensure_target_free(target: Path) -> None:
    """UsageError unless ``target`` can be created: its name is free, the folder that will hold it writable.

    Missing parents are created by :func:`publish`, so that a refusal leaves none behind.
    """
    place = Place(file=str(target))
    if os.path.lexists(target):
        raise UsageError("release-target-exists", place)
    parent = next(folder for folder in target.parents if os.path.lexists(folder))
    if not parent.is_dir():
        raise UsageError("release-parent-not-folder", place, parent=str(parent))
    if not os.access(parent, os.W_OK | os.X_OK):
        raise UsageError("release-target-unwritable", place, parent=str(parent))


@contextmanager
def workspace(target: Path) -> Iterator[Path]:
    """A private empty folder beside ``target``; whatever was not published is removed at the end.

    Raises UsageError as :func:`ensure_target_free` does.
    """
    ensure_target_free(target)
    _remove_leftovers(target)
    try:
        folder = Path(tempfile.mkdtemp(prefix=_prefix(target), dir=target.parent))
    except OSError:
        raise _unwritable(target) from None
    try:
        with _held(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(temp: Path, target: Path) -> None:
    """Make ``temp`` readable by all and durable, then give it the name ``target``, at once.

    A ``temp`` on another file system is first copied into a :func:`workspace` of the target.
    UsageError when something has taken the name meanwhile, or the file system refuses.
    """
    _place(temp, target, _PUBLIC)


def publish_private(temp: Path, target: Path) -> None:
    """The same for a folder that only its owner may read."""
    _place(temp, target, _PRIVATE)


def _place(temp: Path, target: Path, modes: _Modes) -> None:
    ensure_target_free(target)
    missing = [folder for folder in target.parents if not folder.exists()]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if _same_disk(temp, target.parent):
            _rename(temp, target, modes)
        else:
            with workspace(target) as beside:
                shutil.copytree(temp, beside, dirs_exist_ok=True, copy_function=shutil.copyfile)
                _rename(beside, target, modes)
    except OSError as error:
        if error.errno in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):
            raise UsageError("release-target-exists", Place(file=str(target))) from None
        raise _unwritable(target) from None
    finally:
        _remove_empty(missing)


def _remove_empty(folders: Sequence[Path]) -> None:
    """Parents made for a release that could not be placed; one that holds something stays."""
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()


def _same_disk(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


def _rename(temp: Path, target: Path, modes: _Modes) -> None:
    """Everything is durable before the name appears; ``temp`` itself opens last."""
    _settle_all((Path(folder, name) for folder, _, names in os.walk(temp) for name in names), modes.file)
    _settle_all((Path(folder, name) for folder, names, _ in os.walk(temp) for name in names), modes.folder)
    _settle(temp, _PRIVATE.folder)
    ensure_target_free(target)
    temp.chmod(modes.folder)
    temp.rename(target)
    _sync(target.parent)


def _settle_all(paths: Iterator[Path], mode: int) -> None:
    """Many at a time, since a disk writes a thousand together as fast as a few alone."""
    with ThreadPoolExecutor(TOGETHER) as pool:
        while some := list(islice(paths, 64 * TOGETHER)):
            for _ in pool.map(_settle, some, repeat(mode)):
                pass


def _settle(path: Path, mode: int) -> None:
    path.chmod(mode)
    _sync(path)


def _sync(path: Path) -> None:
    if sys.platform == "win32" and path.is_dir():
        return  # Windows opens no folder, and makes a rename durable itself.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _prefix(target: Path) -> str:
    return f".{target.name}.vitrail-"


def _unwritable(target: Path) -> UsageError:
    return UsageError("release-target-unwritable", Place(file=str(target)), parent=str(target.parent))


def _remove_leftovers(target: Path) -> None:
    """Remove the hidden folders of runs that died; those of live runs stay."""
    for path in sorted(target.parent.glob(f"{_escaped(_prefix(target))}*")):
        if path.is_dir() and not path.is_symlink() and _abandoned(path):
            shutil.rmtree(path, ignore_errors=True)


def _escaped(text: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in text)


def _abandoned(folder: Path) -> bool:
    """Whether the run that made ``folder`` is dead; unknown (False) where folders take no lock."""
    try:
        with _held(folder) as free:
            return free
    except OSError:
        return False


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Hold the lock of ``folder`` meanwhile; False when another run has it, or there is no such lock."""
    if sys.platform == "win32":
        yield False
        return
    import fcntl  # noqa: PLC0415 - POSIX only

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)
