"""Judges a recoding from its output alone, by counting sets of leaves: no code of the search."""

from collections import Counter
from itertools import product

import numpy as np

from anonymize.search.problem import Problem, Recoding

Cell = frozenset[int]


def cells(recoding: Recoding, problem: Problem) -> list[tuple[Cell, ...]]:
    """What each combination shows: in each column, the set of leaves below its node."""
    below: dict[int, set[int]] = {}
    for column, tree in enumerate(problem.trees):
        for level, groups in enumerate(tree.levels):
            for leaf, group in enumerate(groups.tolist()):
                below.setdefault(recoding.forest.first[column][level] + group, set()).add(leaf)
    return [tuple(frozenset(below[node]) for node in row) for row in recoding.nodes.tolist()]


def judge(recoding: Recoding, problem: Problem) -> tuple[int, float, int]:
    """Smallest class that stays, loss, persons left out; fails when a cell does not hold its value."""
    shown = cells(recoding, problem)
    sizes: Counter[tuple[Cell, ...]] = Counter()
    for row, persons in zip(shown, problem.persons.tolist(), strict=True):
        sizes[row] += persons
    loss, left_out, smallest = 0.0, 0, min(size for size in sizes.values() if size >= problem.k)
    weights = [tree.weight for tree in problem.trees]
    for own, row, persons in zip(problem.leaves.tolist(), shown, problem.persons.tolist(), strict=True):
        assert all(leaf in cell for leaf, cell in zip(own, row, strict=True))
        gone = sizes[row] < problem.k
        left_out += persons * gone
        for cell, tree, weight in zip(row, problem.trees, weights, strict=True):
            loss += persons * weight * (1 if gone else (len(cell) - 1) / max(tree.leaves - 1, 1))
    return smallest, loss / sum(weights) / problem.total, left_out


def brute_force(problem: Problem) -> float | None:
    """The least loss of one level a column for all, by trying every combination of levels."""
    best = None
    weights = np.array([tree.weight for tree in problem.trees])
    for node in product(*(range(tree.low, tree.top + 1) for tree in problem.trees)):
        keys, loss = [], np.zeros(len(problem.persons))
        for column, (level, tree) in enumerate(zip(node, problem.trees, strict=True)):
            groups = tree.levels[level]
            shown = groups[problem.leaves[:, column]]
            held = np.array([(groups == group).sum() for group in shown])
            loss += weights[column] / weights.sum() * (held - 1) / max(tree.leaves - 1, 1)
            keys.append(shown.tolist())
        sizes: Counter[tuple[int, ...]] = Counter()
        rows = list(zip(*keys, strict=True))
        for row, persons in zip(rows, problem.persons.tolist(), strict=True):
            sizes[row] += persons
        gone = np.array([sizes[row] < problem.k for row in rows])
        out = int(problem.persons[gone].sum())
        if out <= problem.suppression * problem.total + 1e-9 and out < problem.total:
            total = float(problem.persons @ np.where(gone, 1, loss)) / problem.total
            best = total if best is None else min(best, total)
    return best
