"""Replace a date by the days since the person's first event."""

from functools import reduce

from anonymize.tabular.interface import DATES
from anonymize.tabular.waiting import Ending, Waiting, Whole, by_query
from anonymize.tabular.words import words
from profiles import transforms
from profiles.model import Bilingual, Kind
from tables.candidate import PERSON
from tables.duck import quote, scan


class IntervalSince(Waiting):
    """Calendar days between the first of the person's dates in the columns ``first`` and this one.

    Intervals are exact, no date is published. Dates are those of the source. A date is null when
    the person has none in these columns, and negative when it comes before all of them.
    """

    name = "interval_since"
    accepts = DATES
    params: transforms.IntervalSince

    def see(self, whole: Whole) -> Ending:
        """Find the first event of each person in the source."""
        named = self.params.first or (f"{self.context.table}.{self.context.column}",)
        dates = [_dates(whole, *_split(whole, name)) for name in named]
        events = reduce(lambda one, other: f"{one} UNION ALL {other}", dates)
        own = quote(whole.column)
        return by_query(
            whole,
            f"SELECT date_diff('day', e.first, t.{own}::DATE)"
            f" FROM {scan(whole.sources[whole.table], row=True)} AS t"
            f" LEFT JOIN (SELECT who, min(day) AS first FROM ({events}) GROUP BY who) AS e"
            f" ON t.{PERSON} = e.who ORDER BY t.file_row_number",
            Kind.INTEGER,
        )

    def output_kind(self) -> Kind:
        """A whole number of days."""
        return Kind.INTEGER

    def may_blank(self) -> bool:
        """For a person without any first event."""
        return bool(self.params.first)

    def explain(self) -> Bilingual:
        """What happens to a value."""
        if not self.params.first:
            return words("transform.interval_since")
        return words("transform.interval_since.first", columns=", ".join(self.params.first))


def _split(whole: Whole, name: str) -> tuple[str, str]:
    table = next(
        table for table in sorted(whole.sources, key=len, reverse=True) if name.startswith(f"{table}.")
    )
    return table, name[len(table) + 1 :]


def _dates(whole: Whole, table: str, column: str) -> str:
    return f"SELECT {PERSON} AS who, {quote(column)}::DATE AS day FROM {scan(whole.sources[table])}"
