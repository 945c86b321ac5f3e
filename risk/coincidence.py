"""Whether chance can make even one synthetic person equal to a real one, on everything that is known.

A holdout in which nobody is copied does not say that one copy is a leak: among as many fitted persons one
would be met by chance now and then, if it can be met at all. What is too rare to be counted is the product
of two things that can be:

- how many pairs of a holdout person and a synthetic one are *nearly* alike on everything (the tolerances of
  ``risk.near_copies``);
- of the pairs that are nearly alike on two numbers, how many are *equal* on both. Two numbers that depend on
  each other are equal together, and are seen to be.

Both are counted with one pair more than there are, so that nothing is taken as impossible. The assumption:
among those who are nearly alike, being equal to the last digit has nothing to do with the other columns.
"""

from itertools import combinations

import numpy as np
import pyarrow as pa

from risk.anonymeter_adapter.encoding import Column, Floats
from risk.copying import EXPECTED
from risk.labels import Codes, combine, encode
from risk.near_copies import places, stretched
from risk.traits import DERIVED, Traits

NUMBERS = 6
"""Numbers that are looked at, those with the most values."""
PERSONS = 20_000
"""Persons of each side whose pairs are counted; of more, so many are drawn."""


def copies_beyond_chance(traits: Traits, random: np.random.Generator) -> int:
    """Fitted persons, each the only real one with their record, whom the candidate would not hold by chance.

    0 where chance may hold them, or where it holds somebody who was kept away from the fit.
    """
    fitted, made, apart = traits.records[:3]
    real = np.concatenate([fitted, apart])
    crowd = np.bincount(real, minlength=int(max(real.max(initial=0), made.max(initial=0))) + 1)
    held, strangers = (np.isin(part, made) & (crowd[part] == 1) for part in (fitted, apart))
    if not held.any() or strangers.any():
        return 0
    return int(held.sum()) if expected_coincidences(traits, random) <= EXPECTED else 0


def expected_coincidences(traits: Traits, random: np.random.Generator) -> float:
    """Pairs of a fitted and a synthetic person that chance would make equal on every column."""
    made, apart = (np.sort(random.permutation(size)[:PERSONS]) for size in traits.sizes[1:3])
    numbers = [each for each in traits.columns if not each.is_category and DERIVED not in each.name]
    numbers.sort(key=lambda each: len(np.unique(each.candidate)), reverse=True)
    equal = [_equal_where_near(pair, made, apart) for pair in combinations(numbers[:NUMBERS], 2)]
    near = _pairs([part[chosen] for part, chosen in zip(places(traits)[1:3], (made, apart), strict=True)])
    fitted = traits.sizes[0] / len(apart) * traits.sizes[1] / len(made)
    return float(min(equal, default=1.0) * (near + 1) * fitted)


def _equal_where_near(pair: tuple[Column, Column], made: Codes, apart: Codes) -> float:
    """Of the pairs of persons who are nearly alike on two numbers, the share who are equal on both."""
    parts = [np.column_stack([stretched(each)[place] for each in pair]) for place in (1, 2)]
    near = _pairs([part[chosen] for part, chosen in zip(parts, (made, apart), strict=True)])
    exact = [np.concatenate([each.candidate[made], each.parts()[2][apart]]) for each in pair]
    labels = combine([encode(pa.array(values)) for values in exact])
    counts = [
        np.bincount(codes, minlength=labels.groups).astype(np.float64)
        for codes in (labels.codes[: len(made)], labels.codes[len(made) :])
    ]
    return (float(counts[0] @ counts[1]) + 1) / (near + 1)


def _pairs(parts: list[Floats]) -> float:
    """Pairs of a synthetic and a holdout person within one tolerance on every coordinate."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - slow to import

    one, other = (cKDTree(part) for part in parts)
    return float(one.count_neighbors(other, 1.0, p=np.inf))
