"""The row transforms of a whole table, as one function on a record batch."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pyarrow as pa

from anonymize.keyed_lookup import KeyedLookup
from anonymize.plan import Pass, TablePlan
from anonymize.tabular.waiting import Ending
from profiles.errors import SourceError
from tables.candidate import PERSON


@dataclass
class RowKernel:
    """Applies the plan of a table to its batches, which must come in the order of the table."""

    plan: TablePlan
    person: KeyedLookup
    """Pseudonym of a person within the private folder."""
    _rows: int = field(default=0, init=False)

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The published columns, and the person under its pseudonym.

        Raises SourceError with the record of the table at which a transform failed.
        """
        # Encoded once: every step that needs persons looks up the same distinct ones.
        persons = batch.column(PERSON).dictionary_encode()
        row = dict(zip(batch.schema.names, batch.columns, strict=True))
        with _counting_from(self._rows):
            columns = {
                column.name: transformed(column.passes[0], row[column.name], persons, row)
                for column in self.plan.columns
            }
        self._rows += batch.num_rows
        return pa.RecordBatch.from_pydict({**columns, PERSON: self.person(persons)})


@dataclass
class PassKernel:
    """Reads a table once more, when some of its steps have waited for all rows."""

    plan: TablePlan
    number: int
    """Of the pass, the first one being 0."""
    endings: Mapping[str, Ending]
    """Column -> what its waiting step has found."""
    _rows: int = field(default=0, init=False)

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The columns as far as this pass brings them; batches come in the order of the table."""
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        persons = batch.column(PERSON)
        with _counting_from(self._rows):
            for column in self.plan.columns:
                if column.name in self.endings:
                    values = self.endings[column.name](columns[column.name])
                    columns[column.name] = transformed(column.passes[self.number], values, persons, columns)
        self._rows += batch.num_rows
        return pa.RecordBatch.from_pydict(columns)


def transformed(part: Pass, values: pa.Array, persons: pa.Array, row: Mapping[str, pa.Array]) -> pa.Array:
    """``values`` after the steps of one pass."""
    for step in part.steps:
        values = step.apply_in_row(values, persons, row)
    return values


@contextmanager
def _counting_from(rows: int) -> Iterator[None]:
    """Turns the record of a batch, in an error, into that of the table."""
    try:
        yield
    except SourceError as error:
        record = error.place.record
        if record is not None:
            error.place = replace(error.place, record=rows + record)
        raise
