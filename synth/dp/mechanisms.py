"""Which columns are counted together, by MST or by AIM; what is counted gets noise, and nothing else is seen.

MST: McKenna, Miklau and Sheldon (2021), Winning the NIST contest, arXiv:2108.04978: each column, then the
tree of pairs that differ most from independence, chosen with noise; a third of ρ each.
AIM: McKenna, Mullins, Sheldon and Miklau (2022), AIM: an adaptive and iterative mechanism for differentially
private synthetic data, arXiv:2201.12677: round after round the marginal that is worst approximated. Both
fit a Markov random field to the noisy counts (package ``mbi``).
"""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from synth.dp.accounting import Budget
from synth.dp.noise import Stream, choose, discrete_gaussian
from synth.fitted.domains import Floats, Ints

Clique = tuple[str, ...]
ITERATIONS = 300
PAIR_CELLS = 20_000
"""Cells of a pair that AIM looks at, at most."""
MEGABYTES = 4.0
"""Of AIM's model, at most."""
ROUNDS = 4
"""Of AIM, for each column: the paper has 16, of which its own annealing uses few."""
SHARE = 0.9
"""Of a round of AIM, what the counts get; the choice gets the rest."""


@dataclass(frozen=True)
class Table:
    """Persons as indices of declared domains."""

    columns: Mapping[str, Ints]
    sizes: Mapping[str, int]

    def counts(self, clique: Clique) -> Floats:
        """Persons in each cell of some columns together."""
        shape = [self.sizes[name] for name in clique]
        cells = np.ravel_multi_index([self.columns[name] for name in clique], shape)
        return np.bincount(cells, minlength=math.prod(shape)).astype(float)

    def cells(self, clique: Clique) -> int:
        """How many cells there are."""
        return math.prod(self.sizes[name] for name in clique)


class Measured:
    """Noisy counts, and the random field that fits them."""

    def __init__(self, table: Table, budget: Budget, stream: Stream) -> None:
        from mbi import Domain  # noqa: PLC0415 - an extra

        self.table, self.budget, self.stream = table, budget, stream
        self.domain = Domain.fromdict(dict(table.sizes))
        self.counts: list[Any] = []
        self.model: Any = None

    def measure(self, clique: Clique, sigma: float) -> None:
        """Count ``clique`` with noise of deviation ``sigma``."""
        from mbi import LinearMeasurement  # noqa: PLC0415

        self.budget.measure(clique, sigma)
        true = self.table.counts(clique)
        noisy = true + discrete_gaussian(sigma, len(true), self.stream)
        self.counts.append(LinearMeasurement(noisy, clique, stddev=sigma))

    def fit(self) -> None:
        """Fit the field to everything counted so far."""
        from mbi import estimation, marginal_loss  # noqa: PLC0415

        total = estimation.minimum_variance_unbiased_total(self.counts)
        loss = marginal_loss.from_linear_measurements(self.counts)
        cliques = list(dict.fromkeys(one.clique for one in self.counts))
        start = None if self.model is None else self.model.potentials.expand(cliques)
        self.model = estimation.mirror_descent(
            self.domain, loss, known_total=float(total), potentials=start, iters=ITERATIONS
        )

    def expected(self, clique: Clique) -> Floats:
        """What the field says of ``clique``."""
        found: Floats = np.asarray(self.model.project(clique).datavector(), dtype=float)
        return found

    def error(self, clique: Clique) -> float:
        """How far the field is from the true counts of ``clique``; a person changes it by one at most."""
        return float(np.abs(self.table.counts(clique) - self.expected(clique)).sum())


def mst(held: Measured) -> None:
    """Measure each column, then a tree of pairs; spends the whole budget."""
    names = tuple(held.table.sizes)
    part = held.budget.rho / (3 if len(names) > 1 else 1)
    for name in names:
        held.measure((name,), math.sqrt(len(names) / (2 * part)))
    held.fit()
    if len(names) < 2:
        return
    edges = _tree(held, names, math.sqrt(8 * part / (len(names) - 1)))
    for edge in edges:
        held.measure(edge, math.sqrt(len(edges) / (2 * part)))
    held.fit()


def _tree(held: Measured, names: Sequence[str], epsilon: float) -> list[Clique]:
    """Kruskal's tree, each edge by the exponential mechanism among those that join two parts."""
    worth = {pair: held.error(pair) for pair in itertools.combinations(names, 2)}
    part = {name: place for place, name in enumerate(names)}
    found: list[Clique] = []
    while len(found) < len(names) - 1:
        open_ = [pair for pair in worth if part[pair[0]] != part[pair[1]]]
        held.budget.choose(epsilon)
        pair = open_[choose(np.array([worth[one] for one in open_]), epsilon, 1.0, held.stream)]
        found.append(pair)
        old, new = part[pair[1]], part[pair[0]]
        part = {name: new if place == old else place for name, place in part.items()}
    return found


def aim(held: Measured) -> None:
    """Measure each column, then whatever is worst approximated, until the budget is spent."""
    names = tuple(held.table.sizes)
    rho, rounds = held.budget.rho, ROUNDS * len(names)
    sigma, epsilon = math.sqrt(rounds / (2 * SHARE * rho)), math.sqrt(8 * (1 - SHARE) * rho / rounds)
    if len(names) < 2:
        sigma = math.sqrt(1 / (2 * rho))
    for name in names:
        held.measure((name,), sigma)
    held.fit()
    weights = _workload(held.table, names)
    last = len(names) < 2
    while not last:
        if held.budget.left < 2 * (1 / (2 * sigma**2) + epsilon**2 / 8):
            sigma, epsilon = (
                math.sqrt(1 / (2 * SHARE * held.budget.left)),
                math.sqrt(8 * (1 - SHARE) * held.budget.left),
            )
            last = True
        clique = _worst(held, weights, sigma, epsilon)
        before = held.expected(clique)
        held.measure(clique, sigma)
        held.fit()
        change = float(np.abs(held.expected(clique) - before).sum())
        if change <= sigma * math.sqrt(2 / math.pi) * held.table.cells(clique):
            sigma, epsilon = sigma / 2, epsilon * 2


def _workload(table: Table, names: Sequence[str]) -> dict[Clique, float]:
    """Columns and pairs, weighed by how much they share with the pairs."""
    pairs = [pair for pair in itertools.combinations(names, 2) if table.cells(pair) <= PAIR_CELLS]
    return {
        clique: float(sum(len({*clique} & {*pair}) for pair in pairs)) or 1.0
        for clique in [*((name,) for name in names), *pairs]
    }


def _worst(held: Measured, weights: Mapping[Clique, float], sigma: float, epsilon: float) -> Clique:
    """The clique that is approximated worst beyond its noise, by the exponential mechanism."""
    from mbi import junction_tree  # noqa: PLC0415

    held.budget.choose(epsilon)
    most = MEGABYTES * held.budget.used / held.budget.rho
    have = list(held.model.cliques)
    small = [
        clique
        for clique in weights
        if len(clique) == 1
        or clique in have
        or junction_tree.hypothetical_model_size(held.domain, [*have, clique]) <= most
    ]
    noise = math.sqrt(2 / math.pi) * sigma
    scores = [weights[one] * (held.error(one) - noise * held.table.cells(one)) for one in small]
    return small[choose(np.array(scores), epsilon, max(weights[one] for one in small), held.stream)]


MECHANISMS: Mapping[str, Callable[[Measured], None]] = {"aim": aim, "mst": mst}
