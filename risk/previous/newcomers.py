"""What the secrets of those who came, left or stayed tell, when a comparison has set them apart.

A group that is large enough hides nobody when nine in ten of its persons share a secret, however varied the
class is that hides them in one release: the rule of ``risk.guessing``, on the groups that the comparison of
two releases makes. What the class tells alone is no gain, nor is what chance or other persons tell.

Where the pseudonyms differ, some of those who stayed may have been replaced by others with the same record:
so many of the class, with its secrets, are counted among those who came.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from risk.class_metrics import Floats, cells
from risk.guessing import NEARLY_ALL, guess
from risk.labels import Codes, Labels, combine
from risk.neighbours import look_up
from risk.previous.released import Group, Truths
from risk.secrets_seen import Marks, Secret


@dataclass(frozen=True)
class Told:
    """What the groups of one comparison tell of one secret."""

    persons: int
    """Persons in the groups of at least k."""
    told: int
    """Those of them in groups where nine in ten share an unusual secret, which their class does not tell."""
    gain: float
    """What guessing the secret of a group gains over the class alone, others and chance; 0 if by chance."""

    @property
    def share(self) -> float:
        """Share of the persons who are told."""
        return self.told / self.persons if self.persons else 0.0


@dataclass(frozen=True)
class _Cut:
    """The persons of a group whose part is large enough, and smaller than their class."""

    group: Group
    persons: Codes
    parts: Labels

    @property
    def alone(self) -> Codes:
        """The class of each part by one release alone."""
        found = np.zeros(self.parts.groups, dtype=np.int64)
        found[self.parts.codes] = self.group.alone.codes[self.persons]
        return found

    def place(self, numbers: Codes) -> Codes:
        """``numbers`` of the persons, in a table of everybody: -1 for the others."""
        table = np.full(len(self.group.alone.codes), -1, dtype=np.int64)
        table[self.persons] = numbers
        return table


def tell(
    secret: Secret,
    group: Group,
    limits: tuple[int, int],
    *,
    random: np.random.Generator,
    likes: Sequence[Labels] = (),
) -> Told:
    """Guess ``secret`` of each person of ``group``, in those of its parts that have k persons or more.

    ``limits``: k, and the persons below whom a code is rare. ``likes``: as for ``risk.guessing.guess``,
    over all persons of the release.
    """
    k, floor = limits
    parts = _dense(group.labels)
    size, whole = parts.sizes[parts.codes], group.alone.sizes[group.alone.codes[group.persons]]
    kept = (size >= k) & (size < whole)
    if not kept.any():
        return Told(0, 0, 0.0)
    cut = _Cut(group, group.persons[kept], _dense(parts.codes[kept]))
    marks = secret.marks.with_rare(floor)
    told = _shared(cut, secret.whole, marks)
    return Told(
        len(cut.persons),
        int(cut.parts.sizes[told].sum()),
        _gain(cut, secret.whole, marks, k, random=random, likes=likes),
    )


def _dense(codes: Codes) -> Labels:
    values, dense = np.unique(codes, return_inverse=True)
    return Labels(dense.ravel().astype(np.int64), len(values))


def _shared(cut: _Cut, whole: Labels, marks: Marks) -> Truths:
    """Which parts tell a secret that is not the usual one and that their class does not tell alone."""
    everybody = len(whole.codes)
    usual = int(np.argmax(whole.sizes))
    common = marks.carriers * 2 > everybody
    plain = _told_by(cut, Marks(np.arange(everybody), whole.codes, whole.groups))
    had = _told_by(cut, marks)
    lacked = _told_by(cut, _lacking(marks, np.flatnonzero(common), everybody))
    told = np.zeros(cut.parts.groups, dtype=np.bool_)
    told[plain.parts[plain.values != usual]] = True
    told[had.parts[~common[had.values]]] = True
    told[lacked.parts] = True
    return told


def _lacking(marks: Marks, codes: Codes, everybody: int) -> Marks:
    """Who has not each of ``codes``."""
    owners, values = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for place, code in enumerate(codes):
        owners.append(np.setdiff1d(np.arange(everybody), marks.persons[marks.codes == code]))
        values.append(np.full(len(owners[-1]), place, dtype=np.int64))
    return Marks(np.concatenate(owners), np.concatenate(values), len(codes))


@dataclass(frozen=True)
class _Pairs:
    """Parts, and a code that nearly all of their persons have."""

    parts: Codes
    values: Codes


def _told_by(cut: _Cut, marks: Marks) -> _Pairs:
    place = cut.place(cut.parts.codes)[marks.persons]
    inside = place >= 0
    held = cells(Labels(place[inside], cut.parts.groups), Labels(marks.codes[inside], marks.groups))
    usual: Floats = _class_share(cut.group.alone, marks, cut.alone[held.classes], held.values)
    hidden = cut.group.hidden * cut.group.alone.sizes[cut.alone[held.classes]]
    share = (held.counts + hidden * usual) / (cut.parts.sizes[held.classes] + hidden)
    told = (share >= NEARLY_ALL) & (usual < NEARLY_ALL)
    return _Pairs(held.classes[told], held.values[told])


def _class_share(classes: Labels, marks: Marks, group: Codes, code: Codes) -> Floats:
    """Share of the persons of each class of ``group`` who have the code beside it."""
    found = cells(Labels(classes.codes[marks.persons], classes.groups), Labels(marks.codes, marks.groups))
    counts = look_up(found, group, code, marks.groups)
    return np.asarray(counts / np.maximum(1, classes.sizes[group]), dtype=np.float64)


def _gain(
    cut: _Cut,
    whole: Labels,
    marks: Marks,
    k: int,
    *,
    random: np.random.Generator,
    likes: Sequence[Labels],
) -> float:
    """The gain of ``risk.guessing`` over the persons of the group, where chance does not explain it."""
    place = cut.place(np.arange(len(cut.persons)))[marks.persons]
    inside = place >= 0
    chosen = Marks(place[inside], marks.codes[inside], marks.groups)
    among = Labels(whole.codes[cut.persons], whole.groups)
    alike = [_dense(like.codes[cut.persons]) for like in likes]
    found = guess(
        cut.parts,
        among,
        chosen,
        k,
        random=random,
        likes=[like for like in alike if combine([cut.parts, like]).groups == cut.parts.groups],
        before=np.concatenate([[_right(cut, whole)], _right_codes(cut, marks, chosen)]),
    )
    real = len(cut.persons) / (len(cut.persons) + cut.group.hidden * len(whole.codes))
    return found.gain * real if found.beats_chance else 0.0


def _right(cut: _Cut, whole: Labels) -> float:
    """Persons whose secret is the most frequent one of their class."""
    alone = cut.group.alone
    found = cells(alone, whole)
    order = np.lexsort((found.counts, found.classes))
    modal = np.zeros(alone.groups, dtype=np.int64)
    modal[found.classes[order]] = found.values[order]
    return float((whole.codes[cut.persons] == modal[alone.codes[cut.persons]]).sum())


def _right_codes(cut: _Cut, marks: Marks, chosen: Marks) -> Floats:
    """For each code, persons of whom their class tells rightly whether they have it."""
    alone = cut.group.alone
    found = cells(Labels(alone.codes[marks.persons], alone.groups), Labels(marks.codes, marks.groups))
    inside = np.bincount(alone.codes[cut.persons], minlength=alone.groups)
    owners = Labels(alone.codes[cut.persons][chosen.persons], alone.groups)
    own = look_up(
        cells(owners, Labels(chosen.codes, marks.groups)), found.classes, found.values, marks.groups
    )
    has = 2 * found.counts > alone.sizes[found.classes]
    # A code that most of a class lacks is guessed absent, rightly for all who lack it.
    change = np.where(has, 2 * own - inside[found.classes], 0)
    right = len(cut.persons) - chosen.carriers
    return np.asarray(right + np.bincount(found.values, weights=change, minlength=marks.groups), np.float64)
