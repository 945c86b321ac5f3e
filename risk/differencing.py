"""What two releases of the same data tell together, and neither alone.

Persons are compared by what both releases say of them. Where the pseudonyms are the same, records of one
person are simply joined. Where they are not, the records that only one of the two has are those of the
persons who came or left; a record that no other person has in either joins both releases as a pseudonym does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from risk.labels import Codes, Labels, combine, encode
from risk.regrouped import few_between
from risk.released import NEW, OLD, Difference, Group, Side, Truths, by_person
from risk.same_persons import cancel, replaced

MOST_HIDDEN = 0.5
"""Share of strangers above which a record that is alone in both is no link."""
TENTH = 10
"""Others among so many, with whom one may still be confused: nine in ten are told."""
BY_CHANCE = 0.01
"""Chance that records of strangers cancel as well as those of persons of whom one column changed."""


def differences(
    new: Side, old: Side, known: Sequence[tuple[str, str]], stable: Mapping[str, Sequence[str]], k: int
) -> Difference:
    """Compare two releases.

    ``known``: table and column that an intruder knows of people and that both releases have. ``stable``:
    table -> columns of both whose values do not depend on the key.
    """
    same = _same(new, old)
    record = [by_person(new, old, table, columns) for table, columns in stable.items() if columns]
    signature = combine(record) if record else None
    if same is not None:
        return _by_name((new, old), known, same, signature, k)
    if signature is None:
        return Difference(0, 0, 0, 0, 0)
    fixed = [(table, column) for table, column in known if column in stable.get(table, ())]
    found = _by_record(new, old, signature, fixed, k)
    aged = _without_one((new, old), fixed, stable, found, k)
    if aged is None:
        return found
    # Both are true of those who stayed: that their column changed, and that others came or left.
    worst = max(found, aged, key=lambda each: each.isolated / max(1, each.concerned))
    return replace(worst, groups=found.groups + aged.groups)


def _classes(new: Side, old: Side, known: Sequence[tuple[str, str]]) -> Labels:
    """What an intruder knows of each person of both releases."""
    columns = [by_person(new, old, table, [column]) for table, column in known]
    return combine(columns) if columns else Labels(np.zeros(new.persons + old.persons, dtype=np.int64), 1)


def _same(new: Side, old: Side) -> tuple[Codes, Codes] | None:
    """Places in both releases of the persons with the same pseudonym; None when there is none."""
    if new.named is None or old.named is None:
        return None
    found = pc.index_in(new.named, value_set=old.named)
    mine = np.flatnonzero(found.is_valid().to_numpy(zero_copy_only=False))
    if not len(mine):
        return None
    return mine, np.asarray(found.take(pa.array(mine)).to_numpy(zero_copy_only=False), dtype=np.int64)


def _alone(side: Side, classes: Codes) -> Labels:
    """The class of each person of one release, by all that an intruder knows and finds there."""
    shared = encode(pa.array(classes))
    return shared if side.more is None else combine([shared, side.more])


@dataclass(frozen=True)
class _Met:
    """Both releases, and the class of each person in them."""

    new: Side
    old: Side
    classes: Codes
    """By what an intruder knows and both releases have; the new one's persons first."""

    @property
    def halves(self) -> tuple[Codes, Codes]:
        """The classes of each release."""
        return self.classes[: self.new.persons], self.classes[self.new.persons :]

    def alone(self, side: int) -> Labels:
        """The classes by one release alone."""
        return _alone((self.new, self.old)[side], self.halves[side])


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
    met = _Met(*sides, _classes(*sides, known).codes)
    away = [np.setdiff1d(np.arange(side.persons), same[place]) for place, side in enumerate(sides)]
    groups = []
    for side, persons in enumerate(away):
        alone = met.alone(side)
        groups.append(Group(side, persons, alone.codes[persons], alone))
    stayed, changed, few = _stayed(met, same, k)
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
        isolated=sum(int(_few(group.labels, k).sum()) for group in groups) + int(few.sum()),
        came=len(away[NEW]),
        left=len(away[OLD]),
        same_pseudonyms=len(same[0]),
        groups=(*groups, *stayed),
    )


