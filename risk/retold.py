"""Columns that say again, in other words, what an intruder knows: declared or not, they are known too.

A profile declares some columns as helping to recognise a person (``role: quasi``). A column of another
role may repeat one of them: a year of birth beside an age, an age in months, the hour of an admission,
a stay's length beside its two dates. Three signs are looked for, in the source, on at most
:data:`ROWS` rows:

* who knows the first knows the second, or the second tells the first: among persons who share the
  one, the other agrees at least :data:`AGREES` of the way from chance to always (as Cohen's kappa
  counts it; a person stands for one vote);
* numbers or dates in the same order (Spearman's correlation of ranks), or one number that is in
  proportion to the time between two dates;
* a date that is not shifted: it helps to recognise a person, whatever its declared role.

Secrets are left aside: what tells them is a matter of inference. So is agreement on a measure with so
many digits that few share a value: nobody knows it that well.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations

import duckdb
import numpy as np
import pyarrow as pa

from profiles.key_chain import effective_transform, key_columns, named
from profiles.model import Kind, Profile, Role
from risk.agreement import agreement, codes, in_order, in_proportion
from risk.labels import Codes
from tables.candidate import PERSON, Staged, StagedTable
from tables.duck import connect, quote, scan, stream
from tables.person_rows import telling_persons

ROWS = 20_000
"""Rows of a table that are looked at, whole persons at a time."""
AGREES = 0.9
"""Agreement beyond chance from which one column tells the other."""
ALIKE = 5
"""Rows that must share a value of a measure, on average, for it to be known exactly."""
FEWEST = 3
"""Values of a known column from which another may be a finer writing of it."""
TIMES = (Kind.DATE, Kind.DATETIME)
NUMBERS = (Kind.INTEGER, Kind.NUMBER, Kind.YEAR)
GRAINS = {
    Kind.DATE: ("year({c})", "{c} - INTERVAL (day({c}) - 1) DAY", "dayofweek({c})"),
    Kind.DATETIME: (
        "year({c})",
        "date_trunc('month', {c})",
        "CAST({c} AS DATE)",
        "dayofweek({c})",
        "hour({c})",
        "60 * hour({c}) + minute({c})",
    ),
}
"""SQL of what a date says besides itself."""


@dataclass(frozen=True)
class Retold:
    """A column that repeats what is known."""

    reference: str
    """``TABLE.COLUMN``."""
    of: str
    """The column that it repeats; itself, when it is a date."""


def retold(staged: Staged) -> tuple[Retold, ...]:
    """The columns of ``staged`` that repeat a quasi-identifier, in the order of the profile."""
    files = tuple(
        (name, str(table.path), table.path.stat().st_mtime_ns) for name, table in staged.tables.items()
    )
    roles = tuple(
        (name, column, spec.role.value)
        for name, table in staged.profile.tables.items()
        for column, spec in table.columns.items()
    )
    return _retold(_Source(files, roles, staged))


@dataclass(frozen=True)
class _Source:
    """A source under examination; the same files and roles give the same answer."""

    files: tuple[tuple[str, str, int], ...]
    roles: tuple[tuple[str, str, str], ...]
    staged: Staged = field(compare=False)


@lru_cache(maxsize=2)
def _retold(source: _Source) -> tuple[Retold, ...]:
    staged, found = source.staged, []
    with connect(staged.folder) as con:
        lasting = _lasting(con, staged)
        for table in staged.tables:
            found += list(_in_table(con, staged, table, lasting))
    return tuple(found)


def _lasting(con: duckdb.DuckDBPyConnection, staged: Staged) -> dict[str, list[str]]:
    """Quasi-identifiers that are the same in all rows of a person, by table."""
    found = {}
    for name, table in staged.tables.items():
        spec = staged.profile.tables[name]
        wanted = [column for column, one in spec.columns.items() if one.role is Role.QUASI]
        kept = telling_persons(con, table.path, wanted, names_person=bool(spec.person))
        found[name] = [column for column in wanted if column in kept]
    return found


@dataclass(frozen=True)
class _Known:
    """What an intruder knows of the rows of a table, in one writing."""

    of: str
    sql: str
    kind: Kind
    whole: bool
    """Whether it is the column itself, not a part of a date."""


def _in_table(
    con: duckdb.DuckDBPyConnection, staged: Staged, table: str, lasting: dict[str, list[str]]
) -> Iterator[Retold]:
    profile = staged.profile
    told = _told(profile, table)
    known, joins = _known(staged, table, lasting)
    if not told:
        return
    shown = [f"s.{quote(name)} AS t{number}" for number, name in enumerate(told)]
    shown += [f"{one.sql} AS k{number}" for number, one in enumerate(known)]
    frame = _frame(con, staged.tables[table], shown, joins)
    persons = codes(frame.column("person"))
    columns = [(one, frame.column(f"k{number}")) for number, one in enumerate(known)]
    for number, name in enumerate(told):
        spec, values = profile.tables[table].columns[name], frame.column(f"t{number}")
        reference = f"{table}.{name}"
        if spec.type in TIMES:
            yield Retold(reference, reference)
            continue
        of = _repeats(values, spec.type, columns, persons)
        if of is not None:
            yield Retold(reference, of)


def _told(profile: Profile, table: str) -> list[str]:
    """Columns that are not said to help to recognise a person, and may be published as they are."""
    keys, found = key_columns(profile, table), []
    for name, spec in profile.tables[table].columns.items():
        other = spec.role is Role.OTHER and f"{table}.{name}" not in profile.risk.secrets
        if other and name not in keys and not is_unknowable(profile, table, name):
            found.append(name)
    return found


def is_unknowable(profile: Profile, table: str, column: str) -> bool:
    """Whether what is published there has been made up: a pseudonym, a shifted date, a number with noise.

    In the table of series, that is what the numbers and the moved dates of images are.
    """
    transform, spec = effective_transform(profile, table, column), profile.tables[table]
    if named(transform) or transform.shift or transform.noise or transform.swap:
        return True
    images = spec.source.format == "dicom"
    return images and (column.endswith("InstanceUID") or spec.columns[column].type in TIMES)


def _known(staged: Staged, table: str, lasting: dict[str, list[str]]) -> tuple[list[_Known], list[str]]:
    """The quasi-identifiers of the table, and what lasts of its persons in others."""
    profile, found, joins = staged.profile, [], []
    for name, spec in profile.tables[table].columns.items():
        if spec.role is Role.QUASI:
            found += _writings(f"{table}.{name}", f"s.{quote(name)}", spec.type)
    others = [(name, columns) for name, columns in lasting.items() if name != table and columns]
    for number, (name, columns) in enumerate(others):
        values = ", ".join(f"min({quote(column)}) AS c{place}" for place, column in enumerate(columns))
        one = f"SELECT {PERSON}, {values} FROM {scan(staged.tables[name].path)} GROUP BY {PERSON}"
        joins.append(f"LEFT JOIN ({one}) AS o{number} USING ({PERSON})")
        for place, column in enumerate(columns):
            kind = profile.tables[name].columns[column].type
            found += _writings(f"{name}.{column}", f"o{number}.c{place}", kind)
    return found, joins


def _writings(of: str, sql: str, kind: Kind) -> list[_Known]:
    parts = [_Known(of, grain.format(c=sql), Kind.INTEGER, whole=False) for grain in GRAINS.get(kind, ())]
    return [_Known(of, sql, kind, whole=True), *parts]


def _frame(
    con: duckdb.DuckDBPyConnection, table: StagedTable, shown: Sequence[str], joins: Sequence[str]
) -> pa.Table:
    parts = -(-table.rows // ROWS)
    some = f"WHERE hash({PERSON}) % {parts} = 0" if parts > 1 else ""
    rows = f"SELECT * FROM {scan(table.path)} {some}"
    sql = f"SELECT {PERSON} AS person, {', '.join(shown)} FROM ({rows}) AS s {' '.join(joins)}"
    return stream(con, sql).read_all()


def _repeats(
    values: pa.ChunkedArray,
    kind: Kind,
    known: Sequence[tuple[_Known, pa.ChunkedArray]],
    persons: Codes,
) -> str | None:
    """Which known column ``values`` repeat; None when there is none."""
    mine = codes(values)
    for one, column in known:
        other = codes(column)
        groups = len(np.unique(other[other >= 0]))
        if one.kind is Kind.NUMBER and groups * ALIKE > len(other):
            continue
        if agreement(persons, other, mine) >= AGREES:
            return one.of
        if groups >= FEWEST and agreement(persons, mine, other) >= AGREES:
            return one.of
    if kind in (*NUMBERS, *TIMES):
        return _along(values, [(one, column) for one, column in known if one.whole])
    return None


def _along(values: pa.ChunkedArray, known: Sequence[tuple[_Known, pa.ChunkedArray]]) -> str | None:
    """The known number or date in the same order, or one of the two dates that lie so far apart."""
    ordered = [(one, column) for one, column in known if one.kind in (*NUMBERS, *TIMES)]
    for one, column in ordered:
        if in_order(values, column):
            return one.of
    times = [(one, column) for one, column in ordered if one.kind in TIMES]
    for (first, start), (_, end) in combinations(times, 2):
        if in_proportion(values, start, end):
            return first.of
    return None
