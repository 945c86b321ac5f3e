"""Two sets of the same tables as arrays that can be compared: codes in one numbering, numbers, days."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Cells = npt.NDArray[Any]
"""Codes as places in the labels of the column, or numbers with NaN where missing."""
MISSING = 0
"""Code of a missing value; the label at place ``n`` has the code ``n + 1``."""


class Nature(StrEnum):
    """How a column is compared."""

    CODE = "code"
    NUMBER = "number"
    DAY = "day"


@dataclass(frozen=True)
class Fact:
    """A column that both sides have."""

    table: str
    column: str
    nature: Nature
    labels: tuple[str, ...] = ()
    """Codes of both sides, sorted; none for numbers and days."""
    money: bool = False
    """Whether the numbers are amounts that add up."""
    telling: bool = False
    """Whether the column is a secret, or has a nomenclature: its codes are what studies count."""

    @property
    def name(self) -> str:
        """``TABLE.COLUMN``."""
        return f"{self.table}.{self.column}"


@dataclass(frozen=True)
class Outline:
    """What is compared, the same for both sides."""

    facts: Mapping[str, tuple[Fact, ...]]
    """Table -> its columns."""
    people: str | None = None
    """The table with one row a person; None when there is none."""
    age: str | None = None
    sex: str | None = None
    """Columns of that table."""
    calendar: frozenset[str] = frozenset()
    """Tables whose days are dates, so that they have months."""
    left_out: tuple[str, ...] = ()
    """Columns of free text or of numbers of things, which are not compared."""

    def fact(self, table: str, column: str | None) -> Fact | None:
        """The column, if it is compared."""
        return next((one for one in self.facts.get(table, ()) if one.column == column), None)


@dataclass(frozen=True)
class Sheet:
    """One table of one side."""

    person: Ints
    """Number of the person of each row."""
    columns: Mapping[str, Cells]
    day: Floats | None = None
    """When each row happens: days since 1970, or since an origin that all persons share."""

    @property
    def rows(self) -> int:
        """How many there are."""
        return len(self.person)

    def at(self, rows: Cells) -> "Sheet":
        """Some of the rows, by mask or by place."""
        columns = {name: values[rows] for name, values in self.columns.items()}
        return Sheet(self.person[rows], columns, None if self.day is None else self.day[rows])


@dataclass(frozen=True)
class Side:
    """All tables of one side."""

    persons: int
    sheets: Mapping[str, Sheet]

    def of(self, chosen: npt.NDArray[np.bool_]) -> "Side":
        """Only the ``chosen`` persons, numbered anew."""
        number = np.cumsum(chosen) - 1
        kept = {name: sheet.at(chosen[sheet.person]) for name, sheet in self.sheets.items()}
        return Side(
            int(chosen.sum()),
            {
                name: Sheet(number[sheet.person].astype(np.int64), sheet.columns, sheet.day)
                for name, sheet in kept.items()
            },
        )


def halves(side: Side, seed: int) -> tuple[Side, Side]:
    """Two halves of the persons: how near one sample of real persons is to another."""
    chosen = np.zeros(side.persons, dtype=bool)
    chosen[np.random.default_rng([seed, 71]).permutation(side.persons)[: side.persons // 2]] = True
    return side.of(chosen), side.of(~chosen)


def shuffled(side: Side, seed: int) -> Side:
    """Each column in an order of its own: its values are right, and what links them is lost."""
    rng = np.random.default_rng([seed, 72])
    sheets = {}
    for name, sheet in side.sheets.items():
        columns = {one: values[rng.permutation(sheet.rows)] for one, values in sheet.columns.items()}
        day = None if sheet.day is None else sheet.day[rng.permutation(sheet.rows)]
        sheets[name] = Sheet(sheet.person[rng.permutation(sheet.rows)], columns, day)
    return Side(side.persons, sheets)
