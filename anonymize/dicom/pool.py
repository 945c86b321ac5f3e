"""Processes that a file may kill or hold: the file is set aside, and the others go on.

Files are handed out in short lists. Each worker marks the file that it has in hand in shared memory, so that
the process that waits knows which one was fatal.
"""

import errno
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import Connection, wait
from typing import Any

from anonymize.dicom import worker
from anonymize.dicom.discovery import Found
from anonymize.dicom.quarantine import Reason
from anonymize.dicom.worker import Setup
from profiles.errors import UsageError, VitrailError
from tables.processes import alone, context, end

LIST = 16
"""Files handed out at once."""
AHEAD = 2
"""Lists that a worker has before it has answered."""
POLL = 0.5
PATIENCE = 120.0
"""Seconds for one file, to which its size adds."""
SPEED = 2_000_000
"""Bytes a second below which a worker is not working."""
STILLBORN = 3
"""Workers that die, one after the other, before they take a file."""
Work = Callable[[Connection, Any, Setup, str], None]


@dataclass
class _Slot:
    """One worker, and the lists that it has."""

    process: Any
    pipe: Connection
    marks: Any
    waiting: deque[tuple[int, Sequence[Found]]] = field(default_factory=deque)
    seen: tuple[int, int] = (-1, -1)
    since: float = 0.0


class Pool:
    """Runs workers over files until there are none left."""

    def __init__(
        self,
        setup: Setup,
        secret: bytes,
        run: str,
        processes: int,
        *,
        work: Work = worker.main,
        patience: float = PATIENCE,
    ) -> None:
        """``run``: what names of journals begin with; ``work``: what a worker runs."""
        self._setup = setup
        self._secret = secret
        self._run = run
        self._processes = processes
        self._work = work
        self._patience = patience
        self._context = context(["anonymize.dicom.worker"])
        self._slots: list[_Slot] = []
        self._serial = 0
        self._made = 0
        self._stillborn = 0
        self._again: deque[Sequence[Found]] = deque()

    def run(
        self, items: Iterator[Found], done: Callable[[int], None], lost: Callable[[Found, Reason], None]
    ) -> None:
        """Give every item to a worker. ``done``: so many more; ``lost``: the worker died of this file.

        Raises:
            UsageError: the disk is full.
            VitrailError: workers can't be started.
        """
        try:
            while self._hand_out(items):
                self._listen(done, lost)
        finally:
            self._stop()

    def _hand_out(self, items: Iterator[Found]) -> bool:
        """Keep every worker busy; False when all work is done."""
        for index in range(self._processes):
            while index >= len(self._slots) or len(self._slots[index].waiting) < AHEAD:
                batch = self._again.popleft() if self._again else tuple(islice(items, LIST))
                if not batch:
                    break
                if index >= len(self._slots):
                    self._slots.append(self._start())
                self._give(self._slots[index], batch)
        return any(slot.waiting for slot in self._slots)

    def _give(self, slot: _Slot, batch: Sequence[Found]) -> None:
        self._serial += 1
        slot.waiting.append((self._serial, batch))
        # A worker that is dead already is noticed by _listen.
        with suppress(OSError):
            slot.pipe.send((self._serial, batch))

    def _start(self) -> _Slot:
        self._made += 1
        ours, theirs = self._context.Pipe()
        marks = self._context.RawArray("q", [-1, 0])
        process = self._context.Process(  # type: ignore[attr-defined]
            target=self._work, args=(theirs, marks, self._setup, f"{self._run}-{self._made:04d}"), daemon=True
        )
        with alone():
            process.start()
        theirs.close()
        with suppress(OSError):
            ours.send_bytes(self._secret)
        return _Slot(process, ours, marks, since=time.monotonic())

    def _listen(self, done: Callable[[int], None], lost: Callable[[Found, Reason], None]) -> None:
        ready = wait([slot.pipe for slot in self._slots if slot.waiting], POLL)
        for slot in list(self._slots):
            if slot.pipe in ready:
                self._answer(slot, done, lost)
            elif slot.waiting and self._hangs(slot):
                slot.process.kill()
                self._bury(slot, Reason.TIMEOUT, done, lost)

    def _answer(
        self, slot: _Slot, done: Callable[[int], None], lost: Callable[[Found, Reason], None]
    ) -> None:
        try:
            serial, trouble = slot.pipe.recv()
        except (EOFError, OSError):
            self._bury(slot, Reason.CRASH, done, lost)
            return
        if serial == -1:
            raise _trouble(trouble)
        _, batch = slot.waiting.popleft()
        self._stillborn = 0
        done(len(batch))

    def _hangs(self, slot: _Slot) -> bool:
        now, mark = time.monotonic(), (slot.marks[0], slot.marks[1])
        if mark != slot.seen:
            slot.seen, slot.since = mark, now
            return False
        item = _in_hand(slot)
        allowed = self._patience + (0 if item is None else item.size / SPEED)
        return now - slot.since > allowed

    def _bury(
        self, slot: _Slot, reason: Reason, done: Callable[[int], None], lost: Callable[[Found, Reason], None]
    ) -> None:
        """Tell the file that the worker had in hand, give the others to somebody else."""
        slot.process.join()
        slot.pipe.close()
        self._slots.remove(slot)
        item = _in_hand(slot)
        left = [list(batch) for _, batch in slot.waiting]
        if item is None:
            self._stillborn += 1
            if self._stillborn >= STILLBORN:
                raise VitrailError("dicom-workers")
        else:
            self._stillborn = 0
            passed = slot.marks[1] + 1
            left[0] = left[0][passed:]
            lost(item, reason)
            done(passed)
        self._again.extend(batch for batch in left if batch)

    def _stop(self) -> None:
        """Let the workers end: at once when their pipe closes between two lists, by force after a moment."""
        for slot in self._slots:
            if slot.waiting:
                slot.process.terminate()
        end((slot.process, slot.pipe) for slot in self._slots)
        self._slots.clear()


def _in_hand(slot: _Slot) -> Found | None:
    """The file that the worker works on; None before and between lists."""
    serial, index = slot.marks[0], slot.marks[1]
    if not slot.waiting or slot.waiting[0][0] != serial or index >= len(slot.waiting[0][1]):
        return None
    item: Found = slot.waiting[0][1][index]
    return item


def _trouble(number: str) -> VitrailError:
    """What stopped a worker, by the system's number."""
    if number.isdigit() and int(number) in (errno.ENOSPC, errno.EDQUOT):
        return UsageError("dicom-disk-full")
    return UsageError("dicom-disk", number=number)
