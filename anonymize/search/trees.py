"""Hierarchies as arrays: groups of leaves, what each loses, and the smallest group that holds two.

Loss is the normalized certainty penalty (Xu et al. 2006, doi:10.1145/1150402.1150504): the leaves
below a group, less one, over the leaves of the hierarchy, less one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FORBIDDEN = 1000.0
"""A loss from here on means a group above the highest level allowed."""
TABLE_CELLS = 16_000_000
"""Up to here, the smallest common groups of all pairs are kept in a table."""


@dataclass(frozen=True)
class Tree:
    """The hierarchy of one column; its last level is one group."""

    levels: tuple[Integers, ...]
    """By level, the group of each leaf, numbered from 0. Level 0 is the leaf itself."""
    low: int = 0
    """Finest level allowed."""
    high: int | None = None
    """Coarsest level allowed; None: the last."""
    weight: float = 1.0
    """What a loss in this column counts for; 0 for a column that is not searched."""

    @property
    def leaves(self) -> int:
        """Number of leaves."""
        return len(self.levels[0])

    @property
    def top(self) -> int:
        """Coarsest level allowed."""
        return len(self.levels) - 1 if self.high is None else self.high

    @cached_property
    def penalties(self) -> tuple[Floats, ...]:
        """By level, the loss (0 to 1) of each group."""
        return tuple((np.bincount(level) - 1) / max(self.leaves - 1, 1) for level in self.levels)

    def leaf_losses(self, level: int) -> Floats:
        """The loss of each leaf once it is shown at ``level``."""
        return self.penalties[level][self.levels[level]]


def tree(groups: Sequence[Sequence[object]], **limits: float | None) -> Tree:
    """A tree from the labels of the leaves at each level, finest first; a last level of one is added.

    A hierarchy is nested: two leaves together at one level are together at every coarser one.
    """
    levels = [_numbered(labels) for labels in groups]
    if levels[-1].max(initial=0) > 0:
        levels.append(np.zeros(len(levels[0]), np.int64))
    return Tree(tuple(levels), **limits)  # type: ignore[arg-type]


def _numbered(labels: Sequence[object]) -> Integers:
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(label, len(numbers)) for label in labels], np.int64)


class Forest:
    """The trees of all columns, their groups ("nodes") numbered through."""

    def __init__(self, trees: Sequence[Tree]) -> None:
        """Numbers the nodes column after column, level after level."""
        self.trees = tuple(trees)
        total = sum(one.weight for one in trees) or 1.0
        self.weights = np.array([one.weight for one in trees]) / total
        self.first: list[list[int]] = []
        level_of, penalty, share = [], [], []
        count = 0
        for column, one in enumerate(trees):
            starts = []
            for level, losses in enumerate(one.penalties):
                starts.append(count)
                count += len(losses)
                level_of += [level] * len(losses)
                penalty.append(losses)
                share.append(losses * self.weights[column] + 2 * FORBIDDEN * (level > one.top))
            self.first.append(starts)
        self.level = np.array(level_of, np.int64)
        """Level of each node in its tree."""
        self.penalty = np.concatenate(penalty)
        """Loss of each node, 0 to 1."""
        self.share = np.concatenate(share)
        """Loss of each node weighted by its column, forbidden ones far above 1."""
        self._above = self._ancestors()
        self._table = self._join_table()

    def nodes(self, leaves: Integers) -> Integers:
        """The finest allowed nodes of leaves, one column a tree."""
        columns = [self.at_level(leaves, column, one.low) for column, one in enumerate(self.trees)]
        return np.stack(columns, axis=1)

    def at_level(self, leaves: Integers, column: int, level: int) -> Integers:
        """The nodes of one column's leaves at ``level``."""
        found: Integers = self.trees[column].levels[level][leaves[:, column]] + self.first[column][level]
        return found

    def loss(self, nodes: Integers) -> Floats:
        """Weighted loss of each row of nodes."""
        found: Floats = self.share.take(nodes).sum(axis=-1)
        return found

    def join(self, left: Integers, right: Integers) -> Integers:
        """Column by column, the smallest group that holds both; arrays are broadcast."""
        if self._table is not None:
            rows, table = self._table
            found: Integers = table.take(rows.take(left) + right)
            return found
        left, right = np.broadcast_arrays(left, right)
        found = self._above[-1][left].copy()
        for above in self._above[::-1]:
            np.copyto(found, above[left], where=above[left] == above[right])
        np.copyto(found, left, where=left == right)
        return found

    def _ancestors(self) -> Integers:
        """By level, the node above each node, its tree's last where there is none; else -1 - itself."""
        depth = max(len(one.levels) for one in self.trees)
        above = np.empty((depth, len(self.level)), np.int64)
        own = np.arange(len(self.level))
        for level in range(depth):
            above[level] = -1 - own
            for one, first in zip(self.trees, self.first, strict=True):
                reached = min(level, len(one.levels) - 1)
                for below in range(reached + 1):
                    nodes = one.levels[below] + first[below]
                    above[level, nodes] = one.levels[reached] + first[reached]
        return above

    def _join_table(self) -> tuple[Integers, Integers] | None:
        sizes = [sum(len(losses) for losses in one.penalties) for one in self.trees]
        if sum(size * size for size in sizes) > TABLE_CELLS:
            return None
        rows, parts, base, start = [], [], 0, 0
        for size in sizes:
            own = np.arange(start, start + size)
            above = self._above[:, start : start + size]
            joined = np.broadcast_to(above[-1], (size, size)).copy()
            for level in above[::-1]:
                np.copyto(joined, level[:, None], where=level[:, None] == level[None, :])
            np.fill_diagonal(joined, own)
            parts.append(joined.ravel())
            rows.append(base + (own - start) * size - start)
            base, start = base + size * size, start + size
        return np.concatenate(rows), np.concatenate(parts)
