"""All that a release says of each person, over all of its tables: what attacks on synthetic data compare.

Unlike ``risk.person_view``, which holds what the profile declares, this gathers *every* published
column that describes a person, since a copy betrays itself by any of them. Keys, pseudonyms and
columns none of whose texts occur in the real data are left aside: they are made up, and would hide a copy.

A person has one value of a column that never varies among their rows. Of events there are: the
number of rows, the set of codes of each column of texts, the mean and the largest of numbers, the
first and the last of dates. Two persons have the same *record* when all of their single values and
the multisets of all their events are equal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from risk.anonymeter_adapter.encoding import Column, column_of, encode_column
from risk.labels import Codes, Labels, combine

DERIVED = "\x1f"
"""In the name of a column that sums up others: it adds nothing to a record."""
Part = Literal["original", "candidate", "control"]
PARTS: tuple[Part, ...] = ("original", "candidate", "control")


@dataclass(frozen=True)
class Codebook:
    """Sets of codes of the persons of a part: those of person p are ``codes[starts[p]:starts[p + 1]]``."""

    starts: Codes
    codes: Codes


@dataclass(frozen=True)
class CodeSet:
    """A column of events: the distinct codes of each person, numbered alike in all parts."""

    name: str
    groups: int
    parts: tuple[Codebook, ...]
    """Original, candidate and, when there is one, control."""


@dataclass(frozen=True)
class Traits:
    """Persons of two or three parts, described alike."""

    columns: tuple[Column, ...]
    """One value a person."""
    sets: tuple[CodeSet, ...]
    """Many codes a person."""
    marks: tuple[Column, ...] = ()
    """Numbers that are equal when whole multisets of events are: for :attr:`records` only."""
    left_out: tuple[str, ...] = ()
    """Published columns that say nothing of a person, or nothing that could be compared."""

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Persons of each part."""
        if self.columns:
            return tuple(len(part) for part in self.columns[0].parts())
        return tuple(len(part.starts) - 1 for part in self.sets[0].parts) if self.sets else (0, 0)

    @property
    def has_control(self) -> bool:
        """Whether there are persons kept away from the fit."""
        return len(self.sizes) > len(PARTS) - 1

    @property
    def names(self) -> tuple[str, ...]:
        """Columns that are compared."""
        return (*(column.name for column in self.columns), *(each.name for each in self.sets))

    @cached_property
    def records(self) -> tuple[Codes, ...]:
        """Person -> number of their record, in each part: equal numbers, equal records."""
        exact = [column for column in self.columns if DERIVED not in column.name]
        labels = [_labels(column) for column in (*exact, *self.marks)]
        if not self.marks:
            labels += [_set_labels(each) for each in self.sets]
        if not labels:
            return tuple(np.zeros(size, dtype=np.int64) for size in self.sizes)
        return tuple(np.split(combine(labels).codes, np.cumsum(self.sizes)[:-1]))


def traits_of(
    original: pa.Table, candidate: pa.Table, control: pa.Table | None = None, left_out: Sequence[str] = ()
) -> Traits:
    """Traits of Arrow tables with one row a person; a column of lists holds sets of codes.

    Columns whose names start with :data:`DERIVED` are marks of multisets of events.
    """
    frames = [original, candidate, *([] if control is None else [control])]
    columns: list[Column] = []
    sets: list[CodeSet] = []
    marks: list[Column] = []
    missing: list[str] = list(left_out)
    for name in candidate.column_names:
        parts = [column_of(frame, name) for frame in frames]
        if any(pa.types.is_list(part.type) or pa.types.is_large_list(part.type) for part in parts):
            sets.append(_code_set(name, parts))
            continue
        column = encode_column(name, parts)
        if name.startswith(DERIVED):
            marks.append(column)
        elif column.is_category and not column.is_constant and not _comparable(column):
            missing.append(name)
        else:
            columns.append(column)
    return Traits(tuple(columns), tuple(sets), tuple(marks), tuple(missing))


def _comparable(column: Column) -> bool:
    """Whether some value of the candidate occurs among the real ones."""
    real = np.concatenate([column.original, *([] if column.control is None else [column.control])])
    return bool(np.isin(column.candidate, real).any())


def _labels(column: Column) -> Labels:
    values, codes = np.unique(np.concatenate(column.parts()), return_inverse=True)
    return Labels(codes.ravel().astype(np.int64), len(values))


def _set_labels(each: CodeSet) -> Labels:
    """A number for each set: the two halves of a random sum over its codes, which differ when sets do."""
    words = np.random.default_rng(each.groups).integers(0, 2**63, each.groups, dtype=np.uint64)
    sums = np.concatenate([_sums(part, words) for part in each.parts])
    values, codes = np.unique(sums, return_inverse=True)
    return Labels(codes.ravel().astype(np.int64), len(values))


def _sums(part: Codebook, words: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    total = np.concatenate([np.zeros(1, np.uint64), np.cumsum(words[part.codes], dtype=np.uint64)])
    return np.asarray(total[part.starts[1:]] - total[part.starts[:-1]], dtype=np.uint64)


def _code_set(name: str, parts: Sequence[pa.Array]) -> CodeSet:
    lists = [part.cast(pa.list_(pa.string())) for part in parts]
    filled = [pc.if_else(pc.is_null(part), pa.scalar([], part.type), part) for part in lists]
    flat = [pc.list_flatten(part) for part in filled]
    encoded = pc.dictionary_encode(pa.chunked_array(flat, pa.string()), null_encoding="encode")
    whole = encoded.combine_chunks()
    whole = pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole
    codes = np.asarray(whole.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
    pieces = np.split(codes, np.cumsum([len(part) for part in flat])[:-1])
    starts = [_starts(part) for part in filled]
    books = tuple(Codebook(start, piece) for start, piece in zip(starts, pieces, strict=True))
    return CodeSet(name, len(whole.dictionary), books)


def _starts(lists: pa.Array) -> Codes:
    lengths = np.asarray(pc.list_value_length(lists).to_numpy(zero_copy_only=False), dtype=np.int64)
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
