"""Ordinary hidden values (surnames, dates, short numbers) in the published rows of their own person.

Such values occur everywhere by chance: patient 17 has a stay of 17 days. So the matches of persons
with their own rows are compared with what chance gives, in two ways, of which the larger counts.

* With ``d(p)`` hidden and ``o(p)`` published values of person ``p``, and ``s`` matches among the
  pairs of two different persons, about ``s * sum d(p) o(p) / sum over p != q of d(p) o(q)``.
* A published number or day may lie near a hidden one without being it (age and follow-up, a day of
  birth and its year). Then own values at some distances from 1 to 10 are as many as own matches.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from profiles.model import Kind
from risk.residuals.chance import SIGNIFICANCE, poisson_tail
from risk.residuals.hidden import FEW_VALUES, MANY_PERSONS, HiddenColumn
from risk.residuals.keeping import Keep, anew
from risk.residuals.words import DAY_NUMBER, hidden_words, name_parts, published_words
from tables.candidate import PERSON, Candidate, CandidateTable, OutputColumn, Staged
from tables.duck import connect, quote, scan

NEIGHBOURS = 10
"""Largest distance, on each side, at which numbers and days are compared."""
NEAREST = 3
"""Distances with the most matches whose mean is what chance gives near a value."""
CLEAR, MANY = 1.5, 20
"""Above :data:`MANY` matches by chance, only so many times as much is a leak."""
SHORT = 3
"""Digits up to which two unrelated numbers may well be equal although no others are."""


@dataclass(frozen=True)
class OwnRows:
    """A hidden column and a published one that agree, person by person, more than chance explains."""

    hidden: str
    """``TABLE.COLUMN`` of the source."""
    published: str
    """``TABLE.COLUMN`` of the candidate."""
    matches: int
    """Distinct pairs of a person and a value."""
    values: int
    """Distinct values among them."""
    expected: float
    """Matches that chance explains."""


class NoLinkError(Exception):
    """The candidate's persons cannot be told in the source."""


def own_rows(
    staged: Staged,
    original: Candidate,
    candidate: Candidate,
    columns: Sequence[HiddenColumn],
    keep: Keep = anew,
) -> list[OwnRows]:
    """Pairs of columns that betray their persons.

    ``original`` is the candidate before persons were left out, its rows in the order of the
    source: it tells which published person is which. NoLinkError when it does not. ``keep``: as
    ``risk.residuals.search`` has it.
    """
    tested = [column for column in columns if not column.copy and column.kind is not Kind.BOOLEAN]
    loaded = keep(f"own rows {tested}", lambda: _loaded(staged, original, tested, candidate.folder))
    con = loaded.con
    places = [(table, column) for table in candidate.tables.values() for column in table.columns]
    limit = SIGNIFICANCE / max(1, loaded.told * len(places))
    found: list[OwnRows] = []
    for table, column in places:
        _load_published(con, table, column)
        found += _judge(con, tested, f"{table.name}.{column.name}", limit)
    return found


@dataclass(frozen=True)
class _Loaded:
    """The hidden words of each person, in a connection that closes when nobody holds it any more."""

    con: duckdb.DuckDBPyConnection
    told: int
    """Hidden columns that are compared."""


def _loaded(staged: Staged, original: Candidate, tested: Sequence[HiddenColumn], folder: Path) -> _Loaded:
    con = connect(folder)
    _link(con, staged, original)
    told = sum([_load_hidden(con, staged, number, column) for number, column in enumerate(tested)])
    _drop_common_parts(con)
    con.execute(_HIDDEN)
    return _Loaded(con, told)


def _link(con: duckdb.DuckDBPyConnection, staged: Staged, original: Candidate) -> None:
    """Table ``link``: the person of the source, or of its sample, and of the candidate, one row a person."""
    parts = []
    for name, table in (staged.drawn or staged).tables.items():
        target = original.tables.get(name)
        if target is None or target.rows != table.rows:
            raise NoLinkError
        parts.append(
            f"SELECT DISTINCT s.{PERSON} AS source, o.{PERSON} AS person FROM {scan(table.path, row=True)} s "
            f"JOIN {scan(target.path, row=True)} o USING (file_row_number)"
        )
    con.execute(f"CREATE TEMP TABLE link AS {' UNION '.join(parts)}")
    counts = "SELECT count(*), count(DISTINCT source), count(DISTINCT person) FROM link"
    rows, sources, persons = con.execute(counts).fetchall()[0]
    if not rows == sources == persons:
        raise NoLinkError
    con.execute("CREATE TEMP TABLE hidden (ref INTEGER, person VARCHAR, word VARCHAR, part BOOLEAN)")


def _load_hidden(con: duckdb.DuckDBPyConnection, staged: Staged, ref: int, column: HiddenColumn) -> bool:
    """Add the words of one hidden column, person by person; not those of a mere rank or civility."""
    source, name = scan(staged.tables[column.table].path), quote(column.column)
    counts = f"SELECT count(DISTINCT {name}), count({name}) FROM {source}"
    distinct, rows = con.execute(counts).fetchall()[0]
    if distinct <= FEW_VALUES and rows >= MANY_PERSONS * distinct:
        return False
    words = f"SELECT v, word, FALSE AS part FROM ({hidden_words(source, name, column.kind)})"
    if column.kind is Kind.TEXT:
        words += f" UNION ALL SELECT v, word, TRUE FROM ({name_parts(source, name)})"
    con.execute(
        f"INSERT INTO hidden SELECT {ref}, person, word, bool_and(part) "
        f"FROM (SELECT {PERSON} AS source, {name} AS v FROM {source}) JOIN link USING (source) "
        f"JOIN ({words}) USING (v) "
        "WHERE word <> '' GROUP BY person, word"
    )
    return True


