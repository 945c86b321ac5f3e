"""How near synthetic columns are to the source's: pure functions of arrays, each with its unit.

Every distance lies between 0 (the same) and 1. ``person`` arrays number persons from 0.
"""

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.object_] | npt.NDArray[np.str_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def total_variation(source: Values, synthetic: Values) -> float:
    """Half the sum of the differences between the shares of each value: the share of rows to change."""
    _, codes = np.unique(np.concatenate([source.astype(str), synthetic.astype(str)]), return_inverse=True)
    size = int(codes.max(initial=-1)) + 1
    mine, theirs = (
        np.bincount(codes[: len(source)], minlength=size),
        np.bincount(codes[len(source) :], minlength=size),
    )
    return float(np.abs(mine / max(len(source), 1) - theirs / max(len(synthetic), 1)).sum() / 2)


def pair_variation(source: tuple[Values, Values], synthetic: tuple[Values, Values]) -> float:
    """Total variation between the joint distributions of two columns."""
    return total_variation(_joined(*source), _joined(*synthetic))


def conditional_variation(
    source: tuple[Values, Values], synthetic: tuple[Values, Values], least: int
) -> dict[str, float]:
    """Total variation of the second column in each value of the first that ``least`` source rows have."""
    groups, counts = np.unique(source[0].astype(str), return_counts=True)
    return {
        str(group): total_variation(
            source[1][source[0].astype(str) == group], synthetic[1][synthetic[0].astype(str) == group]
        )
        for group in groups[counts >= least]
    }


def kolmogorov_smirnov(source: Floats, synthetic: Floats) -> float:
    """Largest difference between the two distribution functions (Kolmogorov 1933; Smirnov 1948)."""
    if not len(source) or not len(synthetic):
        return float(len(source) != len(synthetic))
    points = np.unique(np.concatenate([source, synthetic]))
    mine = np.searchsorted(np.sort(source), points, side="right") / len(source)
    theirs = np.searchsorted(np.sort(synthetic), points, side="right") / len(synthetic)
    return float(np.abs(mine - theirs).max())


def cardinality(source: Ints, source_persons: int, synthetic: Ints, synthetic_persons: int) -> float:
    """Kolmogorov-Smirnov distance between the rows a person, those without any included."""
    mine = np.bincount(source, minlength=source_persons).astype(float)
    theirs = np.bincount(synthetic, minlength=synthetic_persons).astype(float)
    return kolmogorov_smirnov(mine, theirs)


def gaps(person: Ints, day: Ints) -> Floats:
    """Days between one event and the next of the same person."""
    order = np.lexsort((day, person))
    step, same = np.diff(day[order]), np.diff(person[order]) == 0
    found: Floats = step[same].astype(float)
    return found


def persistence(person: Ints, code: Values, day: Ints, within: int = 60) -> dict[str, float]:
    """For each code, share of its events that the same person has again ``within`` days."""
    codes, index = np.unique(code.astype(str), return_inverse=True)
    order = np.lexsort((day, index, person))
    own, who, when = index[order], person[order], day[order]
    again = np.zeros(len(own), dtype=bool)
    again[:-1] = (own[1:] == own[:-1]) & (who[1:] == who[:-1]) & (when[1:] - when[:-1] <= within)
    events, repeated = np.bincount(own, minlength=len(codes)), np.bincount(own, again, len(codes))
    return dict(zip(codes.tolist(), (repeated / np.maximum(events, 1)).tolist(), strict=True))


def seasonality(day: Ints) -> Floats:
    """Share of the events in each month of the year, January first; ``day``: days since 1970."""
    months = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    shares: Floats = np.bincount(months, minlength=12) / max(len(day), 1)
    return shares


def agreement(finer: Values, wider: Values, reference: dict[str, str]) -> float:
    """Share of rows whose wider code is that which ``reference`` gives to the finer one."""
    if not len(finer):
        return 1.0
    return float(
        np.mean(
            [reference.get(one) == other for one, other in zip(finer.tolist(), wider.tolist(), strict=True)]
        )
    )


def below_floor(source: Values, person: Ints, synthetic: Values, floor: int) -> int:
    """Distinct synthetic values that fewer than ``floor`` persons, but one at least, have in the source."""
    values, index = np.unique(source.astype(str), return_inverse=True)
    pairs = np.unique(np.column_stack([index, person]), axis=0)
    rare = values[np.bincount(pairs[:, 0], minlength=len(values)) < floor]
    return int(np.isin(np.unique(synthetic.astype(str)), rare).sum())


def _joined(first: Values, second: Values) -> Values:
    return np.char.add(np.char.add(first.astype(str), "\x1f"), second.astype(str))
