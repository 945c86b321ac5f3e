"""How far one column tells another: by equal values, by their order, or by the time between two dates."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from risk.labels import Codes

LEAST = 39
"""Persons without whom nothing is concluded."""
USUAL = 0.9
"""Agreement by chance above which a column has too few values to tell."""
ALONG = 0.99
"""Correlation from which two columns of numbers or dates are one."""
Floats = npt.NDArray[np.float64]


def agreement(persons: Codes, given: Codes, told: Codes) -> float:
    """How far ``given`` tells ``told``: 0 as chance would, 1 always; negative codes are missing.

    Among persons with the same ``given``, the chance that another one has the same ``told``, beyond
    that of any two persons, as a share of what is missing to certainty.
    """
    kept = (given >= 0) & (told >= 0)
    if not kept.any():
        return 0.0
    groups = int(told.max()) + 1
    # A person stands for one vote on each pair.
    votes = np.unique(persons[kept] * (int(given.max()) + 1) * groups + given[kept] * groups + told[kept])
    pairs = votes % ((int(given.max()) + 1) * groups)
    owners, first, second = votes // ((int(given.max()) + 1) * groups), pairs // groups, pairs % groups
    alike = np.bincount(first)[first]
    shared = alike > 1
    if len(np.unique(owners[shared])) < LEAST:
        return 0.0
    _, pair, same = np.unique(pairs, return_inverse=True, return_counts=True)
    each = np.bincount(second).astype(np.float64)
    chance = float((each * (each - 1)).sum()) / (len(votes) * (len(votes) - 1))
    within = float(((same[pair.ravel()][shared] - 1) / (alike[shared] - 1)).mean())
    return (within - chance) / (1 - chance) if chance <= USUAL else 0.0


def in_order(one: pa.ChunkedArray, other: pa.ChunkedArray) -> bool:
    """Whether two columns of numbers or dates rise, or fall, together (Spearman's correlation of ranks)."""
    return _correlation(_ranks(one), _ranks(other)) >= ALONG


def in_proportion(values: pa.ChunkedArray, start: pa.ChunkedArray, end: pa.ChunkedArray) -> bool:
    """Whether numbers are in proportion to the time from ``start`` to ``end`` (Pearson's correlation)."""
    return _correlation(_numbers(values), _numbers(end) - _numbers(start)) >= ALONG


def _correlation(one: Floats, other: Floats) -> float:
    """Absolute Pearson correlation over the rows where both are known; 0 with too few, or of a constant."""
    kept = ~(np.isnan(one) | np.isnan(other))
    one, other = one[kept], other[kept]
    if len(one) < LEAST or np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return abs(float(np.corrcoef(one, other)[0, 1]))


def _ranks(values: pa.ChunkedArray) -> Floats:
    """Ranks from 0, the mean rank where values are equal; NaN where one is missing."""
    numbers = _numbers(values)
    known = ~np.isnan(numbers)
    _, codes, sizes = np.unique(numbers[known], return_inverse=True, return_counts=True)
    numbers[known] = (np.cumsum(sizes) - (sizes + 1) / 2)[codes.ravel()]
    return numbers


def _numbers(values: pa.ChunkedArray) -> Floats:
    plain = values
    if pa.types.is_temporal(values.type):
        plain = values.cast(pa.timestamp("us")).cast(pa.int64())
    return np.array(pc.cast(plain, pa.float64(), safe=False).to_numpy(), dtype=np.float64)


def codes(values: pa.ChunkedArray) -> Codes:
    """Equal values, equal numbers; -1 for a missing one."""
    coded = values.combine_chunks().dictionary_encode()
    coded = coded if isinstance(coded, pa.DictionaryArray) else coded.combine_chunks()
    return np.asarray(pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False), dtype=np.int64)
