"""Exact search of millions of texts in folded cells, in one pass.

Every needle has at least eight bytes. The eight bytes at each position of the cells, read as one
integer, go through a table of the needles' first eight; at the few positions that remain, a digest
of as many bytes as the needles of each length have is looked up, then all bytes are compared.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from risk.residuals.folding import MARGIN, Bytes, Flags, Folded, Integers

Words = npt.NDArray[np.uint64]

WIDTH = 8
_CHUNK = 1 << 20
_MULTIPLIER, _HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)
_MIN_BITS, _MAX_BITS = 16, 27
_SPARSE = 16
"""Entries of the bit table for each needle."""


@dataclass(frozen=True)
class Hits:
    """Where needles were found; one entry an occurrence."""

    position: Integers
    needle: Integers

    def where(self, chosen: Flags) -> "Hits":
        """Some of them."""
        return Hits(self.position[chosen], self.needle[chosen])


@dataclass(frozen=True)
class _OfLength:
    """Needles of one length, sorted by their :func:`_digest`."""

    length: int
    keys: Words
    needles: Integers


class NeedleIndex:
    """Needles made ready for the search."""

    def __init__(self, texts: pa.Array) -> None:
        """``texts``: distinct, of at least :data:`WIDTH` bytes, without zero bytes."""
        self._data, self._starts, lengths = _bytes_of(texts)
        words = windows(self._data)
        first = words[self._starts]
        self._firsts = np.unique(first)
        bits = int(np.clip(np.ceil(np.log2(max(1, len(first)) * _SPARSE)), _MIN_BITS, _MAX_BITS))
        self._shift = np.uint64(64 - bits)
        self._table = np.zeros(1 << bits, dtype=bool)
        self._table[self._slots(self._firsts)] = True
        self._lengths = list(_by_length(words, self._starts, lengths))

    def find(self, cells: Folded) -> Hits:
        """Every occurrence of every needle."""
        if not len(self._firsts):
            return Hits(np.zeros(0, np.int64), np.zeros(0, np.int64))
        words = windows(cells.data)
        found = [self._check(words, positions) for positions in self._candidates(words)]
        return Hits(*(np.concatenate([np.zeros(0, np.int64), *parts]) for parts in _columns(found)))

    def _slots(self, words: Words) -> Integers:
        return ((words * _MULTIPLIER) >> self._shift).view(np.int64)

    def _candidates(self, words: Words) -> Iterator[Integers]:
        """Positions where some needle could begin: its first eight bytes are there."""
        for start in range(0, len(words), _CHUNK):
            chunk = words[start : start + _CHUNK]
            maybe = np.flatnonzero(self._table.take(self._slots(chunk)))
            here = chunk[maybe]
            nearest = np.minimum(np.searchsorted(self._firsts, here), len(self._firsts) - 1)
            yield start + maybe[self._firsts[nearest] == here]

    def _check(self, words: Words, positions: Integers) -> tuple[Integers, Integers]:
        found_at, found = [], []
        for group in self._lengths:
            inside = positions[positions + group.length - WIDTH < len(words)]
            keys = _digest(words, inside, group.length)
            nearest = np.minimum(np.searchsorted(group.keys, keys), len(group.keys) - 1)
            same = group.keys[nearest] == keys
            at, needles = inside[same], group.needles[nearest[same]]
            exact = self._equal(words, at, needles, group.length)
            found_at.append(at[exact])
            found.append(needles[exact])
        return np.concatenate(found_at), np.concatenate(found)

    def _equal(self, words: Words, positions: Integers, needles: Integers, length: int) -> Flags:
        own = windows(self._data)
        equal = np.ones(len(positions), dtype=bool)
        for offset in _offsets(length):
            equal &= words[positions + offset] == own[self._starts[needles] + offset]
        return equal


def windows(data: Bytes) -> Words:
    """The eight bytes that begin at each position but the last ones, as integers."""
    return np.ndarray((max(0, len(data) - MARGIN + 1),), np.uint64, np.ascontiguousarray(data), strides=(1,))


def _bytes_of(texts: pa.Array) -> tuple[Bytes, Integers, Integers]:
    _, offsets, characters = texts.cast(pa.large_string()).buffers()
    ends = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    used = bytes(memoryview(characters)[: ends[-1]]) if characters is not None and len(ends) else b""
    return np.frombuffer(used + bytes(MARGIN), np.uint8), ends[:-1], np.diff(ends)


def _by_length(words: Words, starts: Integers, lengths: Integers) -> Iterator[_OfLength]:
    for length in np.unique(lengths).tolist():
        needles = np.flatnonzero(lengths == length)
        keys = _digest(words, starts[needles], length)
        order = np.argsort(keys, kind="stable")
        yield _OfLength(length, keys[order], needles[order])


def _offsets(length: int) -> list[int]:
    """Where to read words so that they cover ``length`` bytes."""
    return [*range(0, length - WIDTH, WIDTH), length - WIDTH]


def _digest(words: Words, positions: Integers, length: int) -> Words:
    """One integer for the ``length`` bytes at each position."""
    digest = np.zeros(len(positions), np.uint64)
    for offset in _offsets(length):
        digest = (digest ^ words[positions + offset]) * _MULTIPLIER
        digest ^= digest >> _HALF
    return digest


def _columns(found: list[tuple[Integers, Integers]]) -> tuple[list[Integers], list[Integers]]:
    return [positions for positions, _ in found], [needles for _, needles in found]
