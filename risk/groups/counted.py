"""Persons counted by what they have in common: as many rows as there are combinations, not as persons.

The order of the rows depends on the values alone, so that whoever counted, what is drawn from a seed
afterwards falls on the same persons.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from risk.labels import Codes, Counts, Labels, combined, encode, is_list, list_bytes
from risk.person_view import PersonView


@dataclass(frozen=True)
class CountedView(PersonView):
    """A person view in which those who are alike stand together; ``frame`` has one row a combination."""

    counts: Counts = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Persons of each row."""

    @property
    def persons(self) -> int:
        """Number of persons, in all rows."""
        return int(self.counts.sum())

    @cached_property
    def rows(self) -> Codes:
        """The row of each person."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    def column(self, reference: str) -> pa.ChunkedArray:
        """Values of one reference, in the order of the persons."""
        return pa.chunked_array([self.frame.column(reference).combine_chunks().take(pa.array(self.rows))])

    def codes(self, reference: str) -> Labels:
        """One integer a person: equal integers, equal values (or sets)."""
        found = self._row_codes(reference)
        return Labels(found.codes[self.rows], found.groups)

    def classes(self, references: Iterable[str]) -> Labels:
        """The equivalence class of each person over ``references``; one class when there is none."""
        found = self.row_classes(references)
        return Labels(found.codes[self.rows], found.groups)

    def row_classes(self, references: Iterable[str]) -> Labels:
        """The same, of each row."""
        return combined([self._row_codes(one) for one in references], len(self.counts))

    def _row_codes(self, reference: str) -> Labels:
        if reference not in self._codes:
            self._codes[reference] = encode(self.frame.column(reference))
        return self._codes[reference]


def counted_view(frame: pa.Table, counts: Counts) -> CountedView:
    """Distinct rows and the persons of each, put in the order of their values; nulls last."""
    keys = [_ranks(frame.column(name)) for name in frame.column_names]
    order = np.lexsort(keys[::-1]) if keys else np.arange(frame.num_rows)
    return CountedView(frame.take(pa.array(order)), {}, counts[order])


def _ranks(column: pa.ChunkedArray) -> Codes:
    """The place of each value among the distinct ones of its column; a list by its members in turn."""
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks)
    if is_list(array.type):
        array = list_bytes(array, lambda members: _ranks(pa.chunked_array([members])))
    encoded = pc.dictionary_encode(array, null_encoding="encode")
    places = np.empty(len(encoded.dictionary), dtype=np.int64)
    places[pc.sort_indices(encoded.dictionary).to_numpy()] = np.arange(len(places))
    return places[np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)]
