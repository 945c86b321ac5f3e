"""What equivalence classes give away: k, risks, l-diversity and t-closeness, counted by persons.

Everything works on :class:`risk.labels.Labels` with one entry a person, so that a person with
many events weighs no more than another. Missing values count as a value of their own: that
makes classes smaller, never larger, than reading them as wildcards (see ``risk.wildcards``), which
only k does, and only where the profile says so (:func:`wildcard_risk`).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from risk.labels import Codes, Counts, Labels
from risk.sizes import Sizes

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]

_DENSE = 16
"""A table of so many cells a person is filled faster than its used cells are looked up."""


CLOSE = 1e-9
"""Least difference between two numbers that a limit tells apart."""


@dataclass(frozen=True)
class ClassRisk:
    """Risks of re-identification under the prosecutor model: the intruder knows who is in."""

    persons: int
    classes: int
    k: int
    """Persons of the smallest class; 0 when there is nobody."""
    below: int
    """Persons in classes smaller than the k asked for."""
    unique: int
    """Persons alone in their class."""
    mean_risk: float
    """Mean over persons of 1/(size of the class)."""

    @property
    def share_below(self) -> float:
        """Share of persons in classes smaller than the k asked for."""
        return self.below / self.persons if self.persons else 0.0

    @property
    def max_risk(self) -> float:
        """Risk of the most exposed person: 1/k."""
        return 1 / self.k if self.k else 0.0

    @property
    def uniqueness(self) -> float:
        """Share of persons alone in their class."""
        return self.unique / self.persons if self.persons else 0.0


def class_risk(classes: Sizes, k: int) -> ClassRisk:
    """Sizes of the classes against ``k`` persons (Sweeney 2002, doi:10.1142/S0218488502001648)."""
    small = classes.size < k
    return ClassRisk(
        persons=classes.persons,
        classes=classes.groups,
        k=int(classes.size[0]) if classes.groups else 0,
        below=int(classes.size[small] @ classes.classes[small]),
        unique=classes.classes_of(1),
        mean_risk=classes.groups / classes.persons if classes.persons else 0.0,
    )


def wildcard_risk(classes: Labels, alike: Counts, k: int) -> ClassRisk:
    """The same where a missing value may stand for any value.

    ``alike``: for each person, how many agree with them (``risk.wildcards``); it takes the place of
    the size of a class.
    """
    return ClassRisk(
        persons=len(classes.codes),
        classes=classes.groups,
        k=int(alike.min()) if len(alike) else 0,
        below=int((alike < k).sum()),
        unique=int((alike == 1).sum()),
        mean_risk=float((1 / alike).mean()) if len(alike) else 0.0,
    )


@dataclass(frozen=True)
class Cells:
    """Persons counted by class and by secret; empty cells are absent, order is by class then value."""

    classes: Codes
    values: Codes
    counts: Counts


def cells(classes: Labels, secret: Labels) -> Cells:
    """Persons by class and secret value; ``secret`` is numbered in its own order."""
    width = max(1, secret.groups)
    keys, counts = _tabulate(classes.codes * width + secret.codes, classes.groups * width)
    return Cells(keys // width, keys % width, counts)


def _tabulate(codes: Codes, room: int) -> tuple[Codes, Counts]:
    """The distinct codes in order, and how often each occurs; codes are below ``room``."""
    if room <= _DENSE * len(codes):
        table = np.bincount(codes, minlength=room)
        keys = np.flatnonzero(table)
        return keys, table[keys]
    counted = pa.array(codes).value_counts()
    keys = counted.field("values").to_numpy(zero_copy_only=False)
    order = np.argsort(keys)
    return keys[order], counted.field("counts").to_numpy(zero_copy_only=False)[order]


def distinct_l(classes: Labels, secret: Labels) -> Counts:
    """Number of distinct secrets in each class (Machanavajjhala 2007, doi:10.1145/1217299.1217302)."""
    return np.bincount(cells(classes, secret).classes, minlength=classes.groups)


def entropy_l(classes: Labels, secret: Labels) -> Floats:
    """exp(entropy of the secret) in each class: its effective number of values (same source)."""
    found = cells(classes, secret)
    share = found.counts / classes.sizes[found.classes]
    terms = -share * np.log(share)
    return np.exp(np.bincount(found.classes, weights=terms, minlength=classes.groups))


def breaks_recursive(classes: Labels, secret: Labels, c: float, l: int) -> Truths:  # noqa: E741 - its name
    """Which classes break recursive (c, l).

    Their most frequent secret has at least c times the persons of the l-th most frequent and all
    rarer ones together (same source).
    """
    found = cells(classes, secret)
    order = np.lexsort((-found.counts, found.classes))
    owners, counts = found.classes[order], found.counts[order]
    place = np.arange(len(owners)) - np.searchsorted(owners, owners)
    tail = np.bincount(owners, weights=np.where(place >= l - 1, counts, 0), minlength=classes.groups)
    return np.asarray(modal_counts(classes, secret) >= c * tail - CLOSE)


def modal_counts(classes: Labels, secret: Labels) -> Counts:
    """Persons of each class who carry its most frequent secret."""
    found, best = cells(classes, secret), np.zeros(classes.groups, dtype=np.int64)
    np.maximum.at(best, found.classes, found.counts)
    return best


def equal_distance(classes: Labels, secret: Labels) -> Floats:
    """Distance of each class from everybody when all values are equally far apart.

    Half the sum of |p - q|: Earth mover's distance with the equal ground distance
    (Li 2007, doi:10.1109/ICDE.2007.367856, section 4.2).
    """
    found = cells(classes, secret)
    share = found.counts / classes.sizes[found.classes]
    overall = (secret.sizes / max(1, len(secret.codes)))[found.values]
    seen = np.bincount(found.classes, weights=np.abs(share - overall) - overall, minlength=classes.groups)
    return np.maximum(0.0, (1 + seen) / 2)


def ordered_distance(classes: Labels, secret: Labels) -> Floats:
    """Distance of each class from everybody when values are ranks: groups of ``secret`` in order.

    Sum of |cumulated p - cumulated q| over m - 1 steps (Li 2007, section 4.1). Between two values
    that a class holds its cumulated share is constant, and the overall one only grows, so each
    stretch is summed at once from the prefix sums of the overall distribution.
    """
    if secret.groups < 2:
        return np.zeros(classes.groups)
    found = cells(classes, secret)
    overall = np.cumsum(secret.sizes / len(secret.codes))
    prefix = np.concatenate([[0.0], np.cumsum(overall)])
    share = found.counts / classes.sizes[found.classes]
    reached = _cumulated_by_group(share, found.classes, classes.groups)
    starts = np.searchsorted(found.classes, np.arange(classes.groups))
    ends = np.append(found.values[1:], secret.groups)
    ends[starts[1:] - 1] = secret.groups
    before = prefix[found.values[starts]]
    stretches = _stretch(overall, prefix, found.values, ends, reached)
    total = np.bincount(found.classes, weights=stretches, minlength=classes.groups) + before
    return np.asarray(np.minimum(1.0, total / (secret.groups - 1)))


def _cumulated_by_group(share: Floats, groups: Codes, number: int) -> Floats:
    running = np.cumsum(share)
    firsts = np.searchsorted(groups, np.arange(number))
    return np.asarray(running - (running[firsts] - share[firsts])[groups])


def _stretch(overall: Floats, prefix: Floats, first: Codes, end: Codes, level: Floats) -> Floats:
    """Sum of |level - overall| over the values from ``first`` up to, not including, ``end``."""
    cross = np.clip(np.searchsorted(overall, level), first, end)
    below = level * (cross - first) - (prefix[cross] - prefix[first])
    above = (prefix[end] - prefix[cross]) - level * (end - cross)
    return np.asarray(below + above, dtype=np.float64)
