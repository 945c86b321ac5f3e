"""Replace numbers by the mean of a group."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from anonymize.tabular.grid import Floats, Integers
from anonymize.tabular.groups import best_groups, near_groups
from anonymize.tabular.interface import NUMBERS, WHOLE_NUMBERS
from anonymize.tabular.waiting import ByRow, ByValue, Ending, Waiting, Whole, ending_path
from anonymize.tabular.words import words
from profiles import transforms
from profiles.model import Bilingual
from tables.candidate import PERSON
from tables.duck import quote, scan, stream
from tables.engine import write_batches


class Microaggregate(Waiting):
    """Each value becomes the mean of its group: at least ``persons`` distinct persons who are alike.

    A column alone is cut so that the least is lost; with ``together``, the groups are those of all
    these columns at once, and a row that lacks one of them loses the others. Whole numbers stay
    whole. When there are too few persons, every value becomes null. The columns and a number for
    each row's person are held in memory: 40 bytes a row and 24 for each column, about.
    """

    name = "microaggregate"
    note = "ungrouped_values"
    accepts = NUMBERS
    params: transforms.Microaggregate

    def see(self, whole: Whole) -> Ending:
        """Find the groups and their means."""
        own = whole.column
        columns = sorted({own, *self.params.together})
        table = _read(whole, columns)
        if not table.num_rows:
            return ByValue(lambda values: (values, 0))
        numbers = {name: _doubles(table.column(name)) for name in columns}
        present = ~np.any([np.isnan(values) for values in numbers.values()], axis=0)
        means = np.full(table.num_rows, np.nan)
        points = np.stack([numbers[name][present] for name in columns], axis=1)
        means[present] = _means(points, numbers[own][present], _people(table)[present], self.params.persons)
        lost = int(np.sum(np.isnan(means) & ~np.isnan(numbers[own])))
        return ByRow(self._write(whole, means), lost)

    def _write(self, whole: Whole, means: Floats) -> Path:
        missing = np.isnan(means)
        if self.kind in WHOLE_NUMBERS:
            values = pa.array(np.floor(np.where(missing, 0, means) + 0.5).astype(np.int64), mask=missing)
        else:
            values = pa.array(means, pa.float64(), mask=missing)
        path, table = ending_path(whole), pa.table({"value": values})
        write_batches(table.to_batches(), table.schema, path)
        return path

    def may_blank(self) -> bool:
        """Where a group can't be had."""
        return True

    def explain(self) -> Bilingual:
        """What happens to a value."""
        if not self.params.together:
            return words("transform.microaggregate", persons=self.params.persons)
        columns = ", ".join(self.params.together)
        return words("transform.microaggregate.together", persons=self.params.persons, columns=columns)


def _read(whole: Whole, columns: list[str]) -> pa.Table:
    """The columns as doubles, and a number from 0 for each row's person, in the order of the table."""
    names = ", ".join(f"{quote(name)}::DOUBLE AS {quote(name)}" for name in columns)
    sql = (
        f"SELECT {names}, dense_rank() OVER (ORDER BY {PERSON}) - 1 AS {PERSON}"
        f" FROM {scan(whole.path, row=True)} ORDER BY file_row_number"
    )
    return stream(whole.con, sql).read_all()


def _doubles(values: pa.ChunkedArray) -> Floats:
    found: Floats = values.fill_null(float("nan")).to_numpy()
    return found


def _people(table: pa.Table) -> Integers:
    found: Integers = table.column(PERSON).to_numpy()
    return found


def _means(points: Floats, own: Floats, persons: Integers, k: int) -> Floats:
    """The mean of each row's group in the column that is replaced; NaN when there are too few persons."""
    if len(np.unique(persons)) < k:
        return np.full(len(own), np.nan)
    group = best_groups(own, persons, k) if points.shape[1] == 1 else near_groups(points, persons, k)
    means: Floats = (np.bincount(group, own) / np.bincount(group))[group]
    return means
