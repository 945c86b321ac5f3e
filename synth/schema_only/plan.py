"""In which order tables are made, and which parent's rows make the rows of each."""

from dataclasses import dataclass
from typing import Literal

from profiles.errors import Place, ProfileError
from profiles.model import Kind
from synth.catalogue.facts import facts
from synth.schema_only.checks import person_table
from synth.tables import ColumnSpec, Link, SchemaSpec, TableSpec, order

Role = Literal["person", "event", "reference"]
EACH = {"ER_PRS_F": 1_000, "NS_PRS_F": 1_000, "EB_PRS_F": 1_000, "T_MCOaaB": 50}
"""Most rows of one person in the tables that care fills; one in any other table that persons make."""


@dataclass(frozen=True)
class TablePlan:
    """How one table is made."""

    spec: TableSpec
    role: Role
    """``person`` and ``event`` rows belong to a person; ``reference`` rows are made once."""
    driver: Link | None
    """Whose rows make the rows; None: persons make those of an event, a fixed number a reference."""
    others: tuple[Link, ...]
    numbered: tuple[str, ...]
    """Columns that hold the number of the row, which nothing else may repeat."""
    ordinal: str | None
    """Column of the key that counts the rows of one driver row from 1."""
    kept: frozenset[str]
    """Columns that other tables point at."""
    each: int
    """Most rows of one person."""
    whole: bool
    """Every row of the driver has one: it is a person, or the two share their key."""


def plan(schema: SchemaSpec, persons: int) -> tuple[TablePlan, ...]:
    """One plan a table, parents first. Raises ProfileError ``synth-key-space``."""
    names = order(schema)
    person = person_table(schema)
    events = _events(schema, person)
    depth: dict[str, int] = {}
    each: dict[str, int] = {}
    made = []
    for name in names:
        table = schema.tables[name]
        role: Role = "person" if name == person else "event" if name in events else "reference"
        others_than_itself = [link for link in table.links if link.parent != name]
        links = [link for link in others_than_itself if role == "reference" or link.parent in events]
        driver = max(links, key=lambda one: (depth[one.parent], len(one.columns), one.parent), default=None)
        depth[name] = 0 if driver is None else depth[driver.parent] + 1
        others = tuple(link for link in table.links if link is not driver)
        linked = {column for link in table.links for column in link.columns}
        ordinal = _ordinal(table, driver, linked)
        numbered = _numbered(table, linked, ordinal, coded=role == "reference")
        each[name] = EACH.get(name, 1 if driver is None else each[driver.parent])
        kept = {c for t in schema.tables.values() for link in t.links if link.parent == name for c in link.to}
        key = set(table.primary_key)
        whole = driver is None or driver.parent == person or bool(key and key <= set(driver.columns))
        if driver is not None:
            whole |= all(schema.tables[driver.parent].columns[name].unique for name in driver.to)
        one = TablePlan(table, role, driver, others, numbered, ordinal, frozenset(kept), each[name], whole)
        _room(one, persons)
        made.append(one)
    return tuple(made)


def _events(schema: SchemaSpec, person: str) -> set[str]:
    """Tables whose rows belong to a person: those that lead to one, and those that such a table completes.

    A stay and the file that says whose it is have the same key, and only the second points at persons: a
    parent that a child repeats key for key, or that is not pointed at by its own key, is the person's too.
    """
    found = {person}
    while True:
        more = {
            name for name, table in schema.tables.items() if any(link.parent in found for link in table.links)
        }
        for name in more | found:
            table = schema.tables[name]
            for link in table.links:
                parent = schema.tables[link.parent]
                same = table.primary_key and set(table.primary_key) <= set(link.columns)
                other = parent.primary_key and not set(link.to) & set(parent.primary_key)
                if same or other:
                    more.add(link.parent)
        if more <= found:
            return found
        found |= more


def _ordinal(table: TableSpec, driver: Link | None, linked: set[str]) -> str | None:
    if driver is None:
        return None
    free = [
        name
        for name in table.primary_key
        if name not in linked
        and name.endswith(facts().ordinals)
        and table.columns[name].kind is Kind.INTEGER
        and table.columns[name].nomenclature is None
    ]
    return free[0] if free and set(table.primary_key) - {free[0]} <= linked else None


def _numbered(table: TableSpec, linked: set[str], ordinal: str | None, *, coded: bool) -> tuple[str, ...]:
    """Free columns of the key, largest first, and every other column that must not repeat itself.

    ``coded``: columns with a list of codes count the rows too; elsewhere they keep their variety.
    """
    free = [table.columns[name] for name in table.primary_key if name not in linked and name != ordinal]
    free = [one for one in free if capacity(one) > 1 or (coded and (one.nomenclature or one.allowed))]
    free.sort(key=lambda one: (-capacity(one), one.name))
    if set(table.primary_key) & linked and ordinal:
        free = []
    unique = [one.name for one in table.columns.values() if one.unique and one.name not in linked]
    first = [one.name for one in free]
    return (*first, *(name for name in unique if name not in first))


def capacity(column: ColumnSpec) -> int:
    """How many different numbers ``column`` can hold; 1 when it holds no number."""
    if column.format or column.nomenclature or column.allowed:
        return 1
    if column.kind not in (Kind.TEXT, Kind.INTEGER):
        return 1
    digits = min(column.length or 12, 15)
    top = 10**digits if column.maximum is None else int(column.maximum) + 1
    return max(1, top - int(column.minimum or 0))


def _room(one: TablePlan, persons: int) -> None:
    key = [name for name in one.numbered if name in one.spec.primary_key]
    room = 1
    for name in key:
        room *= capacity(one.spec.columns[name])
    if key and one.role != "reference" and room < persons * one.each:
        raise ProfileError("synth-key-space", Place(table=one.spec.name), persons=persons)
