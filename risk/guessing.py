"""What an intruder gains by guessing the most frequent secret of each class.

A stranger to the release guesses the most frequent secret of everybody; an intruder guesses the
one of the target's class. The gain is the share of those whom the stranger gets wrong that the
intruder gets right *on top*: (success - baseline) / (1 - baseline).

The baseline is more than the stranger's success. In a class of eleven the most frequent of many
values is carried by one or two persons even when secret and class have nothing in common, so the
same attack is run after the classes have been shuffled among persons, and its mean success is the
baseline when it is higher. That excuse holds only in classes of at least k persons: in a smaller
one the intruder reads the secret of a few real persons, chance or not, and it all counts.

A single code (of a set, or one value among others) has a third baseline: what the target's
neighbours outside the class tell (``risk.neighbours``). Without it, no release could hold both ages
and diseases. The whole secret has no such excuse.

Averages hide a class whose members all, or nearly all, carry the same secret. Those persons are
counted apart, as ``certain``: persons whose secret is shared by nine in ten of their class and not
the usual one, over all those whose secret is not the usual one. What the neighbours tell is no
excuse there. The risk is the larger of the two figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from risk.class_metrics import Cells, Floats, cells, modal_counts
from risk.labels import Codes, Labels
from risk.neighbours import guessed_by_neighbours
from risk.secrets_seen import Marks

NEARLY_ALL = 0.9
"""Share of a class from which on a secret counts as certain: one odd member protects nobody."""
SHUFFLES = 20
"""With 20, an attack without any gain does better than all of them once in 21 times."""


@dataclass(frozen=True)
class Guess:
    """The result on the worst of the things guessed."""

    success: float
    """Share of persons guessed right from their class."""
    prior: float
    """Share of persons guessed right by a stranger."""
    chance: float
    """Mean success after shuffling (in classes below k: the stranger's)."""
    neighbours: float
    """Share guessed right from persons outside the class who share some known columns; a code only."""
    gain: float
    """(success - baseline) / (1 - baseline), at least 0."""
    plain_gain: float
    """The largest gain when what neighbours tell is not counted in the baseline: for information."""
    beats_chance: bool
    """Whether the gain exceeds every gain seen after shuffling, whatever was guessed there."""
    certain: float
    """Persons with a certain, unusual secret over all those with an unusual one: worst case."""
    certain_persons: int
    """Persons of that worst case."""
    guessed: int
    """Number of things guessed: the whole secret, and each code."""
    worst_rank: int | None
    """Rank by frequency of the code behind ``gain``; None for the whole secret."""

    @property
    def baseline(self) -> float:
        """The largest of the stranger's success, chance and what neighbours tell."""
        return max(self.prior, self.chance, self.neighbours)

    @property
    def risk(self) -> float:
        """The larger of the gain and of the certain share."""
        return max(self.gain, self.certain)


@dataclass(frozen=True)
class _Tally:
    """Right guesses in classes of at least k persons and in smaller ones, per thing guessed."""

    large: Floats
    small: Floats


def guess(
    classes: Labels,
    whole: Labels,
    marks: Marks,
    k: int,
    *,
    random: np.random.Generator,
    likes: Sequence[Labels] = (),
    before: Floats | None = None,
) -> Guess:
    """Attack every person, on the whole secret and on each code of ``marks``.

    ``likes``: for each kind of neighbour, the persons grouped by what such neighbours share. ``before``: for
    each thing guessed, persons guessed right by what is known without the classes, if that is something.
    """
    persons, small = len(classes.codes), classes.sizes < k
    seen = _tally(classes, whole, marks, small)
    success = (seen.large + seen.small) / persons
    prior = _priors(persons, whole, marks)
    shuffled = np.array(
        [
            _tally(Labels(random.permutation(classes.codes), classes.groups), whole, marks, small).large
            for _ in range(SHUFFLES)
        ]
    )
    by_chance = (shuffled + prior * classes.sizes[small].sum()) / persons
    chance = by_chance.mean(axis=0)
    told = np.concatenate([[0.0], guessed_by_neighbours(classes, likes, marks) / persons])
    if before is not None:
        told = np.maximum(told, before / persons)
    baseline = np.maximum(np.maximum(prior, chance), told)
    gain = _gain(success, baseline)
    worst = int(np.argmax(gain))
    certain, exposed = _certain(classes, whole, marks)
    surest = int(np.argmax(certain))
    return Guess(
        success=float(success[worst]),
        prior=float(prior[worst]),
        chance=float(chance[worst]),
        neighbours=float(told[worst]),
        gain=float(gain[worst]),
        plain_gain=float(_gain(success, np.maximum(prior, chance)).max()),
        beats_chance=bool(gain[worst] > _gain(by_chance, baseline).max()),
        certain=float(certain[surest]),
        certain_persons=int(exposed[surest]),
        guessed=len(prior),
        worst_rank=_rank(marks, worst - 1) if worst else None,
    )


def _gain(success: Floats, baseline: Floats) -> Floats:
    room = 1 - baseline
    return np.maximum(
        0.0, np.divide(success - baseline, room, out=np.zeros_like(success), where=room > 1e-12)
    )


def _rank(marks: Marks, code: int) -> int:
    carriers = marks.carriers
    return int((carriers > carriers[code]).sum()) + 1


def _priors(persons: int, whole: Labels, marks: Marks) -> Floats:
    share = marks.carriers / persons
    return np.concatenate([[whole.sizes.max() / persons], np.maximum(share, 1 - share)])


def _tally(classes: Labels, whole: Labels, marks: Marks, small: npt.NDArray[np.bool_]) -> _Tally:
    modal, found, sizes = modal_counts(classes, whole), _carrying(classes, marks), classes.sizes
    held = sizes[found.classes]
    # A class without any carrier guesses "has not" and is right for all: only the others differ.
    change = np.maximum(found.counts, held - found.counts) - held

    def right(chosen: npt.NDArray[np.bool_]) -> Floats:
        weights = np.where(chosen[found.classes], change, 0)
        codes = sizes[chosen].sum() + np.bincount(found.values, weights=weights, minlength=marks.groups)
        return np.concatenate([[modal[chosen].sum()], codes])

    return _Tally(right(~small), right(small))


def _carrying(classes: Labels, marks: Marks) -> Cells:
    """Persons by class and code."""
    owners = Labels(classes.codes[marks.persons], classes.groups)
    return cells(owners, Labels(marks.codes, marks.groups))


def _certain(classes: Labels, whole: Labels, marks: Marks) -> tuple[Floats, Codes]:
    """Per thing guessed: persons with a (nearly) certain and unusual secret, as a share and as a number."""
    persons, sizes = len(classes.codes), classes.sizes
    found = cells(classes, whole)
    usual = int(np.argmax(whole.sizes))
    alike = (found.counts >= NEARLY_ALL * sizes[found.classes]) & (found.values != usual)
    unusual = persons - whole.sizes[usual]
    had, carriers = _carrying(classes, marks), marks.carriers
    common, size = carriers * 2 > persons, sizes[had.classes]
    all_have = np.where(had.counts >= NEARLY_ALL * size, had.counts, 0)
    having = np.bincount(had.values, weights=all_have, minlength=marks.groups)
    lacking = size - had.counts
    # A class without any carrier is in no cell: all its members lack the code, for certain.
    not_told = np.where(lacking >= NEARLY_ALL * size, had.counts, size)
    lacking_all = persons - np.bincount(had.values, weights=not_told, minlength=marks.groups)
    exposed = np.concatenate([[found.counts[alike].sum()], np.where(common, lacking_all, having)])
    concerned = np.concatenate([[unusual], np.where(common, persons - carriers, carriers)])
    return exposed / np.maximum(1, concerned), exposed.astype(np.int64)


def certain_classes(classes: Labels, marks: Marks) -> npt.NDArray[np.bool_]:
    """Classes all of whose members carry a code that most persons do not carry."""
    had = _carrying(classes, marks)
    rare = marks.carriers * 2 <= len(classes.codes)
    told = (had.counts == classes.sizes[had.classes]) & rare[had.values]
    return np.bincount(had.classes[told], minlength=classes.groups) > 0


def code_distance(classes: Labels, marks: Marks) -> float:
    """Largest difference, over classes and codes, between a class's and everybody's share of carriers."""
    if not marks.groups or not classes.groups:
        return 0.0
    had, share = _carrying(classes, marks), marks.carriers / len(classes.codes)
    gap = np.abs(had.counts / classes.sizes[had.classes] - share[had.values])
    present = np.bincount(had.values, minlength=marks.groups)
    absent = share[present < classes.groups].max(initial=0.0)
    return float(max(gap.max(initial=0.0), absent))
