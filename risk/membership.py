"""Was this person among those that the synthesizer was fitted on? Scores, and how well they tell.

The score of van Breugel et al. (2023, arXiv 2302.12580) is the ratio of two densities at the
person: that of the synthetic persons over that of a reference population. Where the synthetic data
are dense *and people are not*, the synthesizer has remembered somebody. Densities are estimated by
the distance to the nearest neighbours (Loftsgaarden & Quesenberry 1965, doi:10.1214/aoms/1177700079),
since a kernel in many dimensions sees nobody.

The holdout is both the reference and the non-members, never at once: it is cut in two halves, and each
half is scored with the other as its reference; a member draws one of the halves.
"""

from dataclasses import dataclass
from math import exp, hypot, log, sqrt

import numpy as np
import numpy.typing as npt

from risk.anonymeter_adapter.encoding import Floats
from risk.anonymeter_adapter.linkability import draw
from risk.embedding import Points, Vectors
from risk.labels import Codes as Rows
from risk.nearest import nearest
from risk.statistics import Interval, Rate, normal_quantile
from risk.traits import Traits
from risk.values_shown import marginal_ratio

NEIGHBOURS = 5
"""Neighbours by whose distances a density is estimated, the first and the last."""
CLOSEST = 1e-6
"""Added to squared distances, so that those of equal persons have a logarithm."""


@dataclass(frozen=True)
class Scores:
    """What one attack thinks of each person: the higher, the rather a member."""

    name: str
    members: Floats
    others: Floats

    def select(self, members: npt.NDArray[np.bool_], others: npt.NDArray[np.bool_]) -> "Scores":
        """The same attack on some of the persons."""
        return Scores(self.name, self.members[members], self.others[others])


@dataclass(frozen=True)
class Attacked:
    """Who was attacked, and the scores of each attack."""

    members: Rows
    """Positions among the fitted persons."""
    others: Rows
    """Positions among the holdout persons."""
    scores: tuple[Scores, ...]


def score(traits: Traits, points: Points, asked: int, random: np.random.Generator) -> Attacked:
    """Score ``asked`` fitted and as many holdout persons by each attack; ValueError without a holdout."""
    if points.control is None:
        raise ValueError("no control")
    members, others = draw(len(points.original), asked, random), draw(len(points.control), asked, random)
    half = random.permutation(len(points.control)) % 2
    sides = random.permutation(len(members)) % 2
    ours, theirs = points.original[members], points.control[others]
    near = [_log_gaps(part, points.candidate) for part in (ours, theirs)]
    halves = [points.control[half == side] for side in (0, 1)]
    known = _from_other_half(ours, 1 - sides, halves), _from_other_half(theirs, half[others], halves)
    ratio = [reference.mean(axis=1) - made.mean(axis=1) for made, reference in zip(near, known, strict=True)]
    told = (
        _by_values(traits, 0, members, 1 - sides, half),
        _by_values(traits, 2, others, half[others], half),
    )
    return Attacked(
        members,
        others,
        (
            Scores("density", ratio[0], ratio[1]),
            Scores("nearest", -near[0][:, 0], -near[1][:, 0]),
            Scores("values", told[0], told[1]),
        ),
    )


def _by_values(traits: Traits, part: int, persons: Rows, side: Rows, half: Rows) -> Floats:
    """Marginal ratio of each person, whose reference is the half of the holdout that they are not in."""
    found: Floats = np.zeros(len(persons))
    for number in (0, 1):
        chosen, reference = side == number, half == 1 - number
        found[chosen] = marginal_ratio(traits, part, persons[chosen], reference)
    return found


def _from_other_half(targets: Vectors, side: Rows, halves: list[Vectors]) -> Floats:
    """Gaps of each target in the half of the holdout that it is not in."""
    found: Floats = np.zeros((len(targets), 2))
    for number in (0, 1):
        chosen = side == number
        if chosen.any():
            found[chosen] = _log_gaps(targets[chosen], halves[1 - number])
    return found


def _log_gaps(targets: Vectors, points: Vectors) -> Floats:
    """Logarithm of the distances to the first and to the last of the nearest points."""
    count = min(NEIGHBOURS, len(points))
    gaps, _ = nearest(targets, points, count)
    return np.asarray(np.log(gaps[:, [0, count - 1]] + CLOSEST) / 2)


