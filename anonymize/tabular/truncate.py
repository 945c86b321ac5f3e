"""Cut a date to its day, month, quarter or year."""

import pyarrow as pa
import pyarrow.compute as pc

from anonymize.tabular.distinct import texts
from anonymize.tabular.interface import DATES, Transform
from anonymize.tabular.words import words
from profiles import transforms
from profiles.model import Bilingual, Kind


class Truncate(Transform):
    """A date without its time, or the month ``2020-01``, the quarter ``2020-Q1``, the year 2020.

    A month or a quarter is published as text, so that nobody reads it as the first of the month.
    """

    name = "truncate"
    accepts = DATES
    params: transforms.Truncate

    def apply(self, values: pa.Array, persons: pa.Array) -> pa.Array:
        """The truncated dates."""
        match self.params.to:
            case "day":
                return values.cast(pa.date32(), safe=False)
            case "year":
                return pc.year(values)
            case "month":
                return texts(_periods(values, 12, pc.month(values)), lambda code: _label(code, 12, "02d"))
            case "quarter":
                return texts(_periods(values, 4, pc.quarter(values)), lambda code: _label(code, 4, "Q"))

    def output_kind(self) -> Kind:
        """A date, a year, or the text of a month or quarter."""
        return {"day": Kind.DATE, "year": Kind.YEAR}.get(self.params.to, Kind.TEXT)

    def explain(self) -> Bilingual:
        """What happens to a value."""
        return words(f"transform.truncate.{self.params.to}")


def _periods(values: pa.Array, per_year: int, period: pa.Array) -> pa.Array:
    """A number that counts periods since the year 0."""
    return pc.add(pc.multiply(pc.year(values), per_year), pc.subtract(period, 1))


def _label(code: int, per_year: int, style: str) -> str:
    year, period = divmod(code, per_year)
    return f"{year:04d}-Q{period + 1}" if style == "Q" else f"{year:04d}-{period + 1:{style}}"
