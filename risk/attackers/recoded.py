"""A number of the person under another name: columns and rows that name people one by one.

*Definition.* What no role protects. A column of which most persons have values that nobody
else has: a digest of the patient number, a counter, a time to the second, a measure with all its
digits. Rows in the order of the source (``order: input``), when that is the order of something
that the profile hides: the n-th row is then the n-th patient number, or the n-th admission.
A column declared ``other`` that says something of a few persons alone, or a table in which only they have
rows; somebody with far more rows than anybody else; rows whose number or sum by person lies in the order of
a hidden quasi-identifier (see ``risk.pointing``).

*What the intruder knows.* Where the data come from: whoever has the source, or one value of it, finds
the row again. What a column means is not needed.

*Success.* Of a column, the share of persons, among those who have a value, at least half of whose values
are theirs alone. Of an order, how sorted the hidden column is along the rows: 0 as chance, 1 wholly.
The limit is a half: a column in which most persons are alone describes nothing but them. Of a text that is
no secret, which measures nothing, it is the policy's limit for singling out. At a few persons, nothing may
point: the limit is 0.

*Statistics.* Exact, on everybody.

*Cost.* One pass for each column.

*Reference.* Article 29 Working Party, opinion 05/2014 (WP216), on unique attributes; rule of vitrail.

*Limits.* Quasi-identifiers are left to ``classes`` and ``trajectory``, which combine them. Pseudonyms made
with the key, shifted days and numbers with noise are known to nobody; the time of day, which a shift leaves,
is. Columns are looked at one by one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import duckdb

from profiles.key_chain import effective_transform, target_columns
from profiles.model import Kind, Order, Profile, Role
from risk.attackers.interface import Attacker, Nature
from risk.decide import Evidence
from risk.findings import Criterion, Finding
from risk.pointing import TIMES, Few, added_up, few_holders, many_rows, sign
from risk.retold import is_unknowable
from risk.statistics import Interval
from risk.subject import Subject
from tables.candidate import PERSON, CandidateTable, OutputColumn, Staged
from tables.duck import connect, quote, scan

LIMIT = 0.5
"""Share of persons, or degree of order, above which something names people one by one."""

_OWN = """
WITH pairs AS (SELECT DISTINCT {PERSON} AS person, {v} AS v FROM {rows} WHERE {v} IS NOT NULL),
     carried AS (SELECT v, count(*) AS n FROM pairs GROUP BY v)
SELECT count(*), count(*) FILTER (own >= 0.5)
FROM (SELECT avg(CAST(n = 1 AS INTEGER)) AS own FROM pairs JOIN carried USING (v) GROUP BY person)
"""

_SORTED = """
SELECT count(*), count(*) FILTER (v > before)
FROM (SELECT person, v, lag(v) OVER place AS before, lag(person) OVER place AS neighbour
      FROM ({rows}) WHERE v IS NOT NULL WINDOW place AS (ORDER BY row))
