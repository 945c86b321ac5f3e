"""The values that a column may have, from the profile alone: the data say nothing of it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from profiles.model import Column, Kind, Profile
from profiles.synth_privacy import Dp, DpRange
from synth.fitted.domains import Domain, Ints

POINTS = 101
"""Values that a class of numbers that are not whole may come out as."""


@dataclass(frozen=True)
class Declared:
    """A column with its declared domain: a missing value, then codes or classes of numbers."""

    name: str
    """``TABLE.COLUMN``."""
    kind: Kind
    domain: Domain
    range: DpRange | None = None

    def index(self, values: pa.Array) -> Ints:
        """The place of each value in the domain, 0 where it is missing or has no place."""
        if self.range is None:
            texts = values.cast(pa.string())
            place = pc.index_in(texts, value_set=pa.array(self.domain.labels.tolist(), pa.string()))
            return 1 + np.asarray(place.fill_null(-1)).astype(np.int64)
        whole = values.cast(pa.int32()) if self.kind is Kind.DATE else values
        numbers = np.asarray(pc.fill_null(whole.cast(pa.float64()), float("nan")), dtype=float)
        low, high = self.range.bounds
        cell = np.floor((np.clip(np.nan_to_num(numbers), low, high) - low) / self.range.width)
        cell = np.clip(cell, 0, self.range.cells - 1)
        found: Ints = np.where(np.isnan(numbers), 0, 1 + cell).astype(np.int64)
        return found


def published(profile: Profile) -> tuple[str, list[str]]:
    """The only table, and its columns that are neither keys nor direct identifiers."""
    (table,) = profile.tables
    spec = profile.tables[table]
    keys = {*spec.primary_key, *spec.person}
    return table, [n for n, column in spec.columns.items() if n not in keys and column.role != "direct"]


def declared(profile: Profile, dp: Dp) -> Mapping[str, Declared]:
    """Every column that is learnt, by ``TABLE.COLUMN``; rules of the profile saw that each has a domain."""
    table, columns = published(profile)
    names = {f"{table}.{column}": profile.tables[table].columns[column] for column in columns}
    return {name: _declared(name, spec, dp.ranges.get(name)) for name, spec in names.items()}


def _declared(name: str, spec: Column, given: DpRange | None) -> Declared:
    if given is not None:
        return Declared(name, spec.type, _classes(given, spec.type), given)
    codes = ("false", "true") if spec.type is Kind.BOOLEAN else tuple(spec.values or ())
    return Declared(name, spec.type, Domain(labels=np.array(sorted(codes), dtype=str)))


def _classes(given: DpRange, kind: Kind) -> Domain:
    low, high = given.bounds
    cells = []
    for cell in range(given.cells):
        first = low + cell * given.width
        last = min(first + given.width, high)
        if kind is Kind.NUMBER:
            places = max(0, 2 - math.floor(math.log10(given.width)))
            cells.append(np.unique(np.round(np.linspace(first, last, POINTS), places)))
        else:
            inside = np.arange(math.ceil(first), math.ceil(first + given.width), dtype=float)
            cells.append(inside[inside <= high] if (inside <= high).any() else np.array([math.floor(first)]))
    starts = np.cumsum([0, *(len(cell) for cell in cells)])
    return Domain(values=np.concatenate(cells), starts=starts)
