"""From the tables of a subject to the traits of its persons (``risk.traits``), by SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from profiles.key_chain import effective_transform, named
from profiles.model import Profile, Role
from risk.embedding import Points, embed
from risk.subject import Subject
from risk.traits import DERIVED, Traits, traits_of
from tables.candidate import PERSON, Candidate
from tables.duck import connect, quote, scan, stream

_LARGEST = 9223372036854775783
"""Sums of hashes are kept modulo this prime, to fit in 64 bits."""


def traits(subject: Subject) -> Traits:
    """:func:`gather`, once for all attackers."""
    return subject.shared("traits", gather)


def points(subject: Subject) -> Points:
    """The same persons as points (``risk.embedding``), once for all attackers."""
    return subject.shared("points", lambda each: embed(traits(each), each.profile.seed))


def gather(subject: Subject) -> Traits:
    """Traits of the fitted persons, of the candidate's and, when there is a holdout, of its persons.

    The original and the holdout are those of the subject; ValueError without an original.
    """
    if subject.original is None:
        raise ValueError("the subject has no original")
    parts = [subject.original, subject.candidate, *([subject.holdout] if subject.holdout else [])]
    wanted, left_out = describing(subject.profile, parts)
    con = connect(subject.candidate.folder)
    try:
        shapes = {table: _shape(con, parts, table, names) for table, names in wanted.items()}
        frames = [_frame(con, _paths(part), wanted, shapes) for part in parts]
    finally:
        con.close()
    return traits_of(frames[0], frames[1], frames[2] if len(frames) > 2 else None, left_out)


def describing(profile: Profile, parts: Sequence[Candidate]) -> tuple[dict[str, list[str]], list[str]]:
    """Table -> published columns that describe a person in every part; and those that do not."""
    wanted: dict[str, list[str]] = {}
    left_out: list[str] = []
    for name, table in parts[1].tables.items():
        if not all(name in part.tables and _has_person(part.tables[name].path) for part in parts):
            continue
        shared = [set(pq.read_schema(part.tables[name].path).names) for part in parts]
        wanted[name] = []
        for column in (each.name for each in table.columns):
            describes = _describes(profile, name, column) and all(column in names for names in shared)
            (wanted[name] if describes else left_out).append(column if describes else f"{name}.{column}")
    return wanted, left_out


def _has_person(path: Path) -> bool:
    return PERSON in pq.read_schema(path).names


def _describes(profile: Profile, table: str, column: str) -> bool:
    """Whether the column tells something of the person, and does not only name them or a row."""
    spec = profile.tables[table]
    role, transform = spec.columns[column].role, effective_transform(profile, table, column)
    if role is Role.DIRECT or named(transform) is not None:
        return False
    keys = {*spec.primary_key, *spec.person, *(item for key in spec.foreign_keys for item in key.columns)}
    return column not in keys or role in (Role.QUASI, Role.SENSITIVE)


def _paths(part: Candidate) -> Mapping[str, Path]:
    return {name: table.path for name, table in part.tables.items()}


@dataclass(frozen=True)
class _Shape:
    """How the rows of a table are spread over persons, in all parts."""

    one_row: bool
    """Whether nobody has two rows."""
    single: frozenset[str]
    """Columns of which nobody has two values."""


def _shape(
    con: duckdb.DuckDBPyConnection, parts: Sequence[Candidate], table: str, columns: Sequence[str]
) -> _Shape:
    paths = [part.tables[table].path for part in parts]
    counted = f"count(*) = count(DISTINCT {PERSON})"
    if all(con.execute(f"SELECT {counted} FROM {scan(path)}").fetchall()[0][0] for path in paths):
        return _Shape(one_row=True, single=frozenset(columns))
    if not columns:
        return _Shape(one_row=False, single=frozenset())
    # min and max skip nulls, so a value that some rows lack still counts as one.
    varies = [f"min({quote(name)}) <> max({quote(name)}) AS c{place}" for place, name in enumerate(columns)]
    some = ", ".join(f"bool_or(c{place})" for place in range(len(columns)))
    kept = set(columns)
    for path in paths:
        persons = f"SELECT {', '.join(varies)} FROM {scan(path)} GROUP BY {PERSON}"
        found = con.execute(f"SELECT {some} FROM ({persons})").fetchall()[0]
        kept -= {name for name, changes in zip(columns, found, strict=True) if changes}
    return _Shape(one_row=False, single=frozenset(kept))


def _frame(
    con: duckdb.DuckDBPyConnection,
    paths: Mapping[str, Path],
    wanted: Mapping[str, Sequence[str]],
    shapes: Mapping[str, _Shape],
) -> pa.Table:
    """One row a person of one part, sorted by person, without the person."""
    everyone = " UNION ".join(f"SELECT DISTINCT {PERSON} FROM {scan(paths[table])}" for table in wanted)
    shown, joins = [], [f"({everyone}) AS p"]
    for number, (table, columns) in enumerate(wanted.items()):
        kinds = {field.name: field.type for field in pq.read_schema(paths[table])}
        values = _values(table, columns, shapes[table], kinds)
        selected = ", ".join(f"{sql} AS {quote(name)}" for name, sql, _ in values)
        if not selected:
            continue
        joins.append(
            f"LEFT JOIN (SELECT {PERSON}, {selected} FROM {scan(paths[table])} GROUP BY {PERSON})"
            f" AS t{number} USING ({PERSON})"
        )
        for name, _, empty in values:
            value = f"t{number}.{quote(name)}"
            shown.append((f"coalesce({value}, {empty})" if empty else value) + f" AS {quote(name)}")
    columns_sql = ", ".join([f"p.{PERSON}", *shown])
    sql = f"SELECT {columns_sql} FROM {' '.join(joins)} ORDER BY p.{PERSON}"
    return stream(con, sql).read_all().drop_columns([PERSON])


def _values(
    table: str, columns: Sequence[str], shape: _Shape, kinds: Mapping[str, pa.DataType]
) -> list[tuple[str, str, str]]:
    """Name, aggregate and value for somebody without rows, of what is gathered from one table."""
    found = [(f"{table}.{name}", f"any_value({quote(name)})", "") for name in columns if name in shape.single]
    if shape.one_row:
        return found
    for name in (each for each in columns if each not in shape.single):
        column, label, kind = quote(name), f"{table}.{name}", kinds[name]
        if pa.types.is_temporal(kind):
            found.append((f"{label}{DERIVED}first", f"min({column})", ""))
            found.append((f"{label}{DERIVED}last", f"max({column})", ""))
        elif pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
            found.append((f"{label}{DERIVED}mean", f"avg({column})", ""))
            found.append((f"{label}{DERIVED}largest", f"max({column})", ""))
        else:
            texts = f"list_sort(list(DISTINCT {column}::VARCHAR) FILTER (WHERE {column} IS NOT NULL))"
            found.append((label, texts, "[]"))
    row = ", ".join(_canonical(name, kinds[name]) for name in columns)
    found.append((f"{table}{DERIVED}rows", "count(*)", "0"))
    if row:
        found.append((f"{DERIVED}{table}", f"(sum(hash({row})) % {_LARGEST})::BIGINT", "0"))
    return found


def _canonical(name: str, kind: pa.DataType) -> str:
    """A value so that equal values of two parts have equal hashes, whatever their type."""
    number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    return f"{quote(name)}::{'DOUBLE' if number else 'VARCHAR'}"
