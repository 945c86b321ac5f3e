"""Classes of persons under other levels of detail: who would still be in one of fewer than k."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import numpy.typing as npt

from risk.labels import Codes, Labels, combine
from risk.mends.columns import Columns, Option
from risk.mends.loss import Losses, follows

PERMUTATIONS = 20
"""Orders in which columns are added, for the Shapley values of many columns."""
EXACT = 4
"""Columns up to which the Shapley values are exact."""


@dataclass(frozen=True)
class Ladder:
    """One known column and its ever coarser options; the first is the column as it is."""

    reference: str
    options: tuple[Option, ...]
    codes: tuple[Codes, ...]
    """By option, the group of each distinct combination."""
    groups: tuple[int, ...]
    losses: tuple[float, ...]


@dataclass(frozen=True)
class Lattice:
    """All combinations of levels of the known columns, and the persons behind each combination of values."""

    ladders: tuple[Ladder, ...]
    persons: Codes
    """Persons of each distinct combination."""
    k: int

    @property
    def total(self) -> int:
        """All persons."""
        return int(self.persons.sum())

    def below(self, levels: Sequence[int]) -> int:
        """Persons in classes of fewer than k."""
        classes = self.classes(range(len(self.ladders)), levels)
        sizes = np.bincount(classes.codes, weights=self.persons, minlength=classes.groups)
        return int(sizes[sizes < self.k].sum())

    def classes(self, places: Sequence[int], levels: Sequence[int]) -> Labels:
        """The class of each combination over the columns at ``places``."""
        chosen = [
            Labels(self.ladders[place].codes[level], self.ladders[place].groups[level])
            for place, level in zip(places, [levels[place] for place in places], strict=True)
        ]
        return combine(chosen) if chosen else Labels(np.zeros(len(self.persons), dtype=np.int64), 1)

    def options(self, levels: Sequence[int]) -> dict[str, Option]:
        """What differs from the column as it is."""
        return {
            ladder.reference: ladder.options[level]
            for ladder, level in zip(self.ladders, levels, strict=True)
            if level
        }

    def descend(self, allowed: int) -> tuple[int, ...] | None:
        """Levels at which at most ``allowed`` persons are below k, as fine as a greedy descent gets.

        From the coarsest, the step that gives back most detail goes first. A step that fails once fails
        ever after, for what is finer elsewhere never makes classes larger: so each is tried once.
        """
        levels = [len(ladder.options) - 1 for ladder in self.ladders]
        if self.below(levels) > allowed:
            return None
        open_ = set(range(len(levels)))
        while open_:
            place = max(sorted(open_), key=lambda one: self._gain(one, levels[one]))
            if levels[place] == 0:
                open_.discard(place)
                continue
            levels[place] -= 1
            if self.below(levels) > allowed:
                levels[place] += 1
                open_.discard(place)
        return tuple(levels)

    def _gain(self, place: int, level: int) -> float:
        losses = self.ladders[place].losses
        return losses[level] - losses[level - 1] if level else -1.0


def lattice(columns: Columns, losses: Losses, references: Sequence[str], k: int) -> Lattice:
    """The lattice of the known columns, each with the options that nest."""
    chains = [_chain(columns, reference) for reference in references]
    now = combine([chain[0][1] for chain in chains]) if chains else None
    if now is None:
        return Lattice((), np.array([columns.persons], dtype=np.int64), k)
    first = np.empty(now.groups, dtype=np.int64)
    first[now.codes[::-1]] = np.arange(len(now.codes))[::-1]
    ladders = tuple(
        Ladder(
            reference,
            tuple(option for option, _ in chain),
            tuple(labels.codes[first] for _, labels in chain),
            tuple(labels.groups for _, labels in chain),
            tuple(losses.weight(reference) * losses.of(reference, option) for option, _ in chain),
        )
        for reference, chain in zip(references, chains, strict=True)
    )
    return Lattice(ladders, now.sizes, k)


def _chain(columns: Columns, reference: str) -> list[tuple[Option, Labels]]:
    """The column as it is, then each option that merges groups of the one before."""
    chain: list[tuple[Option, Labels]] = [(None, columns.labels(reference, None))]
    for option in columns.nested(reference):
        labels = columns.labels(reference, option)
        if labels.groups < chain[-1][1].groups and follows(chain[-1][1], labels):
            chain.append((option, labels))
    return chain


def shapley(found: Lattice, random: np.random.Generator) -> npt.NDArray[np.float64]:
    """What part of the persons below k each column accounts for; they sum to 1 when somebody is.

    Shapley's value of the number of persons below k (Shapley 1953): its mean increase when the column
    is added, over the orders of the columns; all orders when few, else some drawn.
    """
    count = len(found.ladders)
    levels = [0] * count
    shares = np.zeros(count)
    orders = _orders(count, random)
    for order in orders:
        before = 0 if found.total >= found.k else found.total
        current: Labels | None = None
        for place in order:
            one = found.classes([place], levels)
            current = one if current is None else combine([current, one])
            sizes = np.bincount(current.codes, weights=found.persons, minlength=current.groups)
            below = int(sizes[sizes < found.k].sum())
            shares[place] += below - before
            before = below
    whole = shares.sum()
    return shares / whole if whole else shares


def _orders(count: int, random: np.random.Generator) -> list[tuple[int, ...]]:
    if count <= EXACT:
        return list(permutations(range(count)))
    return [tuple(int(place) for place in random.permutation(count)) for _ in range(PERMUTATIONS)]
