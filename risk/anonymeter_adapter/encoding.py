"""One column of several frames as plain numbers, encoded together so that equal values stay equal."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Floats = npt.NDArray[np.float64]

LARGEST_EXACT = 2**53
"""Whole numbers above it are not all distinct as floats: they are taken as categories."""
DAY = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
"""Ticks of each Arrow unit in a day."""
MEMBERS = "\x1f"
"""Between the members of a set written as one text."""


class Scale(StrEnum):
    """What may be computed on the values of a column."""

    CATEGORY = "category"
    NUMBER = "number"
    TIME = "time"
    """Days; only differences have a meaning."""


@dataclass(frozen=True)
class Column:
    """One column of the three frames."""

    name: str
    scale: Scale
    original: Floats
    candidate: Floats
    control: Floats | None = None

    def parts(self) -> list[Floats]:
        """The column in each frame that there is."""
        return [self.original, self.candidate, *([] if self.control is None else [self.control])]

    @property
    def is_constant(self) -> bool:
        """Whether all persons of all frames have the same value."""
        every = np.concatenate(self.parts())
        return not len(every) or bool(((every == every[0]) | (np.isnan(every) & np.isnan(every[0]))).all())

    @property
    def is_category(self) -> bool:
        """Whether values can only be equal or different."""
        return self.scale is Scale.CATEGORY


def encode_column(name: str, parts: Sequence[pa.Array]) -> Column:
    """One column of each frame as numbers; a number only where it is one in every frame."""
    scales = {_scale(part) for part in parts if part.null_count < len(part)}
    scale = scales.pop() if len(scales) == 1 else Scale.CATEGORY
    values = _categories(parts) if scale is Scale.CATEGORY else _numbers(parts, scale)
    return Column(name, scale, *values)


def column_of(frame: Any, name: str) -> pa.Array:
    """One column of a pandas, polars or Arrow frame; NaN and NaT are missing values."""
    column = frame[name]
    if isinstance(column, pa.ChunkedArray):
        array = column.combine_chunks()
    elif hasattr(column, "to_arrow"):
        array = column.to_arrow()
    else:
        array = _from_pandas(column)
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks)
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _from_pandas(column: Any) -> pa.Array:
    try:
        return pa.array(column, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        # Several types in one column, or sets, which Arrow does not take.
        return pa.array([_text(value) for value in column], pa.string())


def _scale(array: pa.Array) -> Scale:
    kind = array.type
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind) or pa.types.is_duration(kind):
        return Scale.TIME
    if pa.types.is_integer(kind):
        limits = pc.min_max(array)
        exact = max(abs(limits["min"].as_py()), abs(limits["max"].as_py())) < LARGEST_EXACT
        return Scale.NUMBER if exact else Scale.CATEGORY
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return Scale.NUMBER
    return Scale.CATEGORY


def _numbers(parts: Sequence[pa.Array], scale: Scale) -> list[Floats]:
    """Floats with NaN for missing; infinities are brought back to the largest finite values."""
    raw = [_days(part) if scale is Scale.TIME else _plain(part) for part in parts]
    every = np.concatenate(raw)
    finite = every[np.isfinite(every)]
    low, high = (finite.min(), finite.max()) if len(finite) else (0.0, 0.0)
    return [np.clip(part, low, high) for part in raw]


def _plain(array: pa.Array) -> Floats:
    return np.asarray(array.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def _days(array: pa.Array) -> Floats:
    kind = array.type
    if array.null_count == len(array):
        return np.full(len(array), np.nan)
    if pa.types.is_date(kind):
        return _plain(array.cast(pa.date32()).cast(pa.int32()))
    ticks = array.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    return np.where(np.asarray(pc.is_null(array)), np.nan, ticks / DAY[kind.unit])


def _categories(parts: Sequence[pa.Array]) -> list[Floats]:
    """Number of the text of each value among the texts of all frames; missing is a category too."""
    texts = pa.chunked_array([_texts(part) for part in parts], pa.string())
    encoded = pc.dictionary_encode(texts, null_encoding="encode").combine_chunks()
    whole = pa.concat_arrays(encoded.chunks) if isinstance(encoded, pa.ChunkedArray) else encoded
    codes = whole.indices.to_numpy(zero_copy_only=False).astype(np.float64)
    ends = np.cumsum([len(part) for part in parts])
    return [np.asarray(piece, dtype=np.float64) for piece in np.split(codes, ends[:-1])]


def _texts(array: pa.Array) -> pa.Array:
    if pa.types.is_string(array.type):
        return array
    if pa.types.is_large_string(array.type) or pa.types.is_null(array.type):
        return array.cast(pa.string())
    distinct = pc.dictionary_encode(array) if not pa.types.is_nested(array.type) else None
    if distinct is None:
        return pa.array([_text(value) for value in array.to_pylist()], pa.string())
    texts = pa.array([_text(value) for value in distinct.dictionary.to_pylist()], pa.string())
    return texts.take(distinct.indices)


def _text(value: Any) -> str | None:
    """The same text for the same value; a list and a set by their members, in order."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple | set | frozenset):
        return MEMBERS.join(sorted(str(member) for member in value))
    # NaN and NaT differ from themselves; pandas' NA refuses the question.
    if value is None or type(value).__name__ in ("NAType", "NaTType") or value != value:  # noqa: PLR0124
        return None
    return str(value)
