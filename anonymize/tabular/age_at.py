"""Replace a date of birth by an age."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from anonymize.tabular.interface import DATES, Transform
from anonymize.tabular.words import words
from profiles import transforms
from profiles.model import Bilingual, Kind


class AgeAt(Transform):
    """The whole years completed on a given ``date``, or on the date in another ``column`` of the row.

    Someone born on 29 February is a year older on 1 March of common years. Where either date is
    missing there is no age. A birth after the other date stops the run.
    """

    name = "age_at"
    accepts = DATES
    params: transforms.AgeAt

    def apply(self, values: pa.Array, persons: pa.Array) -> pa.Array:
        """The ages on the given date; null when the date is in another column."""
        if self.params.date is None:
            return pa.nulls(len(values), pa.int64())
        return self._ages(values, pa.array([self.params.date] * len(values), pa.date32()))

    def apply_in_row(self, values: pa.Array, persons: pa.Array, row: Mapping[str, pa.Array]) -> pa.Array:
        """The ages on the given date, or on that of the row."""
        if self.params.column is None:
            return self.apply(values, persons)
        return self._ages(values, row[self.params.column])

    def _ages(self, born: pa.Array, then: pa.Array) -> pa.Array:
        years = pc.subtract(pc.year(then), pc.year(born))
        early = pc.less(_day_of_year(then), _day_of_year(born))
        ages = pc.subtract(years, early.cast(pa.int64()))
        self.check(pc.less(ages, 0).fill_null(fill_value=False), "age-before-birth")
        return ages

    def output_kind(self) -> Kind:
        """A whole number of years."""
        return Kind.INTEGER

    def may_blank(self) -> bool:
        """Where the other date is missing."""
        return self.params.column is not None

    def explain(self) -> Bilingual:
        """What happens to a value."""
        if self.params.date is None:
            return words("transform.age_at.column", column=self.params.column)
        return words("transform.age_at.date", date=self.params.date.isoformat())


def _day_of_year(dates: pa.Array) -> pa.Array:
    """A number that orders the days of any year: 331 for 31 March."""
    return pc.add(pc.multiply(pc.month(dates), 100), pc.day(dates))
