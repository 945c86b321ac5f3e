"""What two releases of the same data tell together, and neither alone.

Persons are compared by what both releases say of them. Where the pseudonyms are the same, records of one
person are simply joined. Where they are not, whole records are compared (``risk.previous.records``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from risk.labels import Codes, Labels, combine, encode
from risk.previous.met import Met, classes_of_both, fewer_than, same_pseudonyms, who_stayed
from risk.previous.records import MOST_HIDDEN, by_record, without_one
from risk.previous.regrouped import few_between
from risk.previous.released import NEW, OLD, Difference, Group, Side, by_person


def differences(
    new: Side, old: Side, known: Sequence[tuple[str, str]], stable: Mapping[str, Sequence[str]], k: int
) -> Difference:
    """Compare two releases.

    ``known``: table and column that an intruder knows of people and that both releases have. ``stable``:
    table -> columns of both whose values do not depend on the key.
    """
    same = same_pseudonyms(new, old)
    record = [by_person(new, old, table, columns) for table, columns in stable.items() if columns]
    signature = combine(record) if record else None
    if same is not None:
        return _by_name((new, old), known, same, signature, k)
    if signature is None:
        return Difference(0, 0, 0, 0, 0)
    fixed = [(table, column) for table, column in known if column in stable.get(table, ())]
    found = by_record(new, old, signature, fixed, k)
    aged = without_one((new, old), fixed, stable, found, k)
    if aged is None:
        return found
    # Both are true of those who stayed: that their column changed, and that others came or left.
    worst = max(found, aged, key=lambda each: each.isolated / max(1, each.concerned))
    return replace(worst, groups=found.groups + aged.groups)


def _by_name(
    sides: tuple[Side, Side],
    known: Sequence[tuple[str, str]],
    same: tuple[Codes, Codes],
    signature: Labels | None,
    k: int,
) -> Difference:
    """Records of one person in both are one record; the others have come or left.

    Of those who stayed, the ones whose record (``signature``) changed are a group of their own in each class:
    something happened to them in between.
    """
    met = Met(*sides, classes_of_both(*sides, known).codes)
    away = [np.setdiff1d(np.arange(side.persons), same[place]) for place, side in enumerate(sides)]
    groups = []
    for side, persons in enumerate(away):
        alone = met.alone(side)
        groups.append(Group(side, persons, alone.codes[persons], alone))
    stayed, changed, few = who_stayed(met, same, k)
    if signature is not None:
        altered = signature.codes[same[NEW]] != signature.codes[same[OLD] + sides[NEW].persons]
        own = combine([encode(pa.array(stayed[NEW].labels)), encode(pa.array(altered))])
        told = altered & (own.sizes[own.codes] < stayed[NEW].alone.sizes[met.alone(NEW).codes[same[NEW]]])
        stayed += tuple(
            replace(one, persons=one.persons[altered], labels=own.codes[altered]) for one in stayed
        )
        changed, few = changed | told, few | (told & (own.sizes[own.codes] < k))
    return Difference(
        concerned=sum(map(len, away)) + int(changed.sum()),
        isolated=sum(int(fewer_than(group.labels, k).sum()) for group in groups) + int(few.sum()),
        came=len(away[NEW]),
        left=len(away[OLD]),
        same_pseudonyms=len(same[0]),
        groups=(*groups, *stayed),
    )


def between_bounds(
    found: Difference,
    sides: tuple[Side, Side],
    known: Sequence[tuple[str, str]],
    intervals: Mapping[tuple[str, str], tuple[pa.Array, pa.Array]],
    k: int,
) -> Difference:
    """``found`` with those whom the bounds of both releases together set apart.

    ``intervals``: a known number that the releases group otherwise -> the interval of each person in both.
    Those who may have come or left make a count unsure; where strangers replaced others, none is tried.
    """
    hidden = max((group.hidden for group in found.groups), default=0.0)
    worst = 0
    for column, values in intervals.items() if hidden < MOST_HIDDEN else ():
        others = classes_of_both(*sides, [one for one in known if one != column])
        halves = others.codes[: sides[NEW].persons], others.codes[sides[NEW].persons :]
        unsure = np.zeros(others.groups, dtype=np.int64)
        for group in found.gone:
            unsure += np.bincount(halves[group.side][group.persons], minlength=others.groups)
        worst = max(worst, few_between(values, halves, unsure, k))
    return replace(found, concerned=found.concerned + worst, isolated=found.isolated + worst)
