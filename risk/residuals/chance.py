"""How often chance writes a long number inside longer ones, and when more than chance is needed."""

from collections.abc import Mapping

import numpy as np

from risk.residuals.folding import Folded, Integers
from risk.residuals.needles import Alphabet, Form, Needles

SIGNIFICANCE = 0.01
"""Probability below which chance alone is no explanation."""
NEGLIGIBLE = 0.01
"""Expected occurrences by chance below which a single one is a leak."""
_LETTERS = {Alphabet.DIGITS: 10, Alphabet.MIXED: 32}
"""Letters among which chance draws: digits, or those of base 32."""
_UNLIKELY = {Alphabet.DIGITS: 30, Alphabet.MIXED: 16}
"""Length from which chance writes no needle, however much is searched."""
_LONGEST = 4096


class Exposure:
    """Lengths of the runs in which chance could write a needle, added up over what is searched."""

    def __init__(self, needles: Needles) -> None:
        """Counts only what some needle makes necessary."""
        self._needles = needles
        self._runs = {
            alphabet: np.zeros(_LONGEST + 1, np.int64)
            for alphabet, unlikely in _UNLIKELY.items()
            if (
                (needles.alphabet == alphabet) & (needles.lengths < unlikely) & (needles.form != Form.DIGEST)
            ).any()
        }

    def add(self, cells: Folded) -> None:
        """Count one more batch of distinct cells: runs of digits, and cells with digits and letters."""
        if not self._runs or not cells.count:
            return
        digit = (cells.data >= ord("0")) & (cells.data <= ord("9"))
        if Alphabet.DIGITS in self._runs:
            edges = np.flatnonzero(np.diff(digit, prepend=False, append=False))
            self._runs[Alphabet.DIGITS] += _histogram(edges[1::2] - edges[::2])
        if Alphabet.MIXED in self._runs:
            sums = np.concatenate([[0], np.cumsum(digit)])
            digits = sums[cells.ends] - sums[cells.starts]
            self._runs[Alphabet.MIXED] += _histogram(cells.lengths[(digits > 0) & (digits < cells.lengths)])

    def expected(self) -> Mapping[tuple[int, int], float]:
        """Finds that chance alone explains, by alphabet and length of the needles."""
        found = {}
        for alphabet, runs in self._runs.items():
            mine = self._needles.alphabet == alphabet
            lengths, counts = np.unique(self._needles.lengths[mine], return_counts=True)
            for length, count in zip(lengths.tolist(), counts.tolist(), strict=True):
                found[int(alphabet), length] = count * _places(runs, length) / _LETTERS[alphabet] ** length
        return found


def more_than_chance(observed: int, expected: float) -> bool:
    """Whether ``observed`` occurrences need another explanation than ``expected`` by chance."""
    if not observed:
        return False
    return expected < NEGLIGIBLE or poisson_tail(observed, expected) < SIGNIFICANCE


def poisson_tail(observed: int, expected: float) -> float:
    """Probability of at least ``observed`` events when ``expected`` are (Poisson's law)."""
    if observed <= 0:
        return 1.0
    if expected <= 0:
        return 0.0
    from scipy.special import gammainc  # noqa: PLC0415 - costs half a second to whoever only asks for help

    return float(gammainc(observed, expected))


def _histogram(lengths: Integers) -> Integers:
    return np.bincount(np.minimum(lengths, _LONGEST), minlength=_LONGEST + 1)


def _places(runs: Integers, length: int) -> int:
    """Positions at which a text of ``length`` fits into the runs."""
    sizes = np.arange(len(runs))
    return int((np.maximum(0, sizes - length + 1) * runs).sum())
