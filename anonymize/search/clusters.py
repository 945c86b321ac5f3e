"""Combinations put into classes, and what each class loses."""

import numpy as np
import numpy.typing as npt

from anonymize.search.constraints import any_broken
from anonymize.search.problem import Problem
from anonymize.search.trees import Floats, Forest, Integers

Truths = npt.NDArray[np.bool_]


class Clusters:
    """A class for each combination; a class shows the smallest groups that hold its members."""

    def __init__(self, problem: Problem, forest: Forest, finest: Integers, of: Integers) -> None:
        """``finest``: the finest node of each combination and column; ``of``: its class."""
        self.problem, self.forest, self.finest = problem, forest, finest
        self.persons = problem.persons
        labels, numbers = np.unique(of, return_inverse=True)
        self.of: Integers = numbers.astype(np.int64)
        """The class of each combination, numbered from 0."""
        self.count = len(labels)
        self.members = np.bincount(self.of, minlength=self.count)
        self.sizes = np.bincount(self.of, weights=self.persons, minlength=self.count).astype(np.int64)
        """Persons of each class."""
        self.table = self._table()
        self.nodes = self._nodes()
        self.loss = forest.loss(self.nodes)
        """Loss of a person in each class."""

    @property
    def cost(self) -> Floats:
        """Loss of each class, summed over its persons."""
        return self.sizes * self.loss

    def regrouped(self, of: Integers) -> "Clusters":
        """The same combinations in other classes."""
        return Clusters(self.problem, self.forest, self.finest, of)

    def short(self) -> Truths:
        """Which classes are not yet what the problem asks for."""
        return short(self.problem, self.of, self.sizes)

    def _table(self) -> Integers:
        """By class, its members, then -1."""
        order = np.argsort(self.of, kind="stable")
        starts = np.cumsum(self.members) - self.members
        table = np.full((self.count, int(self.members.max(initial=1))), -1)
        table[self.of[order], np.arange(len(order)) - starts[self.of[order]]] = order
        return table

    def _nodes(self) -> Integers:
        nodes: Integers = self.finest[self.table[:, 0]].copy()
        for place in range(1, self.table.shape[1]):
            rows = np.flatnonzero(self.members > place)
            nodes[rows] = self.forest.join(nodes[rows], self.finest[self.table[rows, place]])
        return nodes

    def without_each(self) -> tuple[Integers, Truths]:
        """What the class of each combination would show without it, and whether it stands alone."""
        before = [self.finest[self.table[:, 0]]]
        for place in range(1, self.table.shape[1]):
            nodes = before[-1].copy()
            rows = np.flatnonzero(self.members > place)
            nodes[rows] = self.forest.join(nodes[rows], self.finest[self.table[rows, place]])
            before.append(nodes)
        rest = self.finest.copy()
        after = self.finest[self.table[np.arange(self.count), self.members - 1]].copy()
        for place in range(self.table.shape[1] - 1, -1, -1):
            rows = np.flatnonzero(self.members > place)
            own = self.table[rows, place]
            last = (self.members[rows] == place + 1)[:, None]
            if place:
                left = before[place - 1][rows]
                rest[own] = np.where(last, left, self.forest.join(left, after[rows]))
            else:
                rest[own] = after[rows]
            after[rows] = self.forest.join(after[rows], self.finest[own])
        return rest, self.members[self.of] == 1


def short(problem: Problem, of: Integers, sizes: Integers) -> Truths:
    """Which classes have fewer than k persons, or break a constraint."""
    small: Truths = sizes < problem.k
    if problem.constraints:
        small = small | any_broken(problem.constraints, of, len(sizes))
    return small
