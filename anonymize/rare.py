"""Values that too few persons carry, found by SQL on a transformed table, replaced batch by batch."""

from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from anonymize.plan import TablePlan
from anonymize.tabular.distinct import blank
from profiles.transforms import SuppressRare
from tables.candidate import PERSON
from tables.duck import quote, scan, stream


@dataclass(frozen=True)
class Frequent:
    """The values of a column that may stay, and what the others become."""

    values: pa.Array
    replacement: str | None


@dataclass
class RareKernel:
    """Replaces rare values in the batches of one table, and counts them."""

    frequent: dict[str, Frequent]
    """Column -> values that may stay."""
    replaced: dict[str, int] = field(default_factory=dict, init=False)
    """Column -> rows whose value was replaced."""

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The same batch without rare values; null stays null."""
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        for name, frequent in self.frequent.items():
            values = columns[name]
            rare = pc.and_(values.is_valid(), pc.invert(pc.is_in(values, value_set=frequent.values)))
            self.replaced[name] = self.replaced.get(name, 0) + (pc.sum(rare).as_py() or 0)
            replacement = frequent.replacement
            columns[name] = (
                blank(values, rare) if replacement is None else pc.if_else(rare, replacement, values)
            )
        return pa.RecordBatch.from_pydict(columns)


def rare_kernel(con: duckdb.DuckDBPyConnection, plan: TablePlan, path: Path) -> RareKernel | None:
    """What replaces the rare values of the transformed table at ``path``; None when nothing asks for it."""
    steps = {column.name: column.rare.params for column in plan.columns if column.rare is not None}
    if not steps:
        return None
    return RareKernel({name: find_frequent(con, path, name, step) for name, step in steps.items()})


def find_frequent(con: duckdb.DuckDBPyConnection, path: Path, column: str, step: SuppressRare) -> Frequent:
    """The values that at least ``step.persons`` distinct persons carry.

    The replacement is given up for null when those who get it, with those who had it already,
    are too few: it would single them out.
    """
    counts = (
        f"SELECT {quote(column)} AS value, count(DISTINCT {PERSON}) AS persons FROM {scan(path)}"
        f" WHERE {quote(column)} IS NOT NULL GROUP BY value"
    )
    frequent = f"SELECT value FROM ({counts}) WHERE persons >= {int(step.persons)} ORDER BY value"
    values = stream(con, frequent).read_all().column("value").combine_chunks()
    if not step.replacement:
        return Frequent(values, None)
    hidden = con.execute(
        f"SELECT count(DISTINCT {PERSON}) FROM {scan(path)} JOIN ({counts}) ON {quote(column)} = value"
        " WHERE persons < ? OR value = ?",
        [step.persons, step.replacement],
    ).fetchall()[0][0]
    return Frequent(values, step.replacement if hidden >= step.persons else None)
