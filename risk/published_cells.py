"""A published table of totals as an intruder reads it: from the bytes of its CSV file.

Nothing here is shared with the code that chose the hidden cells: cells, totals and what adds up
are found again from the labels.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse

from anonymize.aggregated.rules import Flags, Rules, Values
from profiles.model import Aggregate
from tables.candidate import STATUS

TOTAL = "TOTAL"
Key = tuple[tuple[str, ...], ...]
"""For each dimension, the members from the widest to the finest; empty for its total."""


class UnusableError(Exception):
    """The file is not a table of totals that adds up."""


@dataclass(frozen=True)
class PublishedCells:
    """All rows of the file, in its order."""

    keys: tuple[Key, ...]
    values: Mapping[str, Values]
    """Measure -> value, in units of the last decimal; not a number where the cell is empty."""

    def hidden(self, measure: str) -> Flags:
        """Cells whose value is not there."""
        return np.isnan(self.values[measure])


def read_cells(path: Path, spec: Aggregate) -> PublishedCells:
    """The cells of a CSV file. UnusableError when it is not one of this table, or cells repeat."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if list(reader.fieldnames or ()) != _header(spec):
                raise UnusableError
            rows = list(reader)
        keys = tuple(_key(row, spec) for row in rows)
        values = {
            name: np.array([_number(row[name], 0 if about.sum is None else about.decimals) for row in rows])
            for name, about in spec.measures.items()
        }
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, TypeError, InvalidOperation):
        raise UnusableError from None
    if len(set(keys)) < len(keys):
        raise UnusableError
    return PublishedCells(keys, values)


def known_rules(cells: PublishedCells, lower: float, exclusive: Sequence[bool] | None = None) -> Rules:
    """What an intruder knows of a measure.

    ``exclusive``: dimensions along which it adds up; None for all of them. Elsewhere a total is at
    least each of its parts and at most their sum. UnusableError when a part has no total.
    """
    place = {key: number for number, key in enumerate(cells.keys)}
    equal: list[dict[int, float]] = []
    below: list[dict[int, float]] = []
    for (axis, total), parts in _sums(place).items():
        row = {**dict.fromkeys(parts, 1.0), total: -1.0}
        if exclusive is None or exclusive[axis]:
            equal.append(row)
        else:
            below.append({cell: -sign for cell, sign in row.items()})
            below += [{part: 1.0, total: -1.0} for part in parts]
    return Rules(_matrix(equal, len(place)), _matrix(below, len(place)), lower)


def _sums(place: Mapping[Key, int]) -> dict[tuple[int, int], list[int]]:
    """Dimension and total -> its parts."""
    found: dict[tuple[int, int], list[int]] = {}
    for key, number in place.items():
        for axis, members in enumerate(key):
            if not members:
                continue
            above = (*key[:axis], members[:-1], *key[axis + 1 :])
            if above not in place:
                raise UnusableError
            found.setdefault((axis, place[above]), []).append(number)
    return found


def _header(spec: Aggregate) -> list[str]:
    """The columns that the file may have: one more could say what the cells hide."""
    dimensions = [
        column
        for name, about in spec.dimensions.items()
        for column in ([f"{name}_{level}" for level in about.levels] or [name])
    ]
    return [*dimensions, *spec.measures, STATUS]


def _key(row: Mapping[str, str], spec: Aggregate) -> Key:
    found = []
    for name, about in spec.dimensions.items():
        labels = [row[f"{name}_{level}"] for level in about.levels] or [row[name]]
        members = labels[: labels.index(TOTAL)] if TOTAL in labels else labels
        if set(labels[len(members) :]) - {TOTAL}:
            raise UnusableError
        found.append(tuple(members))
    return tuple(found)


def _number(text: str, decimals: int) -> float:
    if text == "":
        return float("nan")
    value = Decimal(text).scaleb(decimals)
    if not value.is_finite():
        raise UnusableError
    return float(value.to_integral_value())


def _matrix(rows: Sequence[Mapping[int, float]], width: int) -> sparse.csr_array:
    starts = np.cumsum([0, *(len(row) for row in rows)])
    columns: npt.NDArray[np.int64] = np.array([cell for row in rows for cell in row], np.int64)
    signs = np.array([sign for row in rows for sign in row.values()], np.float64)
    return sparse.csr_array((signs, columns, starts), shape=(len(rows), width))
