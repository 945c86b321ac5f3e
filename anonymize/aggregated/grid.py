"""The cells of an aggregated table, and how they add up along each dimension."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Relations:
    """Every sum that an intruder knows: a cell and the cells right below it along one dimension."""

    matrix: sparse.csr_array
    """Relation × cell: 1 for a child, -1 for the parent; its product with exact values is 0."""
    dimension: Numbers
    """Relation -> dimension along which it adds up."""
    parent: Numbers
    """Relation -> cell of its total."""


@dataclass(frozen=True)
class Grid:
    """Non-empty cells of a table whose dimensions are trees; a cell that is absent holds nobody."""

    parents: tuple[Numbers, ...]
    """For each dimension, node -> its parent; node 0 is the total, and its own parent."""
    cells: Numbers
    """Cell × dimension -> node."""

    @property
    def count(self) -> int:
        """Number of cells."""
        return len(self.cells)

    @cached_property
    def relations(self) -> Relations:
        """All relations; ValueError when a cell is there twice or lacks a total."""
        shape = tuple(len(nodes) for nodes in self.parents)
        codes = np.ravel_multi_index(tuple(self.cells.T), shape)
        order = np.argsort(codes, kind="stable")
        if (np.diff(codes[order]) == 0).any():
            raise ValueError("repeated cell")
        pairs = [self._pairs(axis, codes, order, shape) for axis in range(len(shape))]
        blocks, dimension, parent = [], [], []
        for axis, (child, above) in enumerate(pairs):
            totals, row = np.unique(above, return_inverse=True)
            blocks.append(self._block(child, row, totals))
            dimension.append(np.full(len(totals), axis))
            parent.append(totals)
        return Relations(
            sparse.csr_array(sparse.vstack(blocks)), np.concatenate(dimension), np.concatenate(parent)
        )

    def _pairs(
        self, axis: int, codes: Numbers, order: Numbers, shape: tuple[int, ...]
    ) -> tuple[Numbers, Numbers]:
        """Children and their parents along one dimension, as numbers of cells."""
        child = np.flatnonzero(self.cells[:, axis] != 0)
        above = self.cells[child].copy()
        above[:, axis] = self.parents[axis][above[:, axis]]
        wanted = np.ravel_multi_index(tuple(above.T), shape)
        place = np.minimum(np.searchsorted(codes, wanted, sorter=order), len(codes) - 1)
        if (codes[order[place]] != wanted).any():
            raise ValueError("missing total")
        return child, order[place]

    def _block(self, child: Numbers, row: Numbers, totals: Numbers) -> sparse.csr_array:
        values = np.concatenate([np.ones(len(child)), -np.ones(len(totals))])
        rows = np.concatenate([row, np.arange(len(totals))])
        columns = np.concatenate([child, totals])
        return sparse.csr_array((values, (rows, columns)), shape=(len(totals), self.count))
