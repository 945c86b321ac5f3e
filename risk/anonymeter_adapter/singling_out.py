"""Predicates that isolate one person in the candidate: do they isolate one person in the original?

Predicates are made as anonymeter makes them (``predicates``). Its evaluator cannot be used: it drops
duplicate rows first, so that eleven equal persons look like one who can be singled out.

*Several predicates, one person.* Predicates made from the same record, or that isolate the same
person, are tries at one person. They count for as many independent ones as n² / Σm², where m
predicates concern each record or person (Kish 1965, Survey Sampling, 8.2, for clusters whose members
are all alike); the smaller of the two numbers holds, for the bounds and for "too few targets".

*A control of another size.* A predicate isolates more or less often in a larger group, whoever was
in the training set. The library corrects for that with a fitted curve; drawing the original down to
the control's size hides copies instead: of an exact copy, only the share that was drawn is found.
Here the control stands in for as many originals, drawn at random: the predicate must isolate a
control person among the control *and the originals that were not drawn*, a group of the original's
size. The mean over all draws needs no draw: with c originals matched and a control that is a share r of
the originals, nobody else matches with probability r^c. The control is then worth r times as many
attacks, so that up to 1/r times as many predicates are tried. With equal sizes r = 1, and this is the
plain comparison.
"""

from collections.abc import Mapping
from math import ceil

import numpy as np

from risk.anonymeter_adapter.frames import Frames
from risk.anonymeter_adapter.outcome import Outcome
from risk.anonymeter_adapter.predicates import (
    NOTHING,
    TOP,
    Counts,
    Made,
    Matches,
    Mode,
    Predicates,
    Table,
    make,
    match,
    tables,
    widths,
)
from risk.attackers.interface import Detail
from risk.labels import Labels, combine
from risk.statistics import Rate, effective_targets

MOST = 4.0
"""Times the predicates asked for, where the control is smaller than the original."""
ALONE = "persons_alone"
"""Detail: persons of the candidate who differ from every other on all columns."""


def attack(frames: Frames, mode: Mode, asked: int, random: np.random.Generator) -> Outcome:
    """Try ``asked`` predicates, or as many as could be made.

    When the candidate holds no person who is alone on all columns, no predicate can isolate
    anybody: all attacks asked for are then failures. Univariate predicates are enumerated, so that
    those that exist are all that can be asked for.
    """
    if not frames.columns:
        return Outcome(asked, Rate(0, 0), Rate(0, 0), problems=("too_few_columns",))
    columns = 1 if mode is Mode.UNIVARIATE else widths(len(frames.columns))[0]
    asked = balanced(asked, frames)
    views = tables(frames, random)
    baseline = _stranger(views, columns, asked, random)
    alone = _alone(views["candidate"])
    made = make(views["candidate"], mode, asked, random) if alone else NOTHING
    existing = made.existing
    details: dict[str, Detail] = {"predicates": existing, "control_persons": frames.controls}
    details[ALONE] = alone
    if not existing and (mode is Mode.UNIVARIATE or made is NOTHING):
        return Outcome(asked, Rate(0, asked), baseline, _no_control(frames, asked), (), details)
    hits = made.on(views["original"])
    independent = _independent(made, hits)
    isolated = hits.records[hits.counts == 1]
    control = None
    if "control" in views:
        share = min(1.0, views["control"].rows / max(1, views["original"].rows))
        controls = made.on(views["control"], 2)
        control = control_rate(hits.counts, controls.counts, share, _independent(made, controls))
    return Outcome(
        attempted=min(asked, existing) if mode is Mode.UNIVARIATE else asked,
        attack=Rate(len(isolated), len(hits.counts), independent),
        baseline=baseline,
        control=control,
        problems=made.problems,
        details=details | {"persons_isolated": len(np.unique(isolated))},
    )


def balanced(asked: int, frames: Frames) -> int:
    """Predicates to try so that the control is worth ``asked`` of them, up to :data:`MOST` times as many."""
    if not frames.controls or not frames.originals:
        return asked
    return ceil(asked * min(MOST, max(1.0, frames.originals / frames.controls)))


def _independent(made: Made, found: Matches) -> float:
    """As how many independent tries the predicates count: see above."""
    alone = found.counts == 1
    persons = np.where(alone, found.records, made.records + int(found.records.max(initial=0)) + 1)
    return min(effective_targets(made.records), effective_targets(persons))


def control_rate(originals: Counts, controls: Counts, share: float, independent: float | None = None) -> Rate:
    """Success against control persons, in a group as large as the original.

    ``originals`` and ``controls``: persons that each predicate matches; ``share``: size of the
    control over that of the original, at most 1; ``independent``: as how many independent tries
    the predicates count. Successes are rounded down, which can only raise the risk.
    """
    worth = int(len(originals) * share)
    alone = np.where(controls == 1, share ** originals.astype(np.float64), 0.0)
    effective = None if independent is None else min(float(worth), independent * share)
    return Rate(min(worth, int(alone.sum() + 1e-9)), worth, effective)


def _no_control(frames: Frames, asked: int) -> Rate | None:
    return None if frames.controls is None else Rate(0, asked)


def _alone(table: Table) -> int:
    """Persons who differ from every other: nobody else can be isolated by any predicate."""
    columns = [Labels(ranks.astype(np.int64) + 1, int(ranks.max(initial=0)) + 2) for ranks in table.columns]
    return int((combine([*columns, columns[0]]).sizes == 1).sum())


def _stranger(views: Mapping[str, Table], combined: int, asked: int, random: np.random.Generator) -> Rate:
    """Predicates of one who knows the values that exist, but no record."""
    candidate = views["candidate"]
    values = [np.unique(ranks[ranks >= 0]) for ranks in candidate.columns]
    usable = np.array([place for place, known in enumerate(values) if len(known)], dtype=np.int64)
    if len(usable) < combined:
        return Rate(0, asked)
    columns = usable[random.random((asked, len(usable))).argsort(axis=1)[:, :combined]]
    low = np.zeros(columns.shape, dtype=np.int32)
    high = np.full(columns.shape, TOP, dtype=np.int32)
    kinds = random.integers(0, 3, columns.shape)
    for place in usable.tolist():
        mine = columns == place
        drawn = random.choice(values[place], int(mine.sum()))
        kind = 0 if candidate.categories[place] else kinds[mine]
        low[mine] = np.where(kind == 1, 0, drawn)
        high[mine] = np.where(kind == 2, TOP, drawn)
    alone = match(views["original"], Predicates(columns, low, high), 2).counts == 1
    return Rate(int(alone.sum()), asked)
