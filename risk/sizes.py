"""Classes counted by their size: all that k, the risks and the population estimators need of them."""

from dataclasses import dataclass

import numpy as np

from risk.labels import Counts


@dataclass(frozen=True)
class Sizes:
    """Classes counted by their size."""

    size: Counts
    """Each size that occurs, upwards, without 0."""
    classes: Counts
    """Number of classes of that size."""

    @classmethod
    def of(cls, sizes: Counts) -> "Sizes":
        """From the size of each class; empty ones are left aside."""
        found = np.asarray(sizes, dtype=np.int64)
        counted = np.bincount(found[found > 0]) if len(found) else np.zeros(1, dtype=np.int64)
        size = np.flatnonzero(counted)
        return cls(size, counted[size].astype(np.int64))

    @property
    def persons(self) -> int:
        """All of them."""
        return int(self.size @ self.classes)

    @property
    def groups(self) -> int:
        """Number of classes."""
        return int(self.classes.sum())

    def classes_of(self, size: int) -> int:
        """Number of classes of one size."""
        return int(self.classes[self.size == size].sum())
