"""Distinct whole numbers, their places and their order, by tables and radix sorts rather than comparisons.

What is counted are codes: indices of a domain, keys of a context, numbers of persons. Most lie in a range
that is not much wider than they are many, and a table of the range costs a tenth of a sort. The results
are those of ``np.unique``, ``np.searchsorted`` and ``np.lexsort``.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from synth.fitted.domains import Floats, Ints

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[Any]
WIDE, NARROW = 8, 1 << 12
"""Width of a range up to which a table of it is made: so many times the numbers in it, or so much."""
STEPS, EXACT = (1, 100), 2.0**52
"""Steps of one in which numbers are counted, and up to how many of them one is told from the next."""
CHUNK = 16
"""Bits that a radix sort of numpy takes at once."""
CHUNKS = 3
"""Passes of it beyond which comparisons are as fast."""


def coded(key: Ints) -> tuple[Ints, Ints]:
    """The distinct values in order, and the place of each row's value among them."""
    low, width = _range(key)
    if width <= _widest(len(key)):
        shifted = key - low
        values = _present(shifted, width)
        table = np.empty(width, np.int64)
        table[values] = np.arange(len(values))
        return values + low, table[shifted]
    order = ordered(key)
    first = starts_of(key[order])
    place = np.empty(len(key), np.int64)
    place[order] = np.cumsum(first) - 1
    return key[order][first], place


def coded_numbers(values: Floats) -> tuple[Floats, Ints]:
    """As :func:`coded`, for numbers, none of which is missing: fast for whole ones, days and amounts."""
    for steps in STEPS:
        whole = np.rint(values * steps)
        if np.abs(whole).max(initial=0) >= EXACT:
            break
        keys, place = coded(whole.astype(np.int64))
        found = np.empty(len(keys))
        found[place] = values
        if np.array_equal(found[place], values):
            return found, place
    return np.unique(values, return_inverse=True)


def distinct(key: Ints) -> Ints:
    """The distinct values in order."""
    low, width = _range(key)
    if width <= _widest(len(key)):
        return _present(key - low, width) + low
    found = key[ordered(key)]
    return found[starts_of(found)]


def places(keys: Ints, wanted: Ints) -> Ints:
    """For each of ``wanted``, the place among the sorted ``keys`` of itself, or else of the next.

    That of the last key where none is next, 0 when there are no keys.
    """
    low, width = _range(keys)
    last = max(len(keys) - 1, 0)
    if width > _widest(len(wanted)):
        return np.minimum(np.searchsorted(keys, wanted), last)
    below = np.zeros(width + 1, np.int32)
    below[keys - low + 1] = 1
    found: Ints = np.minimum(np.cumsum(below, dtype=np.int32), last)[np.clip(wanted - low, 0, width)]
    return found


def entries(running: Ints, target: Ints) -> Ints:
    """The entry of each ``target`` among counts added up: between ``running[i]`` and ``running[i + 1]``."""
    if running[-1] - running[0] > _widest(len(target)):
        return np.searchsorted(running, target, side="right") - 1
    table = np.repeat(np.arange(len(running) - 1), np.diff(running))
    found: Ints = table[target - running[0]]
    return found


def ordered(*keys: Numbers) -> Ints:
    """The rows in order of the last of ``keys``, then of the one before it, and so on; then as they stand."""
    order: Ints | None = None
    for key in keys:
        if order is None and (key[1:] >= key[:-1]).all():
            continue
        for part in _parts(key):
            step = np.argsort(part if order is None else part[order], kind="stable")
            order = step if order is None else order[step]
    return np.arange(len(keys[0])) if order is None else order


def starts_of(*keys: Numbers) -> Flags:
    """Whether a row differs from the one before it in any of ``keys``."""
    found = np.ones(len(keys[0]), bool)
    found[1:] = False
    for key in keys:
        found[1:] |= key[1:] != key[:-1]
    return found


def runs(key: Ints) -> tuple[Ints, Ints, Ints]:
    """Of sorted keys: the number of the run of each row, its place in it, and the length of the run."""
    change = starts_of(key)
    number = np.cumsum(change) - 1
    first = np.flatnonzero(change)
    lengths = np.diff(np.append(first, len(key)))
    return number, np.arange(len(key)) - first[number], lengths[number]


def rows_of(key: Ints, size: int) -> list[Ints]:
    """The rows of each value from 0 to ``size`` - 1; negative ones are left aside."""
    kept = np.flatnonzero(key >= 0)
    order = kept[ordered(key[kept])]
    return np.split(order, np.cumsum(np.bincount(key[kept], minlength=size))[:-1])


def extremes(values: Numbers, persons: Ints) -> tuple[Numbers, Numbers]:
    """The least and the greatest value of each person who has one."""
    if not len(values):
        return values, values
    order = ordered(persons)
    first = np.flatnonzero(starts_of(persons[order]))
    return np.minimum.reduceat(values[order], first), np.maximum.reduceat(values[order], first)


def distinct_persons(index: Ints, persons: Ints, size: int) -> Ints:
    """Distinct persons of each index from 0 to ``size`` - 1; negative indices are left aside."""
    kept = index >= 0
    if not kept.all():
        index, persons = index[kept], persons[kept]
    order = ordered(persons, index)
    own = index[order]
    return np.bincount(own[starts_of(own, persons[order])], minlength=size)


def enough_persons(index: Ints, persons: Ints, size: int, floor: int) -> Flags:
    """Which indices from 0 to ``size`` - 1, all of which occur, have ``floor`` distinct persons."""
    if floor <= 1:
        return np.ones(size, bool)
    if floor == 2:
        anyone = np.empty(size, np.int64)
        anyone[index] = persons
        found = np.zeros(size, bool)
        found[index[persons != anyone[index]]] = True
        return found
    many = np.bincount(index, minlength=size) >= floor
    rows = np.flatnonzero(many[index])
    return distinct_persons(index[rows], persons[rows], size) >= floor


def _parts(key: Numbers) -> list[Numbers]:
    """The key in parts that are sorted fast one after the other, the least important first."""
    if key.dtype.kind == "f":
        return [_rough(key), key]
    low, width = _range(key)
    chunks = -(-(width - 1).bit_length() // CHUNK)
    if chunks > CHUNKS:
        return [key]
    shifted = key - low
    return [(shifted >> CHUNK * chunk).astype(np.uint16) for chunk in range(chunks)]


def _rough(key: Numbers) -> Numbers:
    """Which part of their range numbers lie in: once in this order, few of them are out of place."""
    low = key.min(initial=np.inf)
    with np.errstate(all="ignore"):
        part: Numbers = ((key - low) * (((1 << CHUNK) - 1) / (key.max(initial=low) - low))).astype(np.uint16)
    return part


def _range(key: Ints) -> tuple[int, int]:
    """The least value, and how many there may be up to the greatest."""
    if not len(key):
        return 0, 0
    low = int(key.min())
    return low, int(key.max()) - low + 1


def _widest(rows: int) -> int:
    return max(WIDE * rows, NARROW)


def _present(shifted: Ints, width: int) -> Ints:
    seen = np.zeros(width, bool)
    seen[shifted] = True
    return np.flatnonzero(seen)
