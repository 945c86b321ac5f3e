"""Rates with their uncertainty: the numbers that a gate compares with its thresholds.

Bounds are the two ends of the *central* interval at the stated confidence, used one at a time.
The reason is measured: with Wilson's plain one-sided bound at 0.95 an attack on 28 persons could
pass the threshold 0.09, although a true risk just above 0.09 yields no success in 7.1 % of such
samples. With the end of the central interval, 39 persons are needed and that share is 2.5 %.
"""

from dataclasses import dataclass
from math import ceil, log, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True)
class Interval:
    """An estimate between two bounds, each of which may be used alone."""

    estimate: float
    lower: float
    upper: float

    @classmethod
    def exact(cls, value: float) -> "Interval":
        """A share counted over every person: no sampling, so no width."""
        return cls(value, value, value)


@dataclass(frozen=True)
class Rate:
    """Share of attacked persons for whom the attack succeeded."""

    successes: int
    """Persons for whom the attack succeeded."""
    targets: int
    """Persons attacked."""
    effective: float | None = None
    """As how many independent targets they count, when some are tries at the same person."""

    @property
    def size(self) -> float:
        """The number of targets on which the bounds rest."""
        return float(self.targets) if self.effective is None else self.effective

    def __post_init__(self) -> None:
        if not 0 <= self.successes <= self.targets:
            raise ValueError("successes must lie between 0 and targets")
        if self.effective is not None and not 0 <= self.effective <= self.targets:
            raise ValueError("targets cannot count for more than they are")

    @property
    def estimate(self) -> float:
        """Successes over targets; 0 when nobody was attacked."""
        return self.successes / self.targets if self.targets else 0.0

    def lower(self, confidence: float) -> float:
        """Lower end of the Wilson interval (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
        return _wilson(self, confidence, -1) if self.size and self.successes else 0.0

    def upper(self, confidence: float) -> float:
        """Upper end of the Wilson interval (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
        return _wilson(self, confidence, +1) if self.size and self.successes < self.targets else 1.0

    def exact_lower(self, confidence: float) -> float:
        """Lower end of the exact interval (Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404)."""
        if not self.successes:
            return 0.0
        found = self.estimate * self.size
        return _beta_quantile((1 - confidence) / 2, found, self.size - found + 1)

    def exact_upper(self, confidence: float) -> float:
        """Upper end of the exact interval (Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404)."""
        if self.successes == self.targets:
            return 1.0
        found = self.estimate * self.size
        return _beta_quantile((1 + confidence) / 2, found + 1, self.size - found)

    def interval(self, confidence: float) -> Interval:
        """Estimate and both Wilson bounds."""
        return Interval(self.estimate, self.lower(confidence), self.upper(confidence))

    def failures(self) -> "Rate":
        """The same attack, counted by its failures."""
        return Rate(self.targets - self.successes, self.targets, self.effective)


def effective_targets(clusters: "npt.ArrayLike") -> float:
    """As how many independent targets those of ``clusters`` count: n² / Σm², for m targets a cluster.

    That is n over the design effect of clusters whose members all end alike (Kish 1965, Survey
    Sampling, 8.2): the worst case, and the only one that does not depend on what the attack found.
    """
    import numpy as np  # noqa: PLC0415 - this module is read by commands that need no array

    _, sizes = np.unique(np.asarray(clusters), return_counts=True)
    return float(sizes.sum()) ** 2 / float((sizes.astype(np.float64) ** 2).sum()) if len(sizes) else 0.0


def minimum_targets(threshold: float, confidence: float) -> int:
    """Fewest targets with which an attack without any success can pass ``threshold``.

    Wilson's upper end at 0 successes is z²/(n + z²); 39 for 0.09 and 73 for 0.05 at 0.95.
    """
    if not 0 < threshold < 1:
        return 1
    square = _quantile(confidence) ** 2
    guess = max(1, ceil(square * (1 - threshold) / threshold) - 1)
    return guess if Rate(0, guess).upper(confidence) <= threshold else guess + 1


def minimum_targets_exact(threshold: float, confidence: float) -> int:
    """The same with the exact interval: ln((1 - confidence)/2) / ln(1 - threshold), rounded up."""
    return ceil(log((1 - confidence) / 2) / log(1 - threshold)) if 0 < threshold < 1 else 1


def excess_risk(attack: Rate, baseline: Rate, confidence: float) -> Interval:
    """What the attack gains over its baseline: (p_attack - p_base) / (1 - p_base), within [0, 1].

    This is 1 minus the ratio of the two failure rates, so the bounds are those of a ratio of
    proportions: MOVER-R on Wilson intervals (Newcombe 2016, doi:10.1177/0962280213502144). Both
    rates may come from the same persons: treating them as independent only widens the interval.
    A baseline that never fails leaves nothing to gain or to see: the interval is then [0, 1].
    """
    failed, base = attack.failures().interval(confidence), baseline.failures().interval(confidence)
    if not attack.targets or not baseline.targets or base.estimate == 0:
        return Interval(0.0, 0.0, 1.0)
    product = failed.estimate * base.estimate
    lowest = _mover_product(failed.estimate, failed.lower)
    highest = _mover_product(failed.estimate, failed.upper)
    least, most = _mover_product(base.estimate, base.lower), _mover_product(base.estimate, base.upper)
    small = product + sqrt(max(0.0, product**2 - lowest * most))
    ratio_low = lowest / small if small else 0.0
    ratio_high = (product + sqrt(max(0.0, product**2 - highest * least))) / least if least else float("inf")
    return Interval(
        _share(1 - failed.estimate / base.estimate), _share(1 - ratio_high), _share(1 - ratio_low)
    )


def excess_of_means(
    attack: "npt.NDArray[np.float64]", control: "npt.NDArray[np.float64]", confidence: float
) -> Interval:
    """The same for averages of shares in [0, 1], one a person, by the delta method and Welch's freedom.

    (Welch 1947, doi:10.2307/2332510.) Few persons who are wholly found may all be missing from a sample
    that then hardly varies: variances are those of the sample and of one more person of either extreme
    (Agresti & Caffo 2000, doi:10.1080/00031305.2000.10474560, for shares of successes).
    With fewer than two persons on a side nothing is known: [0, 1].
    """
    from scipy.stats import t  # noqa: PLC0415 - half a second that --help must not pay

    if min(len(attack), len(control)) < 2:
        return Interval(0.0, 0.0, 1.0)
    first, second = float(attack.mean()), float(control.mean())
    if second >= 1:
        return Interval(0.0, 0.0, 1.0)
    ours = _variance_of_mean(attack) / (1 - second) ** 2
    theirs = _variance_of_mean(control) * (1 - first) ** 2 / (1 - second) ** 4
    parts = ours**2 / (len(attack) - 1) + theirs**2 / (len(control) - 1)
    reach = float(t.ppf((1 + confidence) / 2, (ours + theirs) ** 2 / parts)) * sqrt(ours + theirs)
    estimate = (first - second) / (1 - second)
    return Interval(*(_share(value) for value in (estimate, estimate - reach, estimate + reach)))


def _variance_of_mean(shares: "npt.NDArray[np.float64]") -> float:
    """Of shares in [0, 1], as if one more person had 0 and one more had 1."""
    count = len(shares) + 2
    mean, squares = (float(shares.sum()) + 1) / count, float((shares**2).sum()) + 1
    return (squares - count * mean**2) / (count - 1) / len(shares)


def poisson_bounds(count: float, confidence: float) -> tuple[float, float]:
    """Exact bounds of the mean of a Poisson count (Garwood 1936, doi:10.1093/biomet/28.3-4.437)."""
    from scipy.stats import gamma  # noqa: PLC0415 - half a second that --help must not pay

    tail = (1 - confidence) / 2
    lower = float(gamma.ppf(tail, count)) if count > 0 else 0.0
    return lower, float(gamma.ppf(1 - tail, count + 1))


def _mover_product(estimate: float, bound: float) -> float:
    return bound * (2 * estimate - bound)


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


def normal_quantile(confidence: float) -> float:
    """Standard deviations from the centre to an end of the central interval at ``confidence``."""
    return _quantile(confidence)


def _quantile(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError("confidence must lie strictly between 0 and 1")
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _wilson(rate: Rate, confidence: float, side: int) -> float:
    n, p, z = rate.size, rate.estimate, _quantile(confidence)
    spread = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return _share((p + z * z / (2 * n) + side * spread) / (1 + z * z / n))


def _beta_quantile(share: float, a: float, b: float) -> float:
    from scipy.stats import beta  # noqa: PLC0415 - half a second that --help must not pay

    return float(beta.ppf(share, a, b))
