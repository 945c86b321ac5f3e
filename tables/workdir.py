"""The private folder of one run: mode 0700, one run at a time, nothing left behind.

``<base>/.vitrail/<id>/run`` holds the files, folders beside it what a run that was cut short leaves to the
next, and ``<base>/.vitrail/<id>/lock`` says that a run is alive; the system frees the lock when its process
dies, so leftovers of a killed run are known.
"""

import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from profiles.errors import Place, UsageError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

NAME = ".vitrail"
FULL = (errno.ENOSPC, errno.EDQUOT)
TAKEN = (errno.EAGAIN, errno.EACCES, errno.EWOULDBLOCK, errno.EDEADLK)
"""Another process has the lock; any other number means that there are no locks."""
ENDINGS = 100
"""Runs that may end, one after the other, while one begins."""
FULL_TEXTS = ("No space left", "max_temp_directory_size")
"""How libraries that lose the system's number tell that the disk is full."""


@contextmanager
def workdir(base: Path, identifier: str) -> Iterator[Path]:
    """An empty private folder for the profile ``identifier``, removed at the end whatever happens.

    Raises UsageError when ``base`` is not writable, when another run holds the folder, or when
    the disk fills up inside the ``with`` block.
    """
    home = base / NAME / identifier
    run = home / "run"
    with _lock(home):
        try:
            _remove(run)
            run.mkdir(mode=0o700)
            with full_disk(base):
                yield run
        finally:
            _remove(run)


@contextmanager
def lasting(run: Path, name: str) -> Iterator[Path]:
    """A private folder beside ``run``, the one of :func:`workdir`, which outlives a run that was cut short.

    It stays when the run is killed or stopped, and when a disk or a place stands in the way (UsageError,
    OSError), so that the next run of the same profile goes on with it; otherwise it is removed at the end,
    whatever the verdict.
    """
    folder = run.parent / name
    folder.mkdir(mode=0o700, exist_ok=True)
    try:
        yield folder
    except (UsageError, OSError):
        raise
    except Exception:
        _remove(folder)
        raise
    _remove(folder)


@contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """A disk that fills up becomes a UsageError that names ``folder``."""
    try:
        yield
    except (OSError, duckdb.Error) as error:
        number = error.errno if isinstance(error, OSError) else None
        if number in FULL or any(text in str(error) for text in FULL_TEXTS):
            raise UsageError("disk-full", Place(file=str(folder))) from None
        raise


@contextmanager
def _lock(home: Path) -> Iterator[None]:
    """Make ``home`` and hold it; it is removed afterwards unless something else is in it."""
    path = home / "lock"
    handle = _held(path)
    try:
        yield
    finally:
        if sys.platform != "win32":
            path.unlink(missing_ok=True)
        os.close(handle)
        with suppress(OSError):
            home.rmdir()
            home.parent.rmdir()


def _held(path: Path) -> int:
    """Descriptor of the locked file; made again when an ending run removes it meanwhile."""
    for _ in range(ENDINGS):
        try:
            handle = _opened(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            code = "disk-full" if error.errno in FULL else "folder-not-writable"
            raise UsageError(code, Place(file=str(path.parents[2]))) from None
        if not _take(handle):
            os.close(handle)
            break
        if _is_still(path, handle):
            return handle
        os.close(handle)
    raise UsageError("run-in-progress", Place(file=str(path)))


def _opened(path: Path) -> int:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in (path.parent, path.parent.parent):
        folder.chmod(0o700)
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _is_still(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _take(handle: int) -> bool:
    """Take the lock without waiting; the system gives it back when the process ends.

    Some network shares have no locks at all: there, nothing tells of another run, and this one goes on.
    """
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in TAKEN
    return True


def _remove(folder: Path) -> None:
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
