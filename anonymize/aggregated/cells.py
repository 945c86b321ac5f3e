"""The cells of an aggregated table counted by SQL: rows, sums, distinct persons, largest contributor.

Sums are integers (in the last published decimal of each person's part), so that totals are exact
sums of their parts whatever the order of the rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from anonymize.aggregated.dimensions import Read
from anonymize.aggregated.grid import Grid
from anonymize.aggregated.rules import Values
from profiles.errors import Place, SourceError
from profiles.model import Aggregate
from tables.candidate import PERSON, CandidateTable
from tables.duck import quote, scan, stream

MOST_CELLS = 200_000
"""Above it the audit would not end in reasonable time."""


@dataclass(frozen=True)
class Counted:
    """Everything that is known of the cells before any is hidden."""

    grid: Grid
    exclusive: tuple[bool, ...]
    """Dimension -> whether each person has one member of it only."""
    persons: Values
    rows: Values
    sums: Mapping[str, Values]
    """Measure -> sum, in units of its last published decimal."""
    largest: Values
    """Sum × cell: share of the largest contributor."""


def count_cells(
    con: duckdb.DuckDBPyConnection,
    spec: Aggregate,
    dimensions: Sequence[Read],
    tables: Mapping[str, CandidateTable],
    *,
    folder: Path,
    place: Place,
) -> Counted:
    """All non-empty cells, totals included. SourceError when there are too many, none, or a negative sum."""
    sums = {name: measure for name, measure in spec.measures.items() if measure.sum is not None}
    parts = {
        name: _part(str(measure.sum)[len(spec.table) + 1 :], measure.decimals)
        for name, measure in sums.items()
    }
    _contributions(con, tables[spec.table], dimensions, tables, list(parts.values()), folder=folder)
    found = []
    for levels in product(*(range(len(one.tree.levels) + 1) for one in dimensions)):
        found.append(stream(con, _cells_sql(levels, len(parts))).read_all())
        if sum(map(len, found)) > MOST_CELLS:
            raise SourceError("aggregate-too-many-cells", place, limit=MOST_CELLS)
    cells = pa.concat_tables(found)
    if not len(cells):
        raise SourceError("aggregate-empty", place)
    data = {name: cells.column(name).to_numpy() for name in cells.column_names}
    values = {name: data[f"s{number}"].astype(np.float64) for number, name in enumerate(parts)}
    for name, each in values.items():
        if (each < 0).any():
            raise SourceError("aggregate-negative", place, name=name)
    nodes = np.column_stack([data[f"n{number}"] for number in range(len(dimensions))]).astype(np.int64)
    return Counted(
        grid=Grid(tuple(one.tree.parents for one in dimensions), nodes),
        exclusive=tuple(_exclusive(con, number, one) for number, one in enumerate(dimensions)),
        persons=data["persons"].astype(np.float64),
        rows=data["amount"].astype(np.float64),
        sums=values,
        largest=np.array([data[f"l{number}"] for number in range(len(parts))]).reshape(len(parts), -1),
    )


def _part(column: str, decimals: int) -> str:
    value = f"coalesce(CAST(t.{quote(column)} AS DOUBLE), 0)"
    return f"CAST(round({value} * {10**decimals}) AS HUGEINT)"


def _contributions(
    con: duckdb.DuckDBPyConnection,
    table: CandidateTable,
    dimensions: Sequence[Read],
    tables: Mapping[str, CandidateTable],
    parts: Sequence[str],
    *,
    folder: Path,
) -> None:
    """Table ``contributions``: a person's rows and sums in each finest cell, with its node at every level."""
    nodes, joins = [], []
    for number, one in enumerate(dimensions):
        path = folder / f"members{number}.parquet"
        values = list(one.tree.leaves)
        steps = np.array([one.tree.leaves[value] for value in values])
        names = [f"n{number}_{level}" for level in range(steps.shape[1])]
        pq.write_table(
            pa.table([pa.array(values, pa.string()), *map(pa.array, steps.T)], ["v", *names]), path
        )
        side = "t"
        if not one.own:
            side = f"p{number}"
            joins.append(
                f"LEFT JOIN {scan(tables[one.table].path)} AS {side} ON t.{PERSON} = {side}.{PERSON}"
            )
        joins.append(
            f"JOIN {scan(path)} AS m{number}"
            f" ON m{number}.v IS NOT DISTINCT FROM CAST({side}.{quote(one.column)} AS VARCHAR)"
        )
        nodes += names
    chosen = ", ".join(nodes)
    sums = "".join(f", sum({part}) AS s{number}" for number, part in enumerate(parts))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE contributions AS SELECT t.{PERSON} AS person, {chosen},"
        f" count(*) AS amount{sums} FROM {scan(table.path)} AS t {' '.join(joins)}"
        f" GROUP BY t.{PERSON}, {chosen}"
    )


def _cells_sql(levels: Sequence[int], sums: int) -> str:
    """The cells where each dimension stands at one level."""
    nodes = [f"n{number}_{level} AS n{number}" for number, level in enumerate(levels)]
    names = ", ".join(f"n{number}" for number in range(len(levels)))
    inner = "".join(f", sum(s{number}) AS s{number}" for number in range(sums))
    outer = "".join(
        f", CAST(sum(s{number}) AS DOUBLE) AS s{number},"
        f" coalesce(CAST(max(abs(s{number})) AS DOUBLE) / nullif(CAST(sum(abs(s{number})) AS DOUBLE), 0), 0)"
        f" AS l{number}"
        for number in range(sums)
    )
    return (
        f"SELECT {names}, count(*) AS persons, CAST(sum(amount) AS BIGINT) AS amount{outer}"
        f" FROM (SELECT person, {', '.join(nodes)}, sum(amount) AS amount{inner} FROM contributions"
        f" GROUP BY person, {', '.join(item.partition(' AS ')[0] for item in nodes)})"
        f" GROUP BY {names} ORDER BY {names}"
    )


def _exclusive(con: duckdb.DuckDBPyConnection, number: int, one: Read) -> bool:
    if not one.own:
        return True
    finest = f"n{number}_{len(one.tree.levels)}"
    most = con.execute(
        f"SELECT max(n) FROM (SELECT count(DISTINCT {finest}) AS n FROM contributions GROUP BY person)"
    ).fetchall()[0][0]
    return bool(most == 1)
