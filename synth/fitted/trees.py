"""Sequential trees (CART): each column of the person table given those before it.

After Reiter (2005), Using CART to generate partially synthetic public use microdata. A leaf holds at
least ``leaf`` persons, and gives cells of a domain that is itself above the floor.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from synth.fitted.conditional import Level, tabulate
from synth.fitted.counting import distinct, places
from synth.fitted.domains import Domain, Floats, Ints

Flags = npt.NDArray[np.bool_]
LEAVES = 250
CLASSES = 30
"""Codes up to which a tree classifies; above, it splits on their order by frequency."""
PREDICTORS = 25
SIGNIFICANT = 6.0
"""Of a split, in units of the noise: the best of a hundred splits of nothing rarely tells as much."""


@dataclass(frozen=True)
class Predictor:
    """A column that trees may look at."""

    values: Floats
    centred: Floats
    spread: float
    """The square root of the sum of squares of ``centred``."""

    @staticmethod
    def of(values: Floats) -> "Predictor":
        """The column of these values."""
        centred = values - values.mean() if len(values) else values
        return Predictor(values, centred, _size(centred))

    def at(self, known: Flags) -> "Predictor":
        """The column of some rows."""
        return self if known.all() else Predictor.of(self.values[known])


@dataclass(frozen=True)
class Tree:
    """A tree as arrays: nodes with a split, leaves with -1 as their feature."""

    predictors: Ints
    """Columns that it looks at, among those that were drawn before."""
    feature: Ints
    threshold: Floats
    left: Ints
    right: Ints
    rank: Ints
    """Node -> its rank by what it predicts: rows of like leaves follow each other when values are drawn."""
    level: Level

    def leaves(self, columns: Sequence[Floats], size: int) -> Ints:
        """The rank of the leaf of each of ``size`` rows of ``columns`` (all that were drawn before)."""
        inner = self.feature >= 0
        used = distinct(self.feature[inner])
        column = places(used, self.feature)
        matrix = _together([columns[place] for place in self.predictors[used]], size)
        node = np.zeros(size, np.int64)
        active = np.arange(size if inner.any() else 0)
        while len(active):
            at = node[active]
            active, at = active[inner[at]], at[inner[at]]
            goes = matrix[active, column[at]] <= self.threshold[at]
            node[active] = np.where(goes, self.left[at], self.right[at])
        ranks: Ints = self.rank[node]
        return ranks


def grow(predictors: Sequence[Predictor], target: Ints, domain: Domain, leaf: int, seed: int) -> Tree:
    """Fit the tree of ``target`` (indices of ``domain``, -1 not learnt) on the columns drawn before it."""
    known = target >= 0
    chosen = _best([one.at(known) for one in predictors], domain.centres[target[known]])
    nothing = np.zeros(0, np.int64)
    people = np.arange(len(target))
    if not len(chosen) or known.sum() < 2 * leaf or len(distinct(target[known])) < 2:
        level = tabulate(np.zeros_like(target), target, people, 1, least=1)
        return Tree(chosen, np.array([-1]), np.zeros(1), nothing, nothing, np.zeros(1, np.int64), level)
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor  # noqa: PLC0415 - heavy

    codes = len(domain.labels) > 0 and domain.size <= CLASSES
    kind = DecisionTreeClassifier if codes else DecisionTreeRegressor
    model = kind(min_samples_leaf=leaf, max_leaf_nodes=LEAVES, random_state=seed % 2**31)
    narrow = _together([predictors[place].values for place in chosen], len(target))
    wanted = target[known] if codes else _ordered(target[known], domain)
    model.fit(narrow if known.all() else narrow[known], wanted)
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


def _best(predictors: Sequence[Predictor], target: Floats) -> Ints:
    """The columns that go best with the target, by correlation of ranks' order of magnitude."""
    own = target - target.mean() if len(target) else target
    scale = max(_size(own), 1e-12)
    spread = np.array([one.spread for one in predictors])
    strength = np.abs([_product(one.centred, own) for one in predictors])
    strength /= np.where(spread > 0, spread * scale, np.inf)
    best = np.argsort(-strength, kind="stable")[:PREDICTORS]
    return np.sort(best[spread[best] > 0]).astype(np.int64)


def _together(columns: Sequence[Floats], size: int) -> npt.NDArray[np.float32]:
    """Columns as the trees take them."""
    found = np.empty((size, len(columns)), np.float32)
    for place, column in enumerate(columns):
        found[:, place] = column
    return found


def _size(values: Floats) -> float:
    return float(np.sqrt(_product(values, values)))


def _product(one: Floats, other: Floats) -> float:
    # np.dot takes several threads, which go on spinning when they are done.
    return float(np.einsum("i,i->", one, other))
