"""Persons who resemble too few others when a missing value may stand for any value.

Two persons agree when no column holds two different known values (the counts of ``freqCalc`` in
sdcMicro). Agreement is not transitive, so there are no classes: distinct combinations are compared,
for each pair of patterns of missing columns, on the columns that both know.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from tables.candidate import PERSON
from tables.duck import quote
from tables.person_rows import Reference, person_rows_sql, reference_name


def few_alike_sql(
    con: duckdb.DuckDBPyConnection, paths: Mapping[str, Path], references: Sequence[Reference], k: int
) -> str:
    """SQL of the persons (``__person``) who agree with fewer than ``k``, themselves included, in no order.

    Replaces the temporary tables ``known``, ``combos`` and ``agreeing`` of ``con``.
    """
    names = [quote(reference_name(*reference)) for reference in references]
    rows = person_rows_sql(con, paths, references)
    order = ", ".join(f"{name} NULLS FIRST" for name in names)
    columns = ", ".join(f"{name} AS c{place}" for place, name in enumerate(names))
    pattern = " || ".join(f"CASE WHEN {name} IS NULL THEN '0' ELSE '1' END" for name in names)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE known AS SELECT {PERSON}, {columns}, {pattern} AS pattern,"
        f" dense_rank() OVER (ORDER BY {order}) AS combo FROM ({rows})"
    )
    shown = ", ".join(f"first(c{place}) AS c{place}" for place in range(len(names)))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE combos AS SELECT combo, first(pattern) AS pattern, {shown},"
        " count(*) AS persons FROM known GROUP BY combo"
    )
    con.execute("CREATE OR REPLACE TEMP TABLE agreeing (combo BIGINT, persons BIGINT)")
    patterns = [
        row[0] for row in con.execute("SELECT DISTINCT pattern FROM combos ORDER BY pattern").fetchall()
    ]
    for one in patterns:
        for other in patterns:
            con.execute(_agreeing(one, other), [other, one])
    few = f"SELECT combo FROM agreeing GROUP BY combo HAVING sum(persons) < {int(k)}"
    return f"SELECT {PERSON} FROM known WHERE combo IN ({few})"


def _agreeing(one: str, other: str) -> str:
    """SQL that adds, to each combination of pattern ``one``, its like of pattern ``other``."""
    places = [place for place in range(len(one)) if one[place] == other[place] == "1"]
    shared = "".join(f", c{place}" for place in places)
    on = " AND ".join(["true", *(f"a.c{place} = b.c{place}" for place in places)])
    group = f"GROUP BY {shared.removeprefix(', ')}" if places else ""
    theirs = f"SELECT sum(persons) AS found{shared} FROM combos WHERE pattern = ? {group}"
    return (
        f"INSERT INTO agreeing SELECT a.combo, b.found FROM combos AS a"
        f" JOIN ({theirs}) AS b ON {on} WHERE a.pattern = ?"
    )
