"""The columns of an entity as arrays: codes as text, numbers and days as floats."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from profiles.catalogue import Lang
from profiles.model import Column, Kind
from synth.fitted.counting import coded_numbers
from synth.fitted.domains import Floats, Ints
from synth.fitted.entities import Entity, Layout
from tables.candidate import Staged

DAY = 86_400_000_000
PRESENT, CLOCK = "\x1fpresent", "\x1fclock"
"""Endings of made-up columns: whether a merged table has the row, and the time of day in seconds."""

EXACT = 2**53
"""Up to which every whole number is one with a fraction."""
OFTEN = 10
"""Rows a value from which numbers far apart are taken for codes."""
_NAMES = re.compile(r"(id|ide|cod|code|num|nat|ref)$", re.IGNORECASE)


class Nature(StrEnum):
    """How a column is learnt."""

    CODE = "code"
    NUMBER = "number"
    DAY = "day"


@dataclass(frozen=True)
class Raw:
    """A column of an entity before it is indexed."""

    name: str
    """``TABLE.COLUMN``, perhaps with :data:`PRESENT` or :data:`CLOCK`."""
    nature: Nature
    texts: pa.Array | None = None
    numbers: Floats | None = None
    measured: bool = False
    """Whether its numbers measure something, so that one between two others names nobody and nothing."""

    @property
    def floats(self) -> Floats:
        """The numbers, or days since 1970, NaN where missing."""
        return np.zeros(0) if self.numbers is None else self.numbers


@dataclass(frozen=True)
class Frame:
    """The rows of an entity."""

    size: int
    person: Ints
    parent: Ints
    """Row of the parent entity."""
    columns: Mapping[str, Raw]


def read_frame(staged: Staged, layout: Layout, entity: Entity, wanted: Mapping[str, list[str]]) -> Frame:
    """The ``wanted`` columns (by table) of the entity, each as long as the entity."""
    size = layout.sizes[entity.name]
    columns: dict[str, Raw] = {}
    person = parent = np.arange(size)
    for table in entity.tables:
        rows = layout.rows[table]
        if table == entity.name:
            person, parent = rows.person, rows.parent
        source = np.full(size, -1)
        source[rows.home] = rows.kept
        if (source < 0).any():
            present = pc.if_else(pa.array(source >= 0), "1", "0")
            columns[table + PRESENT] = Raw(table + PRESENT, Nature.CODE, texts=present)
        data = pq.read_table(staged.tables[table].path, columns=wanted[table])
        take = pa.array(source, mask=source < 0)
        for column in wanted[table]:
            values = data.column(column).combine_chunks().take(take)
            spec = staged.profile.tables[table].columns[column]
            for raw in raws_of(f"{table}.{column}", spec, values, person_level=entity.parent is None):
                columns[raw.name] = raw
    return Frame(size, person, parent, columns)


def raws_of(name: str, spec: Column, values: pa.Array, *, person_level: bool) -> list[Raw]:
    """A column ``name`` (``TABLE.COLUMN``) as it is learnt: one, or a day and the time of it."""
    if spec.type in (Kind.TEXT, Kind.BOOLEAN) or (spec.type is Kind.INTEGER and _is_long(values)):
        return [Raw(name, Nature.CODE, texts=values.cast(pa.string()))]
    if spec.type is Kind.DATE:
        return [Raw(name, Nature.DAY, numbers=_floats(values.cast(pa.int32())), measured=True)]
    if spec.type is Kind.DATETIME:
        micro = _floats(values.cast(pa.int64()))
        day = np.floor(micro / DAY)
        clock = np.floor((micro - day * DAY) / 1e6)
        return [
            Raw(name, Nature.DAY, numbers=day, measured=True),
            Raw(name + CLOCK, Nature.NUMBER, numbers=clock, measured=True),
        ]
    numbers = _floats(values)
    if spec.type is Kind.INTEGER and not person_level and counts_days(spec):
        return [Raw(name, Nature.DAY, numbers=numbers, measured=True)]
    if spec.type is Kind.INTEGER and _is_code(name, spec, numbers):
        return [Raw(name, Nature.CODE, texts=values.cast(pa.string()))]
    return [Raw(name, Nature.NUMBER, numbers=numbers, measured=measures(name, spec))]


def measures(name: str, spec: Column) -> bool:
    """Whether numbers measure something: years, and what has a unit. Other whole numbers may be codes."""
    if spec.type is Kind.YEAR or spec.unit is not None:
        return True
    return spec.type is Kind.NUMBER and not names_things(name)


def counts_days(spec: Column) -> bool:
    """Whether an integer column is a time in days, by its declared unit."""
    return spec.unit is not None and spec.unit.get(Lang.EN).lower() in {"day", "days"}


def _is_code(name: str, spec: Column, numbers: Floats) -> bool:
    """Whether integers name things: declared so, or few among many possible ones (OMOP concepts).

    Those that have a unit measure something; without one, few that come back often are names too.
    """
    if spec.values is not None or spec.nomenclature is not None:
        return True
    present = numbers[~np.isnan(numbers)]
    known = coded_numbers(present)[0]
    sparse = len(known) > 0 and len(known) * 20 < known[-1] - known[0] and known[-1] > 10_000
    return sparse and spec.unit is None and (names_things(name) or len(present) >= OFTEN * len(known))


def _is_long(values: pa.Array) -> bool:
    """Whether whole numbers have more digits than a number with a fraction tells apart: they name things."""
    ends = pc.min_max(values).as_py()
    return any(abs(end or 0) > EXACT for end in ends.values())


def names_things(column: str) -> bool:
    """Whether the name of a column sounds like that of codes or numbers that name things."""
    return _NAMES.search(column) is not None


def _floats(values: pa.Array) -> Floats:
    found: Floats = np.asarray(pc.fill_null(values.cast(pa.float64()), float("nan")), dtype=float)
    return found
