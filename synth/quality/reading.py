"""Parquet files of both sides, each with ``__person``, to the arrays that are compared."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from profiles.catalogue import Lang
from profiles.key_chain import joining_columns, target_columns
from profiles.model import Column, Kind, Profile, Role
from profiles.person_path import person_path
from synth.quality.sides import Cells, Fact, Floats, Ints, Nature, Outline, Sheet, Side
from tables.candidate import PERSON
from tables.duck import connect, quote, scan

Paths = Mapping[str, Path]
MOST_ROWS = 3_000_000
"""Rows of a table beyond which only some of the persons are compared."""
MANY = 200
"""Distinct codes beyond which a column that hardly repeats any is one of numbers of things."""
_DAY = 86_400_000_000
_AGE = re.compile(r"(^|[_.\b])(age|nai|naissance|birth)|\bage\b|\bnaissance\b|\bbirth\b", re.IGNORECASE)
_SEX = re.compile(r"(^|[_.])(sex|sexe|gender|genre|male|female|sexo)|\bsexe?\b|\bgender\b", re.IGNORECASE)
_MONEY = re.compile(
    r"(mnt|montant|cost|cout|coût|prix|price|amount|paid|_pru)(_|$)|€|\beuros?\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Read:
    """What is compared, and both sides of it."""

    outline: Outline
    real: Side
    made: Side
    persons: pa.Array
    """Real persons, in the order of their numbers."""
    drawn: pa.Array
    """Synthetic ones, in that of theirs."""


def read_sides(profile: Profile, real: Paths, made: Paths, folder: Path) -> Read:
    """Both sides, in one numbering of the codes.

    ``profile`` says the types in the grain of the files. ``folder``: private, for what spills.
    Columns that only one side has are left aside, and so are identifiers and keys.
    """
    names = [name for name in profile.tables if name in real and name in made]
    tables = {name: _shared(profile, name, real[name], made[name]) for name in names}
    with connect(folder) as con:
        raw = [_side(con, profile, paths, tables) for paths in (real, made)]
    facts: dict[str, tuple[Fact, ...]] = {}
    left_out: list[str] = []
    sheets: list[dict[str, Sheet]] = [{}, {}]
    for name, columns in tables.items():
        found = [_encoded(profile, name, column, [side.rows[name] for side in raw]) for column in columns]
        kept = [one for one in found if one is not None]
        left_out += [f"{name}.{column}" for column, one in zip(columns, found, strict=True) if one is None]
        facts[name] = tuple(fact for fact, _ in kept)
        for place, side in enumerate(raw):
            arrays = {fact.column: cells[place] for fact, cells in kept}
            sheets[place][name] = Sheet(side.person[name], arrays, side.days.get(name))
    people = _people(profile, raw[0])
    outline = Outline(
        facts=facts,
        people=people,
        age=_named(profile, people, facts, _AGE),
        sex=_named(profile, people, facts, _SEX),
        calendar=frozenset(raw[0].calendar),
        left_out=tuple(left_out),
    )
    one, other = (Side(len(side.everyone), own) for side, own in zip(raw, sheets, strict=True))
    return Read(outline, one, other, raw[0].everyone, raw[1].everyone)


class _Raw:
    """One side as Arrow columns."""

    def __init__(self) -> None:
        self.everyone: pa.Array = pa.array([], pa.string())
        self.rows: dict[str, pa.Table] = {}
        self.person: dict[str, Ints] = {}
        self.days: dict[str, Floats] = {}
        self.calendar: set[str] = set()


def _shared(profile: Profile, table: str, real: Path, made: Path) -> list[str]:
    """Columns of both files that are neither identifiers nor keys that join."""
    spec = profile.tables[table]
    keys = joining_columns(profile, table)
    there = set(pq.read_schema(real).names) & set(pq.read_schema(made).names)
    return [
        name
        for name, column in spec.columns.items()
        if name in there and name not in keys and column.role is not Role.DIRECT
    ]


def _side(
    con: duckdb.DuckDBPyConnection, profile: Profile, paths: Paths, tables: Mapping[str, list[str]]
) -> _Raw:
    found = _Raw()
    rows = {name: pq.read_metadata(paths[name]).num_rows for name in tables}
    share = min(1.0, MOST_ROWS / max([1, *rows.values()]))
    everyone = _everyone(con, [paths[name] for name in tables], share)
    found.everyone = everyone
    for name, columns in tables.items():
        day, joins = _when(profile, paths, name)
        cells = [f"t.{quote(column)}" for column in columns]
        days = [f"{day} AS __day"] if day else []
        kept = "" if share >= 1 else f" WHERE {_some('t', share)}"
        sql = f"SELECT {', '.join([f't.{PERSON}', *cells, *days])} FROM {scan(paths[name])} t {joins}{kept}"
        table = con.sql(sql).to_arrow_table()
        where = pc.index_in(table.column(PERSON), value_set=everyone)
        known = np.asarray(pc.fill_null(where, -1).to_numpy(), dtype=np.int64)
        there = known >= 0
        found.person[name] = known[there]
        found.rows[name] = table if there.all() else table.filter(pa.array(there))
        if day:
            own = _days(table.column("__day"))[there]
            if not np.isnan(own).all():
                found.days[name] = own
                if not pa.types.is_integer(table.schema.field("__day").type):
                    found.calendar.add(name)
    return found


def _some(alias: str, share: float) -> str:
    return f"hash({alias}.{PERSON}) % 10000 < {int(share * 10_000)}"


def _everyone(con: duckdb.DuckDBPyConnection, files: Iterable[Path], share: float) -> pa.Array:
    kept = "" if share >= 1 else f" WHERE {_some('x', share)}"
    parts = " UNION ".join(f"SELECT {PERSON} FROM {scan(file)} x{kept}" for file in files)
    column = con.sql(f"SELECT {PERSON} FROM ({parts}) WHERE {PERSON} IS NOT NULL ORDER BY 1").to_arrow_table()
    return column.column(0).combine_chunks()


def _when(profile: Profile, paths: Paths, table: str) -> tuple[str, str]:
    """SQL of the day of each row of ``t``, its own or that of a row above, and the joins for it."""
    at, alias, joins = table, "t", ""
    for key in (*person_path(profile, table), None):
        day = _day_column(profile, paths, at)
        if day:
            return f"{alias}.{quote(day)}", joins
        if key is None or key.references not in paths:
            return "", ""
        pairs = list(zip(key.columns, target_columns(profile, key), strict=True))
        own, other = (set(pq.read_schema(paths[one]).names) for one in (at, key.references))
        if not all(one in own and to in other for one, to in pairs):
            return "", ""
        above = f"u{len(joins)}"
        on = " AND ".join(f"{alias}.{quote(one)} = {above}.{quote(to)}" for one, to in pairs)
        joins += f" LEFT JOIN {scan(paths[key.references])} {above} ON {on}"
        at, alias = key.references, above
    return "", ""


def _day_column(profile: Profile, paths: Paths, table: str) -> str:
    """The first column of days, if possible one that is no key, that has hardly a missing value.

    None of a table with one row a person: what happens once is no event.
    """
    spec, schema = profile.tables[table], pq.read_schema(paths[table])
    if _one_a_person(paths[table]):
        return ""
    pointing = {name for key in spec.foreign_keys for name in key.columns}
    names = [name for name in spec.columns if name not in pointing]
    names.sort(key=lambda name: name in spec.primary_key)
    for name in names:
        if name in schema.names and _is_day(spec.columns[name]):
            column = pq.read_table(paths[table], columns=[name]).column(0)
            if column.null_count * 20 < max(len(column), 1):
                return name
    return ""


def _one_a_person(path: Path) -> bool:
    column = pq.read_table(path, columns=[PERSON]).column(0)
    return bool(pc.count_distinct(column).as_py() == len(column))


def _is_day(column: Column) -> bool:
    if column.type in (Kind.DATE, Kind.DATETIME):
        return True
    unit = column.unit.get(Lang.EN).lower() if column.unit is not None else ""
    return column.type is Kind.INTEGER and unit in ("day", "days")


def _days(column: pa.ChunkedArray) -> Floats:
    if pa.types.is_timestamp(column.type):
        found: Floats = np.floor(_floats(column.cast(pa.timestamp("us")).cast(pa.int64())) / _DAY)
        return found
    if pa.types.is_date(column.type):
        return _floats(column.cast(pa.date32()).cast(pa.int32()))
    return _floats(column)


def _floats(column: pa.ChunkedArray) -> Floats:
    found: Floats = np.asarray(pc.fill_null(column.cast(pa.float64()), float("nan")).to_numpy(), dtype=float)
    return found


def _encoded(
    profile: Profile, table: str, name: str, sides: list[pa.Table]
) -> tuple[Fact, tuple[Cells, Cells]] | None:
    """The column of both sides; None for free text and numbers of things."""
    spec = profile.tables[table].columns[name]
    columns = [side.column(name) for side in sides]
    words = " ".join([name, *(one.get(Lang.EN) for one in (spec.unit, spec.label) if one is not None)])
    telling = spec.role is Role.SENSITIVE or spec.nomenclature is not None
    kinds = [column.type for column in columns]
    if any(pa.types.is_string(kind) or pa.types.is_boolean(kind) for kind in kinds) or spec.values:
        texts = [column.cast(pa.string()) for column in columns]
        known = pc.unique(pa.chunked_array([*texts[0].chunks, *texts[1].chunks], pa.string())).drop_null()
        if len(known) > MANY and 2 * pc.count_distinct(texts[0]).as_py() > len(texts[0]):
            return None
        known = known.take(pc.sort_indices(known))
        fact = Fact(table, name, Nature.CODE, tuple(known.to_pylist()), telling=telling)
        return fact, _pair([_codes(text, known) for text in texts])
    if all(pa.types.is_temporal(kind) for kind in kinds):
        return Fact(table, name, Nature.DAY), _pair([_days(column) for column in columns])
    if any(pa.types.is_temporal(kind) for kind in kinds):
        return None
    money = spec.type is Kind.NUMBER and _MONEY.search(words) is not None
    nature = Nature.DAY if _is_day(spec) else Nature.NUMBER
    fact = Fact(table, name, nature, money=money, telling=telling)
    return fact, _pair([_floats(column) for column in columns])


def _pair(cells: list[Cells]) -> tuple[Cells, Cells]:
    return cells[0], cells[1]


def _codes(column: pa.ChunkedArray, known: pa.Array) -> Ints:
    place = pc.fill_null(pc.index_in(column, value_set=known), -1)
    found: Ints = 1 + np.asarray(place.to_numpy(), dtype=np.int64)
    return found


def _people(profile: Profile, side: _Raw) -> str | None:
    """The table that has one row a person, and the most persons."""
    found = [
        (len(person), -place, name)
        for place, (name, person) in enumerate(side.person.items())
        if len(person) and len(np.unique(person)) == len(person) and name in profile.tables
    ]
    return max(found)[2] if found else None


def _named(
    profile: Profile, table: str | None, facts: Mapping[str, tuple[Fact, ...]], word: re.Pattern[str]
) -> str | None:
    """The first column of the table of persons whose name or label says the word."""
    if table is None:
        return None
    for fact in facts[table]:
        spec = profile.tables[table].columns[fact.column]
        labels = [] if spec.label is None else [spec.label.get(lang) for lang in Lang]
        if spec.role is not Role.SENSITIVE and any(word.search(text) for text in (fact.column, *labels)):
            return fact.column
    return None
