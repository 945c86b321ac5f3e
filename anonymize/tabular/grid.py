"""Intervals of equal width, exact in decimal: 0.3 lies in [0.3;0.4[ whatever its binary form."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

EXACT = 2**53
"""Whole numbers up to here have an exact double."""
DECIMALS = 15
"""Finest step: beyond it a double has no decimal left."""


class TooFineError(ValueError):
    """A step that doubles cannot follow."""


def decimal(number: float) -> Decimal:
    """The number as it was written, e.g. 0.1, not its binary neighbour."""
    return Decimal(repr(number))


def plain(number: Decimal) -> str:
    """The number without exponent, trailing zero or sign of zero."""
    normal = number.normalize()
    return format(abs(normal) if normal.is_zero() else normal, "f")


def is_whole(number: Decimal) -> bool:
    """Whether nothing follows the decimal point."""
    return number == number.to_integral_value()


@dataclass(frozen=True)
class Grid:
    """The intervals [origin + i * width; origin + (i + 1) * width[ for every whole i."""

    origin: Decimal
    width: Decimal

    @cached_property
    def _scale(self) -> int:
        digits = max(-int(number.normalize().as_tuple().exponent) for number in (self.origin, self.width))
        if digits > DECIMALS:
            raise TooFineError
        return int(10 ** max(digits, 0))

    @cached_property
    def _steps(self) -> tuple[int, int]:
        """Origin and width in units of 1 / scale."""
        return int(self.origin * self._scale), int(self.width * self._scale)

    def start(self, index: int) -> Decimal:
        """Lower bound of interval ``index``."""
        return self.origin + index * self.width

    def starts(self, index: Integers) -> Floats:
        """Lower bounds of the intervals, as the doubles nearest to their decimals."""
        origin, width = self._steps
        # Both operands are exact, so that IEEE division rounds once, like reading the decimal.
        starts: Floats = (origin + index * width).astype(np.float64) / self._scale
        return starts

    def holds(self, values: Floats | Integers) -> Flags:
        """Which values have an interval: finite, and small enough for exact bounds."""
        origin, width = self._steps
        limit = (EXACT - abs(origin) - 2 * width) / self._scale
        return np.isfinite(values) & (np.abs(values.astype(np.float64)) < limit)

    def index(self, values: Floats) -> Integers:
        """The interval of each value that the grid holds."""
        guess: Integers = np.floor((values - float(self.origin)) / float(self.width)).astype(np.int64)
        guess += values >= self.starts(guess + 1)
        guess -= values < self.starts(guess)
        return guess

    def index_whole(self, values: Integers) -> Integers:
        """The interval of each whole number, on a grid of whole numbers."""
        index: Integers = (values - int(self.origin)) // int(self.width)
        return index
