"""Groups as integers: encode columns once, then combine them; the hot path of every class measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Codes = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int64]

_ROOM = 2**62


@dataclass(frozen=True)
class Labels:
    """A group number for each person, from 0 to ``groups`` - 1, every group non-empty."""

    codes: Codes
    groups: int

    @cached_property
    def sizes(self) -> Counts:
        """Number of persons of each group."""
        return np.bincount(self.codes, minlength=self.groups).astype(np.int64)


def encode(values: pa.ChunkedArray | pa.Array) -> Labels:
    """Equal values, equal groups; null is a value of its own. A list is compared whole, in its order."""
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks)
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        array = _lists_as_bytes(array)
    encoded = pc.dictionary_encode(array, null_encoding="encode")
    return Labels(_integers(encoded.indices), len(encoded.dictionary))


def combine(columns: Sequence[Labels]) -> Labels:
    """The groups of persons that are equal on every one of ``columns``; ValueError when none is given."""
    if not columns:
        raise ValueError("no column to combine")
    current = columns[0]
    codes, room = current.codes, max(1, current.groups)
    for column in columns[1:]:
        if room * max(1, column.groups) >= _ROOM:
            dense = _dense(codes)
            codes, room = dense.codes, max(1, dense.groups)
        codes, room = codes * max(1, column.groups) + column.codes, room * max(1, column.groups)
    return current if len(columns) == 1 else _dense(codes)


def _dense(codes: Codes) -> Labels:
    encoded = pa.array(codes).dictionary_encode()
    return Labels(_integers(encoded.indices), len(encoded.dictionary))


def _lists_as_bytes(lists: pa.Array) -> pa.Array:
    """Each list as the bytes of its members' codes: equal bytes, equal lists. Null is the empty list."""
    if lists.null_count:
        lists = pc.if_else(pc.is_null(lists), pa.scalar([], lists.type), lists)
    members = encode(pc.list_flatten(lists)).codes
    ends = np.concatenate([[0], np.cumsum(_integers(pc.list_value_length(lists)))]) * members.itemsize
    return pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(lists), [None, pa.py_buffer(ends.astype(np.int64)), pa.py_buffer(members)]
    )


def _integers(values: pa.Array) -> Codes:
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.int64)
