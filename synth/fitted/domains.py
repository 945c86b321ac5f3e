"""Finite domains: what may come out of a column, frozen so that no member is rare."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.str_]
LOST = -1
"""Index of a value that is not learnt; 0 is the missing value, others follow the order of the domain."""


@dataclass(frozen=True)
class Domain:
    """The values of a column: codes, or numbers grouped in cells that are drawn from evenly."""

    labels: Texts = field(default_factory=lambda: np.zeros(0, "U1"))
    """Codes, the first at index 1; none for numbers."""
    values: Floats = field(default_factory=lambda: np.zeros(0))
    """Numbers that may come out, cell after cell."""
    starts: Ints = field(default_factory=lambda: np.zeros(1, np.int64))
    """Cell ``i + 1`` is ``values[starts[i]:starts[i + 1]]``."""

    @property
    def size(self) -> int:
        """Number of indices, the missing value included."""
        return 1 + max(len(self.labels), len(self.starts) - 1)

    @property
    def centres(self) -> Floats:
        """A number for each index, by which trees split: the middle of a cell, or the rank of a code."""
        if len(self.labels):
            return np.arange(self.size, dtype=np.float64)
        sums = np.add.reduceat(self.values, self.starts[:-1]) if len(self.values) else np.zeros(0)
        middle = sums / np.maximum(np.diff(self.starts), 1)
        low = middle.min() - 1 - np.ptp(middle) / 10 if len(middle) else 0.0
        return np.concatenate([[low], middle])

    def texts(self, index: Ints) -> pa.Array:
        """The codes at ``index``, null where missing."""
        return pa.array([None, *self.labels.tolist()], pa.string()).take(pa.array(index))

    def numbers(self, index: Ints, rng: np.random.Generator) -> Floats:
        """A number of each cell, NaN where missing."""
        found = np.full(len(index), np.nan)
        if len(self.values):
            there = index > 0
            cell = index[there] - 1
            width = np.diff(self.starts)[cell]
            found[there] = self.values[self.starts[cell] + (rng.random(len(cell)) * width).astype(np.int64)]
        return found


@dataclass(frozen=True)
class Codes:
    """A column of codes that was drawn."""

    domain: Domain
    index: Ints

    def at(self, rows: Ints) -> "Codes":
        """The same for other rows."""
        return Codes(self.domain, self.index[rows])

    @property
    def texts(self) -> pa.Array:
        """The codes, null where missing."""
        return self.domain.texts(self.index)


@dataclass(frozen=True)
class Encoded:
    """A column as its fit sees it."""

    domain: Domain
    index: Ints
    rare: int = 0
    """Distinct values under the floor."""
    raised: int = 0
    """Rows whose code rose to its parent."""
    lost: int = 0
    """Rows whose value is not learnt."""


def coarse(index: Ints, domain: Domain, groups: int = 8) -> Ints:
    """Index -> group: the missing value, then neighbours of about equal weight (codes: each its own)."""
    counts = np.bincount(index[index >= 0], minlength=domain.size).astype(float)
    counts[0] = 0
    lookup = np.zeros(domain.size, np.int64)
    if domain.size == 1:
        return lookup
    if len(domain.labels):
        if domain.size <= 400:
            return np.arange(domain.size)
        frequent = np.argsort(-counts, kind="stable")[:400]
        lookup[:] = 401
        lookup[frequent] = 1 + np.arange(len(frequent))
        lookup[0] = 0
        return lookup
    share = (counts.cumsum() - counts / 2) / max(counts.sum(), 1)
    lookup[:] = 1 + np.minimum((share * groups).astype(np.int64), groups - 1)
    lookup[0] = 0
    return lookup
