"""A table or a query of PostgreSQL, streamed in one read-only transaction.

The address may hold a password: neither it nor any message of the database is ever shown.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from profiles.errors import Place, SourceError
from profiles.model import Table
from tables.sources.database_sql import TEXTS, relation, select
from tables.sources.extras import extra
from tables.sources.interface import TableReader

SCHEMES = ("postgresql://", "postgres://")
DEFAULTS = {
    "connect_timeout": "15",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "application_name": "vitrail",
}
"""Parameters of the connection that the address does not set: a server that is silent is noticed."""
SETTINGS = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL extra_float_digits = 1",
)
BATCH = {"adbc.postgresql.batch_size_hint_bytes": str(1 << 22)}
REFUSALS = {"42P01": "source-database-no-table", "42501": "source-database-denied"}
"""SQLSTATE (PostgreSQL documentation, appendix A) -> the error to show."""


class DatabaseReader(TableReader):
    """Rows come in the order of the primary key, else of all columns: a database has none of its own."""

    format = "database"
    suffixes = ()

    _rows_read = 0

    def __init__(self, path: Path, table: Table, place: Place) -> None:
        super().__init__(path, table, place)
        self._relation = relation(table.source)

    def header(self) -> tuple[str, ...]:
        """Names of the columns of the table or query."""
        return tuple(self._schema.names)

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """As the server sends them."""
        schema = pa.schema([(column, pa.string()) for column in columns])
        sql = select(self._relation, columns, self._types, self.table, self.place)
        with self._cursor() as cursor:
            with self._asked():
                cursor.adbc_statement.set_options(**BATCH)
                cursor.execute(sql)
                reader = cursor.fetch_record_batch()
            while (batch := self._next(reader)) is not None:
                self._rows_read += batch.num_rows
                yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)

    def size(self) -> int:
        """Unknown: counting would read the table twice."""
        return 0

    def position(self) -> int:
        """Rows read."""
        return self._rows_read

    def canonical(self, column: str) -> bool:
        """Every type but text."""
        return self._types[column] not in TEXTS

    @cached_property
    def _schema(self) -> pa.Schema:
        with self._cursor() as cursor, self._asked():
            return cursor.adbc_execute_schema(f"SELECT * FROM {self._relation}")

    @property
    def _types(self) -> Mapping[str, str]:
        """Column -> PostgreSQL's name of its type."""
        return {
            field.name: (field.metadata or {}).get(b"POSTGRESQL:type", b"").decode() for field in self._schema
        }

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        driver = extra("adbc_driver_postgresql.dbapi", "postgres", self.place)
        with self._failures("source-database-connection"):
            connection = driver.connect(self._address())
        try:
            cursor = connection.cursor()
            with self._failures("source-database-connection"):
                for setting in SETTINGS:
                    cursor.execute(setting)
            yield cursor
        finally:
            # A connection that broke says so again when it is closed.
            with suppress(driver.Error, OSError, pa.ArrowException):
                cursor.close()
            with suppress(driver.Error, OSError, pa.ArrowException):
                connection.close()

    def _address(self) -> str:
        database = self.table.source.database
        address = "" if database is None else database.get_secret_value()
        if not address.startswith(SCHEMES):
            raise SourceError("source-database-address", self.place)
        given = address.partition("?")[2]
        added = "&".join(f"{name}={value}" for name, value in DEFAULTS.items() if f"{name}=" not in given)
        return address + ("&" if "?" in address else "?") + added

    def _next(self, reader: Any) -> pa.RecordBatch | None:
        with self._failures("source-database-dropped"):
            batch = next(reader, None)
            if batch is not None:
                # A database declared without an encoding hands over any bytes as text.
                batch.validate(full=True)
        return batch

    @contextmanager
    def _failures(self, code: str) -> Iterator[None]:
        driver = extra("adbc_driver_postgresql.dbapi", "postgres", self.place)
        try:
            yield
        except (driver.Error, OSError, pa.ArrowException):
            raise SourceError(code, self.place) from None

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """What the server says of a question, by its code alone."""
        driver = extra("adbc_driver_postgresql.dbapi", "postgres", self.place)
        try:
            yield
        except (driver.Error, OSError, pa.ArrowException) as error:
            state = getattr(error, "sqlstate", None)
            if state is None:
                raise SourceError("source-database-dropped", self.place) from None
            code = REFUSALS.get(state, "source-database-query")
            raise SourceError(code, self.place, state=state) from None
