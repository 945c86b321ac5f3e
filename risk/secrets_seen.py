"""A secret as an intruder would guess it: a few categories a person, or a set of codes."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from risk.labels import Codes, Labels, encode
from risk.person_view import PersonView

MANY = 20
"""Above so many distinct numbers or dates, a guess within the right tenth counts as right."""
TENTHS = 10


@dataclass(frozen=True)
class Marks:
    """Who carries which code: one entry per (person, code), each pair once."""

    persons: Codes
    codes: Codes
    groups: int
    """Number of codes."""

    @property
    def carriers(self) -> Codes:
        """Number of persons who carry each code."""
        return np.bincount(self.codes, minlength=self.groups).astype(np.int64)

    def with_rare(self, floor: int) -> "Marks":
        """The same codes and one more, the last: "some code of fewer than ``floor`` carriers"."""
        rare = (self.carriers < floor)[self.codes]
        owners = np.unique(self.persons[rare])
        if not len(owners):
            return self
        codes = np.concatenate([self.codes, np.full(len(owners), self.groups)])
        return Marks(np.concatenate([self.persons, owners]), codes, self.groups + 1)

    def pooled(self, floor: int) -> "Marks":
        """Codes of fewer than ``floor`` carriers become one, the last: "some rare code"."""
        rare = self.carriers < floor
        if not rare.any():
            return self
        numbers = np.where(rare, (~rare).sum(), np.cumsum(~rare) - 1)
        groups = int(numbers.max()) + 1
        pairs = np.unique(self.persons * groups + numbers[self.codes])
        return Marks(pairs // groups, pairs % groups, groups)


@dataclass(frozen=True)
class Secret:
    """One secret of every person."""

    whole: Labels
    """The value, its tenth for a number, or the whole set."""
    exact: Labels
    """The value or the whole set, as it is published."""
    marks: Marks
    """The same as single codes: a plain value is a set of one."""
    ranked: Labels | None
    """Values in their order, when they have one; -1 stands for a missing value."""
    is_set: bool = False
    """Whether each person has a set of codes."""


def see(view: PersonView, reference: str) -> Secret:
    """The secret ``reference`` of each person of ``view``."""
    if view.is_set(reference):
        return _set_secret(view, reference)
    column = view.column(reference)
    if not _ordered(column.type):
        whole = view.codes(reference)
        return Secret(whole, whole, _one_mark(whole), None)
    ranked = rank(column)
    whole = _tenths(ranked) if ranked.groups > MANY else view.codes(reference)
    return Secret(whole, view.codes(reference), _one_mark(whole), ranked)


def rank(column: pa.ChunkedArray) -> Labels:
    """Numbers or dates as their rank among the distinct ones, -1 for a missing one."""
    absent = np.asarray(pc.is_null(column).combine_chunks()).astype(bool)
    known = pc.drop_null(column).to_numpy()
    distinct, positions = np.unique(known, return_inverse=True)
    codes = np.full(len(absent), -1, dtype=np.int64)
    codes[~absent] = positions.ravel()
    return Labels(codes, len(distinct))


def _set_secret(view: PersonView, reference: str) -> Secret:
    lists = view.column(reference).combine_chunks()
    if isinstance(lists, pa.ChunkedArray):
        lists = pa.concat_arrays(lists.chunks)
    owners = pc.list_parent_indices(lists).to_numpy().astype(np.int64)
    members = pa.chunked_array([pc.list_flatten(lists)])
    codes = encode(members)
    if _ordered(members.type) and codes.groups > MANY:
        codes = _tenths(rank(members))
        marks = _distinct(owners, codes)
        return Secret(_whole(marks, view.persons), view.codes(reference), marks, None, is_set=True)
    whole = view.codes(reference)
    return Secret(whole, whole, _distinct(owners, codes), None, is_set=True)


def _distinct(owners: Codes, codes: Labels) -> Marks:
    pairs = np.unique(owners * max(1, codes.groups) + codes.codes)
    return Marks(pairs // max(1, codes.groups), pairs % max(1, codes.groups), codes.groups)


def _whole(marks: Marks, persons: int) -> Labels:
    """The set of codes of each person; at most ten codes, so a set fits in the bits of a number."""
    bits = np.zeros(persons, dtype=np.int64)
    np.bitwise_or.at(bits, marks.persons, 1 << marks.codes)
    return encode(pa.array(bits))


def _one_mark(whole: Labels) -> Marks:
    return Marks(np.arange(len(whole.codes)), whole.codes, whole.groups)


def _tenths(ranked: Labels) -> Labels:
    """Tenths of the persons who have a value, ties kept together; a missing value is apart."""
    known = ranked.codes[ranked.codes >= 0]
    share = np.bincount(known, minlength=ranked.groups) / max(1, len(known))
    middle = np.cumsum(share) - share / 2
    tenth = np.clip(np.floor(middle * TENTHS), 0, TENTHS - 1).astype(np.int64)
    return encode(pa.array(np.where(ranked.codes < 0, TENTHS, tenth[ranked.codes])))


def _ordered(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_temporal(kind)
    )
