"""Secrets that must vary in every class (``anonymity.l``): whether they can, and where they do not."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from profiles.errors import ProfileError
from profiles.loading import LoadedProfile
from profiles.model import Diversity
from tables.candidate import PERSON
from tables.duck import quote
from tables.person_rows import Reference, person_rows_sql, reference_name

CLOSE = 1e-9
"""Least difference between two numbers that a limit tells apart."""


def check_reachable(con: duckdb.DuckDBPyConnection, loaded: LoadedProfile, paths: Mapping[str, Path]) -> None:
    """Raises ProfileError when an l is larger than the number of values of its column."""
    anonymity = loaded.profile.anonymity
    if anonymity is None:
        return
    for name, asked in anonymity.l.items():
        rows = person_rows_sql(con, paths, [loaded.profile.split(name)])
        sql = f"SELECT count(*) FROM (SELECT DISTINCT {quote(name)} FROM ({rows}))"
        values = int(con.execute(sql).fetchall()[0][0])
        if values < asked.l:
            place = loaded.place(("anonymity", "l", name))
            raise ProfileError("search-l-values", place, l=f"{asked.l:g}", values=values)


def alike_sql(
    con: duckdb.DuckDBPyConnection,
    paths: Mapping[str, Path],
    references: Sequence[Reference],
    secret: Reference,
    asked: Diversity,
) -> str:
    """SQL of the persons (``__person``) in classes where ``secret`` is less varied than asked, in no order.

    The secret itself is never part of the classes. A null, like an empty set, is a value of its own.
    """
    known = [reference for reference in references if reference != secret]
    rows = person_rows_sql(con, paths, [*known, secret])
    names = [quote(reference_name(*reference)) for reference in known]
    group = f"dense_rank() OVER (ORDER BY {', '.join(names)})" if names else "1"
    held = f"SELECT {PERSON}, {group} AS class, {quote(reference_name(*secret))} AS secret FROM ({rows})"
    counted = f"SELECT class, count(*) AS persons FROM ({held}) GROUP BY class, secret"
    broken = f"SELECT class FROM ({counted}) GROUP BY class HAVING {_breaks(asked)}"
    return f"SELECT {PERSON} FROM ({held}) WHERE class IN ({broken})"


def _breaks(asked: Diversity) -> str:
    if asked.recursive is not None:
        ranked = "list_sort(list(persons), 'DESC')"
        rest = f"coalesce(list_sum(({ranked})[{asked.recursive.l}:]), 0)"
        return f"max(persons) >= {asked.recursive.c!r} * {rest} - {CLOSE}"
    if asked.kind == "entropy":
        return f"ln(sum(persons)) - sum(persons * ln(persons)) / sum(persons) < ln({asked.l!r}) - {CLOSE}"
    return f"count(*) < {int(asked.l)}"
