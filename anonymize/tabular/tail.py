"""Top and bottom coding by share of persons."""

import math

import pyarrow as pa
import pyarrow.compute as pc

from anonymize.tabular.distinct import blank
from anonymize.tabular.grid import decimal, plain
from anonymize.tabular.interface import NUMBERS
from anonymize.tabular.waiting import ByValue, Ending, Waiting, Whole
from anonymize.tabular.words import words
from profiles import transforms
from profiles.model import Bilingual
from tables.candidate import PERSON
from tables.duck import quote, scan

Number = int | float


class Tail(Waiting):
    """A value above the limit becomes the limit: the highest value that enough persons reach or exceed.

    Enough: ``top_share`` of the persons who have a value, and at least ``persons``. In the same way
    at the bottom. When both ends can't have that many persons, every value becomes null.
    """

    name = "tail"
    note = "coded_values"
    accepts = NUMBERS
    params: transforms.Tail

    def see(self, whole: Whole) -> Ending:
        """Find the limits."""
        column = quote(whole.column)
        persons = (
            f"SELECT min({column}) AS low, max({column}) AS high FROM {scan(whole.path)}"
            f" WHERE {column} IS NOT NULL GROUP BY {PERSON}"
        )
        count = whole.con.execute(f"SELECT count(*) FROM ({persons})").fetchall()[0][0]

        def limit(share: float | None, end: str, order: str) -> Number | None:
            if share is None:
                return None
            rank = max(self.params.persons, math.ceil(share * count))
            found = whole.con.execute(
                f"SELECT {end} FROM ({persons}) ORDER BY {end} {order} LIMIT 1 OFFSET {rank - 1}"
            ).fetchall()
            return found[0][0] if found else math.nan

        low, high = (
            limit(self.params.bottom_share, "low", "ASC"),
            limit(self.params.top_share, "high", "DESC"),
        )
        return ByValue(lambda values: _coded(values, low, high))

    def may_blank(self) -> bool:
        """When there are too few persons."""
        return True

    def explain(self) -> Bilingual:
        """What happens to a value."""
        ends = {"top": self.params.top_share, "bottom": self.params.bottom_share}
        shares = {end: plain(100 * decimal(share)) for end, share in ends.items() if share is not None}
        key = "transform.tail.both" if len(shares) == 2 else f"transform.tail.{next(iter(shares))}"
        return words(key, persons=self.params.persons, **shares)


def _coded(values: pa.Array, low: Number | None, high: Number | None) -> tuple[pa.Array, int]:
    """The values brought between the limits, and how many were outside; NaN: no limit can be had."""
    limits = [limit for limit in (low, high) if limit is not None]
    if any(map(math.isnan, limits)) or (len(limits) == 2 and limits[0] > limits[1]):
        return blank(values, pa.array([True] * len(values), pa.bool_())), len(values) - values.null_count
    outside = 0
    for limit, beyond in ((low, pc.less), (high, pc.greater)):
        if limit is not None:
            where = beyond(values, pa.scalar(limit, values.type))
            outside += pc.sum(where).as_py() or 0
            values = pc.if_else(where, pa.scalar(limit, values.type), values)
    return values, outside
