"""The person table: attributes, number of events, and of each family of codes; drawn column after column."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from synth.fitted.conditional import draw, raked
from synth.fitted.domains import Domain, Encoded, Floats, Ints
from synth.fitted.quantities import encode_numbers
from synth.fitted.strata import Margin, Margins, draw_held, tied
from synth.fitted.trees import Predictor, Tree, grow

TOTAL, FAMILY, GROUP = "\x1fevents", "\x1ffamily", "\x1fgroup"
"""Endings of made-up columns: events of an entity, of one of its families, of families of one wider class."""
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
    """Of a family, the events of its group or else of all; of a group, those of all."""
    margin: Margin | None = None
    """Its share by age and sex."""


@dataclass(frozen=True)
class Drawn:
    """Persons: an index and, for numbers, a value in each column."""

    index: dict[str, Ints]
    numbers: dict[str, Floats]


def fit_people(
    columns: Mapping[str, Encoded],
    counts: Mapping[str, Floats],
    wider: Mapping[str, str],
    within: Mapping[str, str],
    leaf: int,
    floor: int,
    seed: int,
) -> tuple[PersonColumn, ...]:
    """A tree for each column; ``counts``: the real numbers of events, by column that is one.

    What strata are made of (a sex, an age) comes first, then the other columns in order; families of one
    group (``wider``: the column of the group) come together, after the events of the group. Numbers of
    events and what goes with something else have a margin; what goes with nothing is left to its tree.
    """
    size = len(next(iter(columns.values())).index) if columns else 0
    group, order = _grouping({name: one.domain for name, one in columns.items() if name not in within})
    apart = [name for name in columns if name in (group, order)]
    columns, counts = _with_groups(columns, counts, wider, floor)
    margins = Margins(group, order, {name: columns[name].index for name in apart}, size, floor)
    part_of = {name: wider.get(name, _total(name)) for name in columns}
    others = {name: one.index for name, one in columns.items() if name not in apart}
    totals = {name for name in others if name.endswith(TOTAL)}
    held = totals | tied({name: index for name, index in others.items() if name not in totals}, part_of)
    features: list[Predictor] = []
    left: dict[str, Predictor] = {}
    found: list[PersonColumn] = []
    for name in [*apart, *(name for name in columns if name not in apart)]:
        encoded = columns[name]
        target = encoded.index
        if name in within:
            target = np.where(columns[within[name]].index == 2, target, -1)
        tree = grow([*features, *left.values()], target, encoded.domain, leaf, seed + len(found))
        margin = margins.add(name, target) if name in held else None
        found.append(PersonColumn(name, encoded.domain, tree, within.get(name, ""), part_of[name], margin))
        features.append(Predictor.of(encoded.domain.centres[np.maximum(encoded.index, 0)]))
        if part_of[name]:
            left[part_of[name]] = Predictor.of(left[part_of[name]].values - counts[name])
        if name.endswith(TOTAL) or GROUP in name:
            left[name] = Predictor.of(counts[name])
    return tuple(found)


def _with_groups(
    columns: Mapping[str, Encoded], counts: Mapping[str, Floats], wider: Mapping[str, str], floor: int
) -> tuple[dict[str, Encoded], dict[str, Floats]]:
    """The columns, and the events of each group before its families, which follow one another."""
    found: dict[str, Encoded] = {}
    every = dict(counts)
    everyone = np.arange(len(next(iter(columns.values())).index)) if columns else np.zeros(0, np.int64)
    for name, encoded in columns.items():
        group = wider.get(name, "")
        if group and group not in found:
            members = [one for one in columns if wider.get(one) == group]
            every[group] = np.sum([counts[one] for one in members], axis=0)
            found[group] = encode_numbers(every[group], everyone, floor, published=False)
            found |= {one: columns[one] for one in members}
        found.setdefault(name, encoded)
    return found, every


def draw_people(columns: tuple[PersonColumn, ...], size: int, rng: np.random.Generator) -> Drawn:
    """``size`` persons; the events that a family leaves of the total tell those of the next."""
    drawn = Drawn({}, {})
    features: list[Floats] = []
    left: dict[str, Floats] = {}
    group, years = _grouping({one.name: one.domain for one in columns if not one.within})
    alike = np.zeros(size, np.int64)
    for column in columns:
        leaf = column.tree.leaves([*features, *left.values()], size)
        index = _indices(column, leaf, drawn.index, alike, rng)
        if column.name == group:
            alike = alike + (index << 32)
        elif column.name == years:
            alike = alike + index
        numbers = column.domain.numbers(index, rng)
        if column.part_of:
            numbers = np.nan_to_num(numbers)
            left[column.part_of] = left[column.part_of] - numbers
        if column.name.endswith(TOTAL) or GROUP in column.name:
            numbers = np.nan_to_num(numbers)
            left[column.name] = numbers.copy()
        drawn.index[column.name], drawn.numbers[column.name] = index, numbers
        features.append(column.domain.centres[index])
    return drawn


def _indices(
    column: PersonColumn, leaf: Ints, drawn: Mapping[str, Ints], alike: Ints, rng: np.random.Generator
) -> Ints:
    """A value for each person, 0 for those who have no row of the column's table."""
    level, size = column.tree.level, len(leaf)
    there = drawn[column.within] == 2 if column.within else np.ones(size, bool)
    if size < MANY:
        return np.where(there, draw((level,), [leaf], rng, alike), 0)
    level = raked(level, leaf, column.domain.size)
    if column.margin is None:
        return np.where(there, draw((level,), [leaf], rng, alike), 0)
    return draw_held(column.margin, level, leaf, drawn, there, alike, rng)


def _grouping(domains: Mapping[str, Domain]) -> tuple[str, str]:
    """The first column of two to four values (a sex) and the first of more numbers (an age), '' when none is.

    Each column that follows is drawn as evenly among persons who are alike in both as among all.
    """
    own = {name: domain for name, domain in domains.items() if "\x1f" not in name}
    few = (name for name, domain in own.items() if 2 <= domain.size - 1 <= FEW)
    numbers = (name for name, domain in own.items() if len(domain.starts) - 1 > FEW)
    return next(few, ""), next(numbers, "")


def unlinked(
    columns: Mapping[str, Encoded], within: Mapping[str, str], seed: int
) -> tuple[PersonColumn, ...]:
    """The columns with no tree: for persons that something else draws, see :func:`drawn_from`."""
    return tuple(
        PersonColumn(
            name,
            encoded.domain,
            grow((), encoded.index, encoded.domain, 1, seed),
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
    return name.rpartition("\x1f")[0] + TOTAL if FAMILY in name or GROUP in name else ""
