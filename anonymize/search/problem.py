"""What is searched, and what is found."""

from dataclasses import dataclass, field

import numpy as np

from anonymize.search.constraints import Constraint
from anonymize.search.trees import Floats, Forest, Integers, Tree


class UnreachableError(Exception):
    """No allowed generalization makes the classes that are asked for."""


@dataclass(frozen=True)
class Problem:
    """Distinct combinations of values and what their classes must reach."""

    leaves: Integers
    """One row a distinct combination, one column a tree: the leaf of each value."""
    persons: Integers
    """Distinct persons who have each combination."""
    trees: tuple[Tree, ...]
    k: int
    suppression: float = 0.0
    """Share of persons who may stay in classes below k, and be left out for it."""
    constraints: tuple[Constraint, ...] = ()
    """What every class of k or more must satisfy besides."""

    @property
    def allowed(self) -> int:
        """Persons who may be left out."""
        return int(self.suppression * self.total + 1e-9)

    @property
    def total(self) -> int:
        """All persons."""
        return int(self.persons.sum())


@dataclass(frozen=True)
class Option:
    """One level a column for the whole table."""

    levels: tuple[int, ...]
    loss: float
    left_out: int
    """Persons in classes below k."""


@dataclass(frozen=True)
class Recoding:
    """A generalization of every combination."""

    forest: Forest
    nodes: Integers
    """The node of each combination in each column."""
    suppressed: np.ndarray[tuple[int], np.dtype[np.bool_]]
    """Combinations whose class is below k: their persons are to be left out."""
    loss: float
    """Mean loss of a cell, weighted by column; 1 for the cells of persons left out."""
    bound: float
    """No allowed generalization of this kind loses less; the loss itself when it is proven best."""
    classes: int
    left_out: int
    options: tuple[Option, ...] = field(default=())
    """The next best that were met, best first (``global`` only)."""

    @property
    def proven(self) -> bool:
        """Whether nothing better exists."""
        return self.bound >= self.loss


def class_numbers(rows: Integers) -> Integers:
    """The number of each row's class: equal rows, equal numbers."""
    number = np.zeros(len(rows), np.int64)
    for column in rows.T:
        _, code = np.unique(column, return_inverse=True)
        _, number = np.unique(number * (int(code.max(initial=0)) + 1) + code, return_inverse=True)
    return number.astype(np.int64)


def column_losses(recoding: Recoding, persons: Integers) -> Floats:
    """The mean loss of a cell of each column, 1 for persons left out."""
    cells = np.where(recoding.suppressed[:, None], 1.0, recoding.forest.penalty[recoding.nodes])
    found: Floats = persons @ cells / persons.sum()
    return found


def recoded(problem: Problem, forest: Forest, nodes: Integers, bound: float | None = None) -> Recoding:
    """The recoding that gives ``nodes``, its classes counted; ``bound`` None: proven best."""
    number = class_numbers(nodes)
    sizes = np.bincount(number, weights=problem.persons)
    suppressed = sizes[number] < problem.k
    cells = np.where(suppressed[:, None], 1.0, forest.penalty[nodes])
    loss = float(problem.persons @ (cells @ forest.weights) / problem.total)
    return Recoding(
        forest=forest,
        nodes=nodes,
        suppressed=suppressed,
        loss=loss,
        bound=loss if bound is None else min(bound, loss),
        classes=int((sizes >= problem.k).sum()),
        left_out=int(problem.persons[suppressed].sum()),
    )
