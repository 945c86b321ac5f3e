"""Predicates that isolate one person in the candidate: do they isolate one person in the original?

anonymeter makes the predicates; we count. Its evaluator cannot be used: it drops duplicate rows
first, so that eleven equal persons look like one who can be singled out.

*A control of another size.* A predicate isolates more or less often in a larger group, whoever was
in the training set. The library corrects for that with a fitted curve; drawing the original down to
the control's size hides copies instead: of an exact copy, only the share that was drawn is found.
Here the control stands in for as many originals, drawn at random: the predicate must isolate a
control person among the control *and the originals that were not drawn*, a group of the original's
size. The mean over all draws needs no draw: with c originals matched and a control that is a share r of
the originals, nobody else matches with probability r^c. The control is then worth r times as many
attacks. With equal sizes r = 1, and this is the plain comparison.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from risk.anonymeter_adapter.encoding import Column, Floats
from risk.anonymeter_adapter.frames import Frames
from risk.anonymeter_adapter.outcome import Outcome
from risk.anonymeter_adapter.predicates import NOTHING, Counts, Mode, counts, make, tables, widths
from risk.statistics import Rate


def attack(frames: Frames, mode: Mode, asked: int, random: np.random.Generator) -> Outcome:
    """Try ``asked`` predicates, or as many as could be made.

    When the candidate holds no person who is alone on all columns, no predicate can isolate
    anybody: all attacks asked for are then failures. Univariate predicates are enumerated, so that
    those that exist are all that can be asked for.
    """
    if not frames.columns:
        return Outcome(asked, Rate(0, 0), Rate(0, 0), problems=("too_few_columns",))
    columns = 1 if mode is Mode.UNIVARIATE else widths(len(frames.columns))[0]
    baseline = _stranger(frames.columns, columns, asked, random)
    views = tables(frames, random)
    made = make(views["candidate"], mode, asked, random) if _anyone_alone(frames) else NOTHING
    existing = made.existing
    details = {"predicates": existing, "control_persons": frames.controls}
    if not existing and (mode is Mode.UNIVARIATE or made is NOTHING):
        return Outcome(asked, Rate(0, asked), baseline, _no_control(frames, asked), (), details)
    hits = counts(views["original"], made.chosen)
    control = None
    if "control" in views:
        share = min(1.0, len(views["control"]) / max(1, len(views["original"])))
        control = control_rate(hits, counts(views["control"], made.chosen), share)
    return Outcome(
        attempted=min(asked, existing) if mode is Mode.UNIVARIATE else asked,
        attack=Rate(int((hits == 1).sum()), len(made.chosen)),
        baseline=baseline,
        control=control,
        problems=made.problems,
        details=details,
    )


def control_rate(originals: Counts, controls: Counts, share: float) -> Rate:
    """Success against control persons, in a group as large as the original.

    ``originals`` and ``controls``: persons that each predicate matches; ``share``: size of the
    control over that of the original, at most 1. Successes are rounded down, which
    can only raise the risk.
    """
    worth = int(len(originals) * share)
    alone = np.where(controls == 1, share ** originals.astype(np.float64), 0.0)
    return Rate(min(worth, int(alone.sum() + 1e-9)), worth)


def _no_control(frames: Frames, asked: int) -> Rate | None:
    return None if frames.controls is None else Rate(0, asked)


def _anyone_alone(frames: Frames) -> bool:
    """Whether some person of the candidate differs from every other."""
    rows = np.column_stack([np.nan_to_num(column.candidate, nan=np.inf) for column in frames.columns])
    _, sizes = np.unique(rows, axis=0, return_counts=True)
    return bool((sizes == 1).any())


def _stranger(columns: Sequence[Column], combined: int, asked: int, random: np.random.Generator) -> Rate:
    """Predicates of one who knows the values that exist, but no record."""
    alone = 0
    values = [np.unique(column.candidate[~np.isnan(column.candidate)]) for column in columns]
    usable = [place for place, known in enumerate(values) if len(known)]
    if len(usable) < combined:
        return Rate(0, asked)
    for _ in range(asked):
        matched = np.ones(len(columns[0].original), dtype=np.bool_)
        for place in random.choice(usable, combined, replace=False):
            matched &= _compare(columns[place], random.choice(values[place]), int(random.integers(3)))
        alone += int(matched.sum() == 1)
    return Rate(alone, asked)


def _compare(column: Column, value: float, kind: int) -> npt.NDArray[np.bool_]:
    part: Floats = column.original
    if column.is_category or kind == 0:
        return np.equal(part, value)
    return np.less_equal(part, value) if kind == 1 else np.greater_equal(part, value)
