"""What two releases of the same data tell together, and neither alone.

Persons are compared by what both releases say of them. Where the pseudonyms are the same, records of one
person are simply joined. Where they are not, the records that only one of the two has are those of the
persons who came or left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from risk.labels import Labels, combine, encode

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """A table of one release: the person of each row, and values as text."""

    persons: Codes = field(repr=False)
    columns: Mapping[str, pa.Array] = field(repr=False)


@dataclass(frozen=True)
class Side:
    """One release."""

    persons: int
    tables: Mapping[str, Rows]
    named: pa.Array | None = field(default=None, repr=False)
    """Pseudonym of each person, where it is published."""


@dataclass(frozen=True)
class Difference:
    """What was counted, in distinct persons."""

    concerned: int
    """Persons about whom the two releases tell more than one."""
    isolated: int
    """Those of them who are told from all but fewer than k."""
    came: int
    left: int
    same_pseudonyms: int
    """Persons whose pseudonym is in both."""


def by_person(new: Side, old: Side, table: str, columns: Sequence[str]) -> Labels:
    """One number a person of both releases, the new one's first: equal numbers, equal (sets of) rows."""
    mine, theirs = new.tables[table], old.tables[table]
    codes = [encode(pa.concat_arrays([mine.columns[name], theirs.columns[name]])) for name in columns]
    rows = combine(codes).codes
    persons = np.concatenate([mine.persons, theirs.persons + new.persons])
    everybody = new.persons + old.persons
    size = int(rows.max(initial=0)) + 1
    pairs = np.unique(persons * size + rows)
    owner, value = np.divmod(pairs, size)
    ends = np.searchsorted(owner, np.arange(everybody + 1))
    return encode(pa.ListArray.from_arrays(pa.array(ends.astype(np.int32)), pa.array(value)))


def differences(
    new: Side, old: Side, known: Sequence[tuple[str, str]], stable: Mapping[str, Sequence[str]], k: int
) -> Difference:
    """Compare two releases.

    ``known``: table and column that an intruder knows of people and that both releases have. ``stable``:
    table -> columns of both whose values do not depend on the key.
    """
    same = _same(new, old)
    if same is not None:
        return _joined(new, old, known, same, k)
    signature = [by_person(new, old, table, columns) for table, columns in stable.items() if columns]
    if not signature:
        return Difference(0, 0, 0, 0, 0)
    fixed = [(table, column) for table, column in known if column in stable.get(table, ())]
    return _apart(new, combine(signature), _classes(new, old, fixed), k)


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


def _joined(
    new: Side, old: Side, known: Sequence[tuple[str, str]], same: tuple[Codes, Codes], k: int
) -> Difference:
    """Records of one person in both are one record; the others have come or left."""
    classes = _classes(new, old, known).codes
    came = np.setdiff1d(np.arange(new.persons), same[0])
    left = np.setdiff1d(np.arange(old.persons), same[1]) + new.persons
    alone, others = _few(classes[came], k), _few(classes[left], k)
    mine, theirs = classes[same[0]], classes[same[1] + new.persons]
    both = combine([encode(pa.array(mine)), encode(pa.array(theirs))])
    before = np.bincount(classes[: new.persons], minlength=int(classes.max(initial=0)) + 1)[mine]
    # Those who stayed with all their like are told from nobody by having stayed: who came is counted above.
    changed = (both.sizes[both.codes] < before) & (mine != theirs)
    small = changed & (both.sizes[both.codes] < k)
    return Difference(
        concerned=len(came) + len(left) + int(changed.sum()),
        isolated=alone + others + int(small.sum()),
        came=len(came),
        left=len(left),
        same_pseudonyms=len(mine),
    )


def _few(classes: Codes, k: int) -> int:
    """Persons in groups of fewer than k."""
    _, sizes = np.unique(classes, return_counts=True)
    return int(sizes[sizes < k].sum())


def _apart(new: Side, signature: Labels, classes: Labels, k: int) -> Difference:
    """Records that one of the two has more often than the other."""
    sizes = np.bincount(signature.codes[: new.persons], minlength=signature.groups)
    change = sizes - np.bincount(signature.codes[new.persons :], minlength=signature.groups)
    owner = np.zeros(signature.groups, dtype=np.int64)
    owner[signature.codes] = classes.codes
    counts = [
        np.bincount(owner, weights=np.maximum(way, 0), minlength=classes.groups).astype(np.int64)
        for way in (change, -change)
    ]
    came, left = (int(count.sum()) for count in counts)
    isolated = sum(int(count[count < k].sum()) for count in counts)
    return Difference(came + left, isolated, came, left, 0)


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