def advantage(scores: Scores, confidence: float) -> Interval:
    """2 AUC - 1 with the bounds of DeLong et al. (1988, doi:10.2307/2531595), within [0, 1].

    The AUC is the probability that a member scores above a non-member; the midranks make it cheap
    (Sun & Xu 2014, doi:10.1109/LSP.2014.2337313). Bounds are taken on the scale of its logit, where they
    cover better (Pepe 2003); where all members score above all others, they are those of so many successes.
    """
    area, deviation = auc(scores)
    if 0 < area < 1:
        reach = normal_quantile(confidence) * deviation / (area * (1 - area))
        middle = log(area / (1 - area))
        bounds = [1 / (1 + exp(-value)) for value in (middle - reach, middle + reach)]
    else:
        fewest = min(len(scores.members), len(scores.others))
        every = Rate(round(area * fewest), fewest)
        bounds = [every.lower(confidence), every.upper(confidence)]
    return Interval(*(min(1.0, max(0.0, 2 * value - 1)) for value in (area, *bounds)))


def auc(scores: Scores) -> tuple[float, float]:
    """Area under the curve and its standard deviation by DeLong; (0.5, 0.5) when a side is empty."""
    first, second = len(scores.members), len(scores.others)
    if min(first, second) < 2:
        return 0.5, 0.5
    every = _midranks(np.concatenate([scores.members, scores.others]))
    above = (every[:first] - _midranks(scores.members)) / second
    below = 1 - (every[first:] - _midranks(scores.others)) / first
    variance = above.var(ddof=1) / first + below.var(ddof=1) / second
    return float(above.mean()), float(np.sqrt(variance))


def _midranks(values: Floats) -> Floats:
    ordered = np.sort(values)
    lower, upper = np.searchsorted(ordered, values, "left"), np.searchsorted(ordered, values, "right")
    return np.asarray((lower + upper + 1) / 2, dtype=np.float64)


def at_false_positives(scores: Scores, share: float) -> tuple[Rate, Rate]:
    """Members and non-members above the score that at most ``share`` of the non-members exceed."""
    allowed = int(share * len(scores.others))
    return _accused(scores, allowed), Rate(allowed, len(scores.others))


def _accused(scores: Scores, allowed: int) -> Rate:
    """Members among those accused with the ``allowed`` best non-members.

    Of the persons with equal scores as many are accused as it takes, drawn at random: the expected
    number is counted, so that a score shared by more non-members than are allowed hides no member.
    """
    if allowed >= len(scores.others):
        return Rate(len(scores.members), len(scores.members))
    limit = np.sort(scores.others)[::-1][allowed]
    clear, equal = int((scores.others > limit).sum()), int((scores.others == limit).sum())
    drawn = (allowed - clear) / equal * float((scores.members == limit).sum())
    return Rate(round(float((scores.members > limit).sum()) + drawn), len(scores.members))


def excess_at(scores: Scores, share: float, confidence: float) -> Interval:
    """Members found beyond the false positives, (t - f) / (1 - f), where ``share`` of the others are accused.

    The score from which on persons are accused is that of one non-member, and as uncertain as their
    number: another draw of them puts it where more or fewer members are. So the bounds of t are those
    of its own draw (Wilson) and of the members found where the number of non-members accused is at either
    end of its binomial interval, joined by MOVER (Pepe 2003, 5.2: both variances of a point of the curve).
    f is what is expected of others above that score, one more than are accused of one more than there are.
    """
    others = len(scores.others)
    allowed = int(share * others)
    false = (allowed + 1) / (others + 1)
    reach = normal_quantile(confidence) * sqrt(others * false * (1 - false))
    found = _accused(scores, allowed)
    fewest, most = (
        _accused(scores, round(min(others, max(0.0, others * false + way)))).estimate
        for way in (-reach, reach)
    )
    true = found.estimate
    lower = true - hypot(true - found.lower(confidence), true - fewest)
    upper = true + hypot(found.upper(confidence) - true, most - true)
    bounds = ((value - false) / (1 - false) for value in (true, lower, upper))
    return Interval(*(min(1.0, max(0.0, value)) for value in bounds))
