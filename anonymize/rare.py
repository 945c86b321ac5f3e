"""Values that too few persons carry, found by SQL on a transformed table."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from anonymize.tabular.distinct import blank
from profiles.transforms import SuppressRare
from tables.candidate import PERSON
from tables.duck import quote, scan, stream


@dataclass(frozen=True)
class Frequent:
    """The values of a column that may stay, and what the others become."""

    values: pa.Array
    replacement: str | None

    def keep(self, values: pa.Array) -> tuple[pa.Array, int]:
        """A batch without rare values, and how many were replaced; null stays null."""
        rare = pc.and_(values.is_valid(), pc.invert(pc.is_in(values, value_set=self.values)))
        kept = blank(values, rare) if self.replacement is None else pc.if_else(rare, self.replacement, values)
        return kept, pc.sum(rare).as_py() or 0


def find_frequent(con: duckdb.DuckDBPyConnection, path: Path, column: str, step: SuppressRare) -> Frequent:
    """The values that at least ``step.persons`` distinct persons carry.

    The replacement is given up for null when those who get it, with those who had it already,
    are too few: it would single them out.
    """
    counts = (
        f"SELECT {quote(column)} AS __value, count(DISTINCT {PERSON}) AS __persons FROM {scan(path)}"
        f" WHERE {quote(column)} IS NOT NULL GROUP BY __value"
    )
    frequent = f"SELECT __value FROM ({counts}) WHERE __persons >= {int(step.persons)} ORDER BY __value"
    values = stream(con, frequent).read_all().column("__value").combine_chunks()
    if not step.replacement:
        return Frequent(values, None)
    hidden = con.execute(
        f"SELECT count(DISTINCT {PERSON}) FROM {scan(path)} JOIN ({counts}) ON {quote(column)} = __value"
        " WHERE __persons < ? OR __value = ?",
        [step.persons, step.replacement],
    ).fetchall()[0][0]
    return Frequent(values, step.replacement if hidden >= step.persons else None)
