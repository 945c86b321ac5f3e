"""The rarest persons: those whom few cuts isolate, and those whom up to three columns leave alone.

Rarity is measured among all real persons, fitted and kept away together, so that one is no likelier than
the other to be called rare.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from risk.anonymeter_adapter.encoding import Column, Floats
from risk.labels import Codes
from risk.traits import Traits

SHARE = 0.01
"""Of the real persons who are the rarest."""
COLUMNS = 3
"""Columns that are looked at together, at most."""
WIDEST = 12
"""Columns that are combined: those with the most values."""
BANDS = np.concatenate([[0.001, 0.005, 0.01], np.arange(1, 20) / 20, [0.99, 0.995, 0.999]])
"""Quantiles between which numbers are taken as equal: finer where they are extreme."""
TREES = 100
LARGEST = 2**22
"""Cells up to which a combination is counted in a table."""

Chosen = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Banded:
    """A column whose numbers were put into bands: codes of real and of synthetic persons."""

    real: Codes
    made: Codes
    groups: int


@dataclass(frozen=True)
class Rare:
    """The rarest persons among the real ones."""

    original: Codes
    """Positions among the fitted persons."""
    control: Codes
    """Positions among the holdout persons."""
    share: float
    """Share of all real persons that they are."""


def rarest(traits: Traits, fewest: int, seed: int) -> Rare:
    """The rarest 1 % of the real persons by either measure, or more, so that each side has ``fewest``.

    Both measures are turned into ranks; a person is as rare as the rarer of the two says.
    """
    fitted = traits.sizes[0]
    isolated, alone = isolation(features(traits), seed), uniqueness(banded(traits))
    order = np.argsort(-np.maximum(_ranks(isolated), _ranks(alone)), kind="stable")
    sides = order < fitted
    enough = np.searchsorted(np.minimum(np.cumsum(sides), np.cumsum(~sides)), fewest) + 1
    count = min(len(order), max(int(np.ceil(SHARE * len(order))), int(enough)))
    chosen = np.sort(order[:count])
    return Rare(chosen[chosen < fitted], chosen[chosen >= fitted] - fitted, count / len(order))


def _ranks(values: Floats) -> Floats:
    ordered = np.sort(values)
    return np.asarray(np.searchsorted(ordered, values, "left") / len(values), dtype=np.float64)


def features(traits: Traits) -> Floats:
    """Numbers as they are, and of categories and codes how common they are: what cuts can isolate."""
    found: list[Floats] = []
    for column in traits.columns:
        real = _real(column)
        if not column.is_category:
            known = real[~np.isnan(real)]
            found.append(np.where(np.isnan(real), np.median(known) if len(known) else 0.0, real))
            continue
        codes = np.unique(real, return_inverse=True)[1].ravel()
        found.append(np.log(np.bincount(codes)[codes]))
    for each in traits.sets:
        parts = [each.parts[0], *each.parts[2:]]
        carriers = np.bincount(np.concatenate([part.codes for part in parts]), minlength=each.groups)
        lengths = np.concatenate([np.diff(part.starts) for part in parts])
        owners = np.repeat(np.arange(len(lengths)), lengths)
        rarest_code: Floats = np.full(len(lengths), np.log(len(lengths) + 1.0))
        np.minimum.at(rarest_code, owners, np.log(carriers[np.concatenate([part.codes for part in parts])]))
        found += [lengths.astype(np.float64), rarest_code]
    return np.column_stack(found)


def _real(column: Column) -> Floats:
    return np.concatenate([column.original, *([] if column.control is None else [column.control])])


def isolation(table: Floats, seed: int) -> Floats:
    """How few random cuts isolate each person (Liu, Ting & Zhou 2008, doi:10.1109/ICDM.2008.17)."""
    from sklearn.ensemble import IsolationForest  # noqa: PLC0415 - slow to import

    forest = IsolationForest(n_estimators=TREES, random_state=seed % 2**32).fit(table)
    return np.asarray(-forest.score_samples(table), dtype=np.float64)


def uniqueness(columns: Sequence[Banded]) -> Floats:
    """In how many combinations of up to three columns each real person is alone."""
    total: Floats = np.zeros(len(columns[0].real) if columns else 0)
    for chosen in subsets(columns):
        total += cells(chosen)[2]
    return total


def subsets(columns: Sequence[Banded]) -> Iterator[Sequence[Banded]]:
    """Every combination of one to three of the columns."""
    for width in range(1, COLUMNS + 1):
        yield from combinations(columns, width)


def cells(chosen: Sequence[Banded]) -> tuple[Codes, Codes, Chosen]:
    """Real persons and synthetic ones in the cell of each real person, and who is alone there."""
    real, made, size = chosen[0].real, chosen[0].made, chosen[0].groups
    for column in chosen[1:]:
        real, made = real * column.groups + column.real, made * column.groups + column.made
        size *= column.groups
    if size > LARGEST:
        codes = np.unique(np.concatenate([real, made]), return_inverse=True)[1].ravel()
        real, made, size = codes[: len(real)], codes[len(real) :], int(codes.max(initial=0)) + 1
    among, invented = np.bincount(real, minlength=size), np.bincount(made, minlength=size)
    return among[real], invented[real], among[real] == 1


def banded(traits: Traits) -> list[Banded]:
    """The columns that have most values, numbers in bands; a person's number of events too."""
    found = [_band(column) for column in traits.columns if not column.is_constant]
    found = [column for column in found if column.groups > 1]
    return sorted(found, key=lambda column: -column.groups)[:WIDEST]


def _band(column: Column) -> Banded:
    real, made = _real(column), column.candidate
    if not column.is_category:
        known = real[~np.isnan(real)]
        edges = np.unique(np.quantile(known, BANDS)) if len(known) else np.zeros(0)
        real, made = (
            np.where(np.isnan(part), -1.0, np.searchsorted(edges, part, "right")) for part in (real, made)
        )
    codes = np.unique(np.concatenate([real, made]), return_inverse=True)[1].ravel().astype(np.int64)
    return Banded(codes[: len(real)], codes[len(real) :], int(codes.max(initial=0)) + 1)
