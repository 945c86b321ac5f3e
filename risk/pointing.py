"""What points at a few persons without being a value of theirs alone: rare signs, and numbers of rows.

* A sign: a text or a boolean that is the same for all (or missing for all), but for fewer persons than the
  floor, of whom most have a value of their own, or who are at most :data:`RARE` of all. Such a column says
  nothing but who these few are. Of numbers, the few who have one at all. Of a table, the few who have rows.
* A number of rows: fewer persons than the floor with far more rows in a table than all others, beyond what
  the long tail of the others explains (:func:`standing_out`).
* What rows add up to: their number by person, or the sum of a column that is published as it is, in the
  order of a quasi-identifier that the profile hides (``risk.agreement.in_order``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, log

import duckdb

from profiles.key_chain import effective_transform
from profiles.model import Kind, Profile, Role
from risk.agreement import in_order
from tables.candidate import PERSON, CandidateTable, Staged
from tables.duck import connect, quote, scan, stream
from tables.person_rows import is_person_level

FAR, MANY = 3, 20
"""Times the rows of the next person, and rows, under which nobody stands out."""
RARE = 0.01
"""Share of persons up to which a sign that several share is rare, and no ordinary category."""
TAIL = 50
"""Persons with most rows, after those who stand out, by whom the tail is measured; at most a fifth of all."""
CHANCE = 1e-4
"""Probability under which a gap is not the tail's."""
ROWS = 200_000
"""Rows of a table that are summed, whole persons at a time."""
NUMBERS = (Kind.INTEGER, Kind.NUMBER, Kind.YEAR)
TIMES = (Kind.DATE, Kind.DATETIME)

_FEW = """
WITH pairs AS (SELECT DISTINCT {PERSON} AS person, {v} AS v FROM {rows}),
     carried AS (SELECT v, count(*) AS n FROM pairs GROUP BY v),
     most AS (SELECT v FROM carried ORDER BY n DESC, v NULLS FIRST LIMIT 1)
SELECT count(*), count(*) FILTER (apart), count(*) FILTER (alone), any_value(from_nothing)
FROM (SELECT person, bool_or(pairs.v IS DISTINCT FROM most.v) AS apart,
             bool_or(pairs.v IS DISTINCT FROM most.v AND carried.n = 1) AS alone,
             any_value(most.v IS NULL) AS from_nothing
      FROM pairs JOIN carried ON carried.v IS NOT DISTINCT FROM pairs.v, most GROUP BY person)
"""

_ROWS = """
SELECT n, count(*) OVER () FROM (SELECT count(*) AS n FROM {rows} GROUP BY {PERSON})
ORDER BY n DESC LIMIT {most}
"""


@dataclass(frozen=True)
class Few:
    """Persons at whom something points, among those of a table."""

    persons: int
    few: int


def sign(
    con: duckdb.DuckDBPyConnection, table: CandidateTable, column: str, kind: Kind, floor: int
) -> Few | None:
    """The few persons of whom alone the column says something; None when there are none, or enough."""
    facts = {"PERSON": PERSON, "v": quote(column), "rows": scan(table.path)}
    persons, few, alone, from_nothing = con.execute(_FEW.format(**facts)).fetchall()[0]
    rare = 2 * alone >= few or few <= RARE * persons
    told = rare and (kind in (Kind.TEXT, Kind.BOOLEAN) or bool(from_nothing))
    return Few(persons, few) if told and 0 < few < floor <= persons - few else None


def few_holders(
    con: duckdb.DuckDBPyConnection, table: CandidateTable, everybody: int, floor: int
) -> Few | None:
    """The few persons who alone have rows in ``table``; None when there are none, or enough."""
    few = con.execute(f"SELECT count(DISTINCT {PERSON}) FROM {scan(table.path)}").fetchall()[0][0]
    return Few(everybody, few) if 0 < few < floor <= everybody - few else None


def many_rows(con: duckdb.DuckDBPyConnection, table: CandidateTable, floor: int) -> Few | None:
    """The persons who have far more rows than the others; None when there are none."""
    facts = {"PERSON": PERSON, "rows": scan(table.path), "most": floor + TAIL}
    found = con.execute(_ROWS.format(**facts)).fetchall()
    persons = int(found[0][1]) if found else 0
    few = standing_out([n for n, _ in found], persons, floor)
    return Few(persons, few) if few else None


