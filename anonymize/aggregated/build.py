"""From the transformed tables to the aggregated tables that we propose to publish.

The Parquet file of each has the published columns and, beside them, what the attacks need and
nobody else may see: the persons of each cell, whether it is hidden for itself, its true values.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from anonymize.aggregated.audit import NotSolvedError
from anonymize.aggregated.cells import Counted, count_cells
from anonymize.aggregated.dimensions import Read, read_dimension
from anonymize.aggregated.measure import (
    Asked,
    Measure,
    primary_cells,
    width_of_count,
    width_of_sum,
)
from anonymize.aggregated.protect import protect
from anonymize.aggregated.rules import Flags, Values, additive, distinct
from anonymize.aggregated.totals import read_totals
from anonymize.tabular.words import words
from profiles.errors import ProfileError, SourceError
from profiles.loading import LoadedProfile
from profiles.model import Aggregate, Bilingual, Kind, Role
from profiles.policy import Policy, policy_of
from tables.candidate import (
    PERSONS,
    PRIMARY,
    PUBLISHED,
    STATUS,
    SUPPRESSED,
    TRUE,
    AggregatedTable,
    CandidateTable,
    OutputColumn,
)
from tables.progress import Progress


def aggregate(
    con: duckdb.DuckDBPyConnection,
    loaded: LoadedProfile,
    tables: Mapping[str, CandidateTable],
    folder: Path,
    progress: Progress,
) -> dict[str, AggregatedTable]:
    """Every table of ``aggregate:``, written to ``folder``.

    ProfileError when a column can't be what the profile asks, SourceError when the data can't.
    """
    found = {}
    for name in loaded.profile.aggregate:
        progress.start("aggregate", None, table=name)
        found[name] = _one(con, loaded, name, tables, folder)
        progress.done()
    return found


def asked_of(spec: Aggregate, policy: Policy) -> Asked:
    """The protection of one table: the profile's, else the policy's floor."""
    floor = spec.floor or policy.persons_floor
    return Asked(floor, spec.dominance, spec.protection)


def _one(
    con: duckdb.DuckDBPyConnection,
    loaded: LoadedProfile,
    name: str,
    tables: Mapping[str, CandidateTable],
    folder: Path,
) -> AggregatedTable:
    spec, key = loaded.profile.aggregate[name], ("aggregate", name)
    _sums_are_numbers(loaded, spec, tables[spec.table], name)
    dimensions, counted = _read(con, loaded, name, tables, folder)
    asked = asked_of(spec, policy_of(loaded.profile))
    primary = primary_cells(counted.persons, counted.largest, asked)
    measures = _measures(spec, counted, primary, asked)
    try:
        hidden = protect(counted.grid, measures, primary, np.sqrt(counted.persons))
    except NotSolvedError:
        raise SourceError("aggregate-not-protected", loaded.place(key)) from None
    columns = _columns(spec, dimensions, asked)
    path = folder / f"{len(list(folder.iterdir()))}.aggregate.parquet"
    pq.write_table(_table(spec, dimensions, counted, primary, hidden), path)
    return AggregatedTable(
        name,
        path,
        counted.grid.count,
        columns,
        counted.exclusive,
        int(hidden.sum()),
        None if spec.already is None else _everybody(counted, hidden),
    )


def _everybody(counted: Counted, hidden: Flags) -> int | None:
    """People of the grand total, unless it is hidden."""
    shown = (counted.grid.cells == 0).all(axis=1) & ~hidden
    return int(counted.persons[shown][0]) if shown.any() else None


def _read(
    con: duckdb.DuckDBPyConnection,
    loaded: LoadedProfile,
    name: str,
    tables: Mapping[str, CandidateTable],
    folder: Path,
) -> tuple[list[Read], Counted]:
    """The cells: those that the table holds, or those that counting its rows gives."""
    spec, key = loaded.profile.aggregate[name], ("aggregate", name)
    if spec.already is not None:
        return read_totals(con, loaded, name, tables[spec.table])
    dimensions = [
        read_dimension(con, loaded, tables, (*key, "dimensions", dimension), about)
        for dimension, about in spec.dimensions.items()
    ]
    return dimensions, count_cells(con, spec, dimensions, tables, folder=folder, place=loaded.place(key))


def _sums_are_numbers(loaded: LoadedProfile, spec: Aggregate, table: CandidateTable, name: str) -> None:
    """A step may have turned numbers into classes."""
    numbers = {
        f"{table.name}.{item.name}" for item in table.columns if item.kind in (Kind.INTEGER, Kind.NUMBER)
    }
    for measure, about in spec.measures.items():
        if about.sum is not None and about.sum not in numbers:
            place = loaded.place(("aggregate", name, "measures", measure, "sum"))
            raise ProfileError("aggregate-not-number", place, name=about.sum)


def _measures(spec: Aggregate, counted: Counted, primary: Flags, asked: Asked) -> list[Measure]:
    """The published measures, in the order of the profile."""
    found = []
    for name, about in spec.measures.items():
        if about.sum is not None:
            values = counted.sums[name]
            width = width_of_sum(values, counted.persons, primary, asked)
            found.append(Measure(name, values, additive(counted.grid, 0.0), additive=True, required=width))
            continue
        rows = about.count == "rows"
        values = counted.rows if rows else counted.persons
        rules = additive(counted.grid, 1.0) if rows else distinct(counted.grid, counted.exclusive)
        width = width_of_count(values, primary, asked)
        found.append(Measure(name, values, rules, rows or all(counted.exclusive), width))
    return found


def _table(
    spec: Aggregate, dimensions: Sequence[Read], counted: Counted, primary: Flags, hidden: Flags
) -> pa.Table:
    data: dict[str, pa.Array] = {}
    for axis, one in enumerate(dimensions):
        labels = [one.tree.labels(int(node)) for node in counted.grid.cells[:, axis]]
        for level, column in enumerate(one.tree.levels):
            data[column] = pa.array([label[level] for label in labels], pa.string())
    true = _true_values(spec, counted)
    for name, values in true.items():
        data[name] = pa.array(values, mask=hidden)
    data[STATUS] = pa.array(np.where(hidden, SUPPRESSED, PUBLISHED), pa.string())
    data |= {PERSONS: pa.array(counted.persons.astype(np.int64)), PRIMARY: pa.array(primary)}
    data |= {TRUE + name: pa.array(values) for name, values in true.items()}
    return pa.table(data)


def _true_values(spec: Aggregate, counted: Counted) -> dict[str, npt.NDArray[np.int64] | Values]:
    """Counts as integers, sums as decimal numbers."""
    found: dict[str, npt.NDArray[np.int64] | Values] = {}
    for name, about in spec.measures.items():
        if about.sum is not None:
            found[name] = counted.sums[name] / 10**about.decimals
        else:
            found[name] = (counted.rows if about.count == "rows" else counted.persons).astype(np.int64)
    return found


def _columns(spec: Aggregate, dimensions: Sequence[Read], asked: Asked) -> tuple[OutputColumn, ...]:
    facts = {"floor": asked.floor, "dominance": round(100 * asked.dominance)}
    found = [
        OutputColumn(level, Kind.TEXT, Role.QUASI, (words("aggregate.dimension", name=about.column),))
        for one, about in zip(dimensions, spec.dimensions.values(), strict=True)
        for level in one.tree.levels
    ]
    for name, measure in spec.measures.items():
        kind = Kind.INTEGER if measure.sum is None else Kind.NUMBER
        word = "aggregate.already" if spec.already is not None else f"aggregate.{measure.count or 'sum'}"
        done = words(word, name=measure.sum or "", **facts)
        found.append(OutputColumn(name, kind, Role.SENSITIVE, (done,)))
    values = {word: _meaning(word) for word in (PUBLISHED, SUPPRESSED)}
    status = OutputColumn(STATUS, Kind.TEXT, Role.OTHER, (words("aggregate.status"),), values, required=True)
    return (*found, status)


def _meaning(word: str) -> Bilingual:
    return words(f"aggregate.status.{word}")
