"""Can a study be made on synthetic persons: a model is trained on them and tested on real persons."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synth.quality.measures import persons_of
from synth.quality.sides import MISSING, Fact, Flags, Floats, Ints, Nature, Outline, Side

CODES = 12
"""Codes of a column whose rows are counted for each person, the most frequent ones."""
POSITIVE = 11
"""Persons of either answer, at least, to train and to test on."""


@dataclass(frozen=True)
class Prediction:
    """How well an answer is foretold for persons whom no model has seen."""

    target: str
    """``TABLE.COLUMN``."""
    answer: str
    """The code that is foretold; ``>``: a number above the median; ``*``: any value at all."""
    tested: int
    """Real persons of the test."""
    real: float
    synthetic: float
    shuffled: float
    """Area under the curve: 0.5 is chance, 1 never wrong; by what the model was trained on."""


@dataclass(frozen=True)
class Trained:
    """The sets of persons that are compared."""

    real: Side
    synthetic: Side
    shuffled: Sequence[Side]
    """Real persons, their columns shuffled several times: one time may hit or miss by luck."""
    test: Side
    """Real persons, none of them in ``real``, nor learnt from by the synthesizer."""


def predict(outline: Outline, sets: Trained, target: str, seed: int) -> Prediction | None:
    """None when the answer is too rare, or nothing else is known of the persons.

    Area under the curve: Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747.
    """
    table, _, column = target.partition(".")
    fact = outline.fact(table, column)
    sides = (sets.real, sets.synthetic, sets.test, *sets.shuffled)
    if fact is None:
        return None
    answer, told = _answers(outline, fact, sides)
    enough = all(min(int(one.sum()), int((~one).sum())) >= POSITIVE for one in told)
    known = _features(outline, sides, fact)
    if not enough or not known[0].shape[1]:
        return None
    real, synthetic, *loose = (
        _score(known[at], told[at], known[2], told[2], seed) for at in range(len(sides)) if at != 2
    )
    mean = float(np.mean(loose)) if loose else 0.5
    return Prediction(target, answer, sets.test.persons, *(round(one, 4) for one in (real, synthetic, mean)))


def _answers(outline: Outline, fact: Fact, sides: Sequence[Side]) -> tuple[str, list[Flags]]:
    if fact.nature is Nature.CODE:
        carried = persons_of(sides[0].sheets[fact.table], fact, sides[0].persons)
        share = carried / max(sides[0].persons, 1)
        share[MISSING] = -1
        code = int(np.argmin(np.abs(share - 0.5)))
        return fact.labels[code - 1] if code else "", [_has(side, fact, code) for side in sides]
    values = [_mean(outline, side, fact) for side in sides]
    known = ~np.isnan(values[0])
    if 0.01 < known.mean() < 0.99:
        return "*", [~np.isnan(one) for one in values]
    middle = float(np.median(values[0][known])) if known.any() else 0.0
    return ">", [np.nan_to_num(one, nan=-np.inf) > middle for one in values]


def _has(side: Side, fact: Fact, code: int) -> Flags:
    sheet = side.sheets[fact.table]
    found = np.zeros(side.persons, dtype=bool)
    found[sheet.person[sheet.columns[fact.column] == code]] = True
    return found


def _mean(outline: Outline, side: Side, fact: Fact) -> Floats:
    """Mean of the known values of each person, NaN for who has none."""
    del outline
    sheet = side.sheets[fact.table]
    values = sheet.columns[fact.column].astype(float)
    there = ~np.isnan(values)
    total = np.bincount(sheet.person[there], values[there], side.persons)
    count = np.bincount(sheet.person[there], minlength=side.persons)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _features(outline: Outline, sides: Sequence[Side], target: Fact) -> list[Floats]:
    """What the tables tell of each person, but for the target and the other events of its table."""
    columns: list[list[Floats]] = [[] for _ in sides]
    for table, facts in outline.facts.items():
        alone = table == outline.people
        if table == target.table and not alone:
            continue
        if not alone:
            for at, side in enumerate(sides):
                columns[at].append(
                    np.bincount(side.sheets[table].person, minlength=side.persons).astype(float)
                )
        for fact in facts:
            if fact.name != target.name:
                for at, found in enumerate(_feature(outline, sides, fact, alone=alone)):
                    columns[at] += found
    return [
        np.column_stack(one) if one else np.zeros((side.persons, 0))
        for one, side in zip(columns, sides, strict=True)
    ]


def _feature(outline: Outline, sides: Sequence[Side], fact: Fact, *, alone: bool) -> list[list[Floats]]:
    if fact.nature is not Nature.CODE:
        return [[_mean(outline, side, fact)] for side in sides]
    if alone or fact.telling or len(fact.labels) >= 5:
        wanted = _frequent(sides[0], fact)
        return [[_count(side, fact, int(code)) for code in wanted] for side in sides]
    return [[] for _ in sides]


def _frequent(side: Side, fact: Fact) -> Ints:
    counts = np.bincount(
        side.sheets[fact.table].columns[fact.column].astype(np.int64), minlength=len(fact.labels) + 1
    )
    counts[MISSING] = 0
    found: Ints = np.argsort(-counts, kind="stable")[: min(CODES, int((counts > 0).sum()))].astype(np.int64)
    return found


def _count(side: Side, fact: Fact, code: int) -> Floats:
    sheet = side.sheets[fact.table]
    found: Floats = np.bincount(
        sheet.person[sheet.columns[fact.column] == code], minlength=side.persons
    ).astype(float)
    return found


def _score(train: Floats, answers: Flags, test: Floats, truth: Flags, seed: int) -> float:
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - loads slowly
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    told = ~np.isnan(train).all(axis=0)
    if not told.any():
        return 0.5
    with threadpool_limits(1):
        model = HistGradientBoostingClassifier(max_iter=60, max_depth=4, random_state=seed % 2**31)
        model.fit(train[:, told], answers)
        return float(roc_auc_score(truth, model.predict_proba(test[:, told])[:, 1]))
