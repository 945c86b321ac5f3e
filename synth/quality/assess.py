"""All that is measured of synthetic tables against the real ones, as one value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from profiles.model import Profile
from synth.fitted.orders import broken_orders
from synth.fitted.settings import Order
from synth.quality.indicators import Found, Indicator, indicator, run
from synth.quality.integrity import broken_keys
from synth.quality.measures import PERSONS, Family, Measure, compare, rare_codes
from synth.quality.reading import Read, read_sides
from synth.quality.sides import Side, halves, shuffled
from synth.quality.use import Prediction, Trained, predict
from tables.candidate import StagedTable

Paths = Mapping[str, Path]
SHUFFLES = 5
"""Times that columns are shuffled to train a model on them."""


@dataclass(frozen=True)
class Question:
    """What is compared, and what is asked of it."""

    profile: Profile
    """Types and keys in the grain of the files, which is that of the release."""
    real: Paths
    made: Paths
    holdout: pa.Array
    """Real persons (``__person``) whom the synthesizer never saw; empty: a quarter of them, then."""
    floor: int
    seed: int
    targets: Sequence[str] = ()
    """``TABLE.COLUMN`` that are foretold."""
    indicators: Mapping[str, str] | None = None
    """Name -> SQL whose first column holds the ``__person`` of those who are in."""
    sdmetrics: bool = True


@dataclass(frozen=True)
class Line:
    """One distance, beside what two halves of the real persons and shuffled columns have."""

    family: Family
    name: str
    how: str
    synthetic: float
    half: float | None
    shuffled: float | None


@dataclass(frozen=True)
class Score:
    """The same for SDMetrics, whose score is 1 for the same."""

    synthetic: float | None
    half: float | None
    shuffled: float | None


@dataclass(frozen=True)
class Quality:
    """What synthetic tables are worth."""

    profile: str
    floor: int
    seed: int
    persons: tuple[int, int]
    """Real, synthetic."""
    rows: Mapping[str, tuple[int, int]]
    lines: tuple[Line, ...]
    rare: Mapping[str, int]
    """``TABLE.COLUMN`` -> synthetic codes that some real persons have, but fewer than the floor."""
    keys: tuple[int, int]
    """Keys that repeat, keys that point nowhere."""
    rules: Mapping[str, int]
    """Declared order of days -> rows that break it."""
    sdmetrics: Score | None
    predictions: tuple[Prediction, ...]
    indicators: tuple[Indicator, ...]
    left_out: tuple[str, ...]


def assess(question: Question, folder: Path) -> Quality:
    """Measure everything; ``folder`` is private, for what does not fit in memory."""
    read = read_sides(question.profile, question.real, question.made, folder)
    one, other = halves(read.real, question.seed)
    loose = shuffled(read.real, question.seed)
    pairs = {"synthetic": (read.real, read.made), "half": (one, other), "shuffled": (read.real, loose)}
    return Quality(
        profile=question.profile.id,
        floor=question.floor,
        seed=question.seed,
        persons=(read.real.persons, read.made.persons),
        rows={name: (sheet.rows, read.made.sheets[name].rows) for name, sheet in read.real.sheets.items()},
        lines=_lines(question, read, pairs),
        rare=rare_codes(read.outline, read.real, read.made, question.floor),
        keys=broken_keys(question.profile, question.made, folder),
        rules=_rules(question, folder),
        sdmetrics=_sdmetrics(question, read, pairs) if question.sdmetrics else None,
        predictions=_predictions(question, read),
        indicators=tuple(
            _indicator(question, read, name, sql, folder) for name, sql in (question.indicators or {}).items()
        ),
        left_out=read.outline.left_out,
    )


def resemblance(lines: Sequence[Line], family: Family, of: str) -> float | None:
    """One less the mean distance of a family, never under 0; ``of``: synthetic, half or shuffled."""
    known = [getattr(line, of) for line in lines if line.family is family]
    known = [value for value in known if value is not None]
    return max(0.0, 1 - float(np.mean(known))) if known else None


def _lines(question: Question, read: Read, pairs: Mapping[str, tuple[Side, Side]]) -> tuple[Line, ...]:
    told: dict[str, dict[tuple[str, ...], Measure]] = {}
    for name, (one, other) in pairs.items():
        least = PERSONS // 2 if name == "half" else PERSONS
        measures = compare(read.outline, one, other, question.floor, least)
        told[name] = {(item.family.value, item.name, item.how): item for item in measures}

    def beside(name: str, key: tuple[str, ...]) -> float | None:
        return round(told[name][key].value, 6) if key in told[name] else None

    return tuple(
        Line(
            item.family,
            item.name,
            item.how,
            round(item.value, 6),
            beside("half", key),
            beside("shuffled", key),
        )
        for key, item in told["synthetic"].items()
    )


def _rules(question: Question, folder: Path) -> dict[str, int]:
    synth = question.profile.synth
    orders = [Order(rule.before, rule.after) for rule in synth.rules] if synth is not None else []
    drawn = {name: StagedTable(name, path, 0) for name, path in question.made.items()}
    broken = dict(broken_orders(question.profile, drawn, orders, folder)) if orders else {}
    return {f"{order.before} ≤ {order.after}": broken.get(order, 0) for order in orders}


def _sdmetrics(question: Question, read: Read, pairs: Mapping[str, tuple[Side, Side]]) -> Score:
    from synth.quality.sdmetrics_score import score  # noqa: PLC0415 - sdmetrics loads slowly

    found = {name: score(read.outline, *pair, question.seed) for name, pair in pairs.items()}
    return Score(found["synthetic"], found["half"], found["shuffled"])


def _predictions(question: Question, read: Read) -> tuple[Prediction, ...]:
    kept = np.asarray(pc.is_in(read.persons, value_set=question.holdout.cast(read.persons.type)))
    if not kept.any():
        kept = np.random.default_rng([question.seed, 74]).random(len(kept)) < 0.25
    train = read.real.of(~kept)
    loose = [shuffled(train, question.seed + at) for at in range(SHUFFLES)] if question.targets else []
    sets = Trained(train, read.made, loose, read.real.of(kept))
    found = (predict(read.outline, sets, target, question.seed) for target in question.targets)
    return tuple(one for one in found if one is not None)


def _indicator(question: Question, read: Read, name: str, sql: str, folder: Path) -> Indicator:
    real = run(name, sql, question.real, read.persons, folder)
    synthetic = run(name, sql, question.made, read.drawn, folder)
    return indicator(read.outline, name, (read.real, read.made), Found(real, synthetic), question.floor)
