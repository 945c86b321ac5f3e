"""Small aggregated tables for the tests, and an intruder who counts all possibilities."""

import itertools

import numpy as np

from anonymize.aggregated.grid import Grid


def star(size: int) -> np.ndarray:
    """A dimension of ``size`` members under one total."""
    return np.zeros(size + 1, np.int64)


def with_margins(leaves: np.ndarray, parents: list[np.ndarray] | None = None) -> tuple[Grid, np.ndarray]:
    """The grid of the non-empty cells of ``leaves`` and of all totals, and their values.

    The leaves of a dimension are its last nodes.
    """
    parents = parents or [star(size) for size in leaves.shape]
    totals: dict[tuple[int, ...], float] = {}
    for place in itertools.product(*map(range, leaves.shape)):
        if not leaves[place]:
            continue
        ways = []
        for axis, member in enumerate(place):
            node = len(parents[axis]) - leaves.shape[axis] + member
            way = [node]
            while way[-1]:
                way.append(int(parents[axis][way[-1]]))
            ways.append(way)
        for cell in itertools.product(*ways):
            totals[cell] = totals.get(cell, 0) + float(leaves[place])
    cells = np.array(sorted(totals), np.int64)
    return Grid(tuple(parents), cells), np.array([totals[tuple(cell)] for cell in cells.tolist()])


def possible_tables(leaves: np.ndarray, hidden: dict[tuple[int, ...], bool], most: int) -> np.ndarray:
    """Every table of counts from 1 to ``most`` in the same leaves that has the same totals where they
    are shown, one a row of the result. ``hidden``: node -> whether the cell is hidden; one level a dimension.
    """
    free = [tuple(place) for place in np.argwhere(leaves) if hidden[tuple(np.add(place, 1))]]
    numbers = np.indices((most,) * len(free)).reshape(len(free), -1).T + 1
    tables = np.broadcast_to(leaves, (len(numbers), *leaves.shape)).copy()
    for column, place in enumerate(free):
        tables[:, *place] = numbers[:, column]
    for cell, gone in hidden.items():
        if not gone:
            tables = tables[shown_total(tables, cell) == shown_total(leaves[None], cell)]
    return tables


def shown_total(tables: np.ndarray, cell: tuple[int, ...]) -> np.ndarray:
    """The value of a cell in each table, 0 standing for the total of a dimension."""
    chosen = tables[:, *(slice(None) if node == 0 else slice(node - 1, node) for node in cell)]
    return chosen.reshape(len(tables), -1).sum(axis=1)
