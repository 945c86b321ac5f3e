"""The secret of a person, guessed from the records of the candidate that are nearest to them.

The intruder guesses the value that is right for most of the nearest records. A stranger guesses
the one value that is right for most persons of the candidate, and guesses it for everybody: what
the candidate tells of nobody in particular. (anonymeter's own baseline pairs guesses and targets by
row number, and finds almost none right.)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from risk.anonymeter_adapter.boxes import Rows, scaled
from risk.anonymeter_adapter.encoding import Column, Floats
from risk.anonymeter_adapter.frames import Frames
from risk.anonymeter_adapter.guard import guarded
from risk.anonymeter_adapter.judge import Judge, judge_of
from risk.anonymeter_adapter.linkability import draw
from risk.anonymeter_adapter.neighbours import Nearest, nearest
from risk.anonymeter_adapter.outcome import Chosen, Found, Outcome
from risk.attackers.interface import Detail
from risk.statistics import Rate

UNUSUALLY_NEAR = 0.1
"""Share of the control persons who have a record as near as what is called unusual."""
SECRET = "secret"  # noqa: S105 - a column name


@dataclass(frozen=True)
class Search:
    """The targets and their nearest records; the same for every secret."""

    asked: int
    originals: Rows
    near_originals: Nearest
    controls: Rows | None = None
    near_controls: Nearest | None = None
    near: tuple[Chosen, Chosen] | None = None
    """Targets and control persons to whom a record is unusually near."""


def search(frames: Frames, asked: int, random: np.random.Generator) -> Search:
    """Draw the targets and find what is nearest to them on all columns of ``frames``.

    ValueError when there is no column or when the candidate is empty.
    """
    columns = frames.columns
    originals = draw(frames.originals, asked, random)
    near = nearest([column.original[originals] for column in columns], columns)
    if frames.controls is None:
        return Search(asked, originals, near)
    controls = draw(frames.controls, asked, random)
    sought = [column.control[controls] for column in columns if column.control is not None]
    apart = nearest(sought, columns)
    gaps = _gaps([column.original[originals] for column in columns], columns, near)
    others = _gaps(sought, columns, apart)
    ours, theirs = _order(gaps, near, others, apart)
    limit = np.quantile(theirs, UNUSUALLY_NEAR, method="lower") if len(theirs) else 0
    return Search(asked, originals, near, controls, apart, (ours <= limit, theirs <= limit))


def _order(gaps: Floats, near: Nearest, others: Floats, apart: Nearest) -> tuple[Floats, Floats]:
    """How near a record is to each target, as ranks; among equals, first whom fewer records are as near to.

    Where columns have few values nearly everybody has an equal: a copy is then told by being the only one.
    """
    crowds = [np.array([len(rows) for rows in each.ties])[each.kinds] for each in (near, apart)]
    ranks = np.unique(np.concatenate([gaps, others]), return_inverse=True)[1].ravel()
    whole = ranks * (1.0 + max((int(each.max(initial=0)) for each in crowds), default=0))
    whole = whole + np.concatenate(crowds)
    return whole[: len(gaps)], whole[len(gaps) :]


def _gaps(targets: Sequence[Floats], columns: Sequence[Column], near: Nearest) -> Floats:
    """Distance of each target to the records nearest to it."""
    first = np.array([rows[0] for rows in near.ties], dtype=np.intp)[near.kinds]
    total: Floats = np.zeros(len(first))
    for column, part in zip(columns, targets, strict=True):
        ours, theirs = scaled(column, part), scaled(column, column.candidate[first])
        total += (ours != theirs) if column.is_category else np.abs(ours - theirs)
    return total


def attack(found: Search, secret: Column) -> Outcome:
    """Guess ``secret`` of every target."""
    judge = judge_of(secret)
    usual = judge.best(judge.candidate)
    # Less than one vote: among guesses with as many votes, the one that is more common.
    prior = judge.supporters(judge.candidate, judge.candidate) / (len(judge.candidate) + 1)
    truth = judge.original[found.originals]
    guesses = _vote(judge, prior, found.near_originals)
    others = other_guesses = None
    if judge.control is not None and found.controls is not None and found.near_controls is not None:
        others, other_guesses = judge.control[found.controls], _vote(judge, prior, found.near_controls)
    hits, control, problems = _evaluate(judge, truth, guesses, others, other_guesses)
    found_of = _found(judge, usual, truth, guesses)
    apart = None
    if others is not None and other_guesses is not None:
        apart = _found(judge, usual, others, other_guesses)
    return Outcome(
        attempted=found.asked,
        attack=hits,
        baseline=Rate(int(judge.right(usual, truth).sum()), len(truth)),
        control=control,
        problems=problems,
        details=precision_and_recall([found_of]),
        found=found_of,
        control_found=apart,
    )


def _vote(judge: Judge, prior: Floats, near: Nearest) -> Floats:
    """The best guess from the nearest records of each target."""
    best = np.array([judge.best(judge.candidate[rows], prior[rows]) for rows in near.ties], dtype=np.float64)
    return best[near.kinds]


@dataclass(frozen=True)
class _Answers:
    """An inference model for anonymeter: our guesses, judged by our rule.

    The library is asked to compare exactly, so a guess that is right is given as the truth itself.
    """

    judge: Judge
    guesses: Floats

    def predict(self, targets: Any) -> Any:
        """A series of guesses on the index of ``targets``."""
        import pandas as pd  # noqa: PLC0415 - slow to import

        truth = targets[SECRET].to_numpy()
        guesses = self.guesses[targets.index.to_numpy()]
        return pd.Series(np.where(self.judge.right(guesses, truth), truth, guesses), index=targets.index)


def _evaluate(
    judge: Judge, truth: Floats, guesses: Floats, others: Floats | None, other_guesses: Floats | None
) -> tuple[Rate, Rate | None, tuple[str, ...]]:
    """The library's count of right guesses, on the targets and on the control persons."""
    import pandas as pd  # noqa: PLC0415 - slow to import
    from anonymeter.evaluators.inference_evaluator import InferenceEvaluator  # noqa: PLC0415 - slow to import

    frame = pd.DataFrame({SECRET: truth})
    control, answers = None, guesses
    if others is not None and other_guesses is not None:
        control = pd.DataFrame({SECRET: others}, index=range(len(truth), len(truth) + len(others)))
        answers = np.concatenate([guesses, other_guesses])
    if not len(frame) or (control is not None and not len(control)):
        return Rate(0, 0), None if control is None else Rate(0, 0), ()
    with guarded(0) as problems:
        counted = (
            InferenceEvaluator(
                ori=frame,
                syn=pd.DataFrame({SECRET: judge.candidate}),
                aux_cols=[],
                secret=SECRET,
                regression=False,
                n_attacks=max(len(truth), 0 if others is None else len(others)),
                control=control,
                inference_model=_Answers(judge, answers),
            )
            .evaluate(n_jobs=1)
            .results()
        )
    compared = None if control is None else Rate(int(counted.n_control), len(control))
    return Rate(int(counted.n_success), len(frame)), compared, tuple(problems)


def _found(judge: Judge, usual: float, truth: Floats, guesses: Floats) -> Found:
    differs, claimed = ~judge.right(usual, truth), ~judge.right(usual, guesses)
    return Found(differs, claimed, judge.right(guesses, truth) & differs & claimed)


def precision_and_recall(found: Sequence[Found]) -> dict[str, Detail]:
    """How well the attack finds those whom the stranger gets wrong, over all things guessed."""
    carriers, claimed, right = (
        sum(int(getattr(each, name).sum()) for each in found) for name in ("carriers", "claimed", "right")
    )
    return {
        "unusual": carriers,
        "claimed": claimed,
        "precision": right / claimed if claimed else None,
        "recall": right / carriers if carriers else None,
    }


def recalled(found: Sequence[Found]) -> Rate:
    """Secrets found of all that were there, over several codes, counted as so many persons.

    A person who carries several codes is one person: the share is that of the codes, the targets are
    those who carry any.
    """
    carriers = np.array([each.carriers for each in found])
    right = np.array([each.right for each in found])
    persons, share = int(carriers.any(axis=0).sum()), right.sum() / max(1, carriers.sum())
    return Rate(min(persons, round(share * persons)), persons)
