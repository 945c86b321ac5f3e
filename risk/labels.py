"""Groups as integers: encode columns once, then combine them; the hot path of every class measure."""

from collections.abc import Callable, Sequence
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
    if is_list(array.type):
        array = list_bytes(array, lambda members: encode(members).codes)
    elif pa.types.is_floating(array.type):
        array = pc.add(array, pa.scalar(0.0, array.type))  # -0 is 0
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


def combined(columns: Sequence[Labels], rows: int) -> Labels:
    """:func:`combine`, or one group of all ``rows`` where no column is given."""
    return combine(columns) if columns else Labels(np.zeros(rows, dtype=np.int64), 1)


def first_rows(labels: Labels) -> Codes:
    """The first row of each group."""
    rows = np.empty(labels.groups, dtype=np.int64)
    rows[labels.codes[::-1]] = np.arange(len(labels.codes))[::-1]
    return rows


def _dense(codes: Codes) -> Labels:
    encoded = pa.array(codes).dictionary_encode()
    return Labels(_integers(encoded.indices), len(encoded.dictionary))


def is_list(kind: pa.DataType) -> bool:
    """Whether a column of that type holds a set a person."""
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def list_bytes(lists: pa.Array, coded: Callable[[pa.Array], Codes]) -> pa.Array:
    """Each list as the bytes of its members' codes: equal bytes, equal lists. Null is the empty list.

    Bytes compare as the lists of codes do, the highest one first.
    """
    if lists.null_count:
        lists = pc.if_else(pc.is_null(lists), pa.scalar([], lists.type), lists)
    members = coded(pc.list_flatten(lists)).astype(">i8")
    ends = np.concatenate([[0], np.cumsum(_integers(pc.list_value_length(lists)))]) * members.itemsize
    return pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(lists), [None, pa.py_buffer(ends.astype(np.int64)), pa.py_buffer(members)]
    )


def _integers(values: pa.Array) -> Codes:
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.int64)
