"""How many persons of the sample are unique in the population it was drawn from.

The estimators start from the sizes of the classes of the sample and from the share of the
population that the sample is. They are model estimates: report them, with their name. Which of them
to believe is the rule of Dankar, El Emam, Neisa & Roffey 2012, doi:10.1186/1472-6947-12-66: Pitman's
where the sample is at most a tenth of the population, else the smaller of Zayatz's and that of the
slide negative binomial.
"""

from dataclasses import dataclass

import numpy as np

from risk.class_metrics import Floats
from risk.labels import Counts
from risk.population_again import LEAST, Resampled, plain, seen, shlosser_of
from risk.sizes import Sizes
from risk.statistics import Interval

_ROUNDS = 200
_CLOSE, _NEAR = 1e-13, 1e-8
_SETTLED = 1e-16
"""Largest half sum of squared relative errors of the slide negative binomial fit."""
SMALL = 0.1
"""Share of the population up to which Pitman's model is believed."""
DRAWS = 200
"""Resamples of an interval."""


@dataclass(frozen=True)
class Estimate:
    """Population uniques as a share of the population, with the model that gave them."""

    interval: Interval
    model: str
    """``exact``, ``pitman``, ``zayatz`` or ``snb``."""


def population_uniques(
    found: Sizes, fraction: float, confidence: float, random: np.random.Generator
) -> Estimate:
    """The estimate of the model that Dankar's rule chooses, with percentile bounds of a bootstrap.

    Whole classes are drawn again, since the persons of a class are alike: :data:`DRAWS` times, by
    the numbers of classes of each size. A sample that is the population is counted.
    """
    if fraction == 1 or not found.classes_of(1):
        share = found.classes_of(1) / max(1, found.persons)
        return Estimate(Interval.exact(share), "exact")
    model, estimate = chosen(found, fraction)
    replicates = again(found, fraction, model, random)
    tail = (1 - confidence) / 2
    lower, upper = np.quantile(replicates, [tail, 1 - tail])
    return Estimate(Interval(estimate, min(estimate, float(lower)), max(estimate, float(upper))), model)


def again(sizes: Sizes, fraction: float, model: str, random: np.random.Generator) -> Floats:
    """The estimate of ``model`` on :data:`DRAWS` resamples, all at once."""
    drawn = random.multinomial(sizes.groups, sizes.classes / sizes.groups, DRAWS).astype(np.int64)
    resampled = Resampled(sizes.size, drawn, fraction)
    by_zayatz = resampled.zayatz()
    if model == "zayatz":
        return by_zayatz
    if model == "pitman":
        best = fit(sizes) if sizes.groups < sizes.persons else PitmanModel(1.0, 1.0)
        found = resampled.pitman(best.theta, best.alpha)
    else:
        found = resampled.snb(*_fit_snb(sizes, fraction))
    return np.where(np.isnan(found), by_zayatz, found)


def chosen(sizes: Sizes, fraction: float) -> tuple[str, float]:
    """Name and estimate of the model that Dankar's rule believes; Zayatz's where another does not settle."""
    by_zayatz = zayatz_share(sizes, fraction)
    if fraction <= SMALL:
        try:
            return "pitman", pitman_share(sizes, fraction)
        except ArithmeticError:
            return "zayatz", by_zayatz
    try:
        by_slide = snb_share(sizes, fraction)
    except ArithmeticError:
        return "zayatz", by_zayatz
    return ("zayatz", by_zayatz) if by_zayatz < by_slide else ("snb", by_slide)


def zayatz(sizes: Counts, fraction: float) -> float:
    """:func:`zayatz_share` of the sizes of the classes."""
    return zayatz_share(_check(sizes, fraction), fraction)


def pitman(sizes: Counts, fraction: float) -> float:
    """:func:`pitman_share` of the sizes of the classes."""
    return pitman_share(_check(sizes, fraction), fraction)


