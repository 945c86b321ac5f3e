"""The dictionary of one table that has no profile yet."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from profiles.catalogue import Lang
from profiles.errors import Place, ProfileError
from profiles.model import Column, Kind, Role, Source, Table
from release.describe import FLOOR, MOST_FREQUENT, Description, Found, counted, entry
from release.dictionary import Entry
from tables.detectors.interface import SAMPLE, Sample
from tables.detectors.registry import suspicion
from tables.duck import connect, quote, scan
from tables.engine import write_batches
from tables.sources.interface import TableReader
from tables.sources.registry import open_reader

_SHAPES = {
    Kind.BOOLEAN: "(true|false|TRUE|FALSE|True|False)",
    Kind.YEAR: "(19|20)[0-9]{2}",
    Kind.INTEGER: "[+-]?(0|[1-9][0-9]{0,17})",
    Kind.NUMBER: "[+-]?(0|[1-9][0-9]*)?([.,][0-9]+)?([eE][+-]?[0-9]{1,3})?",
    Kind.DATE: "[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}/[0-9]{2}/[0-9]{4}",
    Kind.DATETIME: "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?",
}
"""How all the values of a column must look for it to be of a kind; the first that fits."""
_NUMBER = "TRY_CAST(replace({}, ',', '.') AS DOUBLE)"
_DATE = "coalesce(TRY_CAST({0} AS DATE), CAST(TRY_STRPTIME({0}, '%d/%m/%Y') AS DATE))"
_ORDERED = {
    Kind.YEAR: _NUMBER,
    Kind.INTEGER: _NUMBER,
    Kind.NUMBER: _NUMBER,
    Kind.DATE: _DATE,
    Kind.DATETIME: "TRY_CAST({} AS TIMESTAMP)",
}


def table(source: Path, work: Path, lang: Lang, person: str | None = None) -> Description:
    """What the columns of ``source`` hold, counted by ``person`` or by rows."""
    reader = _reader(source)
    names = reader.header()
    if person is not None and person not in names:
        raise ProfileError("describe-person", Place(file=str(source)), column=person)
    unique = [name for name in names if name and names.count(name) == 1]
    staged = work / "texts.parquet"
    rows = write_batches(reader.batches(unique), pa.schema([(name, pa.string()) for name in unique]), staged)
    con = connect(work)
    try:
        facts = _Facts(con, scan(staged), rows, "row_number() OVER ()" if person is None else quote(person))
        described = _Source(source.name, reader, lang)
        entries = [_entry(described, facts, name, person=name == person) for name in unique]
    finally:
        con.close()
    structure = {
        "rows": counted(rows, FLOOR, lang),
        "columns": str(len(names)),
        "persons": counted(facts.persons, FLOOR, lang) if person is not None else "",
    }
    return Description({key: value for key, value in structure.items() if value}, tuple(entries))


def _reader(source: Path) -> TableReader:
    """The reader, with the dialect that the first bytes show; every column as text."""
    place = Place(file=str(source))
    plain = Source(path=source.name)
    if source.name.lower().endswith((".csv", ".txt")):
        plain = _dialect(source)
    column = Column(role=Role.OTHER, type=Kind.TEXT)
    first = open_reader(source, Table(source=plain, columns={"_": column}), place, place)
    columns = {name: column for name in first.header() if name}
    return open_reader(source, Table(source=plain, columns=columns), place, place)


def _dialect(source: Path) -> Source:
    with source.open("rb") as stream:
        head = stream.read(1 << 16)
    try:
        head[: head.rfind(b"\n") + 1].decode()
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = "cp1252"
    line = head.decode("latin-1").partition("\n")[0]
    counts = {sign: len(next(csv.reader([line], delimiter=sign), [])) for sign in ",;\t|"}
    delimiter = max(counts, key=lambda sign: counts[sign])
    return Source.model_validate(
        {
            "path": source.name,
            "encoding": encoding,
            "delimiter": delimiter,
            "decimal": "," if delimiter == ";" else ".",
        }
    )


class _Facts:
    """Counts of one table, by persons."""

    def __init__(self, con: duckdb.DuckDBPyConnection, relation: str, rows: int, person: str) -> None:
        self._con = con
        con.execute(f"CREATE VIEW described AS SELECT *, {person} AS __person FROM {relation}")
        self.rows = rows
        self.persons = int(self._one("SELECT count(DISTINCT __person) FROM described")[0])

    def _one(self, query: str) -> Any:
        return self._con.execute(query).fetchall()[0]

    def kind(self, column: str) -> tuple[Kind, int]:
        """The kind that all values of a column have, and how many there are."""
        tests = ", ".join(
            f"count(*) FILTER (regexp_full_match({quote(column)}, '{shape}'))" for shape in _SHAPES.values()
        )
        filled, *fitting = self._one(f"SELECT count({quote(column)}), {tests} FROM described")
        kinds = (kind for kind, count in zip(_SHAPES, fitting, strict=True) if filled and count == filled)
        return next(kinds, Kind.TEXT), filled

    def ends(self, column: str, kind: Kind) -> tuple[str | None, str | None]:
        """The smallest and the greatest value that the floor of persons reach."""
        value = _ORDERED[kind].format(quote(column))
        found: list[Any] = []
        for aggregate, order in (("min", "ASC"), ("max", "DESC")):
            rows = self._con.execute(
                f"SELECT v FROM (SELECT {aggregate}({value}) AS v FROM described GROUP BY __person) "
                f"WHERE v IS NOT NULL ORDER BY v {order} LIMIT 1 OFFSET {FLOOR - 1}"
            ).fetchall()
            found.append(rows[0][0] if rows else None)
        low, high = found
        return (None, None) if low is None or high is None or low > high else (_shown(low), _shown(high))

    def frequent(self, column: str) -> tuple[list[tuple[str, float]], int, int]:
        """Values that the floor of persons have, with their share of persons; how many, of how many."""
        name = quote(column)
        values = f"SELECT {name} AS v, count(DISTINCT __person) AS n FROM described"
        counted = f"{values} WHERE {name} IS NOT NULL GROUP BY 1"
        rows = self._con.execute(
            f"SELECT v, n FROM ({counted}) WHERE n >= {FLOOR} ORDER BY n DESC, v LIMIT {MOST_FREQUENT}"
        ).fetchall()
        shared, different = self._one(f"SELECT count(*) FILTER (n >= {FLOOR}), count(*) FROM ({counted})")
        return [(value, count / self.persons) for value, count in rows], shared, different

    def sample(self, column: str) -> list[str]:
        """Values for the detectors of identifiers."""
        name = quote(column)
        rows = self._con.execute(
            f"SELECT {name} FROM described WHERE {name} IS NOT NULL LIMIT {SAMPLE}"
        ).fetchall()
        return [value for (value,) in rows]


def _shown(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class _Source:
    """The table that is described, and what it says of itself."""

    name: str
    reader: TableReader
    lang: Lang

    def named(self, column: str, values: list[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
        """Values with their meaning, where the file tells one."""
        meanings = self.reader.meanings(column)
        return tuple(
            (f"{value} = {meanings[value]}" if value in meanings else value, share) for value, share in values
        )


def _entry(source: _Source, facts: _Facts, column: str, *, person: bool) -> Entry:
    kind, filled = facts.kind(column)
    spec = Column(role=Role.OTHER, type=kind)
    hidden = person or suspicion(Sample(column, spec, facts.sample(column))) is not None
    low, high = (None, None) if hidden or kind not in _ORDERED else facts.ends(column, kind)
    frequent, shared, different = ([], 0, 0) if hidden or kind in _RANGED else facts.frequent(column)
    return entry(
        source.name,
        Found(
            name=column,
            kind=kind,
            filled=filled,
            total=facts.rows,
            low=low,
            high=high,
            label_fr=source.reader.label(column),
            frequent=source.named(column, frequent),
            closed=bool(frequent) and shared == different <= MOST_FREQUENT,
            notes=("person",) if person else ("identifier",) if hidden else (),
        ),
        FLOOR,
        source.lang,
    )


_RANGED = frozenset({Kind.NUMBER, Kind.DATE, Kind.DATETIME})
