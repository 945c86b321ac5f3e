"""Repairs what a schema says of its own tables and cannot hold; every repair is listed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from profiles.model import Kind
from synth.catalogue.facts import facts
from synth.schema_only.domains import usable
from synth.tables import ColumnSpec, Link, Repair, SchemaSpec, TableSpec

Cell = tuple[str, str]


def repaired(schema: SchemaSpec) -> SchemaSpec:
    """``schema`` whose keys have one type and one length, whose tables have a key, whose lists can be used.

    In this order: links and keys that the official schema lacks (``synth/catalogue/data/facts.toml``), one
    type and length for a key and all that point at it, primary keys, code lists that no value could obey.
    """
    found: list[Repair] = []
    schema = _missing(schema, found)
    tables = {name: dict(table.columns) for name, table in schema.tables.items()}
    lists = dict(schema.nomenclatures)
    for family in _families(schema.tables):
        _one_type(tables, family, lists, found)
    for name, columns in tables.items():
        for column in columns.values():
            columns[column.name] = _usable(name, column, lists, found)
    pointed = _pointed_at(schema.tables)
    return replace(
        schema,
        tables={
            name: _keyed(replace(table, columns=tables[name]), pointed.get(name, ()), found)
            for name, table in schema.tables.items()
        },
        repairs=(*schema.repairs, *found),
        nomenclatures=lists,
    )


def _missing(schema: SchemaSpec, found: list[Repair]) -> SchemaSpec:
    """Adds the links and keys that are known and that the schema does not declare."""
    tables = dict(schema.tables)
    for name, key in facts().keys.items():
        table = tables.get(name)
        if table and not table.primary_key and set(key) <= set(table.columns):
            tables[name] = replace(table, primary_key=key)
            found.append(Repair(name, ", ".join(key), "primary-key", "", ", ".join(key)))
    for name, link in facts().links:
        table, parent = tables.get(name), tables.get(link.parent)
        if table is None or parent is None or link in table.links:
            continue
        if set(link.columns) <= set(table.columns) and set(link.to) <= set(parent.columns):
            tables[name] = replace(table, links=(*table.links, link))
            found.append(Repair(name, ", ".join(link.columns), "link", "", link.parent))
    return replace(schema, tables=tables)


def _families(tables: Mapping[str, TableSpec]) -> Iterator[list[Cell]]:
    """Columns that hold the same key: joined by links, directly or not."""
    root: dict[Cell, Cell] = {}

    def top(cell: Cell) -> Cell:
        while root.setdefault(cell, cell) != cell:
            cell = root[cell]
        return cell

    for name, table in sorted(tables.items()):
        for link in table.links:
            for column, target in _pairs(table, link, tables):
                root[top((name, column))] = top((link.parent, target))
    groups: dict[Cell, list[Cell]] = {}
    for cell in root:
        groups.setdefault(top(cell), []).append(cell)
    yield from groups.values()


def _pairs(table: TableSpec, link: Link, tables: Mapping[str, TableSpec]) -> Iterator[Cell]:
    parent = tables.get(link.parent)
    for column, target in zip(link.columns, link.to, strict=False):
        if parent and column in table.columns and target in parent.columns:
            yield column, target


def _one_type(
    tables: dict[str, dict[str, ColumnSpec]],
    family: list[Cell],
    lists: dict[str, tuple[str, ...]],
    found: list[Repair],
) -> None:
    """Text as soon as one is text (leading zeros), shortest length, narrowest bounds, always filled."""
    members = [tables[table][column] for table, column in family]
    kind = Kind.TEXT if any(one.kind is Kind.TEXT for one in members) else members[0].kind
    model = next(one for one in members if one.kind is kind)
    length = min((one.length for one in members if one.length), default=None)
    low = max((one.minimum for one in members if one.minimum is not None), default=None)
    high = min((one.maximum for one in members if one.maximum is not None), default=None)
    shortest = max((one.min_length for one in members if one.min_length), default=None)
    if length is not None and shortest is not None:
        length = max(length, shortest)
    nomenclature = _one_list({one.nomenclature for one in members if one.nomenclature}, lists)
    for (table, column), old in zip(family, members, strict=True):
        new = replace(
            old,
            kind=kind,
            declared=model.declared,
            format=model.format,
            length=length,
            minimum=low,
            maximum=high,
            min_length=shortest,
            nomenclature=nomenclature,
            filled=True,
        )
        tables[table][column] = new
        if (old.declared, old.length) != (new.declared, new.length):
            was, now = (f"{one.declared} {one.length or ''}".strip() for one in (old, new))
            found.append(Repair(table, column, "key-type", was, now))
        if old.nomenclature and nomenclature and "&" in nomenclature:
            found.append(Repair(table, column, "key-nomenclature", old.nomenclature, nomenclature))


def _one_list(names: set[str], lists: dict[str, tuple[str, ...]]) -> str | None:
    """The list of a key; with several, a new one of the codes that all of them have."""
    known = sorted(name for name in names if name in lists)
    if len(known) < 2:
        return known[0] if known else next(iter(sorted(names)), None)
    common = set(lists[known[0]]).intersection(*(lists[name] for name in known[1:]))
    if not common or all(len(common) == len(set(lists[name])) for name in known):
        return known[0]
    name = "&".join(known)
    lists[name] = tuple(code for code in lists[known[0]] if code in common)
    return name


def _pointed_at(tables: Mapping[str, TableSpec]) -> dict[str, tuple[str, ...]]:
    """Table -> the most columns that a link of another table points at."""
    found: dict[str, tuple[str, ...]] = {}
    for name in sorted(tables):
        for link in tables[name].links:
            parent = tables.get(link.parent)
            there = parent is not None and link.parent != name and set(link.to) <= set(parent.columns)
            if there and len(link.to) > len(found.get(link.parent, ())):
                found[link.parent] = link.to
    return found


def _keyed(table: TableSpec, pointed: tuple[str, ...], found: list[Repair]) -> TableSpec:
    """Gives a table without a key one.

    Its widest link with the column that numbers its rows, when it has one; else the columns that
    other tables point at, since their rows have to find one.
    """
    if table.primary_key:
        return table
    link = max(table.links, key=lambda one: (len(one.columns), one.parent), default=None)
    number = [
        column.name
        for column in table.columns.values()
        if column.kind is Kind.INTEGER
        and column.filled
        and column.nomenclature is None
        and column.name.endswith(facts().ordinals)
        and not any(column.name in one.columns for one in table.links)
    ]
    if (link is None or not number) and pointed:
        found.append(Repair(table.name, ", ".join(pointed), "primary-key", "", ", ".join(pointed)))
        return replace(table, primary_key=pointed)
    if link is None or not number:
        found.append(Repair(table.name, "", "no-key", "", ""))
        return table
    key = (*link.columns, number[0])
    found.append(Repair(table.name, ", ".join(key), "primary-key", "", ", ".join(key)))
    return replace(table, primary_key=key)


def _usable(
    table: str, column: ColumnSpec, lists: Mapping[str, tuple[str, ...]], found: list[Repair]
) -> ColumnSpec:
    """Drops a code list that has no file or no code of the column's type; lengthens what no code fits."""
    name = column.nomenclature
    if name is None or column.format or column.kind in (Kind.DATE, Kind.DATETIME, Kind.YEAR, Kind.NUMBER):
        return column if name is None else replace(column, nomenclature=None)
    if name not in lists:
        found.append(Repair(table, column.name, "nomenclature-absent", name, ""))
        return replace(column, nomenclature=None)
    if usable(column, lists[name]):
        return column
    own = f"{name}:{column.name}"
    if own in lists and usable(column, lists[own]):
        found.append(Repair(table, column.name, "nomenclature-code", name, own))
        return replace(column, nomenclature=own)
    typed = replace(column, length=None, minimum=None, maximum=None, min_length=None, allowed=())
    fitting = usable(typed, lists[name])
    if not fitting or column.minimum is not None or column.maximum is not None or column.allowed:
        found.append(Repair(table, column.name, "nomenclature-type", name, ""))
        return replace(column, nomenclature=None)
    length = min(len(code) for code in fitting)
    found.append(Repair(table, column.name, "nomenclature-length", str(column.length), str(length)))
    return replace(column, length=length)
