"""What rounding and binning share: numbers that are brought to a grid."""

import numpy as np
import pyarrow as pa

from anonymize.tabular.grid import Flags, Floats, Grid, Integers, TooFineError
from anonymize.tabular.interface import Context, Transform
from profiles.errors import ProfileError
from profiles.model import Kind
from profiles.transforms import Model


class OnGrid(Transform):
    """A transform of numbers by a grid."""

    def __init__(self, params: Model, kind: Kind, context: Context, grid: Grid) -> None:
        """Raises ProfileError when the grid is finer than a number can be."""
        super().__init__(params, kind, context)
        self.grid = self.exact(grid)

    def exact(self, grid: Grid) -> Grid:
        """The grid, once it is known that doubles can follow it."""
        try:
            grid.starts(np.zeros(1, np.int64))
        except TooFineError:
            raise ProfileError("anonymize-too-fine", self.context.place, step=self.name) from None
        return grid

    def numbers(self, values: pa.Array) -> tuple[Floats | Integers, Flags]:
        """The values, 0 where null, and where they are null. SourceError beyond the grid."""
        missing = values.is_null().to_numpy(zero_copy_only=False)
        numbers = values.fill_null(0).to_numpy(zero_copy_only=False)
        held = self.grid.holds(numbers)
        if not held.all():
            self.check(pa.array(~held & ~missing), "number-out-of-range")
        return numbers, missing
