"""How many persons of the sample are unique in the population it was drawn from.

Both estimators start from the sizes of the classes of the sample and from the share of the
population that the sample is. They are model estimates: report them, with their name.
"""

from dataclasses import dataclass

import numpy as np

from risk.class_metrics import Floats
from risk.labels import Counts

_ROUNDS = 200
_CLOSE = 1e-13


def zayatz(sizes: Counts, fraction: float) -> float:
    """Persons unique in the population, as a share of it (Zayatz 1991, Census SRD report 91/08).

    The classes of the population are taken to have the sizes of those of the sample. Bayes then
    gives the chance that a class of which one person was drawn holds only that person.
    """
    found = _check(sizes, fraction)
    persons, unique = int(found.sum()), int((found == 1).sum())
    if unique == 0:
        return 0.0
    population = persons / fraction
    size, classes = np.unique(found, return_counts=True)
    steps = np.arange(1, int(size[-1]))
    shrink = np.maximum(0.0, (population - steps - persons + 1) / (population - steps))
    seen_once = size * np.concatenate([[1.0], np.cumprod(shrink)])[size - 1]
    truly_unique = float(classes[0]) / float(classes @ seen_once)
    return truly_unique * unique / persons


@dataclass(frozen=True)
class PitmanModel:
    """Maximum likelihood fit of Pitman's model: its two parameters."""

    theta: float
    alpha: float


def pitman(sizes: Counts, fraction: float) -> float:
    """Persons unique in the population, as a share of it, under Pitman's model.

    Gamma(theta + 1) / Gamma(theta + alpha) * N^alpha, over N (Hoshino 2001, Journal of Official
    Statistics 17(4), 499-520).
    """
    from scipy.special import gammaln  # noqa: PLC0415 - slow to import, rarely needed

    found = _check(sizes, fraction)
    persons = int(found.sum())
    if not (found == 1).any():
        return 0.0
    if len(found) == persons:
        return 1.0
    model, population = fit_pitman(found), persons / fraction
    log_unique = (
        gammaln(model.theta + 1) - gammaln(model.theta + model.alpha) + model.alpha * np.log(population)
    )
    return float(min(1.0, np.exp(log_unique) / population))


def fit_pitman(sizes: Counts) -> PitmanModel:
    """Newton's iteration on the likelihood from Hoshino's moment estimates, halving bad steps.

    Raises ArithmeticError when it does not settle.
    """
    sample = _Sample(
        persons=int(sizes.sum()),
        classes=len(sizes),
        larger=(len(sizes) - np.cumsum(np.bincount(sizes)))[1:-1].astype(float),
    )
    point = sample.start(int((sizes == 1).sum()), int((sizes == 2).sum()))
    for _ in range(_ROUNDS):
        reached = _climb(sample, point)
        moved = float(np.max(np.abs(reached - point) / (1 + np.abs(point))))
        point = reached
        if moved < _CLOSE:
            return PitmanModel(*point.tolist())
    raise ArithmeticError("Pitman's model does not settle")


@dataclass(frozen=True)
class _Sample:
    """The sufficient statistics of Pitman's likelihood."""

    persons: int
    classes: int
    larger: Floats
    """Number of classes of more than 1, 2, 3, … persons."""

    def start(self, ones: int, twos: int) -> Floats:
        """Moment estimates (Hoshino 2001); a plain middle when they fall outside the model."""
        n, u = self.persons, self.classes
        spread = ones * (ones - 1) / max(1, twos)
        below = 2 * ones * u + ones * spread - n * spread
        if below:
            theta = (n * u * spread - ones * (n - 1) * (2 * u + spread)) / below
            alpha = (theta * (ones - n) + (n - 1) * ones) / (n * u)
            if 0 < alpha < 1 and theta > -alpha:
                return np.array([theta, alpha])
        return np.array([1.0, 0.5])

    def log_likelihood(self, point: Floats) -> float:
        """Logarithm of the likelihood; minus infinity outside the model."""
        theta, alpha = point
        if not (0 <= alpha < 1 and theta > -alpha):
            return -np.inf
        classes, persons, sizes = self._terms(theta, alpha)
        return float(np.log(classes).sum() - np.log(persons).sum() + self.larger @ np.log(sizes))

    def derivatives(self, point: Floats) -> tuple[Floats, Floats]:
        """Gradient and second derivatives in (theta, alpha)."""
        classes, persons, sizes = self._terms(*point)
        number = np.arange(1, self.classes)
        gradient = np.array(
            [(1 / classes).sum() - (1 / persons).sum(), (number / classes).sum() - self.larger @ (1 / sizes)]
        )
        mixed = -(number / classes**2).sum()
        theta2 = (1 / persons**2).sum() - (1 / classes**2).sum()
        alpha2 = -((number / classes) ** 2).sum() - self.larger @ (1 / sizes**2)
        return gradient, np.array([[theta2, mixed], [mixed, alpha2]])

    def _terms(self, theta: float, alpha: float) -> tuple[Floats, Floats, Floats]:
        return (
            theta + alpha * np.arange(1, self.classes),
            theta + np.arange(1, self.persons),
            np.arange(1, len(self.larger) + 1) - alpha,
        )


def _climb(sample: _Sample, point: Floats) -> Floats:
    """One Newton step, halved until the likelihood does not fall; the same point at the top."""
    value, step = sample.log_likelihood(point), _uphill(*sample.derivatives(point))
    for halvings in range(40):
        candidate = point - step / 2**halvings
        if sample.log_likelihood(candidate) >= value:
            return np.asarray(candidate)
    return point


def _uphill(gradient: Floats, hessian: Floats) -> Floats:
    """The Newton step when it climbs, else the gradient's direction, as what to subtract."""
    if abs(np.linalg.det(hessian)) > 0:
        step = np.linalg.solve(hessian, gradient)
        if gradient @ step < 0:
            return np.asarray(step)
    return -gradient / (1 + np.abs(np.diag(hessian)))


def _check(sizes: Counts, fraction: float) -> Counts:
    if not 0 < fraction <= 1:
        raise ValueError("the sampling fraction must lie in ]0, 1]")
    return np.asarray(sizes, dtype=np.int64)[np.asarray(sizes) > 0]
