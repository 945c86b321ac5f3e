"""The person table: attributes, number of events, and of each family of codes; drawn column after column."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from synth.fitted.conditional import draw, raked
from synth.fitted.domains import Domain, Encoded, Floats, Ints
from synth.fitted.trees import Tree, grow

TOTAL, FAMILY = "\x1fevents", "\x1ffamily"
"""Endings of made-up columns: events of an entity, and events of one of its families."""
FEW = 4
"""Codes of a column that tells groups of persons apart, at most; one that orders them has more numbers."""
MANY = 1000
"""Persons drawn together from which the shares of each column are held to those of the source."""


@dataclass(frozen=True)
class PersonColumn:
    """A column of the person table and its tree."""

    name: str
    domain: Domain
    tree: Tree
    within: str = ""
    """Column that says whether the person has a row in the table it comes from."""
    part_of: str = ""
    """Of a family: the number of events that it is counted in."""


@dataclass(frozen=True)
class Drawn:
    """Persons: an index and, for numbers, a value in each column."""

    index: dict[str, Ints]
    numbers: dict[str, Floats]


def fit_people(
    columns: Mapping[str, Encoded],
    counts: Mapping[str, Floats],
    within: Mapping[str, str],
    leaf: int,
    seed: int,
) -> tuple[PersonColumn, ...]:
    """A tree for each column, in order; ``counts``: the real numbers of events, by column that is one."""
    size = len(next(iter(columns.values())).index) if columns else 0
    features: list[Floats] = []
    left: dict[str, Floats] = {}
    found: list[PersonColumn] = []
    for name, encoded in columns.items():
        total = _total(name)
        matrix = np.column_stack([*features, *left.values()]) if features else np.zeros((size, 0))
        target = encoded.index
        if name in within:
            target = np.where(columns[within[name]].index == 2, target, -1)
        tree = grow(matrix, target, encoded.domain, leaf, seed + len(found))
        found.append(PersonColumn(name, encoded.domain, tree, within.get(name, ""), total))
        features.append(encoded.domain.centres[np.maximum(encoded.index, 0)])
        if name.endswith(TOTAL):
            left[name] = counts[name].copy()
        elif total:
            left[total] = left[total] - counts[name]
    return tuple(found)


def draw_people(columns: tuple[PersonColumn, ...], size: int, rng: np.random.Generator) -> Drawn:
    """``size`` persons; the events that a family leaves of the total tell those of the next."""
    drawn = Drawn({}, {})
    features: list[Floats] = []
    left: dict[str, Floats] = {}
    group, years = _grouping(columns)
    alike = np.zeros(size, np.int64)
    for column in columns:
        matrix = np.column_stack([*features, *left.values()]) if features else np.zeros((size, 0))
        leaf = column.tree.leaves(matrix)
        level = raked(column.tree.level, leaf, column.domain.size) if size >= MANY else column.tree.level
        index = draw((level,), [leaf], rng, alike)
        if column.name == group:
            alike = alike + (index << 32)
        elif column.name == years:
            alike = alike + index
        if column.within:
            index = np.where(drawn.index[column.within] == 2, index, 0)
        numbers = column.domain.numbers(index, rng)
        if column.part_of:
            numbers = np.nan_to_num(numbers)
            left[column.part_of] = left[column.part_of] - numbers
        elif column.name.endswith(TOTAL):
            numbers = np.nan_to_num(numbers)
            left[column.name] = numbers.copy()
        drawn.index[column.name], drawn.numbers[column.name] = index, numbers
        features.append(column.domain.centres[index])
    return drawn


def _grouping(columns: tuple[PersonColumn, ...]) -> tuple[str, str]:
    """The first column of two to four codes (a sex) and the first of numbers (an age), '' when there is none.

    Each column that follows is drawn as evenly among persons who are alike in both as among all.
    """
    own = [one for one in columns if "\x1f" not in one.name and not one.within]
    codes = (one.name for one in own if 2 <= len(one.domain.labels) <= FEW)
    numbers = (one.name for one in own if len(one.domain.starts) > FEW)
    return next(codes, ""), next(numbers, "")


def unlinked(
    columns: Mapping[str, Encoded], within: Mapping[str, str], seed: int
) -> tuple[PersonColumn, ...]:
    """The columns with no tree: for persons that something else draws, see :func:`drawn_from`."""
    return tuple(
        PersonColumn(
            name,
            encoded.domain,
            grow(np.zeros((len(encoded.index), 0)), encoded.index, encoded.domain, 1, seed),
            within.get(name, ""),
            _total(name),
        )
        for name, encoded in columns.items()
    )


def drawn_from(
    columns: tuple[PersonColumn, ...], index: Mapping[str, Ints], numbers: Mapping[str, Floats]
) -> Drawn:
    """Persons that something else drew, held to what the trees hold by construction.

    What is told of a row that a person has not is missing, and the events of a person are those of the
    families together.
    """
    drawn = Drawn({}, {})
    parts: dict[str, Floats] = {}
    for column in columns:
        own, values = index[column.name], numbers[column.name]
        if column.within:
            there = drawn.index[column.within] == 2
            own, values = np.where(there, own, 0), np.where(there, values, np.nan)
        if column.part_of or column.name.endswith(TOTAL):
            values = np.maximum(np.rint(np.nan_to_num(values)), 0)
        if column.part_of:
            parts[column.part_of] = parts.get(column.part_of, np.zeros(len(own))) + values
        drawn.index[column.name], drawn.numbers[column.name] = own, values
    for column in columns:
        if column.name in parts:
            middles = column.domain.centres[1:]
            place = np.searchsorted((middles[1:] + middles[:-1]) / 2, parts[column.name])
            drawn.index[column.name], drawn.numbers[column.name] = 1 + place, parts[column.name]
    return drawn


def slice_of(drawn: Drawn, first: int, size: int) -> Drawn:
    """``size`` persons from number ``first`` on."""
    kept = slice(first, first + size)
    return Drawn(
        {name: values[kept] for name, values in drawn.index.items()},
        {name: values[kept] for name, values in drawn.numbers.items()},
    )


def _total(name: str) -> str:
    return name.partition(FAMILY)[0] + TOTAL if FAMILY in name else ""
