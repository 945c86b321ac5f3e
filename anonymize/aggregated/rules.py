"""What everybody knows of a measure before reading its values."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from anonymize.aggregated.grid import Grid

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Rules:
    """Linear facts that the values ``x`` of all cells obey."""

    equal: sparse.csr_array
    """``equal @ x == 0``."""
    below: sparse.csr_array
    """``below @ x <= 0``."""
    lower: float
    """No cell is smaller: 1 for a count, since a cell that is listed holds somebody, 0 for a sum."""


def additive(grid: Grid, lower: float) -> Rules:
    """The rules of rows and of sums: every total is the sum of its parts."""
    return Rules(grid.relations.matrix, sparse.csr_array((0, grid.count)), lower)


def distinct(grid: Grid, exclusive: Sequence[bool]) -> Rules:
    """The rules of distinct persons.

    Along a dimension where each person has one member only (``exclusive``) they add up. Along
    another, a total is at least each of its parts and at most their sum.
    """
    relations = grid.relations
    exact = np.array(exclusive, bool)[relations.dimension]
    loose = relations.matrix[~exact]
    return Rules(
        relations.matrix[exact],
        sparse.csr_array(sparse.vstack([-loose, _each_part(loose, relations.parent[~exact])])),
        1.0,
    )


def _each_part(matrix: sparse.csr_array, parent: npt.NDArray[np.int64]) -> sparse.csr_array:
    """One row a child: child - parent."""
    entries = matrix.tocoo()
    child = entries.data > 0
    count = int(child.sum())
    rows = np.tile(np.arange(count), 2)
    columns = np.concatenate([entries.col[child], parent[entries.row[child]]])
    values = np.concatenate([np.ones(count), -np.ones(count)])
    return sparse.csr_array((values, (rows, columns)), shape=(count, matrix.shape[1]))
