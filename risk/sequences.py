"""Pairs of events that follow each other: a course of care betrays a person when no single event does.

A pair is what two consecutive events of a person say (their texts; all of their columns when they have
none), in order, and the days between. One that a single real person has is that person's own. Fitted and
holdout persons are again exchangeable: the release shows as many pairs of the ones as of the others, unless
it learnt whole sequences.
"""

from collections.abc import Iterator, Mapping, Sequence

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from risk.gathering import describing
from risk.statistics import Rate
from risk.subject import Subject
from tables.candidate import PERSON, Candidate
from tables.duck import connect, quote, scan

Sides = Mapping[int, set[str]]


def own_pairs_shown(subject: Subject) -> tuple[Rate, Rate] | None:
    """Fitted and holdout persons with a pair of events of their own, and whether the candidate shows one.

    None when no published table has several dated events a person.
    """
    if subject.original is None or subject.holdout is None:
        raise ValueError("the subject has no original or no holdout")
    parts = [subject.original, subject.candidate, subject.holdout]
    own: Sides = {0: set(), 1: set()}
    shown: Sides = {0: set(), 1: set()}
    found = False
    con = connect(subject.candidate.folder)
    try:
        for sql in _questions(subject, parts):
            found = True
            for side, person, seen in con.execute(sql).fetchall():
                own[side].add(person)
                if seen:
                    shown[side].add(person)
    except duckdb.OutOfMemoryException:
        raise MemoryError from None
    finally:
        con.close()
    if not found:
        return None
    rates = [Rate(len(shown[side]), len(own[side])) for side in (0, 1)]
    return rates[0], rates[1]


def _questions(subject: Subject, parts: Sequence[Candidate]) -> Iterator[str]:
    """For each table of dated events, SQL of the persons with a pair of their own: side, person, shown."""
    for table, columns in describing(subject.profile, parts)[0].items():
        kinds = {field.name: field.type for field in pq.read_schema(parts[0].tables[table].path)}
        days = [name for name in columns if pa.types.is_temporal(kinds[name])]
        others = [name for name in columns if name not in days]
        texts = [name for name in others if pa.types.is_string(kinds[name])] or others
        if days and texts:
            fitted, made, apart = (_pairs(part, table, days[0], texts) for part in parts)
            yield _shown(fitted, made, apart)


def _pairs(part: Candidate, table: str, day: str, said: Sequence[str]) -> str:
    """SQL of the persons and their pairs, each pair once a person, as one number."""
    values = ", ".join(f"{quote(name)}::VARCHAR" for name in said)
    rows = scan(part.tables[table].path)
    events = f"SELECT {PERSON} AS p, hash({values}) AS e, {quote(day)}::DATE AS d FROM {rows}"
    following = (
        "SELECT p, e, d, lead(e) OVER w AS f, lead(d) OVER w AS g FROM events"
        " WHERE d IS NOT NULL WINDOW w AS (PARTITION BY p ORDER BY d, e)"
    )
    return (
        f"(WITH events AS ({events}), following AS ({following})"
        " SELECT DISTINCT p, hash(e, f, g - d) AS q FROM following WHERE f IS NOT NULL)"
    )


def _shown(fitted: str, made: str, apart: str) -> str:
    pairs = f"(SELECT 0 AS s, p, q FROM {fitted} UNION ALL SELECT 1 AS s, p, q FROM {apart})"
    alone = "SELECT any_value(s) AS s, any_value(p) AS p, q FROM pairs GROUP BY q HAVING count(*) = 1"
    return (
        f"WITH pairs AS {pairs}, alone AS ({alone}), seen AS (SELECT DISTINCT q FROM {made})"
        " SELECT s, p, bool_or(seen.q IS NOT NULL) FROM alone LEFT JOIN seen ON alone.q = seen.q"
        " GROUP BY s, p ORDER BY s, p"
    )
