"""Single values by which a release betrays persons: a code or an exact number that only one of them has.

A synthesizer may mix its persons well and still repeat what only one real person has: a code of a rare
disease, a cost to the cent. Fitted and holdout persons are again exchangeable: as many of the one as of
the other have a value of their own that the release happens to show, unless it was learnt.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from risk.anonymeter_adapter.encoding import Floats
from risk.labels import Codes
from risk.statistics import Rate
from risk.traits import Traits

PRIOR = 0.5
"""Persons added to each count, so that its logarithm exists."""
Chosen = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Values:
    """The values of one column, numbered alike in all parts; a person has none, one or many."""

    groups: int
    parts: tuple[tuple[Codes, Codes], ...]
    """Of each part: persons and their values, as pairs without repetition."""

    def carriers(self, part: int) -> Codes:
        """Persons of a part who have each value."""
        return np.bincount(self.parts[part][1], minlength=self.groups)


def values_of(traits: Traits) -> Iterator[Values]:
    """The values of each column that varies, sums of events left aside."""
    for column in traits.columns:
        parts = column.parts()
        found, codes = np.unique(np.concatenate(parts), return_inverse=True)
        pieces = np.split(codes.ravel().astype(np.int64), np.cumsum([len(part) for part in parts])[:-1])
        if len(found) > 1:
            yield Values(len(found), tuple((np.arange(len(piece)), piece) for piece in pieces))
    for each in traits.sets:
        owners = [np.repeat(np.arange(len(part.starts) - 1), np.diff(part.starts)) for part in each.parts]
        pairs = zip(owners, (part.codes for part in each.parts), strict=True)
        yield Values(each.groups, tuple(pairs))


def own_values_shown(traits: Traits) -> tuple[Rate, Rate]:
    """Fitted and holdout persons with a value that no other real person has, and that the candidate shows.

    The targets are those who have such a value at all.
    """
    sizes = traits.sizes
    own = [np.zeros(sizes[place], dtype=np.bool_) for place in (0, 2)]
    shown = [np.zeros(sizes[place], dtype=np.bool_) for place in (0, 2)]
    for each in values_of(traits):
        alone = each.carriers(0) + each.carriers(2) == 1
        seen = each.carriers(1) > 0
        for number, place in enumerate((0, 2)):
            persons, codes = each.parts[place]
            own[number][persons[alone[codes]]] = True
            shown[number][persons[(alone & seen)[codes]]] = True
    rates = [Rate(int(told.sum()), int(has.sum())) for told, has in zip(shown, own, strict=True)]
    return rates[0], rates[1]


def marginal_ratio(traits: Traits, part: int, persons: Codes, reference: Chosen) -> Floats:
    """Sum over the values of each person of log(share of synthetic persons / share of the reference).

    The density ratio of ``risk.membership`` for one who takes columns as independent: rough, and the only
    one to see exact values. ``reference``: which holdout persons are the population; ``persons``:
    positions in the part, none of whom is in the reference.
    """
    sizes, population = traits.sizes, int(reference.sum())
    total: Floats = np.zeros(sizes[part])
    for each in values_of(traits):
        owners, codes = each.parts[2]
        known = np.bincount(codes[reference[owners]], minlength=each.groups)
        made = np.log((each.carriers(1) + PRIOR) / (sizes[1] + 1))
        ratio = made - np.log((known + PRIOR) / (population + 1))
        people, values = each.parts[part]
        total += np.bincount(people, weights=ratio[values], minlength=sizes[part])
    return np.asarray(total[persons])
