"""What a synthetic candidate may hold because enough real persons share it, and what it must not: the rest.

A code that at least the floor of persons share is no one's identifier, even when some name or number
is written like it. Below the floor, a value of the source in the same column is that of a few persons.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from profiles.model import Kind
from risk.residuals.chance import more_than_chance
from tables.candidate import PERSON, Candidate, CandidateTable, OutputColumn
from tables.duck import connect, quote, scan

DIGITS = 8
"""Significant digits from which a number is that of few persons by its look alone."""
SURE = 10
"""Significant digits from which chance hardly writes the same number."""
_SIGNIFICANT = "length(trim(regexp_replace(CAST({v} AS VARCHAR), '[^0-9]', '', 'g'), '0'))"


@dataclass(frozen=True)
class RareValues:
    """Values of too few real persons that a published column holds."""

    place: str
    """``TABLE.COLUMN``."""
    values: int
    expected: float
    """Those that chance explains."""


def shared_texts(original: Candidate, candidate: Candidate, floor: int) -> pa.Array:
    """Distinct texts of learnt columns that at least ``floor`` persons of ``original`` have, and no key."""
    found = [pa.array([], pa.large_string())]
    with connect(candidate.folder) as con:
        for table, column in _learnt(candidate):
            if column.kind is Kind.TEXT:
                value, source = quote(column.name), scan(original.tables[table.name].path)
                rows = con.execute(
                    f"SELECT {value} AS __v FROM {source} WHERE {value} IS NOT NULL GROUP BY __v"
                    f" HAVING count(DISTINCT {PERSON}) >= {floor} ORDER BY __v"
                ).fetchall()
                found.append(pa.array([text for (text,) in rows], pa.large_string()))
    return pa.concat_arrays(found).unique()


def invented_places(candidate: Candidate) -> frozenset[str]:
    """``TABLE.COLUMN`` of the columns that hold made-up numbers."""
    return frozenset(
        f"{table.name}.{column.name}"
        for table in candidate.tables.values()
        for column in table.columns
        if column.invented
    )


def rare_values(
    candidate: Candidate, original: Candidate, holdout: Candidate | None, floor: int
) -> list[RareValues]:
    """Columns that hold what fewer than ``floor`` of the persons learnt from have.

    Texts of no declared list, and numbers or times of many digits; of these, as many as the values of
    the ``holdout``, which was never looked at, are chance.
    """
    found = []
    with connect(candidate.folder) as con:
        for table, column in _learnt(candidate):
            if column.values is not None or column.kind in (Kind.DATE, Kind.YEAR, Kind.BOOLEAN):
                continue
            one = _judge(_Column(con, table, column, floor), original, holdout)
            if one is not None:
                found.append(one)
    return found


def _learnt(candidate: Candidate) -> Iterator[tuple[CandidateTable, OutputColumn]]:
    for table in candidate.tables.values():
        for column in table.columns:
            if not column.invented:
                yield table, column


@dataclass(frozen=True)
class _Column:
    """A learnt column under examination."""

    con: duckdb.DuckDBPyConnection
    table: CandidateTable
    column: OutputColumn
    floor: int

    def met(self, real: Candidate, digits: int) -> tuple[int, int]:
        """Rare values of ``real`` of so many digits that the candidate holds, and all of them."""
        value, source = quote(self.column.name), scan(real.tables[self.table.name].path)
        published = f"SELECT {value} FROM {scan(self.table.path)}"
        long = f" AND {_digits(self.column)} >= {digits}" if digits else ""
        rows = self.con.execute(
            f"WITH rare AS (SELECT {value} AS __v FROM {source} WHERE {value} IS NOT NULL{long} GROUP BY __v"
            f" HAVING count(DISTINCT {PERSON}) < {self.floor})"
            f" SELECT count(*) FILTER (__v IN ({published})), count(*) FROM rare"
        ).fetchall()
        return int(rows[0][0]), int(rows[0][1])


def _judge(column: _Column, original: Candidate, holdout: Candidate | None) -> RareValues | None:
    place = f"{column.table.name}.{column.column.name}"
    if column.column.kind is Kind.TEXT:
        met, _ = column.met(original, 0)
        return RareValues(place, met, 0.0) if met else None
    for digits in (SURE, DIGITS):
        met, rare = column.met(original, digits)
        expected = 0.0 if digits == SURE else 1.0
        if met and holdout is not None:
            there, others = column.met(holdout, digits)
            expected = (there + expected) * rare / max(others, 1)
        if more_than_chance(met, expected):
            return RareValues(place, met, expected)
    return None


def _digits(column: OutputColumn) -> str:
    """SQL of how many digits tell a value apart; a time counts those of its seconds, a midnight none."""
    value = quote(column.name)
    if column.kind is Kind.DATETIME:
        return f"CASE WHEN epoch_us({value}) % 86400000000 = 0 THEN 0 ELSE {SURE - 1} END"
    return _SIGNIFICANT.format(v=value)
