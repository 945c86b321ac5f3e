"""Processes of our own: started clean, deaf to interruptions, ended with whoever started them."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Any

PATIENCE = 5
"""Seconds that a process has to end by itself once its pipe is closed."""


def cores() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def context(preload: Sequence[str] = ()) -> BaseContext:
    """A way to start processes that inherit nothing of this one: neither its libraries nor its threads."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    found = multiprocessing.get_context("forkserver")
    if preload:
        found.set_forkserver_preload(list(preload))
    return found


@contextmanager
def alone() -> Iterator[None]:
    """Start a process that does not run this program's own script again, which it has no need of."""
    main = sys.modules["__main__"]
    known = {name: getattr(main, name) for name in ("__file__", "__spec__") if hasattr(main, name)}
    try:
        for name in known:
            delattr(main, name)
        main.__spec__ = None
        yield
    finally:
        for name, value in known.items():
            setattr(main, name, value)


def leave_signals_to_the_parent() -> None:
    """Called by a new process: interruptions are for the one that started it."""
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def end(started: Iterable[tuple[Any, Connection]]) -> None:
    """End processes as their pipes close, by force after a moment."""
    pairs = list(started)
    for _, pipe in pairs:
        pipe.close()
    for process, _ in pairs:
        process.join(PATIENCE)
        if process.is_alive():
            process.kill()
            process.join()
