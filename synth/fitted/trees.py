"""Sequential trees (CART): each column of the person table given those before it.

After Reiter (2005), Using CART to generate partially synthetic public use microdata. A leaf holds at
least ``leaf`` persons, and gives cells of a domain that is itself above the floor.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from synth.fitted.conditional import Level, tabulate
from synth.fitted.domains import Domain, Floats, Ints

Flags = npt.NDArray[np.bool_]
LEAVES = 250
CLASSES = 30
"""Codes up to which a tree classifies; above, it splits on their order by frequency."""
PREDICTORS = 25
SIGNIFICANT = 6.0
"""Of a split, in units of the noise: the best of a hundred splits of nothing rarely tells as much."""


@dataclass(frozen=True)
class Tree:
    """A tree as arrays: nodes with a split, leaves with -1 as their feature."""

    predictors: Ints
    """Columns of the matrix that it looks at."""
    feature: Ints
    threshold: Floats
    left: Ints
    right: Ints
    rank: Ints
    """Node -> its rank by what it predicts: rows of like leaves follow each other when values are drawn."""
    level: Level

    def leaves(self, matrix: Floats) -> Ints:
        """The rank of the leaf of each row of ``matrix`` (all columns)."""
        node = np.zeros(len(matrix), np.int64)
        active = np.arange(len(matrix)) if len(self.feature) > 1 else np.zeros(0, np.int64)
        while len(active):
            at = node[active]
            feature = self.feature[at]
            inner = feature >= 0
            active, at, feature = active[inner], at[inner], feature[inner]
            goes = matrix[active, self.predictors[feature]].astype(np.float32) <= self.threshold[at]
            node[active] = np.where(goes, self.left[at], self.right[at])
        ranks: Ints = self.rank[node]
        return ranks


def grow(matrix: Floats, target: Ints, domain: Domain, leaf: int, seed: int) -> Tree:
    """Fit the tree of ``target`` (indices of ``domain``, -1 not learnt) on the columns of ``matrix``."""
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor  # noqa: PLC0415 - heavy

    known = target >= 0
    chosen = _predictors(matrix[known], domain.centres[target[known]])
    nothing = np.zeros(0, np.int64)
    people = np.arange(len(target))
    if not len(chosen) or known.sum() < 2 * leaf or len(np.unique(target[known])) < 2:
        level = tabulate(np.zeros_like(target), target, people, 1, least=1)
        return Tree(chosen, np.array([-1]), np.zeros(1), nothing, nothing, np.zeros(1, np.int64), level)
    codes = len(domain.labels) > 0 and domain.size <= CLASSES
    kind = DecisionTreeClassifier if codes else DecisionTreeRegressor
    model = kind(min_samples_leaf=leaf, max_leaf_nodes=LEAVES, random_state=seed % 2**31)
    narrow = matrix[:, chosen].astype(np.float32)
    model.fit(narrow[known], target[known] if codes else _ordered(target[known], domain))
    tree = model.tree_
    stands_for, is_leaf = _pruned(tree, SIGNIFICANT if leaf > 1 else 0.0)
    nodes = stands_for[model.apply(narrow)]
    worth = _ordered(np.maximum(target, 0), domain)
    means = np.bincount(nodes, worth, tree.node_count) / np.maximum(
        np.bincount(nodes, minlength=tree.node_count), 1
    )
    rank = np.argsort(np.argsort(means, kind="stable"), kind="stable").astype(np.int64)
    level = tabulate(rank[nodes], target, people, leaf, least=1)
    return Tree(
        chosen,
        np.where(is_leaf, -1, tree.feature).astype(np.int64),
        np.asarray(tree.threshold, dtype=float),
        tree.children_left.astype(np.int64),
        tree.children_right.astype(np.int64),
        rank,
        level,
    )


def _pruned(tree: Any, significant: float) -> tuple[Ints, Flags]:
    """Node -> the leaf that stands for it (itself when it is inner), and which nodes are leaves.

    A split stays when it, or one below it, tells more than ``significant`` times what a split of
    nothing but noise would: what only the persons learnt from show is a trace of them.
    """
    left, right, size = tree.children_left, tree.children_right, tree.n_node_samples
    spread = tree.impurity * size
    is_leaf = left < 0
    top = np.arange(tree.node_count)
    for node in range(tree.node_count - 1, -1, -1):
        if not is_leaf[node] and is_leaf[left[node]] and is_leaf[right[node]]:
            within = spread[left[node]] + spread[right[node]]
            is_leaf[node] = spread[node] - within <= significant * within / max(size[node] - 2, 1)
    for node in range(tree.node_count):
        if left[node] >= 0:
            below = [left[node], right[node]]
            top[below] = top[node] if is_leaf[node] else below
    return top.astype(np.int64), is_leaf


def _ordered(target: Ints, domain: Domain) -> Floats:
    if len(domain.labels):
        counts = np.bincount(target, minlength=domain.size)
        return np.argsort(np.argsort(-counts, kind="stable"), kind="stable")[target].astype(float)
    return domain.centres[target]


def _predictors(matrix: Floats, target: Floats) -> Ints:
    """The columns that go best with the target, by correlation of ranks' order of magnitude."""
    if not matrix.shape[1]:
        return np.zeros(0, np.int64)
    centred = matrix - matrix.mean(0)
    spread = np.sqrt((centred**2).sum(0))
    own = target - target.mean()
    scale = spread * max(float(np.sqrt((own**2).sum())), 1e-12)
    strength = np.abs(centred.T @ own) / np.where(scale > 0, scale, np.inf)
    best = np.argsort(-strength, kind="stable")[:PREDICTORS]
    return np.sort(best[spread[best] > 0]).astype(np.int64)
