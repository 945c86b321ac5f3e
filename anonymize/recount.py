"""Rare values once more, on the persons who remain: those left out no longer stand behind a value."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa

from anonymize.plan import TablePlan
from anonymize.rare import Frequent, find_frequent
from anonymize.suppression import Remaining
from anonymize.tabular.suppress_rare import SuppressRare
from tables.engine import map_batches


def blank_again(
    con: duckdb.DuckDBPyConnection, plans: Mapping[str, TablePlan], remaining: Remaining, folder: Path
) -> tuple[Remaining, dict[tuple[str, str], int]]:
    """The tables without the values that have become rare, and table and column -> rows changed.

    One pass is enough: a value that goes takes no person from another. A class that shrinks under
    k by it, when the column is known to an intruder, is left to the gate, which refuses.
    """
    if not remaining.left_out:
        return remaining, {}
    paths = dict(remaining.paths)
    counts: dict[tuple[str, str], int] = {}
    for table, plan in plans.items():
        kernel = _Blank(
            {column: find_frequent(con, paths[table], column, step.params) for column, step in _steps(plan)}
        )
        if kernel.frequent:
            target = folder / f"recount-{paths[table].name}"
            map_batches(paths[table], kernel, target)
            paths[table] = target
            counts |= {(table, column): count for column, count in kernel.counts.items() if count}
    return replace(remaining, paths=paths), counts


def _steps(plan: TablePlan) -> list[tuple[str, SuppressRare]]:
    """The columns that end with ``suppress_rare``."""
    ends = [(column.name, column.steps[-1]) for column in plan.columns if column.steps]
    return [(name, step) for name, step in ends if isinstance(step, SuppressRare)]


class _Blank:
    """Keeps the frequent values of a batch and counts the others."""

    def __init__(self, frequent: Mapping[str, Frequent]) -> None:
        self.frequent = frequent
        self.counts = dict.fromkeys(frequent, 0)

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        for name, values in self.frequent.items():
            columns[name], count = values.keep(columns[name])
            self.counts[name] += count
        return pa.RecordBatch.from_pydict(columns)