def snb(sizes: Counts, fraction: float) -> float:
    """:func:`snb_share` of the sizes of the classes."""
    return snb_share(_check(sizes, fraction), fraction)


def zayatz_share(sizes: Sizes, fraction: float) -> float:
    """Persons unique in the population, as a share of it (Zayatz 1991, Census SRD report 91/08).

    The classes of the population are taken to have the sizes of those of the sample. Bayes then
    gives the chance that a class of which one person was drawn holds only that person.
    """
    persons, unique = sizes.persons, sizes.classes_of(1)
    if unique == 0:
        return 0.0
    population = persons / fraction
    steps = np.arange(1, int(sizes.size[-1]))
    shrink = np.maximum(0.0, (population - steps - persons + 1) / (population - steps))
    seen_once = sizes.size * np.concatenate([[1.0], np.cumprod(shrink)])[sizes.size - 1]
    truly_unique = unique / float(sizes.classes @ seen_once)
    return truly_unique * unique / persons


def snb_share(sizes: Sizes, fraction: float) -> float:
    """Persons unique in the population, as a share of it, under the slide negative binomial model.

    Chen & Keller-McNulty 1998, Journal of Official Statistics 14(1), 79-95: the size of a class of
    the population less one is negative binomial (alpha, beta). The two parameters are those that
    expect the classes of one and of two persons that the sample has. Raises ArithmeticError when
    there are none.
    """
    if not sizes.classes_of(1):
        return 0.0
    alpha, beta = _fit_snb(sizes, fraction)
    return float(min(1.0, shlosser(sizes, fraction) * beta**alpha * fraction / sizes.persons))


def _fit_snb(sizes: Sizes, fraction: float) -> tuple[float, float]:
    from scipy.optimize import least_squares  # noqa: PLC0415 - slow to import, rarely needed

    ones, twos, classes = sizes.classes_of(1), max(1, sizes.classes_of(2)), shlosser(sizes, fraction)

    def distance(point: Floats) -> Floats:
        one, two = seen(*plain(point), fraction)
        return np.array([classes * one / ones - 1, classes * two / twos - 1])

    starts = [(-2.0, 0.0), (0.0, 0.0), (0.0, -3.0), (-3.0, -4.0)]
    tried = (least_squares(distance, start, method="lm", max_nfev=_ROUNDS) for start in starts)
    best = next((one for one in tried if one.cost < _SETTLED), None)
    if best is None:
        raise ArithmeticError("the slide negative binomial model does not settle")
    alpha, beta = plain(best.x)
    return float(alpha), float(beta)


def shlosser(sizes: Sizes, fraction: float) -> float:
    """Classes of the population, seen or not.

    Shlosser's estimator as modified by Haas & Stokes 1998, doi:10.1080/01621459.1998.10473807.
    """
    return float(shlosser_of(sizes.size, sizes.classes[None, :], fraction)[0])


@dataclass(frozen=True)
class PitmanModel:
    """Maximum likelihood fit of Pitman's model: its two parameters."""

    theta: float
    alpha: float


def pitman_share(sizes: Sizes, fraction: float) -> float:
    """Persons unique in the population, as a share of it, under Pitman's model.

    Gamma(theta + 1) / Gamma(theta + alpha) * N^alpha, over N (Hoshino 2001, Journal of Official
    Statistics 17(4), 499-520).
    """
    from scipy.special import gammaln  # noqa: PLC0415 - slow to import, rarely needed

    if not sizes.classes_of(1):
        return 0.0
    if sizes.groups == sizes.persons:
        return 1.0
    model, population = fit(sizes), sizes.persons / fraction
    log_unique = (
        gammaln(model.theta + 1) - gammaln(model.theta + model.alpha) + model.alpha * np.log(population)
    )
    return float(min(1.0, np.exp(log_unique) / population))


def fit_pitman(sizes: Counts) -> PitmanModel:
    """:func:`fit` of the sizes of the classes."""
    return fit(Sizes.of(sizes))


