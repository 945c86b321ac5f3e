"""The row transforms of a whole table, as one function on a record batch."""

from dataclasses import dataclass, field, replace

import pyarrow as pa

from anonymize.keyed_lookup import KeyedLookup
from anonymize.plan import ColumnPlan, TablePlan
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
        try:
            columns = {
                column.name: _transformed(column, batch.column(column.name), persons)
                for column in self.plan.columns
            }
        except SourceError as error:
            record = error.place.record
            if record is not None:
                error.place = replace(error.place, record=self._rows + record)
            raise
        self._rows += batch.num_rows
        return pa.RecordBatch.from_pydict({**columns, PERSON: self.person(persons)})


def _transformed(column: ColumnPlan, values: pa.Array, persons: pa.Array) -> pa.Array:
    for step in column.steps:
        values = step.apply(values, persons)
    return values