def _drop_common_parts(con: duckdb.DuckDBPyConnection) -> None:
    """A first name, or a town in the name of a hospital, is nobody's own."""
    common = (
        f"SELECT word FROM hidden WHERE part GROUP BY word HAVING count(DISTINCT person) >= {MANY_PERSONS}"
    )
    con.execute(f"DELETE FROM hidden WHERE part AND word IN ({common})")


def _load_published(con: duckdb.DuckDBPyConnection, table: CandidateTable, column: OutputColumn) -> None:
    """Table ``published``: words of a published column that are hidden somewhere, or lie on a scale."""
    source, name = scan(table.path), quote(column.name)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE published AS SELECT DISTINCT person, word "
        f"FROM (SELECT {PERSON} AS person, {name} AS v FROM {source}) "
        f"JOIN ({published_words(source, name, column.kind)}) USING (v) "
        f"WHERE word IN (SELECT word FROM hidden) OR coalesce({DAY_NUMBER}, {_NUMBER}) IS NOT NULL"
    )


_NUMBER = "try_cast(word AS BIGINT)"

_OBSERVED = """
SELECT ref, count(*), count(DISTINCT word), min(len(word)) FILTER (regexp_full_match(word, '[0-9]+'))
FROM hidden JOIN published USING (person, word) GROUP BY ref ORDER BY ref
"""

_HIDDEN = """
CREATE TEMP TABLE hidden_words AS SELECT ref, word, count(*) AS n FROM hidden GROUP BY ref, word;
CREATE TEMP TABLE hidden_persons AS SELECT ref, person, count(*) AS n FROM hidden GROUP BY ref, person;
CREATE TEMP TABLE hidden_all AS SELECT ref, count(*) AS n FROM hidden GROUP BY ref
"""

_CHANCE = """
WITH pairs AS (SELECT ref, sum(h.n * p.n) AS found FROM hidden_words h
               JOIN (SELECT word, count(*) AS n FROM published GROUP BY word) p USING (word) GROUP BY ref),
     own AS (SELECT ref, sum(h.n * p.n) AS found FROM hidden_persons h
             JOIN (SELECT person, count(*) AS n FROM published GROUP BY person) p USING (person) GROUP BY ref)
SELECT ref, coalesce(pairs.found, 0), coalesce(own.found, 0), hidden_all.n * (SELECT count(*) FROM published)
FROM hidden_all LEFT JOIN pairs USING (ref) LEFT JOIN own USING (ref)
"""

_NEAR = """
WITH h AS (SELECT person, {scale} AS n FROM hidden WHERE ref = {ref}),
     p AS (SELECT person, {scale} AS n FROM published ANTI JOIN (SELECT * FROM hidden WHERE ref = {ref})
           USING (person, word))
SELECT count(*) AS found FROM h JOIN p USING (person) WHERE abs(h.n - p.n) BETWEEN 1 AND {farthest}
GROUP BY h.n - p.n ORDER BY found DESC LIMIT {nearest}
"""


def _judge(
    con: duckdb.DuckDBPyConnection, columns: Sequence[HiddenColumn], published: str, limit: float
) -> Iterator[OwnRows]:
    observed = con.execute(_OBSERVED).fetchall()
    chance = {ref: counted for ref, *counted in con.execute(_CHANCE).fetchall()} if observed else {}
    for ref, matches, words, shortest in observed:
        likely = shortest is not None and shortest <= SHORT
        expected = _strangers(matches, *map(float, chance[ref]), likely=likely)
        if not _is_leak(matches, expected, limit):
            continue
        expected = max(expected, _near(con, ref))
        if _is_leak(matches, expected, limit):
            yield OwnRows(columns[ref].reference, published, matches, words, expected)


def _is_leak(matches: int, expected: float, limit: float) -> bool:
    clear = expected < MANY or matches >= CLEAR * expected
    return clear and poisson_tail(matches, expected) < limit


def _strangers(matches: int, pairs: float, own: float, everybody: float, *, likely: bool) -> float:
    """Own matches expected from the matches with others; ``likely``: as if there were one more."""
    others = everybody - own
    return (pairs - matches + likely) * own / others if others > 0 else float(likely)


def _near(con: duckdb.DuckDBPyConnection, ref: int) -> float:
    """Own matches expected from the numbers and days around."""
    found = [
        sum(count for (count,) in con.execute(_near_sql(ref, scale)).fetchall())
        for scale in (DAY_NUMBER, _NUMBER)
    ]
    return float(max(found)) / NEAREST


def _near_sql(ref: int, scale: str) -> str:
    return _NEAR.format(ref=ref, scale=scale, farthest=NEIGHBOURS, nearest=NEAREST)
