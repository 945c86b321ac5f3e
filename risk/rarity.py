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
ENOUGH = 250
"""Rare persons of each side with whom an attack that gains nothing passes at usual rates of success."""
WIDE = 0.1
"""Of the real persons who are called rare at most, for that."""
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

    def within(self, wider: "Rare") -> tuple[Chosen, Chosen]:
        """Which of the persons of ``wider`` are among these, on both sides."""
        return np.isin(wider.original, self.original), np.isin(wider.control, self.control)


def rarest(traits: Traits, fewest: int, seed: int) -> Rare:
    """The rarest 1 % of the real persons by either measure, or more, so that each side has ``fewest``."""
    return ranked(traits, fewest, seed)[0]


def ranked(traits: Traits, fewest: int, seed: int) -> tuple[Rare, Rare]:
    """The rarest persons, and as many more as an attack needs to decide.

    Both measures are turned into ranks; a person is as rare as the rarer of the two says. The second group
    has :data:`ENOUGH` persons of each side, as far as :data:`WIDE` of all real persons hold them.
    """
    fitted = traits.sizes[0]
    isolated, alone = isolation(features(traits), seed), uniqueness(banded(traits))
    order = np.argsort(-np.maximum(_ranks(isolated), _ranks(alone)), kind="stable")
    sides = np.minimum(np.cumsum(order < fitted), np.cumsum(order >= fitted))
    needed, wanted = (int(np.searchsorted(sides, number)) + 1 for number in (fewest, ENOUGH))
    narrow = min(len(order), max(int(np.ceil(SHARE * len(order))), needed))
    wide = max(narrow, min(wanted, int(WIDE * len(order))))
    return _first(order, narrow, fitted), _first(order, wide, fitted)


def _first(order: Codes, count: int, fitted: int) -> Rare:
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
        cells, size = _cells([column.real for column in chosen], chosen)
        among = np.bincount(cells, minlength=size)
        if (among == 1).any():
            total += among[cells] == 1
    return total


def subsets(columns: Sequence[Banded]) -> Iterator[Sequence[Banded]]:
    """Every combination of one to three of the columns."""
    for width in range(1, COLUMNS + 1):
        yield from combinations(columns, width)


def shown(chosen: Sequence[Banded], targets: Codes) -> tuple[Codes, Chosen]:
    """Synthetic persons in the cell of each of some real persons, and which of those are alone there."""
    persons = len(chosen[0].real)
    both = [np.concatenate([column.real, column.made]) for column in chosen]
    cells, size = _cells(both, chosen)
    wanted = cells[:persons][targets]
    alone = np.bincount(cells[:persons], minlength=size)[wanted] == 1
    if not alone.any():
        return np.zeros(len(targets), dtype=np.int64), alone
    return np.bincount(cells[persons:], minlength=size)[wanted], alone


def _cells(parts: Sequence[Codes], chosen: Sequence[Banded]) -> tuple[Codes, int]:
    """The cell of each person by their codes in each column, and how many cells there are."""
    cells, size = parts[0], chosen[0].groups
    for part, column in zip(parts[1:], chosen[1:], strict=True):
        cells, size = cells * column.groups + part, size * column.groups
    if size > LARGEST:
        cells = np.unique(cells, return_inverse=True)[1].ravel()
        size = int(cells.max(initial=0)) + 1
    return cells, size


def drawn(rare: Rare, most: int, random: np.random.Generator) -> Rare:
    """At most ``most`` of the rarest persons of each side, drawn at random."""
    sides = [
        side if len(side) <= most else np.sort(random.choice(side, most, replace=False))
        for side in (rare.original, rare.control)
    ]
    return Rare(sides[0], sides[1], rare.share)


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