def _stayed(
    met: _Met, same: tuple[Codes, Codes], k: int, *, everybody: bool = True
) -> tuple[tuple[Group, ...], Truths, Truths]:
    """Those found in both releases, by the features that either has.

    Also who they are of whom both together tell more than the new one, and who of them is told from all but
    fewer than ``k``: those found with them, and who else they may be taken for, unless ``everybody`` who
    stayed was found.
    """
    ours, theirs = met.alone(NEW), met.alone(OLD)
    mine, before = ours.codes[same[0]], ours.sizes[ours.codes[same[0]]]
    yours = theirs.codes[same[1]]
    both = combine([encode(pa.array(mine)), encode(pa.array(yours))])
    shared = [half[place] for half, place in zip(met.halves, same, strict=True)]
    kept = combine([encode(pa.array(mine)), encode(pa.array(shared[1]))])
    size = both.sizes[both.codes]
    lost = [
        labels.sizes[codes] - np.bincount(codes, minlength=labels.groups)[codes]
        for labels, codes in ((ours, mine), (theirs, yours))
    ]
    others = np.zeros(len(size), dtype=np.int64) if everybody else np.minimum(*lost)
    churned = (lost[0] > 0) & (lost[1] > 0) & everybody
    # Those who stayed with all their like are told from nobody by having stayed: who came is counted apart.
    told = (shared[0] != shared[1]) | (size < kept.sizes[kept.codes]) | churned
    changed = (size + others < before) & told
    sure = np.flatnonzero(others * TENTH <= size)
    groups = tuple(
        Group(side, same[side][sure], both.codes[sure], labels) for side, labels in enumerate((ours, theirs))
    )
    return groups, changed, changed & (size + others < k)


def _few(classes: Codes, k: int) -> Truths:
    """Whether each is in a group of fewer than k."""
    _, where, sizes = np.unique(classes, return_inverse=True, return_counts=True)
    return np.asarray(sizes[where.ravel()] < k)


def _by_record(
    new: Side, old: Side, signature: Labels, known: Sequence[tuple[str, str]], k: int
) -> Difference:
    """Records that one of the two has more often than the other; ``known``: columns of the records."""
    met = _Met(new, old, _classes(new, old, known).codes)
    records = signature.codes[: new.persons], signature.codes[new.persons :]
    counts = [np.bincount(part, minlength=signature.groups) for part in records]
    hidden = replaced(*counts)
    groups, away, alone_ = [], [], 0
    for side in (NEW, OLD):
        found = _beyond(records[side], counts[side] - counts[1 - side])
        group, small = _gone(met, side, found, counts[1 - side][records[side]] == 0, k)
        groups += [replace(one, hidden=hidden) for one in group]
        away.append(len(found))
        alone_ += small
    changed, told, linked = 0, 0, 0
    if hidden < MOST_HIDDEN and (new.more is not None or old.more is not None):
        same = _own(records, counts)
        stayed, more, few = _stayed(met, same, k, everybody=False)
        groups += stayed
        changed, told, linked = int(more.sum()), int(few.sum()), len(same[NEW])
    return Difference(
        concerned=sum(away) + changed,
        isolated=alone_ + told,
        came=away[NEW],
        left=away[OLD],
        same_pseudonyms=0,
        linked=linked,
        groups=tuple(groups),
    )


def _own(records: Sequence[Codes], counts: Sequence[Codes]) -> tuple[Codes, Codes]:
    """Places in both releases of the persons whose record nobody else has in either."""
    places = []
    for part in records:
        place = np.full(len(counts[NEW]), -1, dtype=np.int64)
        place[part] = np.arange(len(part))
        places.append(place[(counts[NEW] == 1) & (counts[OLD] == 1)])
    return places[NEW], places[OLD]


def _beyond(records: Codes, change: Codes) -> Codes:
    """As many persons of each kind of record as one release has more of them."""
    order = np.argsort(records, kind="stable")
    rank = np.empty(len(records), dtype=np.int64)
    rank[order] = np.arange(len(records)) - np.searchsorted(records[order], records[order])
    return np.flatnonzero(rank < change[records])


