"""A table that is aggregated already: its rows are cells, margins included, and must add up."""

from collections.abc import Sequence

import duckdb
import numpy as np

from anonymize.aggregated.cells import MOST_CELLS, Counted
from anonymize.aggregated.dimensions import MOST_MEMBERS, Read
from anonymize.aggregated.grid import Grid, Relations
from anonymize.aggregated.members import TOTAL, tree
from anonymize.aggregated.rules import Values
from profiles.errors import Place, ProfileError, SourceError
from profiles.loading import LoadedProfile
from profiles.model import Aggregate, Already
from tables.candidate import CandidateTable
from tables.duck import quote, scan


def read_totals(
    con: duckdb.DuckDBPyConnection, loaded: LoadedProfile, name: str, table: CandidateTable
) -> tuple[list[Read], Counted]:
    """The dimensions and the cells of the table ``name`` of ``aggregate:``, which says ``already:``.

    SourceError when a cell is there twice, when a margin is not there or is not what its parts give, or
    when a row counts nobody. The largest contributor of a cell is not known: dominance is not judged.
    """
    spec, place = loaded.profile.aggregate[name], loaded.place(("aggregate", name))
    already = spec.already
    if already is None:
        raise TypeError(name)
    columns = [about.column[len(spec.table) + 1 :] for about in spec.dimensions.values()]
    _columns_are_published(table, [*columns, already.persons[len(spec.table) + 1 :]], place)
    rows = _rows(con, spec, already, columns, table)
    if len(rows) > MOST_CELLS:
        raise SourceError("aggregate-too-many-cells", place, limit=MOST_CELLS)
    if not rows:
        raise SourceError("aggregate-empty", place)
    dimensions, nodes = _dimensions(spec, already, columns, rows, place)
    grid = Grid(tuple(one.tree.parents for one in dimensions), nodes)
    exclusive = tuple(dimension not in already.overlaps for dimension in spec.dimensions)
    values = np.array([row[len(columns) :] for row in rows], dtype=np.float64).reshape(len(rows), -1)
    persons, names = values[:, 0], [one for one, about in spec.measures.items() if about.sum is not None]
    nobody = int((~(persons >= 1)).sum())
    if nobody:
        raise SourceError("aggregate-nobody", place, name=already.persons, count=nobody)
    sums = {measure: values[:, 1 + number] for number, measure in enumerate(names)}
    for measure, each in sums.items():
        if (each < 0).any():
            raise SourceError("aggregate-negative", place, name=measure)
    counted = Counted(grid, exclusive, persons, persons, sums, np.zeros((len(sums), grid.count)))
    _check(spec, counted, place)
    return dimensions, counted


def _columns_are_published(table: CandidateTable, columns: Sequence[str], place: Place) -> None:
    known = {item.name for item in table.columns}
    for column in columns:
        if column not in known:
            raise ProfileError("aggregate-dropped", place, name=f"{table.name}.{column}")


def _rows(
    con: duckdb.DuckDBPyConnection,
    spec: Aggregate,
    already: Already,
    columns: Sequence[str],
    table: CandidateTable,
) -> list[tuple[str | float | None, ...]]:
    """Members of each dimension, persons, and sums in units of their last published decimal."""
    chosen = [f"CAST({quote(column)} AS VARCHAR)" for column in columns]
    chosen.append(f"coalesce(CAST({quote(already.persons[len(spec.table) + 1 :])} AS DOUBLE), 0)")
    for about in spec.measures.values():
        if about.sum is not None:
            value = f"coalesce(CAST({quote(about.sum[len(spec.table) + 1 :])} AS DOUBLE), 0)"
            chosen.append(f"round({value} * {10**about.decimals})")
    order = ", ".join(map(str, range(1, len(chosen) + 1)))
    sql = f"SELECT {', '.join(chosen)} FROM {scan(table.path)} ORDER BY {order} LIMIT {MOST_CELLS + 1}"
    return con.execute(sql).fetchall()


def _dimensions(
    spec: Aggregate,
    already: Already,
    columns: Sequence[str],
    rows: Sequence[tuple[str | float | None, ...]],
    place: Place,
) -> tuple[list[Read], np.ndarray[tuple[int, ...], np.dtype[np.int64]]]:
    """The members of each dimension, and the node of each cell in each."""
    found, nodes = [], []
    for axis, (name, about) in enumerate(spec.dimensions.items()):
        values = [None if row[axis] is None else str(row[axis]) for row in rows]
        members = sorted({value for value in values if value is not None and value != already.total})
        if len(members) > MOST_MEMBERS:
            raise SourceError("aggregate-too-many-members", place, name=about.column, limit=MOST_MEMBERS)
        if TOTAL in members:
            raise SourceError("aggregate-total-value", place, name=about.column, total=TOTAL)
        made = tree((name,), {value: (value,) for value in [*members, None]})
        found.append(Read(made, spec.table, columns[axis], own=True))
        nodes.append([0 if value == already.total else int(made.leaves[value][-1]) for value in values])
    return found, np.array(nodes, np.int64).T


def _check(spec: Aggregate, counted: Counted, place: Place) -> None:
    """Each cell once, every margin there, and every margin what its parts give."""
    grid, persons = counted.grid, counted.persons
    twice = grid.count - len(np.unique(grid.cells, axis=0))
    if twice:
        raise SourceError("aggregate-cell-twice", place, name=spec.table, count=twice)
    try:
        relations = grid.relations
    except ValueError:
        raise SourceError("aggregate-margin-missing", place, name=spec.table) from None
    for axis, dimension in enumerate(spec.dimensions):
        for measure, values in {"persons": persons, **counted.sums}.items():
            overlap = values is persons and not counted.exclusive[axis]
            wrong = (_outside if overlap else _unequal)(relations, values, axis)
            if wrong:
                facts = {"name": spec.table, "dimension": dimension, "measure": measure, "count": wrong}
                margins = int((relations.dimension == axis).sum())
                raise SourceError("aggregate-margins", place, **facts, margins=margins)


def _unequal(relations: Relations, values: Values, axis: int) -> int:
    """Margins that are not the sum of their parts."""
    return int((relations.matrix[relations.dimension == axis] @ values != 0).sum())


def _outside(relations: Relations, persons: Values, axis: int) -> int:
    """Margins with fewer people than one of their parts, or more than all of them together."""
    chosen = relations.dimension == axis
    entries = relations.matrix[chosen].tocoo()
    part = entries.data > 0
    row, value = entries.row[part], persons[entries.col[part]]
    together, most = np.zeros(int(chosen.sum())), np.zeros(int(chosen.sum()))
    np.add.at(together, row, value)
    np.maximum.at(most, row, value)
    total = persons[relations.parent[chosen]]
    return int(((total > together) | (total < most)).sum())
