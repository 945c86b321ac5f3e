"""Classes that each get their own values: loses far less than one level a column for all.

Near combinations merge into classes of k (:mod:`merging`), then members move and change places
(:mod:`moving`). Then, again and again, a few classes are taken apart, all give back a member
that they can spare, and what became loose merges anew; a change is kept where it loses less,
separately for each set of classes that it links.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from anonymize.search.clusters import Clusters
from anonymize.search.constraints import any_broken
from anonymize.search.lattice import search_global
from anonymize.search.merging import merge_short
from anonymize.search.moving import sweep
from anonymize.search.neighbours import neighbours
from anonymize.search.problem import Problem, Recoding, UnreachableError, class_numbers, recoded
from anonymize.search.trees import FORBIDDEN, Floats, Forest, Integers

ORDERINGS = 3
NEAREST = 16
FIRST_SWEEPS = 3
ROUNDS = 12
TAKEN_APART = 0.1
"""Share of classes taken apart at each round, for a class of average loss."""
Pairs = tuple[Integers, Integers]


def search_local(problem: Problem, clock: Callable[[], float], deadline: float, seed: int = 0) -> Recoding:
    """A recoding of every class by itself, nobody left out where the allowed levels permit it.

    Never one that loses more than one level a column for all would that leaves out no more persons:
    that is a recoding of classes too. ``deadline`` is in the seconds of ``clock``: an emergency
    brake, since where it strikes depends on the machine. UnreachableError when more persons than
    allowed would have to be left out.
    """
    try:
        found = _by_classes(problem, clock, deadline, seed)
    except UnreachableError:
        return replace(search_global(problem, clock, deadline), bound=0.0, options=())
    alike = replace(problem, suppression=found.left_out / problem.total)
    try:
        other = search_global(alike, clock, deadline, below=found.loss)
    except UnreachableError:
        return found
    return replace(other, bound=0.0, options=())


def _by_classes(problem: Problem, clock: Callable[[], float], deadline: float, seed: int) -> Recoding:
    forest = Forest(problem.trees)
    finest = forest.nodes(problem.leaves)
    pairs = neighbours(forest, problem.leaves, ORDERINGS, NEAREST, seed)
    clusters = Clusters(problem, forest, finest, np.arange(len(finest)))
    clusters = merge_short(clusters, pairs)
    for _ in range(FIRST_SWEEPS):
        clusters = sweep(clusters, pairs) if clock() < deadline else clusters
    random = np.random.default_rng([seed, 2])
    for _ in range(ROUNDS):
        if clock() < deadline:
            clusters = _another_try(clusters, pairs, random)
    return _checked(problem, clusters)


def _checked(problem: Problem, clusters: Clusters) -> Recoding:
    good = ~clusters.short() & (clusters.loss < FORBIDDEN)
    nodes = np.where(good[clusters.of][:, None], clusters.nodes[clusters.of], clusters.finest)
    found = recoded(problem, clusters.forest, nodes, 0.0)
    if found.left_out > problem.allowed or found.left_out == problem.total:
        raise UnreachableError
    if problem.constraints:
        number = class_numbers(nodes)
        broken = any_broken(problem.constraints, number, int(number.max()) + 1)
        if (broken[number] & ~found.suppressed).any():
            raise UnreachableError
    return found


def _another_try(clusters: Clusters, pairs: Pairs, random: np.random.Generator) -> Clusters:
    loosened = clusters.regrouped(_loosened(clusters, random))
    other = sweep(merge_short(loosened, pairs), pairs)
    return _better_parts(clusters, other)


def _loosened(clusters: Clusters, random: np.random.Generator) -> Integers:
    """Classes with some combinations on their own again."""
    of, count = clusters.of.copy(), clusters.count
    spare = _spare(clusters, random)
    of[spare] = count + np.arange(len(spare))
    mean = float(clusters.loss.mean()) or 1.0
    apart = random.random(count) < TAKEN_APART * np.minimum(3, clusters.loss / mean)
    loose = np.flatnonzero(apart[clusters.of])
    of[loose] = count + len(spare) + np.arange(len(loose))
    return of


def _spare(clusters: Clusters, random: np.random.Generator) -> Integers:
    """From each class that can spare one, the member whose leaving saves most, more or less."""
    saved = _saved_without(clusters) * random.uniform(0.7, 1.3, len(clusters.of))
    can = clusters.sizes[clusters.of] - clusters.persons >= clusters.problem.k
    can &= (clusters.members[clusters.of] > 1) & (random.random(len(can)) < 0.9)
    members = np.flatnonzero(can)
    order = members[np.argsort(-saved[members], kind="stable")]
    _, first = np.unique(clusters.of[order], return_index=True)
    return order[first]


def _saved_without(clusters: Clusters) -> Floats:
    rest, alone = clusters.without_each()
    loss = np.where(alone, 0.0, clusters.forest.loss(rest))
    found: Floats = clusters.cost[clusters.of] - (clusters.sizes[clusters.of] - clusters.persons) * loss
    return found


def _better_parts(old: Clusters, new: Clusters) -> Clusters:
    """The new classes where they lose less than the old ones of the same combinations."""
    links = coo_matrix(
        (np.ones(len(old.of), np.bool_), (old.of, old.count + new.of)), shape=(old.count + new.count,) * 2
    )
    parts, part = connected_components(links, directed=False)
    before = np.bincount(part[: old.count], weights=old.cost, minlength=parts)
    after = np.bincount(part[old.count :], weights=new.cost, minlength=parts)
    kept = after <= before
    if old.problem.constraints:
        kept &= np.bincount(part[old.count :], weights=new.short(), minlength=parts) == 0
    return old.regrouped(np.where(kept[part[old.of]], old.count + new.of, old.of))
