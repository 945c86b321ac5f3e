"""Two releases without shared pseudonyms: what one has more often than the other came or left.

A record that no other person has in either joins both releases as a pseudonym does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from risk.labels import Codes, Labels, combine, encode
from risk.previous.met import Met, classes_of_both, fewer_than, who_stayed
from risk.previous.released import NEW, OLD, Difference, Group, Side, Truths, by_person
from risk.previous.same_persons import cancel, replaced

MOST_HIDDEN = 0.5
"""Share of strangers above which a record that is alone in both is no link."""
BY_CHANCE = 0.01
"""Chance that records of strangers cancel as well as those of persons of whom one column changed."""


def by_record(
    new: Side, old: Side, signature: Labels, known: Sequence[tuple[str, str]], k: int
) -> Difference:
    """Records that one of the two has more often than the other; ``known``: columns of the records."""
    met = Met(new, old, classes_of_both(new, old, known).codes)
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
        stayed, more, few = who_stayed(met, same, k, everybody=False)
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


def _gone(met: Met, side: int, persons: Codes, unlike: Truths, k: int) -> tuple[list[Group], int]:
    """Who came, or left, and how many of them are told from all but fewer than k.

    Those whose record the other release has not at all (``unlike``) are found with all that their own says.
    """
    classes = encode(pa.array(met.halves[side]))
    groups = [Group(side, persons, classes.codes[persons], classes)]
    small = fewer_than(groups[0].labels, k)
    if (met.new, met.old)[side].more is not None:
        alone, whole = met.alone(side), persons[unlike[persons]]
        groups.append(Group(side, whole, alone.codes[whole], alone))
        small[unlike[persons]] |= fewer_than(groups[1].labels, k)
    return groups, int(small.sum())


def without_one(
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
        found = by_record(*sides, signature, [one for one in known if one != left_out], k)
        fewer = found.came + found.left <= (whole.came + whole.left) / 2
        if fewer and cancel(*_moved(signature, sides[NEW].persons, whole), BY_CHANCE / len(columns)):
            best = min(filter(None, (best, found)), key=lambda each: each.came + each.left)
    return best


def _moved(signature: Labels, persons: int, whole: Difference) -> tuple[Codes, Codes]:
    """How many of each kind of record came and left, by the whole record."""
    codes = [signature.codes[group.persons + group.side * persons] for group in whole.gone]
    came, left = (np.bincount(part, minlength=signature.groups) for part in codes)
    return came, left