def _gone(met: _Met, side: int, persons: Codes, unlike: Truths, k: int) -> tuple[list[Group], int]:
    """Who came, or left, and how many of them are told from all but fewer than k.

    Those whose record the other release has not at all (``unlike``) are found with all that their own says.
    """
    classes = encode(pa.array(met.halves[side]))
    groups = [Group(side, persons, classes.codes[persons], classes)]
    small = _few(groups[0].labels, k)
    if (met.new, met.old)[side].more is not None:
        alone, whole = met.alone(side), persons[unlike[persons]]
        groups.append(Group(side, whole, alone.codes[whole], alone))
        small[unlike[persons]] |= _few(groups[1].labels, k)
    return groups, int(small.sum())


def _without_one(
    sides: tuple[Side, Side],
    known: Sequence[tuple[str, str]],
    stable: Mapping[str, Sequence[str]],
    whole: Difference,
    k: int,
) -> Difference | None:
    """The comparison without one column, if that one changed for those who stayed, as an age does.

    They have come and left at once by their whole record, and hide who really came. Without the column their
    records cancel, better than those of strangers would.
    """
    columns = [(table, column) for table, names in stable.items() for column in names]
    best: Difference | None = None
    for left_out in columns if len(columns) > 1 else []:
        kept = {
            table: [name for name in names if (table, name) != left_out] for table, names in stable.items()
        }
        signature = combine([by_person(*sides, table, names) for table, names in kept.items() if names])
        found = _by_record(*sides, signature, [one for one in known if one != left_out], k)
        fewer = found.came + found.left <= (whole.came + whole.left) / 2
        if fewer and cancel(*_moved(signature, sides[NEW].persons, whole), BY_CHANCE / len(columns)):
            best = min(filter(None, (best, found)), key=lambda each: each.came + each.left)
    return best


def _moved(signature: Labels, persons: int, whole: Difference) -> tuple[Codes, Codes]:
    """How many of each kind of record came and left, by the whole record."""
    codes = [signature.codes[group.persons + group.side * persons] for group in gone(whole)]
    came, left = (np.bincount(part, minlength=signature.groups) for part in codes)
    return came, left


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
        others = _classes(*sides, [one for one in known if one != column])
        halves = others.codes[: sides[NEW].persons], others.codes[sides[NEW].persons :]
        unsure = np.zeros(others.groups, dtype=np.int64)
        for group in gone(found):
            unsure += np.bincount(halves[group.side][group.persons], minlength=others.groups)
        worst = max(worst, few_between(values, halves, unsure, k))
    return replace(found, concerned=found.concerned + worst, isolated=found.isolated + worst)


def gone(found: Difference) -> list[Group]:
    """Who came and who left, by the records that both releases have."""
    groups = [[group for group in found.groups if group.side == side][:1] for side in (NEW, OLD)]
    return [group for side in groups for group in side]


def cells(
    new: pa.Table, old: pa.Table, dimensions: Sequence[str], measure: str, floor: int
) -> tuple[int, int]:
    """Persons whom the difference of two tables of totals counts: all, and those in cells below ``floor``.

    Cells with the same totalled dimensions count the same persons again: the worst such set is taken.
    """
    worst = (0, 0)
    joined = new.select([*dimensions, measure]).join(
        old.select([*dimensions, measure]), keys=list(dimensions), join_type="inner", right_suffix="__old"
    )
    mine = joined.column(measure).to_numpy().astype(float)
    theirs = joined.column(f"{measure}__old").to_numpy().astype(float)
    change = np.abs(mine - theirs)
    levels = combine([encode(pc.equal(joined.column(name), "TOTAL")) for name in dimensions]).codes
    for level in np.unique(levels):
        here = change[levels == level]
        found = int(here.sum()), int(here[here < floor].sum())
        if found[1] * max(1, worst[0]) > worst[1] * max(1, found[0]) or worst == (0, 0):
            worst = found
    return worst
