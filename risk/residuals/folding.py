"""Text without case, accents or separators: what stays of an identifier however it is written."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MARGIN = 8
"""Zero bytes after the last cell, so that any window of this width can be read."""

_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "_": " "})
_ACCENTS = re.compile("[\u0300-\u036f]+")
_SEPARATORS = re.compile(r"[\W_]+")
_LOWER = bytes(ord(chr(byte).lower()) if byte < 128 else byte for byte in range(256))
_DROPPED = bytes(byte for byte in range(1, 128) if not chr(byte).isalnum())


def fold(text: str) -> str:
    """``text`` in lower case, without accents, ligatures or anything but letters and digits."""
    return _SEPARATORS.sub("", _plain(text))


def tokens(text: str) -> list[str]:
    """The folded runs of letters and digits of ``text``, in order."""
    return _SEPARATORS.sub(" ", _plain(text)).split()


def _plain(text: str) -> str:
    lower = unicodedata.normalize("NFKD", text.casefold()).casefold().translate(_LETTERS)
    return _ACCENTS.sub("", lower)


@dataclass(frozen=True)
class Folded:
    """Folded cells, end to end."""

    data: Bytes
    """UTF-8 of the cells, a zero byte after each, then :data:`MARGIN` zero bytes."""
    count: int
    """Number of cells."""

    @cached_property
    def ends(self) -> Integers:
        """Position of the zero byte after each cell."""
        return np.flatnonzero(self.data[: len(self.data) - MARGIN] == 0)

    @cached_property
    def starts(self) -> Integers:
        """Position of the first byte of each cell."""
        return np.concatenate([[0], self.ends[:-1] + 1]) if self.count else self.ends

    @cached_property
    def lengths(self) -> Integers:
        """Bytes of each cell."""
        return self.ends - self.starts

    def cells(self, positions: Integers) -> Integers:
        """The cell that holds each position."""
        return np.searchsorted(self.ends, positions)

    def strings(self) -> pa.Array:
        """The cells as a string array."""
        kept = self.data[: len(self.data) - MARGIN]
        offsets = np.concatenate([[0], np.cumsum(self.lengths)])
        data = pa.py_buffer(kept[kept != 0].tobytes())
        return pa.LargeStringArray.from_buffers(self.count, pa.py_buffer(offsets), data)


def fold_array(values: pa.Array) -> Folded:
    """Fold an array of text without nulls; same result as :func:`fold` on each cell."""
    text = _without_zero(_ascii(values.cast(pa.large_string())))
    if not len(text):
        return Folded(np.zeros(MARGIN, np.uint8), 0)
    ended = pc.binary_join_element_wise(text, pa.scalar("", text.type), pa.scalar("\0", text.type))
    _, offsets, characters = ended.buffers()
    used = np.frombuffer(offsets, np.int64)[ended.offset + len(ended)]
    folded = bytes(memoryview(characters)[:used]).translate(_LOWER, _DROPPED) + bytes(MARGIN)
    return Folded(np.frombuffer(folded, np.uint8), len(text))


def _ascii(text: pa.Array) -> pa.Array:
    """The same cells, those with other letters than ASCII already folded."""
    other = pc.invert(pc.string_is_ascii(text))
    if not pc.any(other).as_py():
        return text
    folded = [fold(value) for value in text.filter(other).to_pylist()]
    return pc.replace_with_mask(text, other, pa.array(folded, text.type))


def _without_zero(text: pa.Array) -> pa.Array:
    """A zero byte inside a cell would be taken for its end."""
    inside = pc.match_substring(text, "\0")
    return pc.replace_substring(text, "\0", "") if pc.any(inside).as_py() else text
