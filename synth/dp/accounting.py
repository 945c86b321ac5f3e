"""How much is told of a person: concentrated differential privacy, added up over everything that is measured.

Bun and Steinke (2016), Concentrated differential privacy, arXiv:1605.02065: ρ of successive measurements
add up (lemma 1.7); Gaussian noise of deviation σ on counts of which a person changes one, by one, costs
1/(2σ²) (proposition 1.6), on whole numbers too (Canonne, Kamath and Steinke 2020, arXiv:2004.00010,
theorem 4). A choice by the exponential mechanism at ε costs ε²/8 (Cesar and Rogers 2021, arXiv:2004.07223,
lemma 3.2).
From ρ to (ε, δ): proposition 12 and corollary 13 of Canonne, Kamath and Steinke, which is tighter than
proposition 1.3 of Bun and Steinke.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

STEPS = 200
CITED = "zCDP (Bun & Steinke 2016, arXiv:1605.02065), then Canonne, Kamath & Steinke 2020 (arXiv:2004.00010)"
SLACK = 1e-9
"""Of the sum, relatively: it is made of floating numbers."""


def delta_of(rho: float, epsilon: float) -> float:
    """The least δ known for which ρ-zCDP gives (ε, δ).

    The least over α > 1 of exp((α - 1)(αρ - ε)) / (α - 1) · (1 - 1/α)^α; any α gives a bound that holds.
    """
    if rho <= 0:
        return 0.0
    low, high = 1.0 + 1e-6, (epsilon + 1) / (2 * rho) + 2
    for _ in range(STEPS):
        alpha = (low + high) / 2
        if (2 * alpha - 1) * rho - epsilon + math.log1p(-1 / alpha) < 0:
            low = alpha
        else:
            high = alpha
    power = (alpha - 1) * (alpha * rho - epsilon) + alpha * math.log1p(-1 / alpha) - math.log(alpha - 1)
    return min(1.0, math.exp(min(power, 0.0)))


def epsilon_of(rho: float, delta: float) -> float:
    """The least ε known for which ρ-zCDP gives (ε, δ); at most ρ + 2·√(ρ·ln(1/δ)), Bun and Steinke's."""
    low, high = 0.0, rho + 2 * math.sqrt(rho * math.log(1 / delta))
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if delta_of(rho, middle) <= delta else (middle, high)
    return high


def rho_of(epsilon: float, delta: float) -> float:
    """The most ρ that (ε, δ) allows."""
    low, high = 0.0, epsilon + 1
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if delta_of(middle, epsilon) <= delta else (low, middle)
    return low


def rho_of_gauss(sigma: float) -> float:
    """What counts with noise of deviation σ cost."""
    return 1 / (2 * sigma**2)


def rho_of_choice(epsilon: float) -> float:
    """What a choice by the exponential mechanism at ε costs."""
    return epsilon**2 / 8


@dataclass(frozen=True)
class Spent:
    """One measurement."""

    columns: tuple[str, ...]
    """Counted together; none: a choice of columns."""
    rho: float
    sigma: float | None = None


@dataclass
class Budget:
    """What may be spent, and what was."""

    rho: float
    spent: list[Spent] = field(default_factory=list)

    @property
    def used(self) -> float:
        """ρ spent so far."""
        return math.fsum(one.rho for one in self.spent)

    @property
    def left(self) -> float:
        """ρ not spent yet."""
        return max(self.rho - self.used, 0.0)

    def measure(self, columns: Sequence[str], sigma: float) -> None:
        """Spend on counts of ``columns`` with noise of deviation ``sigma``."""
        self._spend(Spent(tuple(columns), rho_of_gauss(sigma), sigma))

    def choose(self, epsilon: float) -> None:
        """Spend on a choice at ``epsilon``."""
        self._spend(Spent((), rho_of_choice(epsilon)))

    def _spend(self, one: Spent) -> None:
        if self.used + one.rho > self.rho * (1 + SLACK):
            raise OverflowError("more would be told of a person than was agreed")
        self.spent.append(one)
