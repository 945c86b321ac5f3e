"""Do two releases hold the same persons, as far as numbers of equal records tell?"""

import numpy as np

from risk.labels import Codes

ENOUGH = 10
"""Kinds of records without which nothing tells whether both releases hold the same persons."""
QUARTER = 0.1015
"""First quartile of the square of a standard normal variable."""


def replaced(ours: Codes, theirs: Codes) -> float:
    """Share of the persons, about, of whom both releases have as many by chance, not being the same.

    Numbers of strangers differ as Poisson counts do, those of the same persons hardly: where a quarter of the
    kinds of records are as frequent in both as these are, the persons are the same; also where they are once
    one release is brought to the size of the other. Where many came and hardly anybody left, few can have
    been replaced. With few kinds nothing tells, and all are taken for the same.
    """
    there = ours + theirs > 0
    if there.sum() < ENOUGH or not (ours.any() and theirs.any()):
        return 0.0
    counts = ours[there].astype(np.float64), theirs[there].astype(np.float64)
    scale = float(np.sqrt(counts[1].sum() / counts[0].sum()))
    gaps = counts[0] - counts[1], counts[0] * scale - counts[1] / scale
    least = min(float(np.quantile(gap**2 / (counts[0] + counts[1]), 0.25, method="lower")) for gap in gaps)
    came, left = (float(np.maximum(way, 0).sum()) for way in (gaps[0], -gaps[0]))
    return min(1.0, least / QUARTER) * min(came, left) / max(came, left, 1.0)


def cancel(came: Codes, left: Codes, chance: float) -> bool:
    """Whether those who came and those who left are as many of each kind, beyond ``chance``.

    Numbers of strangers differ as Poisson counts do: the squares of their differences, each over their sum,
    add up to a chi-squared variable of as many degrees as there are kinds.
    """
    from scipy.stats import chi2  # noqa: PLC0415 - slow to import

    there = came + left > 0
    gap = ((came - left)[there] ** 2 / (came + left)[there]).sum()
    return bool(chi2.cdf(gap, int(there.sum())) < chance)