def fit(sizes: Sizes) -> PitmanModel:
    """Newton's iteration on the likelihood from Hoshino's moment estimates, halving bad steps.

    Raises ArithmeticError when it does not settle.
    """
    sample = _Sample(sizes)
    point = sample.start(sizes.classes_of(1), sizes.classes_of(2))
    for _ in range(_ROUNDS):
        reached = _climb(sample, point)
        moved = float(np.max(np.abs(reached - point) / (1 + np.abs(point))))
        point = reached
        if moved < _CLOSE:
            break
    else:
        raise ArithmeticError("Pitman's model does not settle")
    if point[1] > 2 * LEAST:
        return PitmanModel(*point.tolist())
    return PitmanModel(_along_the_edge(sample, float(point[0])), LEAST)


def _along_the_edge(sample: "_Sample", theta: float) -> float:
    """The most likely theta where alpha is the least, as in the model of Ewens."""
    for _ in range(_ROUNDS):
        gradient, hessian = sample.derivatives(np.array([theta, LEAST]))
        step = float(gradient[0] / hessian[0, 0]) if hessian[0, 0] < 0 else -theta
        step = min(step, theta / 2)
        theta -= step
        if abs(step) < _NEAR * (1 + theta):
            return theta
    raise ArithmeticError("Pitman's model does not settle")


@dataclass(frozen=True)
class _Sample:
    """Pitman's likelihood and its derivatives, in closed form: any number of persons costs the same."""

    sizes: Sizes

    def start(self, ones: int, twos: int) -> Floats:
        """Moment estimates (Hoshino 2001); a plain middle when they fall outside the model."""
        n, u = self.sizes.persons, self.sizes.groups
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
        from scipy.special import gammaln  # noqa: PLC0415 - slow to import, rarely needed

        theta, alpha = point
        if not (LEAST <= alpha < 1 and theta > -alpha):
            return -np.inf
        n, u, size = self.sizes.persons, self.sizes.groups, self.sizes.size
        classes = (u - 1) * np.log(alpha) + gammaln(theta / alpha + u) - gammaln(theta / alpha + 1)
        persons = gammaln(theta + n) - gammaln(theta + 1)
        within = self.sizes.classes @ (gammaln(size - alpha) - gammaln(1 - alpha))
        return float(classes - persons + within)

    def derivatives(self, point: Floats) -> tuple[Floats, Floats]:
        """Gradient and second derivatives in (theta, alpha)."""
        from scipy.special import digamma, polygamma  # noqa: PLC0415 - slow to import, rarely needed

        theta, alpha = point
        n, u, size, number = self.sizes.persons, self.sizes.groups, self.sizes.size, self.sizes.classes
        first = (digamma(theta / alpha + u) - digamma(theta / alpha + 1)) / alpha
        second = (polygamma(1, theta / alpha + 1) - polygamma(1, theta / alpha + u)) / alpha**2
        persons = digamma(theta + n) - digamma(theta + 1)
        squares = polygamma(1, theta + 1) - polygamma(1, theta + n)
        within = number @ (digamma(size - alpha) - digamma(1 - alpha))
        curved = number @ (polygamma(1, 1 - alpha) - polygamma(1, size - alpha))
        gradient = np.array([first - persons, (u - 1 - theta * first) / alpha - within])
        mixed = -(first - theta * second) / alpha
        alpha2 = -(u - 1 - 2 * theta * first + theta**2 * second) / alpha**2 - curved
        return gradient, np.array([[squares - second, mixed], [mixed, alpha2]])


def _climb(sample: _Sample, point: Floats) -> Floats:
    """One Newton step, halved until the likelihood does not fall; the same point at the top."""
    gradient, hessian = sample.derivatives(point)
    value, step = sample.log_likelihood(point), _uphill(gradient, hessian)
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


def _check(sizes: Counts, fraction: float) -> Sizes:
    if not 0 < fraction <= 1:
        raise ValueError("the sampling fraction must lie in ]0, 1]")
    return Sizes.of(sizes)
