"""Exchange values between rows."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from anonymize.tabular.waiting import Ending, Waiting, Whole, by_query, ending_path
from anonymize.tabular.words import words
from profiles import transforms
from profiles.model import Bilingual
from tables.candidate import PERSON
from tables.duck import quote, scan
from tables.engine import ROWS, write_batches


class Swap(Waiting):
    """The values of a group of rows are dealt again among them, in an order drawn from the key.

    A group is made of the rows that are equal in the columns ``within``, as the steps before have
    made them. Each value is still there as often; what it stood beside outside these columns is
    lost. Rows without a value stay so. A group of one person is left as it is, and its rows are
    counted in the documentation. The rows of a group are held in memory.
    """

    name = "swap"
    note = "unswapped_values"
    needs_key = True
    params: transforms.Swap

    def see(self, whole: Whole) -> Ending:
        """Deal the values again, group by group."""
        value = quote(whole.column)
        groups = ", ".join(["true", *map(quote, self.params.within)])
        rows = (
            f"SELECT t.*, file_row_number AS __place, d.draw AS __draw FROM {scan(whole.path, row=True)} AS t"
            f" JOIN {scan(self._drawn(whole), row=True)} AS d USING (file_row_number)"
            f" WHERE t.{value} IS NOT NULL"
        )
        dealt = (
            f"SELECT count(DISTINCT {PERSON}) AS persons, list(__place ORDER BY __place) AS places,"
            f" list({value} ORDER BY __place) AS own, list({value} ORDER BY __draw, __place) AS other"
            f" FROM ({rows}) GROUP BY {groups}"
        )
        whole.con.execute(
            "CREATE OR REPLACE TEMP TABLE dealt AS SELECT unnest(places) AS place,"
            " unnest(CASE WHEN persons < 2 THEN own ELSE other END) AS value, persons < 2 AS alone"
            f" FROM ({dealt})"
        )
        alone = whole.con.execute("SELECT count(*) FROM dealt WHERE alone").fetchall()[0][0]
        sql = (
            f"SELECT d.value FROM {scan(whole.path, row=True)} AS t LEFT JOIN dealt AS d"
            " ON t.file_row_number = d.place ORDER BY t.file_row_number"
        )
        ending = by_query(whole, sql, self.kind, alone)
        whole.con.execute("DROP TABLE dealt")
        return ending

    def _drawn(self, whole: Whole) -> Path:
        """A file with one drawn number for each row."""
        draw = self.keys().draws(f"swap {self.context.seed} {whole.table}.{whole.column}")
        schema = pa.schema([("draw", pa.float64())])
        rows = pq.read_metadata(whole.path).num_rows

        def batches() -> Iterator[pa.RecordBatch]:
            for start in range(0, rows, ROWS):
                numbers = np.arange(start, min(rows, start + ROWS), dtype=np.uint64)
                drawn = draw(numbers, np.zeros_like(numbers))[:, 0]
                yield pa.RecordBatch.from_arrays([pa.array(drawn)], schema=schema)

        path = ending_path(whole)
        write_batches(batches(), schema, path)
        return path

    def explain(self) -> Bilingual:
        """What happens to a value."""
        if not self.params.within:
            return words("transform.swap")
        return words("transform.swap.within", columns=", ".join(self.params.within))