WHERE v <> before AND person <> neighbour
"""


class Recoded(Attacker):
    """One finding for each column and each order over the limit; one that says so when there is none."""

    name: ClassVar[str] = "recoded"
    criterion: ClassVar[Criterion] = Criterion.SINGLING_OUT

    def gates(self, nature: Nature) -> bool:
        """On real tables; what an invented person has alone is judged by ``copies`` and ``residuals``."""
        return nature == "real"

    def applies(self, subject: Subject) -> bool:
        """On real rows."""
        return super().applies(subject) and self.gates(subject.candidate.nature)

    def run(self, subject: Subject) -> list[Finding]:
        """See the module."""
        with connect(subject.candidate.folder) as con:
            told = [
                *_columns(con, subject),
                *_orders(con, subject),
                *_signs(con, subject),
                *_rows(con, subject),
            ]
        # A table that follows several hidden columns is said once, with the one that it follows most.
        over = {one.check: one for one in sorted(told, key=_excess) if one.share > one.limit}
        if over:
            return [self._found(subject, one) for one in sorted(over.values(), key=lambda one: one.check)]
        nearest = max(told, key=_excess, default=_Told("", 0.0, LIMIT, subject.candidate.persons))
        return [self._found(subject, replace(nearest, check=self.name, along=None))]

    def _found(self, subject: Subject, one: "_Told") -> Finding:
        evidence = Evidence(
            interval=Interval.exact(one.share),
            threshold=one.limit,
            attempted=one.persons,
            targets=one.persons,
            minimum_share=subject.policy.minimum_share,
            refused_as=one.reason,
        )
        return self.finding(
            subject, one.check, evidence, details={"persons": one.persons, "along": one.along}
        )


@dataclass(frozen=True)
class _Told:
    """What a column or an order says of persons."""

    check: str
    share: float
    limit: float
    persons: int
    along: str | None = None
    """Of an order, the hidden column that it follows."""
    reason: str = "recoded_column"


def _excess(one: _Told) -> float:
    return one.share - one.limit


def _columns(con: duckdb.DuckDBPyConnection, subject: Subject) -> Iterator[_Told]:
    """Of each published column, the persons most of whose values are theirs alone."""
    for table in subject.candidate.tables.values():
        for column, value in _looked_at(subject.profile, table):
            facts = {"PERSON": PERSON, "v": value, "rows": scan(table.path)}
            holders, own = con.execute(_OWN.format(**facts)).fetchall()[0]
            words = column.role is Role.OTHER and column.kind is Kind.TEXT
            limit = subject.threshold(Recoded.criterion) if words else LIMIT
            if holders >= subject.policy.persons_floor:
                yield _Told(f"{Recoded.name}:{table.name}.{column.name}", own / holders, limit, int(holders))


def _looked_at(profile: Profile, table: CandidateTable) -> Iterator[tuple[OutputColumn, str]]:
    """Columns, and the SQL of what may be known of their values."""
    for column in table.columns:
        transform, value = effective_transform(profile, table.name, column.name), quote(column.name)
        declared = column.role in (Role.OTHER, Role.SENSITIVE) and column.kind is not Kind.BOOLEAN
        if column.kind is Kind.DATETIME and transform.shift is not None:
            # Days move, the time of day does not, whatever the role.
            yield column, f"CAST({value} AS TIME)"
        # Every text is its own: what is left in one that was redacted is judged by ``redacted_text``.
        elif declared and transform.redact is None and not is_unknowable(profile, table.name, column.name):
            yield column, value


def _orders(con: duckdb.DuckDBPyConnection, subject: Subject) -> Iterator[_Told]:
    """How sorted each hidden column is in each table in the order of the source."""
    source, profile = subject.source, subject.profile
    for name in subject.candidate.tables if source is not None else ():
        if profile.tables[name].order is not Order.INPUT or source is None:
            continue
        for owner, column, rows in _along(source.drawn or source, profile, name):
            if not _is_hidden(profile, owner, column):
                continue
            changes, up = con.execute(_SORTED.format(rows=rows)).fetchall()[0]
            if changes >= subject.policy.persons_floor:
                degree = abs(2 * up / changes - 1)
                along = column if owner == name else f"{owner}.{column}"
                persons = subject.candidate.persons
                yield _Told(f"row_order:{name}", degree, LIMIT, persons, along, "recoded_order")


def _is_hidden(profile: Profile, table: str, column: str) -> bool:
    """Whether an order may give away what the profile changes or leaves out; a date helps in any role."""
    spec = profile.tables[table].columns[column]
    kept = effective_transform(profile, table, column).keep is not None
    return not kept and (spec.role is not Role.OTHER or spec.type in TIMES)


def _along(staged: Staged, profile: Profile, table: str) -> Iterator[tuple[str, str, str]]:
    """What the rows of a table may follow: its own columns, and those of the rows that they point at."""
    here = scan(staged.tables[table].path, row=True)
    for column in profile.tables[table].columns:
        yield (
            table,
            column,
            f"SELECT {PERSON} AS person, {quote(column)} AS v, file_row_number AS row FROM {here}",
        )
    for key in profile.tables[table].foreign_keys:
        there = scan(staged.tables[key.references].path)
        pairs = zip(key.columns, target_columns(profile, key), strict=True)
        on = " AND ".join(f"c.{quote(one)} = p.{quote(other)}" for one, other in pairs)
        for column in profile.tables[key.references].columns:
            shown = f"c.{PERSON} AS person, p.{quote(column)} AS v, c.file_row_number AS row"
            yield key.references, column, f"SELECT {shown} FROM {here} AS c JOIN {there} AS p ON {on}"


def _signs(con: duckdb.DuckDBPyConnection, subject: Subject) -> Iterator[_Told]:
    """Columns that say something of a few persons alone."""
    profile, floor = subject.profile, subject.policy.persons_floor
    for table in subject.candidate.tables.values():
        # What images say of themselves has its own rules, attribute by attribute.
        images = profile.tables[table.name].source.format == "dicom"
        for column in () if images else table.columns:
            secret = f"{table.name}.{column.name}" in subject.references.secrets
            if column.role is not Role.OTHER or secret or is_unknowable(profile, table.name, column.name):
                continue
            found = sign(con, table, column.name, column.kind, floor)
            if found is not None:
                yield _few(f"few_told:{table.name}.{column.name}", found, "recoded_few")


def _rows(con: duckdb.DuckDBPyConnection, subject: Subject) -> Iterator[_Told]:
    """Tables of a few, numbers of rows that stand out, or that say what the profile hides."""
    floor, source = subject.policy.persons_floor, subject.source
    for table in subject.candidate.tables.values():
        if _is_described(subject, table):
            held = few_holders(con, table, subject.candidate.persons, floor)
            if held is not None:
                yield _few(f"few_rows:{table.name}", held, "recoded_table")
        if (found := many_rows(con, table, floor)) is not None:
            yield _few(f"row_counts:{table.name}", found, "recoded_rows")
    if source is None:
        return
    for one in added_up(source.drawn or source, floor):
        if one.table in subject.candidate.tables:
            check = f"row_sums:{one.table}" + (f".{one.column}" if one.column else "")
            yield _Told(check, 1.0, 0.0, subject.candidate.persons, one.along, "recoded_sums")


def _is_described(subject: Subject, table: CandidateTable) -> bool:
    """Whether having rows there is no secret: that of a table of secrets alone is left to inference."""
    told = {f"{table.name}.{one.name}" for one in table.columns if one.role is not Role.DIRECT}
    images = subject.profile.tables[table.name].source.format == "dicom"
    return not images and not (told and told <= set(subject.references.secrets))


def _few(check: str, found: Few, reason: str) -> _Told:
    return _Told(check, found.few / found.persons, 0.0, found.persons, None, reason)
