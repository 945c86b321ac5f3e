"""Move a person's dates by one secret offset."""

import pyarrow as pa
import pyarrow.compute as pc

from anonymize.tabular.interface import DATES, Transform
from anonymize.tabular.words import words
from profiles import transforms
from profiles.model import Bilingual, Kind

DAY = 86_400_000_000
"""Microseconds."""
FIRST_DAY, LAST_DAY = -719_162, 2_932_896
"""0001-01-01 and 9999-12-31, in days since 1970-01-01."""


class Shift(Transform):
    """Each date of a person moves by the same number of whole days, in ±``days``, never 0.

    The offset is the same in every column and table, so the intervals between a person's dates
    stay exact; the time of day stays. A date that would leave the years 1 to 9999 stops the run.
    """

    name = "shift"
    needs_key = True
    accepts = DATES
    params: transforms.Shift

    def apply(self, values: pa.Array, persons: pa.Array) -> pa.Array:
        """The shifted dates."""
        offsets = self.keys().offsets(self.params.days)(persons).cast(pa.int64())
        unit = 1 if self.kind is Kind.DATE else DAY
        ticks = (
            values.cast(pa.int32()).cast(pa.int64()) if self.kind is Kind.DATE else values.cast(pa.int64())
        )
        moved = pc.add(ticks, pc.multiply(offsets, unit))
        self._check_range(moved, unit)
        return moved.cast(pa.int32()).cast(pa.date32()) if self.kind is Kind.DATE else moved.cast(values.type)

    def _check_range(self, moved: pa.Array, unit: int) -> None:
        bounds = pc.min_max(moved).as_py()
        if bounds["min"] is None:
            return
        first, end = FIRST_DAY * unit, (LAST_DAY + 1) * unit
        if bounds["min"] < first or bounds["max"] >= end:
            out = pc.or_(pc.less(moved, first), pc.greater_equal(moved, end))
            self.check(out, "shift-out-of-range")

    def explain(self) -> Bilingual:
        """What happens to a value."""
        return words("transform.shift", days=self.params.days)