def standing_out(most: Sequence[int], persons: int, floor: int) -> int:
    """How many of ``persons``, fewer than ``floor``, have far more than all others; 0: nobody.

    ``most``: the largest numbers, falling. The gap below the first e is compared with the tail below it: were
    that tail a power law, of the index that Hill's estimator gives, e times the index times the logarithm of
    the gap would be exponential (Rényi's representation of order statistics). Tails that are lighter only
    make gaps less likely.
    """
    used = min(TAIL, max(floor, persons // 5))
    for first in range(floor - 1, 0, -1):
        tail = most[first : first + used + 1]
        if len(tail) <= used or most[first - 1] < max(MANY, FAR * tail[0]):
            continue
        spread = sum(log(n / tail[-1]) for n in tail[:-1]) / used
        gap = log(most[first - 1] / tail[0])
        if spread == 0 or exp(-first * gap / spread) < CHANCE:
            return first
    return 0


@dataclass(frozen=True)
class AddedUp:
    """Rows whose number or sum says what is hidden."""

    table: str
    column: str | None
    """The column that is summed; None: rows are counted."""
    along: str
    """``TABLE.COLUMN`` of the hidden quasi-identifier."""


def added_up(staged: Staged, floor: int) -> Iterator[AddedUp]:
    """Numbers of rows and sums of rows of the source that lie in the order of a hidden quasi-identifier."""
    profile = staged.profile
    with connect(staged.folder) as con:
        single = {name: is_person_level(con, table.path) for name, table in staged.tables.items()}
        hidden = [one for name in staged.tables if single[name] for one in _hidden(profile, name)]
        if not hidden:
            return
        for name, table in staged.tables.items():
            if single[name]:
                continue
            summed = _summed(profile, name)
            parts = -(-max(1, table.rows) // ROWS)
            found = stream(con, _sums(staged, name, summed, hidden, parts)).read_all()
            counted: set[int] = set()
            for place, column in enumerate([None, *summed]):
                values = found.column(f"s{place}")
                if len(values.unique()) <= floor:
                    continue
                for number, (owner, other) in enumerate(hidden):
                    # Of what the number of rows says already, the sum of a constant says no more.
                    if number not in counted and in_order(values, found.column(f"h{number}")):
                        counted |= {number} if column is None else set()
                        yield AddedUp(name, column, f"{owner}.{other}")


def _hidden(profile: Profile, table: str) -> Iterator[tuple[str, str]]:
    for name, spec in profile.tables[table].columns.items():
        counted = spec.role is Role.QUASI and spec.type in (*NUMBERS, *TIMES)
        if counted and effective_transform(profile, table, name).keep is None:
            yield table, name


def _summed(profile: Profile, table: str) -> list[str]:
    """Measures of the rows of ``table`` that are published as they are."""
    return [
        name
        for name, spec in profile.tables[table].columns.items()
        if spec.role in (Role.OTHER, Role.SENSITIVE)
        and spec.type in (Kind.INTEGER, Kind.NUMBER)
        and effective_transform(profile, table, name).keep is not None
    ]


def _sums(staged: Staged, table: str, summed: list[str], hidden: list[tuple[str, str]], parts: int) -> str:
    """SQL of one row a person: number of rows, sums, and what is hidden of them."""
    sums = "".join(f", sum({quote(name)})::DOUBLE AS s{place}" for place, name in enumerate(summed, start=1))
    some = f"WHERE hash({PERSON}) % {parts} = 0" if parts > 1 else ""
    rows = f"SELECT {PERSON}, count(*) AS s0{sums} FROM {scan(staged.tables[table].path)} {some} GROUP BY 1"
    joins, shown = [], ["r.*"]
    for number, (owner, column) in enumerate(hidden):
        path = scan(staged.tables[owner].path)
        one = f"SELECT {PERSON}, any_value({quote(column)}) AS h{number} FROM {path} GROUP BY 1"
        joins.append(f"LEFT JOIN ({one}) AS t{number} ON t{number}.{PERSON} = r.{PERSON}")
        shown.append(f"t{number}.h{number}")
    return f"SELECT {', '.join(shown)} FROM ({rows}) AS r {' '.join(joins)} ORDER BY r.{PERSON}"
