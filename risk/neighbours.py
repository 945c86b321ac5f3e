"""What people outside the class of a person already tell: statistics, not disclosure.

That the old take more drugs is learned from anybody's data and cannot be hidden by a release that
is of any use. What a *class* tells is what it adds to that. So a code is also guessed from the
persons who share some of the known columns with the target and are not of the target's class:
once for each known column alone, and once for all of them but one.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from risk.class_metrics import Cells, Floats, cells
from risk.labels import Codes, Labels
from risk.secrets_seen import Marks


def likenesses(known: Sequence[str]) -> list[tuple[str, ...]]:
    """The sets of known columns that a neighbour shares: each alone, and all but one."""
    alone = [(column,) for column in known]
    but_one = [tuple(other for other in known if other != column) for column in known]
    return list(dict.fromkeys(item for item in (*alone, *but_one) if 0 < len(item) < len(known)))


def guessed_by_neighbours(classes: Labels, likes: Iterable[Labels], marks: Marks) -> Floats:
    """Per code, the most persons guessed right from one kind of neighbours; 0 without any kind.

    "Has the code" is guessed when more than half of the neighbours have it.
    """
    best = np.zeros(marks.groups)
    owned = cells(Labels(classes.codes[marks.persons], classes.groups), Labels(marks.codes, marks.groups))
    for like in likes:
        best = np.maximum(best, _guessed_right(classes, like, marks, owned))
    return best


def _guessed_right(classes: Labels, like: Labels, marks: Marks, owned: Cells) -> Floats:
    kin = _kin(classes, like)
    had = cells(Labels(like.codes[marks.persons], like.groups), Labels(marks.codes, marks.groups))
    largest = np.zeros(like.groups, dtype=np.int64)
    np.maximum.at(largest, kin, classes.sizes)
    likely = 2 * had.counts > like.sizes[had.classes] - largest[had.classes]
    cell, group = _expand(had.classes[likely], kin)
    code, total = had.values[likely][cell], had.counts[likely][cell]
    own = look_up(owned, group, code, marks.groups)
    size = classes.sizes[group]
    has = 2 * (total - own) > like.sizes[kin[group]] - size
    change = np.bincount(code, weights=np.where(has, 2 * own - size, 0), minlength=marks.groups)
    return np.asarray(len(classes.codes) - marks.carriers + change, dtype=np.float64)


def _kin(classes: Labels, like: Labels) -> Codes:
    """The group of likeness that each class lies in."""
    kin = np.empty(classes.groups, dtype=np.int64)
    kin[classes.codes] = like.codes
    return kin


def _expand(groups: Codes, kin: Codes) -> tuple[Codes, Codes]:
    """Every pair of an index into ``groups`` and a class that lies in that group."""
    order = np.argsort(kin, kind="stable")
    first = np.searchsorted(kin[order], groups)
    number = np.searchsorted(kin[order], groups, side="right") - first
    index = np.repeat(np.arange(len(groups)), number)
    within = np.arange(len(index)) - np.repeat(np.cumsum(number) - number, number)
    return index, order[first[index] + within]


def look_up(found: Cells, group: Codes, code: Codes, width: int) -> Codes:
    """Persons of each pair of a class and a code; 0 where the cell is absent."""
    keys, wanted = found.classes * width + found.values, group * width + code
    if not len(keys):
        return np.zeros(len(wanted), dtype=np.int64)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, found.counts[at], 0)
