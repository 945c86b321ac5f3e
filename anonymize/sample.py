"""A share of the persons, drawn before anything else: the others are left out of every table.

The persons kept are those with the smallest keyed numbers, so that who is in cannot be computed
without the secret, and a smaller share keeps some of the same persons.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from anonymize.cascade import ROW, Cascade, Link, published_links
from anonymize.keys import Keys, private_keys
from profiles.errors import ProfileError
from profiles.loading import LoadedProfile
from tables.candidate import PERSON, Staged, StagedTable
from tables.duck import connect, literal, quote, scan, stream
from tables.engine import write_batches
from tables.person_rows import persons_sql
from tables.sampled import Sampled

DRAW = "draw"


def with_sample(loaded: LoadedProfile, staged: Staged, keys: Keys | None, folder: Path) -> Staged:
    """``staged`` itself, which knows the sample that the profile asks for, if it does."""
    drawn = sample(loaded, staged, keys, folder)
    return staged if drawn is staged else replace(staged, drawn=drawn)


def sample(loaded: LoadedProfile, staged: Staged, keys: Keys | None, folder: Path) -> Staged:
    """The tables of the persons drawn, written to ``folder``; ``staged`` itself when no sample is asked for.

    Exactly ``round(share * persons)`` persons are drawn. ProfileError when that is nobody.
    """
    if loaded.profile.sample is None:
        return staged
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    paths = {name: table.path for name, table in staged.tables.items()}
    with connect(folder) as con:
        found = _draw(con, loaded, paths, private_keys(loaded.profile.seed, loaded.profile.id, keys), folder)
        columns = {name: set(table.columns) for name, table in loaded.profile.tables.items()}
        cascade = Cascade(con, paths, published_links(loaded.profile, columns))
        cascade.rows_gone()
        nulled = _nulled(con, cascade.keys_nulled())
        tables = {name: _kept(con, name, path, folder) for name, path in paths.items()}
    return Staged(staged.profile, folder, tables, sampled=found, nulled=nulled)


def _draw(
    con: duckdb.DuckDBPyConnection,
    loaded: LoadedProfile,
    paths: Mapping[str, Path],
    keys: Keys,
    folder: Path,
) -> Sampled:
    """Fill the temporary table ``left_out`` with the persons who are not drawn."""
    numbers = keys.person_numbers("sample")
    schema = pa.schema([(PERSON, pa.string()), (DRAW, pa.int64())])

    def drawn() -> Iterator[pa.RecordBatch]:
        for batch in stream(con, f"SELECT {PERSON} FROM ({persons_sql(paths)}) ORDER BY {PERSON}"):
            persons = batch.column(0).cast(pa.string())
            yield pa.RecordBatch.from_arrays([persons, numbers(persons)], schema=schema)

    target = folder / "draws.parquet"
    persons, share = write_batches(drawn(), schema, target), loaded.profile.sample or 1.0
    kept = round(share * persons)
    if not kept:
        raise ProfileError("sample-nobody", loaded.place(("sample",)), persons=persons)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE left_out AS"
        f" SELECT {PERSON} AS person FROM {scan(target)} ORDER BY {DRAW}, {PERSON} OFFSET {kept}"
    )
    target.unlink()
    return Sampled(share, kept, persons)


def _nulled(
    con: duckdb.DuckDBPyConnection, links: list[tuple[Link, list[int]]]
) -> dict[tuple[str, str], int]:
    """Fill the temporary table ``nulled``; table and column -> references that become null."""
    con.execute("CREATE OR REPLACE TEMP TABLE nulled (owner VARCHAR, col VARCHAR, row BIGINT)")
    for link, rows in links:
        for column in link.key.columns:
            if rows:
                con.execute("INSERT INTO nulled SELECT ?, ?, unnest(?::BIGINT[])", [link.table, column, rows])
    counted = con.execute(
        "SELECT owner, col, count(DISTINCT row) FROM nulled GROUP BY owner, col ORDER BY owner, col"
    ).fetchall()
    return {(owner, column): int(count) for owner, column, count in counted}


def _kept(con: duckdb.DuckDBPyConnection, name: str, path: Path, folder: Path) -> StagedTable:
    """The rows of one table that stay, in their order."""
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
    owner = literal(name)
    emptied = {
        column
        for (column,) in con.execute(f"SELECT DISTINCT col FROM nulled WHERE owner = {owner}").fetchall()
    }
    shown = [_shown(owner, column) if column in emptied else quote(column) for column in schema.names]
    sql = (
        f"SELECT {', '.join(shown)} FROM {scan(path, row=True)}"
        f" WHERE {PERSON} NOT IN (SELECT person FROM left_out)"
        f" AND {ROW} NOT IN (SELECT row FROM gone WHERE owner = {owner}) ORDER BY {ROW}"
    )
    target = folder / path.name
    rows = write_batches((batch.cast(schema) for batch in stream(con, sql)), schema, target)
    return StagedTable(name, target, rows)


def _shown(owner: str, column: str) -> str:
    rows = f"SELECT row FROM nulled WHERE owner = {owner} AND col = {literal(column)}"
    return f"CASE WHEN {ROW} IN ({rows}) THEN NULL ELSE {quote(column)} END AS {quote(column)}"
