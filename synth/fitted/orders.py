"""Declared orders of days, counted again on the rows that were drawn."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from profiles.key_chain import target_columns
from profiles.model import Kind, Profile
from profiles.person_path import person_path
from synth.fitted.settings import Order
from tables.candidate import StagedTable
from tables.duck import connect, quote, scan


def broken_orders(
    profile: Profile, drawn: Mapping[str, StagedTable], orders: Sequence[Order], folder: Path
) -> tuple[tuple[Order, int], ...]:
    """The orders that rows of ``drawn`` break, and how many do; a missing day breaks none.

    Both columns are in one table, or one of them in a table on the way from the other's to the person.
    ``folder``: private, for what does not fit in memory.
    """
    with connect(folder) as base:
        found = []
        for order in orders:
            sql = (
                f"SELECT count(*) FILTER (NOT ({_holds(profile, order)})) FROM {_rows(profile, drawn, order)}"
            )
            found.append((order, int(base.execute(sql).fetchall()[0][0])))
    return tuple(one for one in found if one[1])


def _holds(profile: Profile, order: Order) -> str:
    """A condition, null where a day is missing."""
    cells = [profile.split(name) for name in (order.before, order.after)]
    kinds = [profile.tables[table].columns[column].type for table, column in cells]
    low, high = (_moment(*cell, kind, set(kinds)) for cell, kind in zip(cells, kinds, strict=True))
    return f"{low} <= {high}"


def _moment(table: str, column: str, kind: Kind, kinds: set[Kind]) -> str:
    """The cell as what both sides of the rule hold: a year, a day or a time."""
    cell = f"{quote(table)}.{quote(column)}"
    if Kind.YEAR in kinds and kind is not Kind.YEAR:
        return f"year({cell})"
    return f"CAST({cell} AS DATE)" if kind is Kind.DATETIME and kinds != {Kind.DATETIME} else cell


def _rows(profile: Profile, drawn: Mapping[str, StagedTable], order: Order) -> str:
    one, other = (profile.split(name)[0] for name in (order.before, order.after))
    below, above = (
        (one, other) if len(person_path(profile, one)) >= len(person_path(profile, other)) else (other, one)
    )
    joins = [] if below == above else list(_joins(profile, drawn, below, above))
    return " ".join([f"{scan(drawn[below].path)} AS {quote(below)}", *joins])


def _joins(profile: Profile, drawn: Mapping[str, StagedTable], below: str, above: str) -> Iterator[str]:
    at = below
    for key in person_path(profile, below):
        pairs = zip(key.columns, target_columns(profile, key), strict=True)
        on = " AND ".join(
            f"{quote(at)}.{quote(own)} = {quote(key.references)}.{quote(to)}" for own, to in pairs
        )
        yield f"JOIN {scan(drawn[key.references].path)} AS {quote(key.references)} ON {on}"
        at = key.references
        if at == above:
            return
