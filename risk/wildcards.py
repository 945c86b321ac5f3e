"""Frequencies when a missing value may stand for any value."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from risk.labels import Codes, Counts, combine, encode, first_rows


def wildcard_frequencies(columns: Sequence[pa.ChunkedArray]) -> Counts:
    """For each row, how many rows (itself included) agree with it where neither value is missing.

    Two rows agree when no column holds two different known values: the counts that statistical
    offices use for tables with local suppression. Agreement is not transitive, so rows are
    compared by pairs of patterns of missing columns, on the columns that both know.
    """
    keys = [encode(column) for column in columns]
    missing = [np.asarray(pc.is_null(column).combine_chunks()).astype(bool) for column in columns]
    tuples = combine(keys)
    first = first_rows(tuples)
    codes = np.stack([key.codes[first] for key in keys], axis=1)
    unknown = np.stack([absent[first] for absent in missing], axis=1)
    counted: Counts = _count(codes, unknown, tuples.sizes)[tuples.codes]
    return counted


def _count(codes: Codes, unknown: "np.typing.NDArray[np.bool_]", weights: Counts) -> Counts:
    """Weight of the tuples that agree with each tuple."""
    patterns, pattern = np.unique(unknown, axis=0, return_inverse=True)
    members = [np.flatnonzero(pattern.ravel() == number) for number in range(len(patterns))]
    total = np.zeros(len(codes), dtype=np.int64)
    for one, mine in zip(patterns, members, strict=True):
        for other, theirs in zip(patterns, members, strict=True):
            shared = np.flatnonzero(~one & ~other)
            total[mine] += _agreeing(codes[mine][:, shared], codes[theirs][:, shared], weights[theirs])
    return total


def _agreeing(mine: Codes, theirs: Codes, weights: Counts) -> Counts:
    """For each row of ``mine``, the weight of the rows of ``theirs`` that equal it."""
    if mine.shape[1] == 0:
        return np.full(len(mine), weights.sum(), dtype=np.int64)
    both = np.concatenate([mine, theirs])
    groups = combine([encode(pa.array(np.ascontiguousarray(column))) for column in both.T])
    found = np.bincount(groups.codes[len(mine) :], weights=weights, minlength=groups.groups)
    return np.asarray(np.rint(found[groups.codes[: len(mine)]]), dtype=np.int64)
