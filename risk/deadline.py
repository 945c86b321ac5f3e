"""A limit of time on a call that does not know of it."""

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

from tables.duck import is_interruption

T = TypeVar("T")


class Expired(BaseException):
    """The call took too long. Not an Exception, so that no library swallows it on its way."""


def within(seconds: float, call: Callable[[], T]) -> T:
    """The result of ``call``; :class:`Expired` when it takes more than ``seconds``.

    In the main thread of a POSIX system an alarm interrupts the call between two steps of Python.
    Elsewhere the call runs in a thread of its own, which is abandoned when it is late: Python
    cannot stop it, and it ends with the process.
    """
    main = threading.current_thread() is threading.main_thread()
    if main and hasattr(signal, "setitimer"):
        return _with_alarm(seconds, call)
    return _with_watchdog(seconds, call)


def _with_alarm(seconds: float, call: Callable[[], T]) -> T:
    rung = False

    def ring(_number: int, _frame: FrameType | None) -> None:
        nonlocal rung
        rung = True
        raise Expired

    handler = signal.signal(signal.SIGALRM, ring)
    started = time.monotonic()
    pending, interval = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return call()
    except RuntimeError as error:
        if rung and is_interruption(error):
            raise Expired from None
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if pending:
            left = pending - (time.monotonic() - started)
            signal.setitimer(signal.ITIMER_REAL, max(left, 0.001), interval)


def _with_watchdog(seconds: float, call: Callable[[], T]) -> T:
    results: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            failures.append(error)

    worker = threading.Thread(target=run, daemon=True)
    worker.start()
    worker.join(seconds)
    if failures:
        raise failures[0]
    if not results:
        raise Expired
    return results[0]
