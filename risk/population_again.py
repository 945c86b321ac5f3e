"""The estimators of population uniques on many resamples at once: one row a resample.

A resample has the same sizes of classes as the sample, each another number of times, so that the
estimators work on one matrix. Models start where the sample itself led them, and take plain Newton
steps; a resample on which one does not settle is NaN.
"""

from dataclasses import dataclass

import numpy as np

from risk.class_metrics import Floats
from risk.labels import Counts

LEAST = 1e-4
"""Least alpha of Pitman's model: below, its sums in closed form lose their digits."""
_ROUNDS, _CLOSE, _STEP = 40, 1e-7, 1e-6


@dataclass(frozen=True)
class Resampled:
    """Classes counted by their size, on each resample."""

    size: Counts
    """Each size, upwards."""
    classes: Counts
    """Resample x size -> number of classes."""
    fraction: float

    @property
    def persons(self) -> Counts:
        """Of each resample."""
        return np.asarray(self.classes @ self.size, dtype=np.int64)

    @property
    def groups(self) -> Counts:
        """Number of classes of each resample."""
        return np.asarray(self.classes.sum(axis=1), dtype=np.int64)

    def of_size(self, size: int) -> Counts:
        """Number of classes of one size, on each resample."""
        return np.asarray(self.classes[:, self.size == size].sum(axis=1), dtype=np.int64)

    def zayatz(self) -> Floats:
        """See :func:`risk.population.zayatz_share`; its product is a ratio of gamma functions."""
        from scipy.special import gammaln  # noqa: PLC0415 - slow to import, rarely needed

        persons, ones = self.persons[:, None], self.of_size(1)
        population, size = persons / self.fraction, self.size[None, :]
        left = population - persons - size + 2
        ratio = gammaln(population - persons + 1) - gammaln(np.maximum(left, 1e-9))
        ratio += gammaln(population - size + 1) - gammaln(population)
        seen_once = size * np.where(left > 0, np.exp(np.minimum(0.0, ratio)), 0.0)
        truly = ones / np.maximum(1e-300, (self.classes * seen_once).sum(axis=1))
        return np.asarray(truly * ones / self.persons)

    def snb(self, alpha: float, beta: float) -> Floats:
        """See :func:`risk.population.snb_share`; Newton steps on (log alpha, logit beta)."""
        ones, twos = self.of_size(1), np.maximum(1, self.of_size(2))
        classes = shlosser_of(self.size, self.classes, self.fraction)

        def distance(point: Floats) -> Floats:
            one, two = seen(*plain(point), self.fraction)
            return np.stack([classes * one / np.maximum(1, ones) - 1, classes * two / twos - 1])

        point = np.repeat([[np.log(alpha)], [np.log(beta / (1 - beta))]], len(ones), axis=1)
        more_alpha, more_beta = np.array([[_STEP], [0.0]]), np.array([[0.0], [_STEP]])
        for _ in range(_ROUNDS):
            here = distance(point)
            by_alpha = (distance(point + more_alpha) - here) / _STEP
            by_beta = (distance(point + more_beta) - here) / _STEP
            point = point - np.clip(_solve(by_alpha, by_beta, here), -1, 1)
        settled = np.abs(distance(point)).max(axis=0) < _STEP
        alphas, betas = plain(point)
        uniques = classes * betas**alphas * self.fraction / self.persons
        return np.where(ones == 0, 0.0, np.where(settled, np.minimum(1.0, uniques), np.nan))

    def pitman(self, theta: float, alpha: float) -> Floats:
        """See :func:`risk.population.pitman_share`."""
        from scipy.special import gammaln  # noqa: PLC0415 - slow to import, rarely needed

        ones, population = self.of_size(1), self.persons / self.fraction
        point, settled = np.repeat([[theta], [alpha]], len(ones), axis=1), np.zeros(len(ones), dtype=bool)
        if alpha < 1:
            point, settled = self._climb(point)
        log = gammaln(point[0] + 1) - gammaln(point[0] + point[1]) + point[1] * np.log(population)
        found = np.where(settled, np.minimum(1.0, np.exp(np.minimum(log, 700)) / population), np.nan)
        return np.where(ones == 0, 0.0, np.where(self.groups == self.persons, 1.0, found))

    def _climb(self, point: Floats) -> tuple[Floats, np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]:
        """The most likely (theta, alpha) of each resample, and where it was reached."""
        moved = np.full(point.shape[1], np.inf)
        for _ in range(_ROUNDS):
            open_ = np.flatnonzero(~(moved < _CLOSE))
            if not len(open_):
                break
            before = point[:, open_]
            step = self._step(before, open_)
            after = before - step
            for _ in range(_ROUNDS):
                outside = ~((after[1] >= LEAST) & (after[1] < 1) & (after[0] > -after[1]))
                step[:, outside] /= 2
                after = before - step
            point[:, open_] = after
            moved[open_] = np.max(np.abs(step) / (1 + np.abs(before)), axis=0)
        return point, moved < _CLOSE

    def _step(self, point: Floats, rows: Counts) -> Floats:
        """Newton's step of the likelihood, on some resamples."""
        from scipy.special import digamma, zeta  # noqa: PLC0415 - slow to import, rarely needed

        theta, alpha = point
        n, u, number = self.persons[rows], self.groups[rows], self.classes[rows]
        low, high, inner = theta / alpha + 1, theta / alpha + u, self.size[None, :] - alpha[:, None]
        first = (digamma(high) - digamma(low)) / alpha
        second = (zeta(2, low) - zeta(2, high)) / alpha**2
        persons, squares = digamma(theta + n) - digamma(theta + 1), zeta(2, theta + 1) - zeta(2, theta + n)
        within = (number * (digamma(inner) - digamma(1 - alpha)[:, None])).sum(axis=1)
        curved = (number * (zeta(2, 1 - alpha)[:, None] - zeta(2, inner))).sum(axis=1)
        gradient = np.stack([first - persons, (u - 1 - theta * first) / alpha - within])
        mixed = -(first - theta * second) / alpha
        twice = -(u - 1 - 2 * theta * first + theta**2 * second) / alpha**2 - curved
        step = _solve(np.stack([squares - second, mixed]), np.stack([mixed, twice]), gradient)
        # The top lies on the edge of the model: alpha stays there, theta still climbs.
        edge = ((alpha <= LEAST) | (alpha - step[1] < LEAST)) & (squares - second < 0)
        along = np.stack([gradient[0] / np.where(edge, squares - second, 1.0), alpha - LEAST])
        return np.where(edge, along, step)


