"""Groups counted by an engine that runs SQL over Parquet files: Spark.

One row a person is gathered once and left as Parquet in the private folder; counts are then queries
over it. What comes back is counts: classes by size, combinations with their persons, known events of
the targets. The texts are those that DuckDB runs too (tests compare both). Names of columns and our
own numbers stand in them, never a value of the data: targets and queries go there as Parquet.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from risk.groups.counted import CountedView, counted_view
from risk.groups.interface import GroupsLostError
from risk.groups.scene import Scene
from risk.groups.scene_by_sql import SqlScene, sql_scene
from risk.person_events import Kind
from risk.person_view import columns_of, table_paths
from risk.sizes import Sizes
from tables.candidate import PERSON, Candidate
from tables.duck import quote
from tables.person_rows import person_rows_sql, reference_name

if TYPE_CHECKING:
    from risk.subject import Subject, Which

NUMBER = "n"
"""Column of a kept relation: grows in the order of its rows."""


class Sql(Protocol):
    """An engine (``tables.spark.sql.SparkSql``)."""

    @property
    def empty(self) -> str:
        """How it writes the list of nothing."""

    def know(self, path: Path) -> None:
        """Make the Parquet file of a table known, once."""

    def execute(self, sql: str) -> Any:
        """A query of few rows, for ``fetchall``."""

    def table(self, sql: str) -> pa.Table:
        """A query of rows that fit in memory."""

    def keep(self, sql: str, folder: Path, number: str = "") -> str:
        """The rows of a query as Parquet in a new folder; the relation that reads them."""

    def relation(self, folder: Path) -> str:
        """The relation that reads the Parquet files of a folder."""

    def stop(self) -> None:
        """Drop what it is at."""


@dataclass(frozen=True)
class Gathered:
    """One row a person, in the order of their pseudonyms."""

    relation: str
    """``person``, the columns, and :data:`NUMBER`."""
    columns: dict[str, str]
    """``TABLE.COLUMN`` -> its column."""

    def of(self, references: Sequence[str]) -> str:
        """The columns of some references, for SQL."""
        return ", ".join(self.columns[one] for one in references)


@dataclass
class SqlGroups:
    """Counts made by ``sql``; ``folder`` is private, new, and seen by the engine."""

    sql: Sql
    folder: Path
    _gathered: dict[str, Gathered] = field(default_factory=dict, init=False)
    _gone: bool = field(default=False, init=False)
    _kept: int = field(default=0, init=False)

    @contextmanager
    def asking(self) -> Iterator[Sql]:
        """The engine; what it raises is GroupsLostError, without its words, which may hold data.

        An engine that was left in the middle of an answer (a deadline) is not asked again.
        """
        if self._gone:
            raise GroupsLostError
        try:
            yield self.sql
        except (GroupsLostError, GeneratorExit, MemoryError):
            raise
        except Exception:  # noqa: BLE001 - each engine has its own
            raise GroupsLostError from None
        except BaseException:
            self._gone = True
            self.sql.stop()
            raise

    @contextmanager
    def asked(self, tables: Candidate) -> Iterator[Any]:
        """The engine over the files of ``tables``."""
        with self.asking() as sql:
            for path in table_paths(tables).values():
                sql.know(path)
            yield sql

    def sizes(self, subject: "Subject", columns: Sequence[str]) -> Sizes:
        """Classes of the persons of the candidate over ``columns``, by size."""
        with self.asking() as sql:
            found = self.gathered(subject, "candidate")
            grouped = f"GROUP BY {found.of(columns)}" if columns else ""
            groups = f"SELECT count(*) AS size FROM {found.relation} {grouped}"
            rows = sql.execute(
                f"SELECT size, count(*) AS classes FROM ({groups}) WHERE size > 0 GROUP BY size ORDER BY size"
            ).fetchall()
        size, classes = np.array(rows, dtype=np.int64).reshape(-1, 2).T
        return Sizes(size, classes)

    def counted(self, subject: "Subject", columns: Sequence[str]) -> CountedView:
        """Persons of the candidate by what they have in ``columns``."""
        with self.asking() as sql:
            found = self.gathered(subject, "candidate")
            named = found.of(columns)
            table = sql.table(f"SELECT {named}, count(*) AS persons FROM {found.relation} GROUP BY {named}")
        counts = np.asarray(table.column("persons").to_numpy(), dtype=np.int64)
        return counted_view(table.drop_columns(["persons"]).rename_columns(list(columns)), counts)

    def scene(self, subject: "Subject", kinds: Sequence[Kind]) -> Scene:
        """Whose events of ``kinds`` are known, and who is published."""
        with self.asking():
            found: SqlScene = sql_scene(self, subject, kinds)
        return found

    def gathered(self, subject: "Subject", which: "Which") -> Gathered:
        """One row a person of ``which``, gathered once."""
        if which not in self._gathered:
            self._gathered[which] = self._gather(subject, getattr(subject, which))
        return self._gathered[which]

    def _gather(self, subject: "Subject", tables: Candidate) -> Gathered:
        paths, published = table_paths(tables), columns_of(tables)
        for path in paths.values():
            self.sql.know(path)
        known = [one for one in subject.references.everything if one in published]
        pairs = [subject.profile.split(one) for one in known]
        rows = person_rows_sql(self.sql, paths, pairs, self.sql.empty)  # type: ignore[arg-type]  # it runs SQL
        columns = {one: f"c{number}" for number, one in enumerate(known)}
        named = [
            f"{quote(reference_name(*pair))} AS {columns[one]}"
            for one, pair in zip(known, pairs, strict=True)
        ]
        text = f"SELECT {', '.join([f'{PERSON} AS person', *named])} FROM ({rows}) ORDER BY person"
        return Gathered(self.keep(text, NUMBER), columns)

    def keep(self, sql: str, number: str = "") -> str:
        """The relation of a query's rows, which are kept."""
        return self.sql.keep(sql, self._new(), number)

    def give(self, table: pa.Table) -> str:
        """The relation of a few rows of ours."""
        folder = self._new()
        folder.mkdir(mode=0o700)
        pq.write_table(table, folder / "part-000000.parquet")
        return self.sql.relation(folder)

    def _new(self) -> Path:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._kept += 1
        return self.folder / f"groups-{self._kept}"
