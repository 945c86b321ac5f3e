"""What the search for the best generalization chose, and what it lost."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class SearchedColumn:
    """One column that was searched."""

    column: str
    """``TABLE.COLUMN``."""
    levels: int
    """Levels of its hierarchy, the value itself included."""
    level: int | None
    """The level of all its values (``global``); None when each class has its own."""
    loss: float
    """Mean loss of a cell, 0 to 1."""


@dataclass(frozen=True)
class SearchedOption:
    """Another choice of levels, in the order of the columns."""

    levels: tuple[int, ...]
    loss: float
    left_out: int


@dataclass(frozen=True)
class Searched:
    """The outcome of one search."""

    method: Literal["local", "global"]
    loss: float
    """Normalized certainty penalty: mean over cells, 1 for those of persons left out."""
    bound: float | None
    """No choice of levels loses less (``global`` only)."""
    proven: bool
    """Whether the loss is the least possible."""
    classes: int
    left_out: int
    """Persons in classes that stay below k, who are left out."""
    columns: tuple[SearchedColumn, ...]
    options: tuple[SearchedOption, ...] = ()
    """The next best, best first."""
