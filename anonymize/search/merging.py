"""From single combinations to classes of k: the cheapest pairs merge, many at a time."""

import numpy as np

from anonymize.search.clusters import Clusters, short
from anonymize.search.trees import FORBIDDEN, Floats, Integers

OVERSHOOT = 3.0
"""How much dearer a merge looks when its class would have 2 k persons where k are enough."""
STRANDED = 64
"""Classes without a near one that look for one among all, at each round."""


def merge_short(clusters: Clusters, pairs: tuple[Integers, Integers]) -> Clusters:
    """Merge every class that is short with a near one until none is, or no allowed merge is left."""
    merging = _Merging(clusters)
    left, right = clusters.of[pairs[0]], clusters.of[pairs[1]]
    while merging.short.any():
        left, right = merging.waiting(left, right)
        if not len(left):
            break
        left, right = merging.best_of_both(left, right)
    return clusters.regrouped(merging.into[clusters.of])


class _Merging:
    """Classes that merge; one keeps its number, the other gives it up."""

    def __init__(self, start: Clusters) -> None:
        self._start = start
        self._nodes, self._sizes, self._loss = start.nodes.copy(), start.sizes.copy(), start.loss.copy()
        self.into = np.arange(start.count)
        """What each class of the start has become."""
        self.short = start.short()
        self._hopeless = np.zeros(start.count, np.bool_)

    def waiting(self, left: Integers, right: Integers) -> tuple[Integers, Integers]:
        """Each pair once, those of short classes only, and pairs for classes that have none."""
        kept = (left != right) & (self.short[left] | self.short[right])
        left, right = left[kept], right[kept]
        count = self._start.count
        pairs = np.unique(np.minimum(left, right) * count + np.maximum(left, right))
        left, right = pairs // count, pairs % count
        paired = np.zeros(count, np.bool_)
        paired[left] = paired[right] = True
        live = np.unique(self.into)
        while (self.short & ~paired & ~self._hopeless).any():
            alone = np.flatnonzero(self.short & ~paired & ~self._hopeless)[:STRANDED]
            near = [self._nearest(one, live) for one in alone]
            left = np.concatenate([left, alone[[one is not None for one in near]]])
            right = np.concatenate([right, np.array([one for one in near if one is not None], np.int64)])
            if len(left):
                break
        return left, right

    def _nearest(self, one: int, live: Integers) -> int | None:
        """The live class that it loses least to merge with; None, for good, when none is allowed."""
        loss = self._start.forest.loss(self._start.forest.join(self._nodes[one], self._nodes[live]))
        loss[live == one] = np.inf
        if loss.min() >= FORBIDDEN:
            self._hopeless[one] = True
            return None
        return int(live[loss.argmin()])

    def best_of_both(self, left: Integers, right: Integers) -> tuple[Integers, Integers]:
        """Merge the pairs that are the best of both; gives the pairs under their new numbers."""
        nodes = self._start.forest.join(self._nodes[left], self._nodes[right])
        loss = self._start.forest.loss(nodes)
        allowed = np.flatnonzero(loss < FORBIDDEN)
        if len(allowed) < len(left):
            left, right, nodes, loss = left[allowed], right[allowed], nodes[allowed], loss[allowed]
        if not len(left):
            return left, right
        scores = self._scores(left, right, loss)
        best = np.full(self._start.count, np.inf)
        np.minimum.at(best, left, scores)
        np.minimum.at(best, right, scores)
        chosen = np.flatnonzero((scores == best[left]) & (scores == best[right]))
        # Two pairs may tie on a class: the first has it.
        _, first = np.unique(np.concatenate([left[chosen], right[chosen]]), return_index=True)
        mine = np.bincount(first % len(chosen), minlength=len(chosen)) == 2
        self._merge(left[chosen[mine]], right[chosen[mine]], nodes[chosen[mine]], loss[chosen[mine]])
        return self._now[left], self._now[right]

    def _scores(self, left: Integers, right: Integers, loss: Floats) -> Floats:
        k = self._start.problem.k
        sizes = self._sizes[left] + self._sizes[right]
        added = sizes * loss - self._sizes[left] * self._loss[left] - self._sizes[right] * self._loss[right]
        over = np.maximum(sizes - k, 0) / k
        scores: Floats = added / np.minimum(sizes, k) * (1 + OVERSHOOT * over)
        return scores + 1e-12 * np.arange(len(sizes))

    def _merge(self, kept: Integers, gone: Integers, nodes: Integers, loss: Floats) -> None:
        self._nodes[kept], self._loss[kept] = nodes, loss
        self._sizes[kept] += self._sizes[gone]
        self._sizes[gone] = 0
        self._now = np.arange(self._start.count)
        self._now[gone] = kept
        self.into = self._now[self.into]
        live = np.zeros(self._start.count, np.bool_)
        live[self.into] = True
        problem = self._start.problem
        self.short = live & short(problem, self.into[self._start.of], self._sizes)
