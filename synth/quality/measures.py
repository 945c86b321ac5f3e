"""Every distance between two sides, by family: from 0 (the same) to 1, or a relative deviation.

The first side is the reference: it says where numbers are cut, which codes are frequent, which pairs exist.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np

from synth.quality.fidelity import gaps, kolmogorov_smirnov, seasonality
from synth.quality.sides import MISSING, Cells, Fact, Floats, Ints, Nature, Outline, Sheet, Side

PREFIX = 3
"""Characters of a code that say its class (ICD-10 category, ATC level two)."""
BINS = 8
FREQUENT = 30
"""Codes of a column that are told apart in pairs; the others are one."""
COLUMNS = 14
"""Columns of a table whose pairs are compared, the first ones."""
PERSONS = 200
"""Real persons of a class of age and sex, at least, for what is compared in it."""
EVENTS = 100
"""Events of a code, at least, for its persistence and its season."""
WITHIN = 60
"""Days in which a treatment that goes on is delivered again."""


class Family(StrEnum):
    """What is compared, in the order of the report."""

    MARGINS = "margins"
    PAIRS = "pairs"
    CONDITIONAL = "conditional"
    CARDINALITY = "cardinality"
    GAPS = "gaps"
    COST = "cost"
    PERSISTENCE = "persistence"
    SEASON = "season"
    CONSISTENCY = "consistency"


@dataclass(frozen=True)
class Measure:
    """One distance."""

    family: Family
    name: str
    """``TABLE``, ``TABLE.COLUMN``, or two of them joined by ``×``."""
    how: str
    """``tv``: total variation; ``ks``: Kolmogorov-Smirnov; ``relative``; ``absent``: of no known pair."""
    value: float


def compare(
    outline: Outline, one: Side, other: Side, floor: int, least: int = PERSONS
) -> tuple[Measure, ...]:
    """All measures of ``other`` against ``one``; nothing rests on a code of fewer than ``floor`` persons.

    ``least``: persons of ``one`` in a class of age and sex for what is compared in it.
    """
    found: list[Measure] = []
    for family, measure in _MEASURES.items():
        for table in outline.facts:
            pair = (one.sheets[table], other.sheets[table])
            if all(sheet.rows for sheet in pair):
                ask = _Ask(outline, table, one, other, *pair, floor, least)
                found += [Measure(family, *line) for line in measure(ask)]
    return tuple(found)


def rare_codes(outline: Outline, real: Side, made: Side, floor: int) -> dict[str, int]:
    """``TABLE.COLUMN`` -> distinct codes of ``made`` that fewer than ``floor`` real persons have, but one."""
    found = {}
    for table, facts in outline.facts.items():
        for fact in facts:
            if fact.nature is Nature.CODE and not _one_row_alone(real, table):
                carried = persons_of(real.sheets[table], fact, real.persons)
                drawn = np.bincount(made.sheets[table].columns[fact.column], minlength=len(carried)) > 0
                found[fact.name] = int(((carried > 0) & (carried < floor) & drawn)[1:].sum())
    return found


def persons_of(sheet: Sheet, fact: Fact, persons: int) -> Ints:
    """Distinct persons of each code of a column."""
    pairs = np.unique(sheet.columns[fact.column].astype(np.int64) * persons + sheet.person)
    found: Ints = np.bincount(pairs // max(persons, 1), minlength=len(fact.labels) + 1).astype(np.int64)
    return found


def variation(one: Cells, other: Cells, size: int) -> float:
    """Total variation between codes under ``size``: half the sum of the differences of their shares."""
    mine, theirs = (np.bincount(codes, minlength=size) / max(len(codes), 1) for codes in (one, other))
    return float(np.abs(mine - theirs).sum() / 2)


def person_cells(outline: Outline, one: Side, other: Side) -> tuple[Ints, Ints, int]:
    """Class of age and sex of each person of both sides, -1 where unknown, and how many there are."""
    names = [name for name in (outline.age, outline.sex) if name is not None]
    facts = [fact for name in names if (fact := outline.fact(outline.people or "", name)) is not None]
    if not facts or outline.people is None:
        return np.zeros(one.persons, np.int64), np.zeros(other.persons, np.int64), 1
    sheets = [side.sheets[outline.people] for side in (one, other)]
    cells = [np.zeros(sheet.rows, np.int64) for sheet in sheets]
    size = 1
    for fact in facts:
        *binned, width = bins(fact, *(sheet.columns[fact.column] for sheet in sheets))
        cells = [cell * width + own for cell, own in zip(cells, binned, strict=True)]
        size *= width
    found = []
    for side, sheet, cell in zip((one, other), sheets, cells, strict=True):
        at = np.full(side.persons, -1, np.int64)
        at[sheet.person] = cell
        found.append(at)
    return found[0], found[1], size


def bins(fact: Fact, one: Cells, other: Cells) -> tuple[Ints, Ints, int]:
    """A column in few groups: frequent codes, or numbers cut where those of ``one`` are; and how many."""
    if fact.nature is Nature.CODE:
        counts = np.bincount(one, minlength=len(fact.labels) + 1)
        counts[MISSING] = 0
        frequent = np.argsort(-counts, kind="stable")[:FREQUENT]
        lookup = np.ones(len(counts), np.int64)
        lookup[frequent] = 2 + np.arange(len(frequent))
        lookup[MISSING] = 0
        return lookup[one], lookup[other], 2 + FREQUENT
    known = one[~np.isnan(one)]
    cuts = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1])) if len(known) else np.zeros(0)
    cut = [np.where(np.isnan(side), 0, 1 + np.searchsorted(cuts, side, side="left")) for side in (one, other)]
    return cut[0], cut[1], 2 + len(cuts)


@dataclass(frozen=True)
class _Ask:
    """One table of both sides."""

    outline: Outline
    table: str
    one: Side
    other: Side
    mine: Sheet
    theirs: Sheet
    floor: int
    least: int

    @property
    def facts(self) -> tuple[Fact, ...]:
        return self.outline.facts[self.table]

    def cells(self, fact: Fact) -> tuple[Cells, Cells]:
        return self.mine.columns[fact.column], self.theirs.columns[fact.column]


Line = tuple[str, str, float]


def _margins(ask: _Ask) -> Iterator[Line]:
    for fact in ask.facts:
        mine, theirs = ask.cells(fact)
        if fact.nature is not Nature.CODE:
            yield fact.name, "ks", _numbers_apart(mine, theirs)
            continue
        yield fact.name, "tv", variation(mine, theirs, len(fact.labels) + 1)
        classes = prefixes(fact)
        if classes is not None:
            yield (
                f"{fact.name}[:{PREFIX}]",
                "tv",
                variation(classes[mine], classes[theirs], len(fact.labels) + 1),
            )


def prefixes(fact: Fact) -> Ints | None:
    """Code -> number of its class, by the first characters; None when codes are short or few."""
    texts = fact.labels
    if len(texts) < 20 or sum(len(text) > PREFIX for text in texts) * 2 < len(texts):
        return None
    _, index = np.unique([text[:PREFIX] for text in texts], return_inverse=True)
    found: Ints = np.concatenate([[0], 1 + index]).astype(np.int64)
    return found


def _numbers_apart(mine: Cells, theirs: Cells) -> float:
    """A missing number is less than any other."""
    lows = [np.where(np.isnan(side), -np.inf, side) for side in (mine, theirs)]
    return kolmogorov_smirnov(lows[0], lows[1])


def _pairs(ask: _Ask) -> Iterator[Line]:
    facts = ask.facts[:COLUMNS]
    grouped = {fact.name: bins(fact, *ask.cells(fact)) for fact in facts}
    for first, second in combinations(facts, 2):
        (mine, theirs, _), (own, their, width) = grouped[first.name], grouped[second.name]
        size = grouped[first.name][2] * width
        yield (
            f"{first.name} × {second.column}",
            "tv",
            variation(mine * width + own, theirs * width + their, size),
        )


def _conditional(ask: _Ask) -> Iterator[Line]:
    mine, theirs, size = person_cells(ask.outline, ask.one, ask.other)
    if size < 2:
        return
    persons = np.bincount(mine[mine >= 0], minlength=size)
    large = np.flatnonzero(persons >= max(ask.least, ask.floor))
    own, their = mine[ask.mine.person], theirs[ask.theirs.person]
    masks = [(own == cell, their == cell, persons[cell]) for cell in large]
    skipped = (ask.outline.age, ask.outline.sex) if ask.table == ask.outline.people else ()
    for fact in ask.facts:
        if fact.column not in skipped and masks:
            one, other = ask.cells(fact)
            apart = _codes_apart(fact) if fact.nature is Nature.CODE else _numbers_apart
            how = "tv" if fact.nature is Nature.CODE else "ks"
            told = [(apart(one[a], other[b]), weight) for a, b, weight in masks if a.any()]
            if told:
                values, weights = zip(*told, strict=True)
                yield fact.name, how, float(np.average(values, weights=weights))


def _codes_apart(fact: Fact) -> Callable[[Cells, Cells], float]:
    return lambda one, other: variation(one, other, len(fact.labels) + 1)


def _cardinality(ask: _Ask) -> Iterator[Line]:
    if ask.table == ask.outline.people:
        return
    counts = [
        np.bincount(sheet.person, minlength=side.persons).astype(float)
        for side, sheet in ((ask.one, ask.mine), (ask.other, ask.theirs))
    ]
    yield ask.table, "ks", kolmogorov_smirnov(counts[0], counts[1])


def _dated(sheet: Sheet) -> tuple[Ints, Ints, Cells]:
    day = sheet.day if sheet.day is not None else np.zeros(0)
    there = np.flatnonzero(~np.isnan(day))
    return sheet.person[there], day[there].astype(np.int64), there


def _gaps(ask: _Ask) -> Iterator[Line]:
    if ask.mine.day is None or ask.theirs.day is None:
        return
    apart = [gaps(*_dated(sheet)[:2]) for sheet in (ask.mine, ask.theirs)]
    if all(len(one) for one in apart):
        yield ask.table, "ks", kolmogorov_smirnov(apart[0], apart[1])


def _cost(ask: _Ask) -> Iterator[Line]:
    for fact in ask.facts:
        if fact.money:
            totals = [
                np.bincount(sheet.person, np.nan_to_num(values), side.persons)
                for side, sheet, values in zip(
                    (ask.one, ask.other), (ask.mine, ask.theirs), ask.cells(fact), strict=True
                )
            ]
            yield fact.name, "ks", kolmogorov_smirnov(np.round(totals[0], 2), np.round(totals[1], 2))


def _frequent(ask: _Ask) -> Iterator[tuple[Fact, Ints]]:
    """Columns of codes that events are followed by, and their codes that enough persons and events have."""
    for fact in ask.facts:
        if fact.nature is Nature.CODE and (fact.telling or len(fact.labels) >= 5):
            codes = ask.mine.columns[fact.column]
            events = np.bincount(codes, minlength=len(fact.labels) + 1)
            carried = persons_of(ask.mine, fact, ask.one.persons)
            wanted = np.flatnonzero((events >= EVENTS) & (carried >= ask.floor))
            wanted = wanted[wanted != MISSING]
            if len(wanted):
                yield fact, wanted[np.argsort(-events[wanted], kind="stable")][:FREQUENT]


def _persistence(ask: _Ask) -> Iterator[Line]:
    if ask.mine.day is None or ask.theirs.day is None:
        return
    for fact, wanted in _frequent(ask):
        size = len(fact.labels) + 1
        shares, events = zip(*(_again(sheet, fact, size) for sheet in (ask.mine, ask.theirs)), strict=True)
        kept = wanted[shares[0][wanted] >= 0.1]
        if len(kept):
            deviation = np.abs(shares[1][kept] - shares[0][kept]) / shares[0][kept]
            yield fact.name, "relative", float(np.average(deviation, weights=events[0][kept]))


def _again(sheet: Sheet, fact: Fact, size: int) -> tuple[Floats, Ints]:
    """Code -> share of its events that the same person has again within :data:`WITHIN` days; its events."""
    person, day, rows = _dated(sheet)
    codes = sheet.columns[fact.column][rows].astype(np.int64)
    order = np.lexsort((day, codes, person))
    own, who, when = codes[order], person[order], day[order]
    again = np.zeros(len(own))
    again[:-1] = (own[1:] == own[:-1]) & (who[1:] == who[:-1]) & (when[1:] - when[:-1] <= WITHIN)
    events = np.bincount(own, minlength=size)
    return np.bincount(own, again, size) / np.maximum(events, 1), events


def _season(ask: _Ask) -> Iterator[Line]:
    if ask.table not in ask.outline.calendar or ask.mine.day is None or ask.theirs.day is None:
        return
    (_, mine, rows), (_, theirs, others) = _dated(ask.mine), _dated(ask.theirs)
    if not len(mine) or not len(theirs):
        return
    yield ask.table, "tv", _months_apart(mine, theirs)
    for fact, wanted in _frequent(ask):
        if fact.telling:
            one, other = ask.mine.columns[fact.column][rows], ask.theirs.columns[fact.column][others]
            told = [
                (_months_apart(mine[one == code], theirs[other == code]), int((one == code).sum()))
                for code in wanted
            ]
            values, weights = zip(*told, strict=True)
            yield fact.name, "tv", float(np.average(values, weights=weights))


def _months_apart(one: Ints, other: Ints) -> float:
    return float(np.abs(seasonality(one) - seasonality(other)).sum() / 2)


def _consistency(ask: _Ask) -> Iterator[Line]:
    """Of columns of codes that go together: rows of the other side whose pair this side never has."""
    codes = [fact for fact in ask.facts if fact.nature is Nature.CODE and len(fact.labels) >= 5]
    for first, second in combinations(codes, 2):
        width = len(second.labels) + 1
        (mine, theirs), (own, their) = ask.cells(first), ask.cells(second)
        one = (mine.astype(np.int64) * width + own)[(mine != MISSING) & (own != MISSING)]
        other = (theirs.astype(np.int64) * width + their)[(theirs != MISSING) & (their != MISSING)]
        known = np.unique(one)
        possible = len(np.unique(mine)) * len(np.unique(own))
        if len(known) and len(other) and 2 * len(known) <= possible:
            yield f"{first.name} × {second.column}", "absent", float(1 - np.isin(other, known).mean())


def _one_row_alone(side: Side, table: str) -> bool:
    return side.persons == 0 or table not in side.sheets


_MEASURES: dict[Family, Callable[[_Ask], Iterator[Line]]] = {
    Family.MARGINS: _margins,
    Family.PAIRS: _pairs,
    Family.CONDITIONAL: _conditional,
    Family.CARDINALITY: _cardinality,
    Family.GAPS: _gaps,
    Family.COST: _cost,
    Family.PERSISTENCE: _persistence,
    Family.SEASON: _season,
    Family.CONSISTENCY: _consistency,
}
