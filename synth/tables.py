"""What the engines agree on: the tables to make, their columns, keys and links, and how numbers are drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np
import numpy.typing as npt

from profiles.errors import Place, ProfileError
from profiles.model import Kind

Array = npt.NDArray[Any]
SHARD = 5_000
"""Persons drawn together: the same rows come out whatever the number of processes."""


@dataclass(frozen=True)
class ColumnSpec:
    """A column: its logical type, and what its values have to obey."""

    name: str
    kind: Kind
    length: int | None = None
    """Most characters of a text, most digits before the decimal sign of a number."""
    format: str | None = None
    """Of a date or a month kept as text, in the signs of ``strftime``."""
    required: bool = False
    nomenclature: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    label: str = ""
    declared: str = ""
    """The Table Schema type, where it says more than :attr:`kind` (``yearmonth``)."""
    scale: int = 2
    """Decimals of a number."""
    min_length: int | None = None
    allowed: tuple[str, ...] = ()
    """The only values, when the schema lists them; of a boolean, how true and false are written."""
    unique: bool = False
    filled: bool = True
    """False when the column did not exist in the years of care: it stays empty."""


@dataclass(frozen=True)
class Link:
    """A foreign key: ``columns`` here, in the order of ``to`` in ``parent``."""

    columns: tuple[str, ...]
    parent: str
    to: tuple[str, ...]


@dataclass(frozen=True)
class TableSpec:
    """A table to make."""

    name: str
    columns: Mapping[str, ColumnSpec]
    primary_key: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    label: str = ""


@dataclass(frozen=True)
class Repair:
    """A defect of a schema, and what was done about it."""

    table: str
    column: str
    kind: str
    """Stable name of the defect, e.g. ``key-type``."""
    was: str
    now: str


@dataclass(frozen=True)
class SchemaSpec:
    """Tables that belong together."""

    tables: Mapping[str, TableSpec]
    repairs: tuple[Repair, ...] = ()
    nomenclatures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name, as columns use it -> its codes, in the order of its file."""
    person: str | None = None
    """The table with one row a person; None: it is recognised."""


def order(schema: SchemaSpec) -> tuple[str, ...]:
    """Names of the tables, each after every table that it points at; ties by name.

    Raises ProfileError ``synth-foreign-key-nowhere`` and ``synth-cycle``.
    """
    for table in schema.tables.values():
        for link in table.links:
            _exists(schema, table, link)
    graph = {
        name: {link.parent for link in table.links if link.parent != name}
        for name, table in sorted(schema.tables.items())
    }
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " → ".join(error.args[1])
        raise ProfileError("synth-cycle", Place(table=error.args[1][0]), circle=circle) from None
    found: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        found.extend(ready)
        sorter.done(*ready)
    return tuple(found)


def _exists(schema: SchemaSpec, table: TableSpec, link: Link) -> None:
    parent = schema.tables.get(link.parent)
    missing = [name for name in link.columns if name not in table.columns]
    if parent is None:
        missing.append(link.parent)
    else:
        missing.extend(f"{link.parent}.{name}" for name in link.to if name not in parent.columns)
    if missing or len(link.columns) != len(link.to):
        place = Place(table=table.name, column=link.columns[0] if link.columns else None)
        raise ProfileError("synth-foreign-key-nowhere", place, target=", ".join(missing) or link.parent)


def random(seed: int, stage: int, shard: int = 0) -> np.random.Generator:
    """The generator of one shard of one stage; no other shard or stage shares its numbers."""
    return np.random.default_rng([seed, stage, shard])
