"""Replace a number by the interval it falls in."""

from decimal import Decimal
from functools import cached_property

import numpy as np
import pyarrow as pa

from anonymize.tabular.distinct import texts
from anonymize.tabular.grid import Floats, Grid, Integers, decimal, is_whole, plain
from anonymize.tabular.interface import NUMBERS, WHOLE_NUMBERS, Context
from anonymize.tabular.on_grid import OnGrid
from anonymize.tabular.words import words
from profiles import transforms
from profiles.model import Bilingual, Kind

BELOW, ABOVE = -(2**62), 2**62
"""Codes of the two open classes; no grid has so many intervals."""


class Bin(OnGrid):
    """The text of an interval, of equal ``width`` from ``origin``, or between given ``edges``.

    Whole numbers: ``10-14`` (both included; ``[-5;-1]`` when a bound is negative), ``<18``,
    ``90+``. Others: ``[10;12.5[``, ``<18``, ``>=90``. ``bottom`` and ``top`` open the first and
    last class; an interval that they cut shows what is left of it (``18-19``), and outside given
    edges there is one class on each side.
    """

    name = "bin"
    accepts = NUMBERS
    params: transforms.Bin

    def __init__(self, params: transforms.Bin, kind: Kind, context: Context) -> None:
        """Raises ProfileError when the intervals are finer than a number can be."""
        self._width = None if params.width is None else decimal(params.width)
        origin = decimal(params.origin) if self._width else Decimal(0)
        super().__init__(params, kind, context, Grid(origin, self._width or Decimal(1)))

    @cached_property
    def _limits(self) -> tuple[Decimal, ...]:
        """The bounds given one by one, in order: edges, bottom, top."""
        low, high = self.params.bottom, self.params.top
        inside = [
            edge
            for edge in self.params.edges or ()
            if (low is None or edge > low) and (high is None or edge < high)
        ]
        ends = [end for end in (low, high) if end is not None]
        return tuple(sorted(map(decimal, {*inside, *ends})))

    @cached_property
    def _whole(self) -> bool:
        """Whether intervals hold whole numbers only, and can be named by their first and last."""
        bounds = [*self._limits, *([] if self._width is None else [self._width, self.grid.origin])]
        return self.kind in WHOLE_NUMBERS and all(map(is_whole, bounds))

    def apply(self, values: pa.Array, persons: pa.Array) -> pa.Array:
        """The interval of each number, as text."""
        numbers, missing = self.numbers(values)
        codes = self._between(numbers) if self._width is None else self._of_width(numbers)
        return texts(pa.array(codes, pa.int64(), mask=missing), self._label)

    def _between(self, numbers: Floats | Integers) -> Integers:
        limits = np.array([float(limit) for limit in self._limits])
        return np.searchsorted(limits, numbers, side="right").astype(np.int64)

    def _of_width(self, numbers: Floats | Integers) -> Integers:
        if self._whole:
            codes = self.grid.index_whole(numbers.astype(np.int64))
        else:
            codes = self.grid.index(numbers.astype(np.float64))
        if self.params.bottom is not None:
            codes = np.where(numbers < self.params.bottom, BELOW, codes)
        if self.params.top is not None:
            codes = np.where(numbers >= self.params.top, ABOVE, codes)
        return codes

    def _label(self, code: int) -> str:
        if self._width is None:
            code = {0: BELOW, len(self._limits): ABOVE}.get(code, code)
        if code == BELOW:
            return f"<{plain(self._limits[0])}"
        if code == ABOVE:
            last = plain(self._limits[-1])
            return f"{last}+" if self._whole and not last.startswith("-") else f">={last}"
        return self._interval(*self._bounds(code))

    def _bounds(self, code: int) -> tuple[Decimal, Decimal]:
        if self._width is None:
            return self._limits[code - 1], self._limits[code]
        low, high = self.grid.start(code), self.grid.start(code + 1)
        if self.params.bottom is not None:
            low = max(low, decimal(self.params.bottom))
        if self.params.top is not None:
            high = min(high, decimal(self.params.top))
        return low, high

    def _interval(self, low: Decimal, high: Decimal) -> str:
        if not self._whole:
            return f"[{plain(low)};{plain(high)}["
        last = high - 1
        if low < 0:
            return f"[{plain(low)};{plain(last)}]" if low != last else plain(low)
        return f"{plain(low)}-{plain(last)}" if low != last else plain(low)

    def output_kind(self) -> Kind:
        """Text."""
        return Kind.TEXT

    def explain(self) -> Bilingual:
        """What happens to a value."""
        if self._width is None:
            return words("transform.bin.edges", edges=" ; ".join(map(plain, self._limits)))
        low, high = self.params.bottom, self.params.top
        ends = [f"<{plain(decimal(low))}"] if low is not None else []
        ends += [f">={plain(decimal(high))}"] if high is not None else []
        key = "transform.bin.width.ends" if ends else "transform.bin.width"
        return words(key, width=plain(self._width), ends=" ; ".join(ends))
