"""One column of an event given the others: the model, its fit, its draw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from synth.fitted import conditional
from synth.fitted.conditional import Level, best_weight, chances, tabulate
from synth.fitted.contexts import EACH, Context, choose, keys
from synth.fitted.counting import coded, places
from synth.fitted.domains import Domain, Encoded, Ints
from synth.fitted.frames import Nature
from synth.fitted.people import FAMILY


@dataclass(frozen=True)
class ColumnModel:
    """How a column is drawn."""

    name: str
    nature: Nature
    domain: Domain
    contexts: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    """From all the contexts to none."""
    strict: bool = False
    """Whether an unknown first context leaves the column empty, rather than any value."""
    within: str = ""
    """Name of the column that says whether the row of its table exists."""
    reference: str = ""
    """Of a day: the day that it is counted from."""
    monthly: bool = False
    """Of a day: counted in months, always the first of one."""


def fit_column(
    column: ColumnModel,
    encoded: Encoded,
    pool: Mapping[str, Context],
    person: Ints,
    floor: int,
    seed: int,
    forced: Sequence[str] = (),
) -> ColumnModel:
    """Choose the contexts of the column among ``pool`` and count its values in them."""
    value = encoded.index
    there = np.flatnonzero(pool[column.within].index == 2) if column.within else np.arange(len(value))
    value, person = value[there], person[there]
    names = choose(value, pool, there, person, forced, seed, 1 if forced else EACH)
    least = 2 if column.nature is Nature.CODE else 1
    levels: list[Level] = []
    wanted = keys(names, {name: pool[name].at(there) for name in names}, len(value))
    one, rows = _alike(wanted[0], value)
    wider = np.zeros(len(one))
    for key in reversed(wanted):
        escape = bool(forced) and forced[0] == FAMILY and len(levels) > 0
        level = tabulate(key, value, person, floor if levels else 1, least=least, escape=escape)
        if levels:
            level = replace(level, weight=best_weight(level, key[one], value[one], wider, rows))
        wider = chances(level, key[one], value[one], wider)
        levels.append(level)
    return replace(column, contexts=names, levels=tuple(reversed(levels)))


def _alike(key: Ints, value: Ints) -> tuple[Ints, Ints]:
    """A row of each key and value that is learnt, and how many there are like it."""
    known = np.flatnonzero(value >= 0)
    place = coded(key[known])[1]
    cells, cell = coded(place * (int(value.max(initial=0)) + 1) + value[known])
    one = np.empty(len(cells), np.int64)
    one[cell] = known
    return one, np.bincount(cell, minlength=len(cells))


def draw_column(
    column: ColumnModel, pool: Mapping[str, Context], size: int, rng: np.random.Generator
) -> Ints:
    """An index of the domain for each row."""
    wanted = keys(column.contexts, pool, size)
    found = conditional.draw(column.levels, wanted, rng)
    if column.strict and len(wanted) > 1:
        level = column.levels[-2]
        known = (
            level.keys[places(level.keys, wanted[-2])] == wanted[-2]
            if len(level.keys)
            else np.zeros(size, bool)
        )
        found = np.where(known, found, 0)
    if column.within:
        found = np.where(pool[column.within].index == 2, found, 0)
    return found
