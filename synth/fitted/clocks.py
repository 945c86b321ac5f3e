"""Times of day in order: who comes and leaves on one day comes first."""

from collections.abc import Iterator, Mapping, MutableMapping

import numpy as np

from synth.fitted.bounds import Bounds
from synth.fitted.domains import Floats
from synth.fitted.frames import CLOCK, Raw

SECONDS = 86_400
"""In a day."""


def times_of(raws: Mapping[str, Raw]) -> dict[str, Floats]:
    """Seconds since 1970 of each column that holds a time of day."""
    return {
        name[: -len(CLOCK)]: raws[name[: -len(CLOCK)]].floats * SECONDS + raw.floats
        for name, raw in raws.items()
        if name.endswith(CLOCK)
    }


def put_in_order(bounds: Mapping[str, Bounds], numbers: MutableMapping[str, Floats]) -> None:
    """Where two days are one, give the earlier of both times to the column that comes first.

    ``bounds``: of the columns that may change; times of others stay, and stop those that would pass them.
    Times that are not drawn but computed are left alone.
    """
    pairs = [pair for pair in _pairs(bounds) if all(one + CLOCK in numbers for one in pair)]
    for name in {one for pair in pairs for one in pair} & set(bounds):
        numbers[name + CLOCK] = np.nan_to_num(numbers[name + CLOCK])
    for first, last in pairs:
        if first in bounds and last in bounds:
            wrong = _wrong(first, last, numbers)
            one, other = numbers[first + CLOCK], numbers[last + CLOCK]
            numbers[first + CLOCK] = np.where(wrong, other, one)
            numbers[last + CLOCK] = np.where(wrong, one, other)
    for _ in pairs:
        for first, last in pairs:
            wrong = _wrong(first, last, numbers)
            moved, to = (last, first) if last in bounds else (first, last)
            numbers[moved + CLOCK] = np.where(wrong, numbers[to + CLOCK], numbers[moved + CLOCK])


def _pairs(bounds: Mapping[str, Bounds]) -> Iterator[tuple[str, str]]:
    """The column that comes first and the one that comes last, of each order of times."""
    for name, one in bounds.items():
        yield from ((other, name) for other in one.times_after)
        yield from ((name, other) for other in one.times_before)


def _wrong(first: str, last: str, numbers: Mapping[str, Floats]) -> "np.typing.NDArray[np.bool_]":
    same = numbers[first] == numbers[last]
    found: np.typing.NDArray[np.bool_] = same & (
        np.nan_to_num(numbers[first + CLOCK]) > np.nan_to_num(numbers[last + CLOCK])
    )
    return found
