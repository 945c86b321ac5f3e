"""Two halves of a person's record, held by two parties: does the candidate join them?

They are joined when both halves have the same nearest record in the candidate. Among equally near
records each half draws its own, so that k equal persons are joined at most once in k, and columns
without information join nobody. The neighbours are ours, the joining is anonymeter's.
"""

from collections.abc import Sequence

import numpy as np

from risk.anonymeter_adapter.boxes import Rows
from risk.anonymeter_adapter.encoding import Column
from risk.anonymeter_adapter.frames import Frames
from risk.anonymeter_adapter.guard import guarded
from risk.anonymeter_adapter.neighbours import nearest
from risk.anonymeter_adapter.outcome import Outcome
from risk.statistics import Rate

FEWEST_COLUMNS = 2


def attack(
    frames: Frames,
    asked: int,
    random: np.random.Generator,
    halves: tuple[Sequence[str], Sequence[str]] | None = None,
) -> Outcome:
    """Try to join ``asked`` persons, or all of them; halves of columns by default from :func:`split`."""
    names = split(frames) if halves is None else halves
    left, right = (frames.select(half).columns for half in names)
    if not left or not right or not len(left[0].candidate):
        return Outcome(asked, Rate(0, 0), Rate(0, 0), problems=("too_few_columns",))
    targets = draw(frames.originals, asked, random)
    baseline = _stranger(len(left[0].candidate), len(targets), random)
    control = None
    with guarded(0) as problems:
        attacked = _join(left, right, targets, random, control=False)
        if frames.controls is not None:
            control = _join(left, right, draw(frames.controls, asked, random), random, control=True)
    details = {"columns_left": len(left), "columns_right": len(right), "control_persons": frames.controls}
    return Outcome(asked, attacked, baseline, control, tuple(problems), details)


def split(frames: Frames) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Two halves that tell as much as each other: columns dealt out by their number of values."""
    ordered = sorted(frames.columns, key=lambda column: (-len(np.unique(column.candidate)), column.name))
    names = [column.name for column in ordered]
    left = [name for place, name in enumerate(names) if place % 4 in (0, 3)]
    return tuple(left), tuple(name for name in names if name not in left)


def draw(persons: int, asked: int, random: np.random.Generator) -> Rows:
    """Positions of ``asked`` persons without repetition, in order; of all of them when there are fewer."""
    return np.sort(random.choice(persons, min(asked, persons), replace=False)).astype(np.intp)


def _join(
    left: Sequence[Column],
    right: Sequence[Column],
    targets: Rows,
    random: np.random.Generator,
    *,
    control: bool,
) -> Rate:
    from anonymeter.evaluators.linkability_evaluator import LinkabilityIndexes  # noqa: PLC0415 - slow to import

    if not len(targets):
        return Rate(0, 0)
    found = []
    for half in (left, right):
        parts = [column.control if control else column.original for column in half]
        wanted = [part[targets] for part in parts if part is not None]
        found.append(nearest(wanted, half).draw(random)[:, None])
    joined = LinkabilityIndexes(*found).count_links(n_neighbors=1)
    return Rate(int(joined), len(targets))


def _stranger(records: int, targets: int, random: np.random.Generator) -> Rate:
    """One who draws a record for each half."""
    same = random.integers(0, records, targets) == random.integers(0, records, targets)
    return Rate(int(same.sum()), targets)
