"""The members of a dimension as a tree: from the values of a column to the totals above them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from anonymize.aggregated.grid import Numbers

TOTAL = "TOTAL"
"""What stands for all members of a level."""
Path = tuple[str | None, ...]
"""The member at each level, coarsest first; None: the value is missing."""


@dataclass(frozen=True)
class Tree:
    """Nodes of a dimension; node 0 is the total of all."""

    levels: tuple[str, ...]
    """Names of the published columns, coarsest first."""
    paths: tuple[Path, ...]
    """Node -> its members; shorter than ``levels`` for a total."""
    parents: Numbers
    leaves: Mapping[str | None, Numbers]
    """Value of the column -> its node at each level, from the total to the finest."""

    def labels(self, node: int) -> Path:
        """One text a level, :data:`TOTAL` below the node."""
        path = self.paths[node]
        return path + (TOTAL,) * (len(self.levels) - len(path))


def tree(levels: Sequence[str], values: Mapping[str | None, Path]) -> Tree:
    """The tree of the ``values``, each with its path."""
    prefixes = {path[:depth] for path in values.values() for depth in range(1, len(levels) + 1)}
    ordered = sorted(
        prefixes, key=lambda path: (len(path), [(item is not None, item or "") for item in path])
    )
    paths: tuple[Path, ...] = ((), *ordered)
    number = {path: node for node, path in enumerate(paths)}
    return Tree(
        tuple(levels),
        paths,
        np.array([number[path[:-1]] for path in paths], np.int64),
        {
            value: np.array([number[path[:depth]] for depth in range(len(levels) + 1)], np.int64)
            for value, path in values.items()
        },
    )
