"""One measure of an aggregated table, and how wide its hidden cells must stay."""

from dataclasses import dataclass

import numpy as np

from anonymize.aggregated.rules import Flags, Rules, Values


@dataclass(frozen=True)
class Asked:
    """The protection of an aggregated table."""

    floor: int = 11
    """Distinct persons under which a cell is not published, and least width of a hidden count."""
    dominance: float = 0.85
    """Largest share of a sum that one person may make."""
    protection: float = 0.2
    """Least width of the interval of a cell that is hidden for itself, as a share of its value."""


@dataclass(frozen=True)
class Measure:
    """Values of all cells, and what everybody knows of them."""

    name: str
    values: Values
    rules: Rules
    additive: bool
    """Whether a total is the sum of its parts along every dimension."""
    required: Values
    """Width asked of each cell if it is hidden."""


def primary_cells(persons: Values, largest: Values, asked: Asked) -> Flags:
    """Cells hidden for themselves: fewer persons than the floor, or one person makes too much of a sum.

    ``largest``: measure × cell, share of the largest contributor.
    """
    few = persons < asked.floor
    return few if not len(largest) else few | (largest > asked.dominance).any(axis=0)


def width_of_count(values: Values, primary: Flags, asked: Asked) -> Values:
    """The floor of persons, and the share of the value for a cell that is hidden for itself."""
    return np.where(primary, np.maximum(asked.floor, asked.protection * values), float(asked.floor))


def width_of_sum(values: Values, persons: Values, primary: Flags, asked: Asked) -> Values:
    """The share of the value, or of what a person has on average over the table if that is more."""
    most = int(np.argmax(persons))
    average = float(values[most] / persons[most]) if len(persons) else 0.0
    own = np.where(primary, values, 0.0)
    return asked.protection * np.maximum(own, average)
