"""How many synthetic persons are copies of real ones, and how many of them chance explains.

The persons kept away from the fit say what chance does. A record that c real persons share, of the
fitted and of the holdout together, is found among the holdout's with probability r (their share of
all real persons) for each of the c, whoever was fitted: records are exchangeable between both. So a
synthetic person whose record c_f fitted and c_h holdout persons have counts for c_f - c_h (1 - r)/r,
which is 0 on average by chance and 1 for a copy. No person is drawn down, so no copy is hidden.
Records shared by many persons are left out, the most shared ones first, as far as their noise would
drown the others: what is told of a crowd is told of nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
import numpy.typing as npt

from risk.anonymeter_adapter.encoding import Floats
from risk.embedding import Points, Vectors
from risk.labels import Codes
from risk.nearest import nearest
from risk.statistics import Interval, poisson_bounds

Chosen = npt.NDArray[np.bool_]

NOISE = 0.01
"""Standard deviation, as a share of the synthetic persons, up to which shared records are counted."""
SURE = 0.999
"""Confidence with which chance is ruled out before a copy is called one: it is compared with 0."""
EXPECTED = 0.005
"""Coincidences expected, in all, among persons so isolated that one copy of them is called a copy."""
SAMPLE = 2_000
"""Persons whose isolation is measured."""


@dataclass(frozen=True)
class Copies:
    """Verbatim copies among the synthetic persons."""

    persons: int
    """Synthetic persons."""
    share: Interval
    """Of the synthetic persons that are copies, beyond chance."""
    matched: int
    """Synthetic persons whose record some fitted person has, and fewer than k real persons."""
    by_chance: float
    """How many of them the holdout explains."""
    unexplained: int
    """Copies that chance does not explain, at the confidence :data:`SURE`: a lower bound."""
    shared_by: int
    """Most real persons that share a record that was counted."""


def whole_copies(records: Sequence[Codes], k: int, confidence: float) -> Copies:
    """Count copies from the record numbers of original, candidate and control; ``k``: a crowd."""
    groups = int(max(part.max(initial=0) for part in records)) + 1
    fitted, made, apart = (np.bincount(part, minlength=groups) for part in records)
    every, held_out = len(records[0]) + len(records[2]), len(records[2]) / (len(records[0]) + len(records[2]))
    crowd, odds = fitted + apart, (1 - held_out) / held_out
    found = (made > 0) & (crowd > 0) & (crowd < max(2, min(k, every)))
    noise = np.bincount(
        crowd[found], weights=(made[found].astype(np.float64) ** 2) * crowd[found], minlength=max(2, k)
    )
    quiet = np.flatnonzero(np.sqrt(np.cumsum(noise) * odds) <= NOISE * len(records[1]))
    largest = max(1, int(quiet[-1])) if len(quiet) else 1
    kept = found & (crowd <= largest)
    counted = _Counts(
        pairs=float((made * fitted)[kept].sum()),
        chance=float((made * apart)[kept].sum()),
        odds=odds,
        repeated=_repetition(made[kept].astype(np.float64), crowd[kept]),
    )
    return Copies(
        persons=len(records[1]),
        share=counted.beyond_chance(confidence).share_of(len(records[1])),
        matched=int(made[kept & (fitted > 0)].sum()),
        by_chance=counted.chance * odds,
        unexplained=int(min(len(records[1]), max(0.0, counted.beyond_chance(SURE).lower))),
        shared_by=min(largest, k - 1),
    )


def _repetition(made: Floats, crowd: Codes) -> float:
    """How many times over each record is counted: the design effect of equal persons."""
    total = float((made * crowd).sum())
    return max(1.0, float((made**2 * crowd).sum()) / total) if total else 1.0


@dataclass(frozen=True)
class _Bounds:
    """A count of copies and its bounds, below 0 too."""

    estimate: float
    lower: float
    upper: float

    def share_of(self, persons: int) -> Interval:
        """The same as a share, within [0, 1]."""
        bounds = (self.estimate, self.lower, self.upper)
        return Interval(*(min(1.0, max(0.0, value / persons)) for value in bounds))


@dataclass(frozen=True)
class _Counts:
    """Pairs of a synthetic and a real person with the same record."""

    pairs: float
    """With fitted persons."""
    chance: float
    """With holdout persons."""
    odds: float
    """Fitted persons for each holdout person."""
    repeated: float
    """Design effect."""

    def beyond_chance(self, confidence: float) -> _Bounds:
        """``pairs - odds * chance``, bounded by MOVER-D on exact Poisson bounds of both."""
        low, high = self._bounds(self.pairs, confidence)
        least, most = self._bounds(self.chance, confidence)
        estimate = self.pairs - self.odds * self.chance
        return _Bounds(
            estimate,
            estimate - sqrt((self.pairs - low) ** 2 + (self.odds * (most - self.chance)) ** 2),
            estimate + sqrt((high - self.pairs) ** 2 + (self.odds * (self.chance - least)) ** 2),
        )

    def _bounds(self, count: float, confidence: float) -> tuple[float, float]:
        low, high = poisson_bounds(count / self.repeated, confidence)
        return low * self.repeated, high * self.repeated


def isolated_copies(records: Sequence[Codes], points: Points, random: np.random.Generator) -> int:
    """Fitted persons, unlike all other real ones, whose whole record the candidate holds.

    Chance rarely explains even one of them. Seen from a person whose nearest other real person is
    at distance d, a stranger comes within d about once for each real person; and of all pairs of
    real persons within d, the share that is equal says how often that stranger would be *equal*. A person
    is isolated when the coincidences expected of all who are as isolated stay under
    :data:`EXPECTED`.
    """
    pooled = np.concatenate([records[0], *records[2:]])
    crowd = np.bincount(pooled)
    held = np.isin(records[0], records[1]) & (crowd[records[0]] == 1)
    if len(pooled) < 3:
        return 0
    pairs = len(pooled) * (len(pooled) - 1) / 2
    equal = (float((crowd * (crowd - 1.0)).sum()) / 2 + 1) / pairs
    return isolated(held, equal, points, len(records[1]), random)


def isolated(held: Chosen, alike: float, points: Points, made: int, random: np.random.Generator) -> int:
    """Of the fitted persons whom the candidate holds (``held``), those so isolated that chance would not.

    ``alike``: share of the pairs of real persons who are as like as that; ``made``: synthetic persons.
    """
    matched = np.flatnonzero(held)
    if not len(matched):
        return 0
    matched = np.sort(random.permutation(matched)[:SAMPLE])
    sample = np.sort(random.permutation(len(held))[:SAMPLE])
    real = points.real
    every = np.concatenate([sample, matched])
    gaps = nearest(points.original[every], real, 2)[0][:, 1]
    expected = _coincidences(gaps, alike, real, made, random)
    usual, ours = np.sort(expected[: len(sample)]), expected[len(sample) :]
    scale = len(held) / len(sample)
    fine = usual[np.cumsum(usual) * scale <= EXPECTED]
    # Where even one of the sample is too many: those who are more isolated than all of it, of whom there are
    # at most three times as many as one of the sample stands for, at 0.95.
    limit = float(fine[-1]) if len(fine) else min(float(usual[0]), EXPECTED / (3 * scale))
    return int((ours <= limit).sum())


def _coincidences(
    gaps: Floats, alike: float, real: Vectors, made: int, random: np.random.Generator
) -> Floats:
    """Synthetic persons that would equal, by chance, a person whose nearest neighbour is at each distance."""
    count = len(real)
    left, right = (real[random.integers(0, count, 100 * SAMPLE)] for _ in range(2))
    apart = np.sort(((left.astype(np.float64) - right) ** 2).sum(axis=1))
    within = np.maximum(np.searchsorted(apart, gaps, "right") / len(apart), 1 / count)
    return np.asarray(made / count * log(count) * np.minimum(1.0, alike / within))
