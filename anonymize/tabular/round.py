"""Round a number to a multiple."""

from decimal import Decimal

import numpy as np
import pyarrow as pa

from anonymize.tabular.grid import Grid, Integers, decimal, is_whole, plain
from anonymize.tabular.interface import NUMBERS, WHOLE_NUMBERS, Context
from anonymize.tabular.on_grid import OnGrid
from anonymize.tabular.words import words
from profiles import transforms
from profiles.model import Bilingual, Kind


class Round(OnGrid):
    """The nearest multiple of ``to``, halves away from zero, as one would by hand in decimal.

    2.675 to the nearest 0.01 is 2.68, -7 to the nearest 2 is -8. Whole numbers stay whole when
    ``to`` is whole.
    """

    name = "round"
    accepts = NUMBERS
    params: transforms.Round

    def __init__(self, params: transforms.Round, kind: Kind, context: Context) -> None:
        """Raises ProfileError when ``to`` is finer than a number can be."""
        self._to = decimal(params.to)
        super().__init__(params, kind, context, Grid(-self._to / 2, self._to))
        self._multiples = self.exact(Grid(Decimal(0), self._to))

    def apply(self, values: pa.Array, persons: pa.Array) -> pa.Array:
        """The rounded numbers."""
        numbers, missing = self.numbers(values)
        sizes = np.abs(numbers)
        if self._whole():
            whole = np.sign(numbers) * self._whole_multiple(sizes.astype(np.int64))
            return pa.array(whole, pa.int64(), mask=missing)
        rounded = np.sign(numbers) * self._multiples.starts(self.grid.index(sizes.astype(np.float64)))
        # Adding zero turns -0.0 into 0.0.
        return pa.array(rounded + 0.0, pa.float64(), mask=missing)

    def _whole(self) -> bool:
        return self.kind in WHOLE_NUMBERS and is_whole(self._to)

    def _whole_multiple(self, sizes: Integers) -> Integers:
        to = int(self._to)
        return (2 * sizes + to) // (2 * to) * to

    def output_kind(self) -> Kind:
        """The same, but a number when whole numbers are rounded to fractions."""
        return self.kind if self.kind is Kind.NUMBER or self._whole() else Kind.NUMBER

    def explain(self) -> Bilingual:
        """What happens to a value."""
        return words("transform.round", to=plain(self._to))
