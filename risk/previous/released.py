"""Two releases as they are compared: rows of persons, and what was found of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from risk.labels import Codes, Labels, combine, encode

Truths = npt.NDArray[np.bool_]
NEW, OLD = 0, 1


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
    more: Labels | None = field(default=None, repr=False)
    """What else an intruder knows and finds in this release only; None when there is nothing."""


@dataclass(frozen=True)
class Group:
    """Persons of one release about whom the other tells something, by what an intruder knows of them."""

    side: int
    persons: Codes = field(repr=False)
    labels: Codes = field(repr=False)
    """Of each of them: equal numbers, equal knowledge."""
    alone: Labels = field(repr=False)
    """Of each person of the release: their class by that release alone; coarser than ``labels``."""
    hidden: float = 0.0
    """Of those who stayed, the share who may have been replaced by somebody with the same record."""


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
    linked: int = 0
    """Persons whose record is alone of its kind in both."""
    groups: tuple[Group, ...] = field(default=(), repr=False)

    @property
    def gone(self) -> list[Group]:
        """Who came and who left, by the records that both releases have."""
        groups = [[group for group in self.groups if group.side == side][:1] for side in (NEW, OLD)]
        return [group for side in groups for group in side]


def by_person(new: Side, old: Side, table: str, columns: Sequence[str]) -> Labels:
    """One number a person of both releases, the new one's first: equal numbers, equal (sets of) rows."""
    mine, theirs = new.tables[table], old.tables[table]
    codes = [encode(pa.concat_arrays([mine.columns[name], theirs.columns[name]])) for name in columns]
    rows = combine(codes).codes
    persons = np.concatenate([mine.persons, theirs.persons + new.persons])
    return sets_of(persons, rows, new.persons + old.persons)


def sets_of(persons: Codes, rows: Codes, everybody: int) -> Labels:
    """One number for each of ``everybody``: equal numbers, equal sets of ``rows``."""
    size = int(rows.max(initial=0)) + 1
    pairs = np.unique(persons * size + rows)
    owner, value = np.divmod(pairs, size)
    ends = np.searchsorted(owner, np.arange(everybody + 1))
    return encode(pa.ListArray.from_arrays(pa.array(ends.astype(np.int32)), pa.array(value)))