def plain(point: Floats) -> tuple[Floats, Floats]:
    """Alpha and beta from (log alpha, logit beta), which know no bounds."""
    near = np.clip(point, -30, 30)
    return np.exp(near[0]), 1 / (1 + np.exp(-near[1]))


def seen(alpha: Floats, beta: Floats, fraction: float) -> tuple[Floats, Floats]:
    """Chances that one, and that two persons of a class of the slide negative binomial were drawn."""
    kept = beta / (1 - (1 - fraction) * (1 - beta))
    none = kept**alpha
    one, two = alpha * (1 - kept) * none, alpha * (alpha + 1) / 2 * (1 - kept) ** 2 * none
    return fraction * none + (1 - fraction) * one, fraction * one + (1 - fraction) * two


def shlosser_of(size: Counts, classes: Counts, fraction: float) -> Floats:
    """See :func:`risk.population.shlosser`; one row a resample."""
    square, ones = fraction**2, classes[:, size == 1].sum(axis=1)
    more = classes @ (size * square * (1 - square) ** (size - 1))
    spread = classes @ ((1 - square) ** size - (1 - fraction) ** size)
    missed, once = (
        classes @ (1 - fraction) ** size,
        classes @ (size * fraction * (1 - fraction) ** (size - 1)),
    )
    return np.asarray(classes.sum(axis=1) + ones * (more / spread) * (missed / once) ** 2)


def _solve(first: Floats, second: Floats, wanted: Floats) -> Floats:
    """Solutions x of ``first * x0 + second * x1 = wanted``, one a column; 0 where there is none."""
    determinant = first[0] * second[1] - second[0] * first[1]
    safe = np.where(determinant == 0, 1.0, determinant)
    x0 = (wanted[0] * second[1] - second[0] * wanted[1]) / safe
    x1 = (first[0] * wanted[1] - wanted[0] * first[1]) / safe
    return np.where(determinant == 0, 0.0, np.nan_to_num(np.stack([x0, x1])))
