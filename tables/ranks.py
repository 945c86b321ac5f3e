"""The order of rows held in memory, by several columns at once.

Columns become small integers that compare as their values do; as many as fit are packed into one
64-bit number with the place of the row, and the numbers are sorted. Rows that are equal so far wait
for the columns that did not fit: few do, so most columns of a table are never looked at.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

MOST = 1 << 20
"""Rows sorted at once, at most: ranks of two columns and the place of a row then fit in 63 bits."""
NARROW = 1 << 16
"""Spread of integers, at most, that are packed without ranking them."""
Numbers = npt.NDArray[np.int64]


def order_of(batch: pa.RecordBatch, columns: Sequence[str]) -> Numbers:
    """Places of the rows of ``batch`` in the order of ``columns``, nulls first; equal rows keep theirs.

    Texts are compared by their UTF-8 bytes, numbers by value (-0.0 before 0.0, NaN last). At most
    :data:`MOST` rows.
    """
    order = np.arange(batch.num_rows)
    tied, group, left = order.copy(), np.zeros_like(order), list(columns)
    while left and len(tied):
        rows = order[tied]
        by, key = _sorted(_packed(batch, rows, group, left))
        order[tied] = rows[by]
        new = np.append(True, key[1:] != key[:-1])
        alone = new & np.append(new[1:], True)
        tied, group = tied[~alone], (np.cumsum(new) - 1)[~alone]
    return order


def _packed(batch: pa.RecordBatch, rows: Numbers, group: Numbers, left: list[str]) -> Numbers:
    """``group`` and the first of ``left``, which are taken from that list, as one number a row."""
    room = 1 << (63 - _bits(len(rows)))
    every = len(rows) == batch.num_rows and bool((rows == np.arange(len(rows))).all())
    key, size = group, int(group[-1]) + 1
    started = False
    while left:
        values = batch.column(left[0])
        codes, count = _codes(values if every else values.take(pa.array(rows)), cheap=started)
        if not count or size * count > room:
            break
        key, size, started = key * count + codes, size * count, True
        del left[0]
    return key


def _sorted(key: Numbers) -> tuple[Numbers, Numbers]:
    """Places in the order of ``key``, equal ones as they were; and ``key`` in that order."""
    bits = _bits(len(key))
    both = np.sort((key << bits) | np.arange(len(key)))
    return both & ((1 << bits) - 1), both >> bits


def _bits(count: int) -> int:
    return max(1, (count - 1).bit_length())


def _codes(values: pa.Array, *, cheap: bool) -> tuple[Numbers, int]:
    """Integers from 0 (null) that compare as ``values`` do, and how many there can be.

    Zero of them when they would have to be ranked and ``cheap`` is asked for.
    """
    if pa.types.is_string(values.type) or pa.types.is_null(values.type):
        return (np.zeros(0, np.int64), 0) if cheap else _ranked_texts(values.cast(pa.string()))
    numbers = _integers(values)
    present = values.is_valid().to_numpy(zero_copy_only=False)
    known = numbers[present]
    if not len(known):
        return np.zeros(len(values), np.int64), 1
    low, high = int(known.min()), int(known.max())
    if high - low < NARROW:
        return np.where(present, numbers - low + 1, 0), high - low + 2
    if cheap:
        return known[:0], 0
    distinct, ranks = np.unique(known, return_inverse=True)
    codes = np.zeros(len(values), np.int64)
    codes[present] = ranks + 1
    return codes, len(distinct) + 1


def _ranked_texts(values: pa.Array) -> tuple[Numbers, int]:
    encoded = values.dictionary_encode()
    distinct = encoded.dictionary
    ranks = np.zeros(len(distinct) + 1, np.int64)
    ranks[pc.sort_indices(distinct).to_numpy()] = np.arange(1, len(distinct) + 1)
    return ranks[encoded.indices.fill_null(len(distinct)).to_numpy()], len(distinct) + 1


def _integers(values: pa.Array) -> Numbers:
    """64-bit integers that compare as ``values`` do; anything where null."""
    kind = values.type
    if pa.types.is_floating(kind):
        bits = values.cast(pa.float64()).fill_null(0.0).to_numpy().view(np.int64)
        # The bits of a negative float grow with its size.
        return np.where(bits < 0, bits ^ np.int64(2**63 - 1), bits)
    if pa.types.is_boolean(kind):
        values = values.cast(pa.int8())
    elif pa.types.is_temporal(kind):
        values = values.view(pa.int32() if kind.bit_width == 32 else pa.int64())
    numbers: Numbers = values.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    return numbers
