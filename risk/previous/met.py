"""Persons of two releases, met by what both say of them, and who is told apart by having stayed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from risk.labels import Codes, Labels, combine, encode
from risk.previous.released import NEW, OLD, Group, Side, Truths, by_person

TENTH = 10
"""Others among so many, with whom one may still be confused: nine in ten are told."""


@dataclass(frozen=True)
class Met:
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
        """The classes by one release alone, by all that an intruder knows and finds there."""
        shared, more = encode(pa.array(self.halves[side])), (self.new, self.old)[side].more
        return shared if more is None else combine([shared, more])


def classes_of_both(new: Side, old: Side, known: Sequence[tuple[str, str]]) -> Labels:
    """What an intruder knows of each person of both releases."""
    columns = [by_person(new, old, table, [column]) for table, column in known]
    return combine(columns) if columns else Labels(np.zeros(new.persons + old.persons, dtype=np.int64), 1)


def same_pseudonyms(new: Side, old: Side) -> tuple[Codes, Codes] | None:
    """Places in both releases of the persons with the same pseudonym; None when there is none."""
    if new.named is None or old.named is None:
        return None
    found = pc.index_in(new.named, value_set=old.named)
    mine = np.flatnonzero(found.is_valid().to_numpy(zero_copy_only=False))
    if not len(mine):
        return None
    return mine, np.asarray(found.take(pa.array(mine)).to_numpy(zero_copy_only=False), dtype=np.int64)


def who_stayed(
    met: Met, same: tuple[Codes, Codes], k: int, *, everybody: bool = True
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


def fewer_than(classes: Codes, k: int) -> Truths:
    """Whether each is in a group of fewer than k."""
    _, where, sizes = np.unique(classes, return_inverse=True, return_counts=True)
    return np.asarray(sizes[where.ravel()] < k)
