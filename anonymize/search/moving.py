"""A combination moves to a better class, or two change places, wherever that loses less."""

from dataclasses import dataclass

import numpy as np

from anonymize.search.clusters import Clusters, Truths, short
from anonymize.search.trees import Floats, Integers

LEAST = 1e-9
"""A saving below this is rounding."""


@dataclass(frozen=True)
class _Trials:
    """Moves looked at: a combination, the class it is in, the class it would go to."""

    one: Integers
    source: Integers
    target: Integers
    saved: Floats
    """What moving would save; negative when it would cost."""

    def where(self, kept: Truths | Integers) -> "_Trials":
        return _Trials(self.one[kept], self.source[kept], self.target[kept], self.saved[kept])


@dataclass(frozen=True)
class _Changes:
    """Moves and exchanges that save; ``back`` is the one that comes in exchange, or -1."""

    moves: _Trials
    back: Integers


def sweep(clusters: Clusters, pairs: tuple[Integers, Integers]) -> Clusters:
    """One round of moves and exchanges between near classes, the most useful first."""
    rest, alone = clusters.without_each()
    rest_loss = np.where(alone, 0.0, clusters.forest.loss(rest))
    trials = _trials(clusters, pairs, rest_loss)
    k, persons = clusters.problem.k, clusters.persons
    free = alone[trials.one] | (clusters.sizes[trials.source] - persons[trials.one] >= k)
    moves = trials.where(free & (trials.saved > LEAST))
    wanted = trials.where(~free & (trials.saved > LEAST))
    exchanged, back = _exchanges(clusters, wanted, rest, alone, rest_loss)
    return _apply(clusters, _joined(moves, exchanged, back))


def _trials(clusters: Clusters, pairs: tuple[Integers, Integers], rest_loss: Floats) -> _Trials:
    one, target = pairs[0], clusters.of[pairs[1]]
    apart = clusters.of[one] != target
    found = np.unique(one[apart] * clusters.count + target[apart])
    one, target = found // clusters.count, found % clusters.count
    source, persons, sizes = clusters.of[one], clusters.persons, clusters.sizes
    joined = clusters.forest.loss(clusters.forest.join(clusters.nodes[target], clusters.finest[one]))
    added = (sizes[target] + persons[one]) * joined - clusters.cost[target]
    removed = clusters.cost[source] - (sizes[source] - persons[one]) * rest_loss[one]
    return _Trials(one, source, target, removed - added)


def _exchanges(
    clusters: Clusters, wanted: _Trials, rest: Integers, alone: Truths, rest_loss: Floats
) -> tuple[_Trials, Integers]:
    """For moves that would leave a class short: one of the target's members in return."""
    members = clusters.members[wanted.target]
    row = np.repeat(np.arange(len(members)), members)
    place = np.arange(len(row)) - np.repeat(np.cumsum(members) - members, members)
    trials = wanted.where(row)
    back = clusters.table[trials.target, place]
    persons, k = clusters.persons, clusters.problem.k
    source_size = clusters.sizes[trials.source] - persons[trials.one] + persons[back]
    target_size = clusters.sizes[trials.target] - persons[back] + persons[trials.one]
    before = clusters.cost[trials.source] + clusters.cost[trials.target]
    least = source_size * rest_loss[trials.one] + target_size * rest_loss[back]
    kept = (source_size >= k) & (target_size >= k) & (before - least > LEAST)
    trials, back, before = trials.where(kept), back[kept], before[kept]
    after = source_size[kept] * _loss_with(clusters, rest, alone, trials.one, back)
    after += target_size[kept] * _loss_with(clusters, rest, alone, back, trials.one)
    saved = before - after
    better = saved > LEAST
    found = _Trials(trials.one, trials.source, trials.target, saved).where(better)
    return found, back[better]


def _loss_with(
    clusters: Clusters, rest: Integers, alone: Truths, leaves: Integers, enters: Integers
) -> Floats:
    """Loss of a person in the class that ``leaves`` left and ``enters`` entered."""
    entering = clusters.finest[enters]
    return clusters.forest.loss(
        np.where(alone[leaves][:, None], entering, clusters.forest.join(rest[leaves], entering))
    )


def _joined(moves: _Trials, exchanges: _Trials, back: Integers) -> _Changes:
    parts = [
        np.concatenate([getattr(moves, name), getattr(exchanges, name)])
        for name in ("one", "source", "target", "saved")
    ]
    return _Changes(_Trials(*parts), np.concatenate([np.full(len(moves.one), -1), back]))


def _apply(clusters: Clusters, changes: _Changes) -> Clusters:
    """Make the changes, best first, each class taking part in one at most."""
    of, moves = clusters.of.copy(), changes.moves
    taken = np.full(clusters.count, -1)
    order = np.argsort(-moves.saved, kind="stable")
    columns = (moves.one, moves.source, moves.target, changes.back)
    rows = zip(*(column[order].tolist() for column in columns), strict=True)
    for number, (one, source, target, back) in enumerate(rows):
        if taken[source] < 0 and taken[target] < 0:
            taken[source] = taken[target] = number
            of[one] = target
            if back >= 0:
                of[back] = source
    if clusters.problem.constraints:
        of = _undone(clusters, of, taken)
    return clusters.regrouped(of)


def _undone(clusters: Clusters, of: Integers, taken: Integers) -> Integers:
    """Without the changes that left a class short which was not."""
    persons = clusters.persons
    sizes = np.bincount(of, weights=persons, minlength=clusters.count).astype(np.int64)
    worse = short(clusters.problem, of, sizes) & (taken >= 0) & (sizes > 0)
    bad = np.isin(taken, taken[worse]) & (taken >= 0)
    return np.where(bad[clusters.of], clusters.of, of)
