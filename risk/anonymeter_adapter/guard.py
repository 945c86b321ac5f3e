"""What anonymeter cannot be given: a seed for the process-wide generators, and silence.

Its evaluators draw from numpy's global generator (through pandas), which a library must neither
depend on nor disturb, and they say in a warning what should have been a verdict.
"""

import logging
import random
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

import numpy as np

_LOCK = RLock()
"""The generators and the list of warnings belong to the process: one attack at a time."""

MEANINGS = (
    ("as good or worse as baseline", None),  # of its own, wrong, baseline; risk.decide judges ours
    ("maximum number of attempts", "attempts_exhausted"),
    ("could generate only", "attempts_exhausted"),
    ("failed queries", "queries_failed"),
    ("control attack is 100%", "control_always_succeeds"),
)
"""Part of a warning of anonymeter 1.1 -> reason code; None: of no consequence here."""
OTHERWISE = "library_warning"


@contextmanager
def guarded(seed: int) -> Iterator[list[str]]:
    """Seed numpy's and Python's global generators, then put them back as they were.

    Gives a list that holds, after the block, one reason code for each warning of the library.
    """
    codes: list[str] = []
    logger = logging.getLogger("anonymeter")
    handler, propagate = _Collector(codes), logger.propagate
    with _LOCK, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        legacy, plain = np.random.get_state(), random.getstate()  # noqa: NPY002 - this is what pandas draws from
        logger.addHandler(handler)
        logger.propagate = False
        try:
            np.random.seed(seed % 2**32)  # noqa: NPY002
            random.seed(seed)
            yield codes
        finally:
            np.random.set_state(legacy)  # noqa: NPY002
            random.setstate(plain)
            logger.removeHandler(handler)
            logger.propagate = propagate
            codes.extend(_codes(caught))


class _Collector(logging.Handler):
    """Keeps the meaning of each warning, never its text."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._codes = codes

    def emit(self, record: logging.LogRecord) -> None:
        if (code := meaning(record.getMessage())) is not None:
            self._codes.append(code)


def meaning(message: str) -> str | None:
    """The reason code of a warning; None when it does not matter."""
    return next((code for part, code in MEANINGS if part in message), OTHERWISE)


def _codes(caught: list[warnings.WarningMessage]) -> list[str]:
    kept = [item for item in caught if issubclass(item.category, UserWarning | RuntimeWarning)]
    return [code for item in kept if (code := meaning(str(item.message))) is not None]
