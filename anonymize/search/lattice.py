"""One level a column for the whole table: the best of all combinations of levels, with proof.

Branch and bound over the lattice of levels. Two facts cut it: what the levels lose before anybody
is left out never shrinks when a level gets coarser, and a person left out only adds to it, so it
bounds the loss of a node from below; and persons in classes below k never grow in number when a
level gets coarser, so a node that leaves out too many rules out every finer one (the predictive
tagging of Kohlmayer et al. 2012, doi:10.1109/SocialCom-PASSAT.2012.61).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from anonymize.search.constraints import any_broken
from anonymize.search.problem import Option, Problem, Recoding, UnreachableError, recoded
from anonymize.search.trees import Floats, Forest, Integers

LARGEST = 20_000_000
"""Nodes of a lattice that can be proven; larger ones are descended greedily."""
DENSE = 1 << 21
RUNNERS_UP = 5
Node = tuple[int, ...]


class NodeCounter:
    """Classes of a node, counted by rolling up the finest combinations still in question."""

    def __init__(self, problem: Problem) -> None:
        """Starts from the combinations themselves."""
        self._problem = problem
        self._columns = range(len(problem.trees))
        self._rows = problem.leaves
        self._persons = problem.persons
        self._base: Node = tuple(0 for _ in self._columns)

    def raise_base(self, base: Node) -> None:
        """Merge what no node at or above ``base`` tells apart."""
        if base == self._base:
            return
        self._base = base
        number, count = self._classes(base)
        first = np.empty(count, np.int64)
        first[number[::-1]] = np.arange(len(number))[::-1]
        self._persons = np.bincount(number, weights=self._persons, minlength=count).astype(np.int64)
        self._rows = self._rows[first]

    def _classes(self, node: Node) -> tuple[Integers, int]:
        key = np.zeros(len(self._rows), np.int64)
        size = 1
        for column, level in enumerate(node):
            codes = self._problem.trees[column].levels[level]
            width = int(codes.max(initial=0)) + 1
            if size * width > 1 << 62:
                values, key = np.unique(key, return_inverse=True)
                size = len(values)
            key = key * width + codes[self._rows[:, column]]
            size *= width
        if size <= DENSE:
            seen = np.zeros(size, np.int64)
            seen[key] = 1
            number = np.cumsum(seen) - 1
            return number[key], int(seen.sum())
        values, key = np.unique(key, return_inverse=True)
        return key.astype(np.int64), len(values)

    def left_out(self, node: Node) -> tuple[int, float]:
        """Persons in classes below k, and the loss (0 to 1 each, summed) that they escape.

        They are to lose 1 a cell instead of what ``node`` takes.
        """
        number, count = self._classes(node)
        sizes = np.bincount(number, weights=self._persons, minlength=count)
        small = np.flatnonzero(sizes[number] < self._problem.k)
        persons = self._persons[small]
        spared = np.zeros(len(small))
        total = sum(tree.weight for tree in self._problem.trees) or 1.0
        for column, level in enumerate(node):
            tree = self._problem.trees[column]
            leaves = self._rows[small, column]
            spared += tree.weight / total * tree.penalties[level][tree.levels[level][leaves]]
        return int(persons.sum()), float(persons @ (1 - spared))


@dataclass
class _Search:
    """The state of one search."""

    problem: Problem
    counter: NodeCounter
    low: Node
    below: float = np.inf
    """What loses this or more is of no interest."""
    best: Option | None = None
    met: tuple[Option, ...] = ()

    def evaluate(self, node: Node, floor: float) -> bool:
        """Whether k can hold at ``node``, whose loss is at least ``floor``; remembers it if it is good."""
        left_out, added = self.counter.left_out(node)
        if left_out > self.problem.allowed:
            return False
        if left_out < self.problem.total and self._satisfied(node):
            option = Option(node, floor + added / self.problem.total, left_out)
            self.met = tuple(sorted({*self.met, option}, key=lambda one: (one.loss, one.levels)))
            self.met = self.met[: RUNNERS_UP + 1]
            self.best = self.met[0]
        return True

    def _satisfied(self, node: Node) -> bool:
        if not self.problem.constraints:
            return True
        number, count = NodeCounter(self.problem)._classes(node)  # noqa: SLF001 - its own kind
        sizes = np.bincount(number, weights=self.problem.persons, minlength=count)
        broken = any_broken(self.problem.constraints, number, count)
        return not bool((broken & (sizes >= self.problem.k)).any())


def search_global(
    problem: Problem, clock: Callable[[], float], deadline: float, below: float = np.inf
) -> Recoding:
    """The full-domain generalization of least loss.

    ``deadline`` is in the seconds of ``clock``; once it is over, the best that was found comes
    with its bound. UnreachableError when no combination of levels reaches k within the suppression,
    or, with ``below``, none that loses less than that.
    """
    trees = problem.trees
    low = tuple(tree.low for tree in trees)
    shape = tuple(tree.top - tree.low + 1 for tree in trees)
    floors = _floors(problem)
    search = _Search(problem, NodeCounter(problem), low, below)
    search.counter.raise_base(low)
    _descend(search, floors, shape, clock, deadline)
    bound: float | None = float(sum(column[0] for column in floors))
    if prod(shape) <= LARGEST:
        bound = _prove(search, floors, shape, clock, deadline)
    if search.best is None or search.best.loss >= below:
        raise UnreachableError
    return _result(problem, search, bound)


def _result(problem: Problem, search: _Search, bound: float | None) -> Recoding:
    if search.best is None:
        raise UnreachableError
    forest = Forest(problem.trees)
    levels = search.best.levels
    columns = [forest.at_level(problem.leaves, column, level) for column, level in enumerate(levels)]
    found = recoded(problem, forest, np.stack(columns, axis=1), bound)
    return replace(found, options=search.met)


def _floors(problem: Problem) -> list[Floats]:
    """Column by column, what each allowed level loses by itself."""
    total = sum(tree.weight for tree in problem.trees) or 1.0
    floors = []
    for column, tree in enumerate(problem.trees):
        leaves = np.bincount(problem.leaves[:, column], weights=problem.persons, minlength=tree.leaves)
        losses = [float(leaves @ tree.leaf_losses(level)) for level in range(tree.low, tree.top + 1)]
        floors.append(np.array(losses) * (tree.weight / total / problem.total))
    return floors


def _descend(
    search: _Search, floors: list[Floats], shape: Node, clock: Callable[[], float], deadline: float
) -> None:
    """From the coarsest node, step by step to the finer neighbour that loses least."""
    node: Node | None = tuple(size - 1 for size in shape)
    before = None
    while node is not None and clock() < deadline:
        if before is None:
            _visit(search, floors, node)
            before = search.best
        following = None
        for column, level in enumerate(node):
            if level == 0:
                continue
            finer = (*node[:column], level - 1, *node[column + 1 :])
            _visit(search, floors, finer)
            if search.best is not before:
                before, following = search.best, finer
        node = following


def _visit(search: _Search, floors: list[Floats], offset: Node) -> bool:
    floor = float(sum(column[level] for column, level in zip(floors, offset, strict=True)))
    node = tuple(low + level for low, level in zip(search.low, offset, strict=True))
    return search.evaluate(node, floor)


def _prove(
    search: _Search, floors: list[Floats], shape: Node, clock: Callable[[], float], deadline: float
) -> float | None:
    """Look at every node that could be better; the bound, None when the best is proven."""
    floor = floors[0]
    for column in floors[1:]:
        floor = np.add.outer(floor, column)
    flat = floor.reshape(-1)
    waiting = np.argsort(flat, kind="stable")
    open_ = np.ones(shape, np.bool_)
    flags = open_.reshape(-1)
    while True:
        limit = min(search.best.loss, search.below) if search.best else search.below
        end = int(np.searchsorted(flat[waiting], limit - 1e-12, side="left"))
        waiting = waiting[:end]
        waiting = waiting[flags[waiting]]
        if not len(waiting):
            return None
        if clock() > deadline:
            return float(flat[waiting[0]])
        _look(search, floors, waiting, open_)


def _look(
    search: _Search, floors: list[Floats], waiting: Integers, open_: np.ndarray[Node, np.dtype[np.bool_]]
) -> None:
    """Visit the coarsest waiting nodes, a few at a time, and rule out what is below the bad ones."""
    shape = open_.shape
    offsets = np.unravel_index(waiting, shape)
    least = tuple(int(low + offset.min()) for low, offset in zip(search.low, offsets, strict=True))
    search.counter.raise_base(least)
    flags = open_.reshape(-1)
    for number in waiting[: -1 - len(waiting) // 4 : -1] if len(waiting) > 4 else waiting[::-1]:
        if not flags[number]:
            continue
        offset = tuple(int(part) for part in np.unravel_index(number, shape))
        flags[number] = False
        best = search.best
        if not _visit(search, floors, offset):
            open_[tuple(slice(0, part + 1) for part in offset)] = False
        if search.best is not best:
            return
