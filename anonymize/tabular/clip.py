"""Bring a number back between two limits."""

import math

import pyarrow as pa
import pyarrow.compute as pc

from anonymize.tabular.grid import decimal, plain
from anonymize.tabular.interface import NUMBERS, WHOLE_NUMBERS, Transform
from anonymize.tabular.words import words
from profiles import transforms
from profiles.model import Bilingual


class Clip(Transform):
    """A number below ``low`` becomes ``low``, one above ``high`` becomes ``high``; others stay.

    On whole numbers the limits are brought inwards to whole numbers.
    """

    name = "clip"
    accepts = NUMBERS
    params: transforms.Clip

    def apply(self, values: pa.Array, persons: pa.Array) -> pa.Array:
        """The clipped numbers, of the same type."""
        low, high = self._limits()
        if low is not None:
            values = pc.if_else(pc.less(values, low), low, values)
        if high is not None:
            values = pc.if_else(pc.greater(values, high), high, values)
        return values

    def _limits(self) -> tuple[float | None, float | None]:
        low, high = self.params.low, self.params.high
        if self.kind in WHOLE_NUMBERS:
            return low if low is None else math.ceil(low), high if high is None else math.floor(high)
        return low, high

    def explain(self) -> Bilingual:
        """What happens to a value."""
        low, high = self._limits()
        if high is None:
            return words("transform.clip.low", low=plain(decimal(low or 0)))
        if low is None:
            return words("transform.clip.high", high=plain(decimal(high)))
        return words("transform.clip.both", low=plain(decimal(low)), high=plain(decimal(high)))
