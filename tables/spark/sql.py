"""The SQL text that DuckDB runs, run by Spark over folders of Parquet files."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa

from tables.duck import scan
from tables.spark.session import Session

ROW = "file_row_number"


@dataclass(frozen=True)
class Answer:
    """The rows of a query, small by construction: counts, or values that stay."""

    rows: list[tuple[Any, ...]]

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All of them."""
        return self.rows


@dataclass(frozen=True)
class Rows:
    """The rows of a query that may be many."""

    frame: Any

    def to_arrow_reader(self, rows: int) -> pa.RecordBatchReader:
        """Batches of at most ``rows``."""
        table = self.frame.toArrow()
        return pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=rows))


@dataclass(frozen=True)
class SparkSql:
    """What our SQL builders expect of a connection; a scan of a known folder becomes a view."""

    session: Session
    empty: ClassVar[str] = "array()"
    """How Spark writes the list of nothing."""
    _views: dict[str, str] = field(default_factory=dict, init=False)
    """Text of a scan -> name of its view."""
    _numbers: Iterator[int] = field(default_factory=count, init=False)

    def register(self, folder: Path, parts: Mapping[str, int], path: Path | None = None) -> None:
        """Make the Parquet files of ``folder`` known; ``parts``: file name -> number of its first row.

        ``path``: what our SQL calls them, when that is not the folder.
        """
        from pyspark.sql import functions as f  # noqa: PLC0415 - an extra

        name = f"vitrail_{next(self._numbers)}"
        frame = self.session.read.parquet(*(str(folder / part) for part in parts))
        starts = f.create_map(*(f.lit(item) for pair in parts.items() for item in pair))
        first = f.element_at(starts, f.element_at(f.split(f.col("_metadata.file_path"), "/"), -1))
        numbered = frame.select("*", (first + f.col("_metadata.row_index")).alias(ROW))
        frame.createOrReplaceTempView(name)
        numbered.createOrReplaceTempView(f"{name}_rows")
        self._views[scan(path or folder)] = name
        self._views[scan(path or folder, row=True)] = f"{name}_rows"

    def know(self, path: Path) -> None:
        """Make one Parquet file known to our SQL, once."""
        if scan(path) not in self._views:
            self.register(path.parent, {path.name: 0}, path)

    def keep(self, sql: str, folder: Path, number: str = "") -> str:
        """Run a query, leave its rows as Parquet in the new ``folder``; gives the relation that reads them.

        ``number``: a column of numbers that grow in the order of the rows, with gaps.
        """
        from pyspark.sql import functions as f  # noqa: PLC0415 - an extra

        frame = self.session.sql(self.text(sql))
        if number:
            frame = frame.select("*", f.monotonically_increasing_id().alias(number))
        frame.write.parquet(str(folder))
        return self.relation(folder)

    def relation(self, folder: Path) -> str:
        """The Parquet files of ``folder``, as the name of a view."""
        name = f"vitrail_{next(self._numbers)}"
        self.session.read.parquet(str(folder)).createOrReplaceTempView(name)
        return name

    def table(self, sql: str) -> pa.Table:
        """The rows of a query, which fit in the memory of this machine."""
        return self.session.sql(self.text(sql)).toArrow()

    def stop(self) -> None:
        """Let Spark drop what it is at."""
        with suppress(Exception):
            self.session.sparkContext.cancelAllJobs()

    def text(self, sql: str) -> str:
        """The same text with the names of views."""
        for relation, view in self._views.items():
            sql = sql.replace(relation, view)
        return sql

    def sql(self, sql: str) -> Rows:
        """The query, not yet run."""
        return Rows(self.session.sql(self.text(sql)))

    def execute(self, sql: str, parameters: Sequence[Any] | None = None) -> Answer:
        """Run a query; ``parameters`` stand for its question marks."""
        frame = self.session.sql(self.text(sql), args=list(parameters) if parameters else None)
        return Answer([tuple(row) for row in frame.collect()])
