"""Combinations that lie near each other, found block by block instead of all against all.

The loss of showing two combinations alike is a sum over tree levels where they agree, so it is a
product of two rows of weights: a block of combinations is compared by one matrix product. Blocks
are cut from several orderings, so that near ones meet in one.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from anonymize.search.trees import Forest, Integers

BLOCK = 256
APART = 4.0
"""Weight, beside losses that sum to 1, of agreeing where no generalization is allowed."""
Similarities = npt.NDArray[np.float32]


def neighbours(
    forest: Forest, leaves: Integers, orderings: int, nearest: int, seed: int
) -> tuple[Integers, Integers]:
    """Pairs (combination, near one), sorted; each has up to ``orderings * nearest`` near ones."""
    count = len(leaves)
    found = []
    for order in _orders(forest, leaves, orderings, seed):
        for first in range(0, count, BLOCK):
            start = max(min(first, count - BLOCK), 0)
            found.append(_nearest_in(forest, leaves, order[start : start + BLOCK], nearest))
    pairs = np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)
    return pairs // count, pairs % count


def _nearest_in(forest: Forest, leaves: Integers, block: Integers, nearest: int) -> Integers:
    """Pairs within a block, as one number each."""
    rows = _weights(forest, leaves[block])
    alike = rows @ rows.T
    np.fill_diagonal(alike, -1)
    kept = min(nearest, len(block) - 1)
    if kept < 1:
        return np.empty(0, np.int64)
    near = np.argpartition(alike, len(block) - kept, axis=1)[:, len(block) - kept :]
    pairs: Integers = block[:, None] * len(leaves) + block[near]
    return pairs.ravel()


def _weights(forest: Forest, leaves: Integers) -> Similarities:
    """One column a group of the block: the root of what agreeing in it saves, 0 outside."""
    parts = []
    for column, tree in enumerate(forest.trees):
        for level in range(tree.low, len(tree.levels) - 1):
            mine = leaves[:, column]
            saved = tree.leaf_losses(level + 1)[mine] - tree.leaf_losses(level)[mine]
            saved = np.maximum(saved, 0) * forest.weights[column] + APART * (level >= tree.top)
            groups, code = np.unique(tree.levels[level][mine], return_inverse=True)
            if len(groups) > 1:
                part = np.zeros((len(leaves), len(groups)), np.float32)
                part[np.arange(len(leaves)), code] = np.sqrt(saved)
                parts.append(part)
    return np.concatenate(parts, axis=1) if parts else np.zeros((len(leaves), 1), np.float32)


def _orders(forest: Forest, leaves: Integers, orderings: int, seed: int) -> Iterator[Integers]:
    """Orderings that first keep together what is dear to tell apart, each with other weights."""
    random = np.random.default_rng([seed, 1])
    keys, saved = [], []
    for column, tree in enumerate(forest.trees):
        for level in range(tree.low, len(tree.levels) - 1):
            mine = leaves[:, column]
            save = (tree.leaf_losses(level + 1) - tree.leaf_losses(level))[mine].mean()
            saved.append(save * forest.weights[column] + APART * (level >= tree.top))
            keys.append(tree.levels[level][mine])
    for _ in range(orderings if keys else 0):
        # Least dear first: numpy sorts by the last key.
        order = np.argsort(np.array(saved) * random.uniform(0.2, 1, len(saved)), kind="stable")
        yield np.lexsort([keys[number] for number in order]).astype(np.int64)
