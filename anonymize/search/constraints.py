"""What the secrets of a class must satisfy: l-diversity and t-closeness.

l: Machanavajjhala et al. 2007, doi:10.1145/1217299.1217302 (distinct, entropy, recursive (c, l)).
t: Li et al. 2007, doi:10.1109/ICDE.2007.367856, equal and ordered distance.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from anonymize.search.trees import Floats, Integers

Truths = npt.NDArray[np.bool_]
CHUNK_CELLS = 4_000_000


@dataclass(frozen=True)
class Constraint:
    """A limit on one secret in every class."""

    combinations: Integers
    """Index of a combination, once for each value that its persons have."""
    values: Integers
    """That value's number, in the order of the values."""
    persons: Integers
    """How many persons of the combination have it."""
    kind: Literal["distinct", "entropy", "recursive", "equal", "ordered"]
    limit: float
    """l of ``distinct``, ``entropy`` and ``recursive``; t of ``equal`` and ``ordered``."""
    c: float = 1.0
    """c of ``recursive``."""

    def broken(self, classes: Integers, count: int) -> Truths:
        """Which of the ``count`` classes break it; ``classes``: the class of each combination."""
        width = int(self.values.max(initial=0)) + 1
        whole = np.bincount(self.values, self.persons, width)
        mine = classes[self.combinations]
        order = np.argsort(mine, kind="stable")
        mine, values, persons = mine[order], self.values[order], self.persons[order]
        found = np.zeros(count, np.bool_)
        step = max(1, CHUNK_CELLS // width)
        for first in range(0, count, step):
            low, high = np.searchsorted(mine, (first, first + step))
            rows = min(step, count - first)
            cell = (mine[low:high] - first) * width + values[low:high]
            counts = np.bincount(cell, persons[low:high], rows * width)
            found[first : first + rows] = self._breaks(
                counts.reshape(rows, width).astype(np.float64), whole.astype(np.float64)
            )
        return found

    def _breaks(self, counts: Floats, whole: Floats) -> Truths:
        sizes = counts.sum(axis=1, keepdims=True)
        shares = counts / np.maximum(sizes, 1)
        if self.kind == "distinct":
            bad = (counts > 0).sum(axis=1) < self.limit
        elif self.kind == "entropy":
            bad = _entropy(shares) < np.log(self.limit) - 1e-12
        elif self.kind == "recursive":
            ranked = -np.sort(-counts, axis=1)
            bad = ranked[:, 0] >= self.c * ranked[:, int(self.limit) - 1 :].sum(axis=1) - 1e-9
        else:
            bad = self._distance(shares, whole / whole.sum()) > self.limit + 1e-12
        empty: Truths = sizes[:, 0] == 0
        found: Truths = bad & ~empty
        return found

    def _distance(self, shares: Floats, whole: Floats) -> Floats:
        apart = shares - whole
        if self.kind == "equal":
            half: Floats = np.abs(apart).sum(axis=1) / 2
            return half
        moved: Floats = np.abs(np.cumsum(apart, axis=1)).sum(axis=1)
        return moved / max(len(whole) - 1, 1)


def _entropy(shares: Floats) -> Floats:
    logs = np.log(shares, where=shares > 0, out=np.zeros_like(shares))
    found: Floats = -(shares * logs).sum(axis=1)
    return found


def any_broken(constraints: tuple[Constraint, ...], classes: Integers, count: int) -> Truths:
    """Which classes break at least one constraint."""
    found = np.zeros(count, np.bool_)
    for constraint in constraints:
        found |= constraint.broken(classes, count)
    return found
