"""The one SELECT that reads a table of PostgreSQL as text, written so that every server agrees."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from profiles.errors import Place, SourceError
from profiles.model import Kind, Source, Table
from tables.duck import quote

TEXTS = frozenset({"text", "varchar", "bpchar", "name", "uuid", "time"})
INTEGERS = frozenset({"int2", "int4", "int8"})
DECIMALS = frozenset({"numeric", "float4", "float8"})
READ = TEXTS | INTEGERS | DECIMALS | {"bool", "date", "timestamp"}
"""Types that have one text; the others (lists, bytes, times with a zone, money) need a cast in a query."""


def relation(source: Source) -> str:
    """What stands after FROM: the table's quoted name, or the query in parentheses."""
    if source.table is not None:
        return ".".join(quote(part) for part in source.table.split(".", 1))
    query = (source.query or "").strip().rstrip(";")
    # On lines of its own: the query may end in a comment.
    return f"(\n{query}\n) AS vitrail_source"


def select(source: str, columns: Sequence[str], types: Mapping[str, str], table: Table, place: Place) -> str:
    """The named columns as text, empty as null, ordered by the primary key, else by all of them.

    Raises SourceError for a column whose type has no one text.
    """
    for column in columns:
        if types[column] not in READ:
            raise SourceError("source-database-type", replace(place, column=column))
    texts = [f"NULLIF({_text(name, types[name], table.columns[name].type)}, '')" for name in columns]
    key = table.primary_key if table.primary_key and set(table.primary_key) <= set(columns) else columns
    order = ", ".join(_ordered(name, types[name]) for name in key)
    return f"SELECT {', '.join(texts)} FROM {source} ORDER BY {order}"


def _text(column: str, kind: str, wanted: Kind) -> str:
    """ISO dates and numbers with a point; a midnight is a date and 3.00 an integer where one is wanted."""
    name = quote(column)
    if kind == "timestamp" and wanted is Kind.DATE:
        return f"CASE WHEN {name} = {name}::date THEN {name}::date::text ELSE {name}::text END"
    if kind == "date" and wanted is Kind.DATETIME:
        return f"{name}::timestamp::text"
    if kind in DECIMALS and wanted in (Kind.INTEGER, Kind.YEAR):
        return f"trim_scale({name}::numeric)::text"
    return f"{name}::text"


def _ordered(column: str, kind: str) -> str:
    """Texts by their bytes: another order depends on the server."""
    plain = kind in TEXTS and kind not in ("uuid", "time")
    return quote(column) + (' COLLATE "C"' if plain else "") + " NULLS FIRST"
