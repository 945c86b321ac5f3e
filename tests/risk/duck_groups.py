"""The counter by SQL on DuckDB: the text that Spark runs, checked without waiting for Spark."""

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import duckdb
import pyarrow as pa

from tables.duck import connect


@dataclass
class DuckSql:
    """What ``risk.groups.by_sql`` asks of an engine."""

    folder: Path
    empty: str = "[]"
    asked: list[str] = field(default_factory=list)
    """Every text."""
    _numbers: count = field(default_factory=count)

    def __post_init__(self):
        self.con: duckdb.DuckDBPyConnection = connect(self.folder)

    def know(self, path):
        """DuckDB reads files where they are."""

    def execute(self, sql):
        self.asked.append(sql)
        return self.con.execute(sql)

    def table(self, sql) -> pa.Table:
        self.asked.append(sql)
        return self.con.sql(sql).to_arrow_table()

    def keep(self, sql, folder, number=""):
        self.asked.append(sql)
        folder.mkdir()
        # With gaps, as Spark numbers.
        numbered = f"SELECT *, 7 * (row_number() OVER () - 1) AS {number} FROM ({sql})" if number else sql
        self.con.execute(f"COPY ({numbered}) TO '{folder}/part-000000.parquet' (FORMAT parquet)")
        return self.relation(folder)

    def relation(self, folder):
        name = f"kept_{next(self._numbers)}"
        self.con.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{folder}/*.parquet')")
        return name

    def stop(self):
        self.con.interrupt()
