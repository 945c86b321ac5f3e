"""What stops a generation before it begins: contradicting rules, no path to a person, the disk."""

import re
import shutil
from pathlib import Path

from profiles.errors import Place, ProfileError, SourceError, UsageError
from profiles.model import Kind
from synth.catalogue.facts import facts
from synth.schema_only.domains import usable
from synth.tables import ColumnSpec, SchemaSpec, TableSpec, order

BYTES_A_CELL = 6
"""Upper figure of a generated cell in Parquet, measured on the 188 tables."""


PERSONAL = re.compile(
    r"SEX|NAI(?:_|SS)|BIRTH|DCD|DEC[EÈ]S|DEATH|NIR|PATIENT|BEN_|PERSON|_RES_|GENDER|AGE", re.IGNORECASE
)
"""Parts of names that are told of persons."""


def check(schema: SchemaSpec) -> None:
    """Raises on the first thing that no table could obey.

    ProfileError ``synth-foreign-key-nowhere``, ``synth-cycle``, ``synth-rules-contradict`` and
    ``synth-no-person``; SourceError ``synth-nomenclature-empty``.
    """
    order(schema)
    for name, codes in schema.nomenclatures.items():
        if not codes:
            raise SourceError("synth-nomenclature-empty", nomenclature=name)
    for table in schema.tables.values():
        for column in table.columns.values():
            contradiction = _contradiction(column, schema)
            if contradiction:
                place = Place(table=table.name, column=column.name)
                first, second = contradiction
                raise ProfileError("synth-rules-contradict", place, first=first, second=second)
    _persons(schema)


def _contradiction(column: ColumnSpec, schema: SchemaSpec) -> tuple[str, str] | None:
    low, high = column.minimum, column.maximum
    if low is not None and high is not None and low > high:
        return f"minimum {low:g}", f"maximum {high:g}"
    if column.length is not None and column.min_length is not None and column.min_length > column.length:
        return f"minLength {column.min_length}", f"length {column.length}"
    numeric = column.kind in (Kind.INTEGER, Kind.NUMBER)
    if numeric and column.length is not None and low is not None and low >= 10**column.length:
        return f"minimum {low:g}", f"length {column.length}"
    if column.allowed and column.kind is not Kind.BOOLEAN and not usable(column, column.allowed):
        return "enum", "type, length, minimum, maximum"
    if column.nomenclature and not usable(column, schema.nomenclatures.get(column.nomenclature, ())):
        return f"nomenclature {column.nomenclature}", "type, length, enum, minimum, maximum"
    return None


def _persons(schema: SchemaSpec) -> None:
    """Every table hangs together with the table of persons, but those that are known to hold totals."""
    near: dict[str, set[str]] = {name: set() for name in schema.tables}
    for table in schema.tables.values():
        for link in table.links:
            near[table.name].add(link.parent)
            near[link.parent].add(table.name)
    reached = {person_table(schema)}
    waiting = list(reached)
    while waiting:
        fresh = near[waiting.pop()] - reached
        reached |= fresh
        waiting.extend(fresh)
    lost = sorted(set(schema.tables) - reached - set(facts().totals))
    if lost:
        raise ProfileError("synth-no-person", Place(table=lost[0]))


def person_table(schema: SchemaSpec) -> str:
    """The table of persons: named, known, or the one without links that tells most of persons.

    Birth, sex, death, residence count before the tables that lead to it, and those before the name.
    """
    if schema.person in schema.tables:
        return str(schema.person)
    known = [name for name in facts().persons if name in schema.tables]
    if known:
        return known[0]
    children: dict[str, set[str]] = {name: set() for name in schema.tables}
    for name in reversed(order(schema)):
        for link in schema.tables[name].links:
            children[link.parent] |= {name} | children[name]
    roots = [name for name, table in sorted(schema.tables.items()) if not table.links]
    return max(roots, key=lambda name: (_personal(schema.tables[name]), len(children[name])))


def _personal(table: TableSpec) -> int:
    return sum(bool(PERSONAL.search(name)) for name in (table.name, *table.columns))


def check_disk(folder: Path, cells: int) -> None:
    """Raises UsageError ``synth-disk`` when ``cells`` would not fit the disk of ``folder``."""
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    free, needed = shutil.disk_usage(existing).free, cells * BYTES_A_CELL
    if needed > free:
        mega = 1_000_000
        raise UsageError("synth-disk", needed=-(-needed // mega), free=free // mega)
