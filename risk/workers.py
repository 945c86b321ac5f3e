"""Attackers side by side, in processes of their own.

The findings are those of one process: an attacker draws from the profile's seed and its own name, and
results are put back in the order asked for. A worker that dies gives an inconclusive finding, never a
wait: killed for want of memory, its attack is tried once more alone; killed by anything else, it failed.
One that does not hear its own alarm (deep in a library) is ended from here.

The subject travels through a pipe, and so does the secret: neither is ever on a command line, in the
environment or in a file. Workers leave interruptions to the process that started them, which ends them.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from pickle import PicklingError
from typing import Any

from anonymize.keys import Keys
from risk.findings import Finding
from risk.subject import Subject
from tables.processes import alone, context, cores, end, leave_signals_to_the_parent

GRACE = 10.0
"""Seconds after its deadline in which a worker should have said that it was late."""
PATIENCE = 120.0
"""Seconds in which a worker must have started."""
POLL = 0.5
DEAREST = ("singling_out", "outliers", "membership", "inference", "linkability", "register")
"""Attackers that take long start first, so that nobody waits for the last one."""
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "POLARS_MAX_THREADS")
"""Each worker is one of several: libraries share the processors between them."""
NO_MEMORY, FAILED, LATE = "out_of_memory", "attack_failed", "timed_out"
"""Why a worker has no findings: codes of reasons."""
Work = Callable[[str, Subject], list[Finding]]


@dataclass(frozen=True)
class Lost:
    """An attack that ended without findings."""

    reason: str
    """Code of the reason."""


Result = list[Finding] | Lost


class NoWorkersError(Exception):
    """Processes cannot be started here: the attacks have to run in this one."""


def side_by_side(
    work: Work, names: Sequence[str], subject: Subject, processes: int, told: Callable[[], None]
) -> list[Result]:
    """What ``work`` gives for each of ``names``, in that order; ``told`` is called as each one ends.

    ``work``: a function of a module, which catches what an attack raises. NoWorkersError when
    processes cannot be started.
    """
    pool = _Pool(work, subject, min(processes, len(names)), told)
    results = pool.run(sorted(names, key=_place))
    scarce = [name for name in names if _wants_memory(results[name])] if processes > 1 else []
    for name in scarce:
        results |= _Pool(work, subject, 1, _nobody).run([name])
    return [results[name] for name in names]


def _place(name: str) -> int:
    return DEAREST.index(name) if name in DEAREST else len(DEAREST)


def _nobody() -> None:
    """Nobody is told of a second try."""


def _wants_memory(result: Result) -> bool:
    if isinstance(result, Lost):
        return result.reason == NO_MEMORY
    return any(f"reason.{NO_MEMORY}" in found.reasons for found in result)


@dataclass
class _Slot:
    """One worker, and the attack that it has in hand."""

    process: Any
    pipe: Connection
    until: float
    """When it must have started or, once it has, ended its attack."""
    name: str | None = None
    ready: bool = False


class _Pool:
    """Hands attacks out one by one."""

    def __init__(self, work: Work, subject: Subject, processes: int, told: Callable[[], None]) -> None:
        self._work, self._subject, self._processes, self._told = work, subject, processes, told
        self._context = context()
        self._slots: list[_Slot] = []
        self._results: dict[str, Result] = {}

    def run(self, names: Sequence[str]) -> dict[str, Result]:
        """The result of every attack of ``names``."""
        left = deque(names)
        try:
            while self._hand_out(left) or any(slot.name for slot in self._slots):
                self._listen()
        finally:
            self._stop()
        return self._results

    def _hand_out(self, left: deque[str]) -> bool:
        """Keep every worker busy; whether some are."""
        while left and len(self._slots) < self._processes:
            self._slots.append(self._start())
        for slot in self._slots:
            if slot.name is None and left:
                slot.name = left.popleft()
                self._set_clock(slot)
                with suppress(OSError):
                    slot.pipe.send(slot.name)
        return bool(left)

    def _set_clock(self, slot: _Slot) -> None:
        """The attack's time runs from when it begins: starting a worker is no part of it."""
        if slot.ready and slot.name is not None:
            slot.until = time.monotonic() + self._subject.profile.risk.timeout.of(slot.name) + GRACE

    def _start(self) -> _Slot:
        ours, theirs = self._context.Pipe()
        arguments = (theirs, self._work, max(1, cores() // self._processes))
        try:
            process = self._context.Process(target=serve, args=arguments, daemon=True)  # type: ignore[attr-defined]
            with alone():
                process.start()
        except (OSError, RuntimeError, ValueError, EOFError):
            raise NoWorkersError from None
        theirs.close()
        self._introduce(ours)
        return _Slot(process, ours, time.monotonic() + PATIENCE)

    def _introduce(self, pipe: Connection) -> None:
        """Tell a worker what is attacked, and the secret, which nothing else holds."""
        keys = self._subject.keys
        try:
            pipe.send(replace(self._subject, keys=None, _views={}))
            pipe.send(None if keys is None else keys.for_a_pipe())
        except OSError:
            return  # it is dead, and _listen says so
        except (TypeError, AttributeError, PicklingError):
            raise NoWorkersError from None

    def _listen(self) -> None:
        ready = wait([slot.pipe for slot in self._slots], POLL)
        for slot in list(self._slots):
            if slot.pipe in ready:
                self._answer(slot)
            elif slot.name is not None and time.monotonic() > slot.until:
                slot.process.kill()
                if not slot.ready:
                    raise NoWorkersError
                self._bury(slot, Lost(LATE))

    def _answer(self, slot: _Slot) -> None:
        try:
            said = slot.pipe.recv()
        except (EOFError, OSError):
            slot.process.join()
            if not slot.ready:
                raise NoWorkersError from None
            killed = slot.process.exitcode == -getattr(signal, "SIGKILL", 9)
            self._bury(slot, Lost(NO_MEMORY if killed else FAILED))
            return
        if not slot.ready:
            slot.ready = True
            self._set_clock(slot)
            return
        self._settle(slot, said)

    def _settle(self, slot: _Slot, result: Result) -> None:
        if slot.name is not None:
            self._results[slot.name] = result
            slot.name = None
            self._told()

    def _bury(self, slot: _Slot, lost: Lost) -> None:
        slot.process.join()
        slot.pipe.close()
        self._slots.remove(slot)
        self._settle(slot, lost)

    def _stop(self) -> None:
        """End all workers: at once those that are at work, the others as their pipe closes."""
        for slot in self._slots:
            if slot.name is not None:
                slot.process.kill()
        end((slot.process, slot.pipe) for slot in self._slots)
        self._slots.clear()


def serve(pipe: Connection, work: Work, threads: int) -> None:
    """Attack until the pipe says nothing more: first the subject and its secret, then names."""
    leave_signals_to_the_parent()
    _end_with_the_parent()
    for name in THREADS:
        os.environ.setdefault(name, str(threads))
    try:
        subject, secret = pipe.recv(), pipe.recv()
        subject = replace(subject, keys=None if secret is None else Keys(*secret))
        pipe.send(True)
        while True:
            pipe.send(work(pipe.recv(), subject))
    except (EOFError, BrokenPipeError):
        return
    except BaseException:  # noqa: BLE001 - Python would print what was raised, and that may hold data
        os._exit(1)


def _end_with_the_parent() -> None:
    """An attack in the depths of a library does not see its pipe close."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: Any) -> None:
    wait([sentinel])
    os._exit(1)
