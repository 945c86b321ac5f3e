"""The same attacks on the persons who are easiest to know: the rarest 1 % (singling out).

Definition. Averages hide outliers (Stadler, Oprisanu & Troncoso 2022, arXiv 2011.07018). Targets: the
rarest 1 % of the real persons, by isolation forest and by being alone on up to three columns, fitted and
holdout persons ranked together (``risk.rarity``); more than 1 % when that gives fewer persons of either
kind than any result needs (39 for the limit 0.09). What is accepted rests on 250 persons of each kind, the
next rarest, as far as a tenth of all persons hold them; the rarest alone refuse, at the confidence shared
among both groups. Where even that many could not pass if nothing were gained, the finding informs unless
it decides (``risk.power``). Of more persons than ``risk.targets``, so many are drawn. The intruder knows
all of the target's record.

``outliers_singling_out``: of all combinations of up to three columns on which the target is alone among
the real persons, the share that exactly one synthetic person fits, averaged over the targets.

``outliers_copies``: targets who have a synthetic person within half of the distance of the nearest
other real person.

``outliers_inference:<secret>``: each declared secret and each sensitive column, guessed from the nearest
synthetic persons, as in ``inference``. The rarest being few, it may only refuse, at the confidence shared
among all guesses.

Each is compared with the same attack on the rarest holdout persons: (attack - control)/(1 - control).
Bounds: Welch for averages, Wilson and MOVER for shares. On real tables, one finding for information: the
persons alone on up to three columns of the knowledge. Cost: combinations of at most twelve columns,
counted; a forest of a hundred trees; linear in persons. Limits: one outlier that is copied is
no share of anything; ``copies_alone`` counts persons.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from risk.anonymeter_adapter.encoding import Column, Floats
from risk.anonymeter_adapter.frames import encode
from risk.anonymeter_adapter.inference import attack as guess
from risk.anonymeter_adapter.inference import search
from risk.attackers.inference import columns_of_secret
from risk.attackers.interface import Detail
from risk.attackers.synthetic import GatesSynthetic, unfit_without_holdout
from risk.decide import Evidence
from risk.embedding import Points, Vectors
from risk.findings import Criterion, Finding
from risk.gathering import points, traits
from risk.labels import Codes, combine
from risk.nearest import nearest
from risk.power import can_pass, weakened
from risk.rarity import COLUMNS, WIDEST, Rare, banded, drawn, ranked, shown, subsets
from risk.statistics import Interval, Rate, excess_of_means, excess_risk, minimum_targets
from risk.subject import Subject
from risk.traits import Traits

CLOSE = 0.5
"""Share of the distance to the nearest other real person within which a synthetic one is a double."""

Chosen = npt.NDArray[np.bool_]


class Outliers(GatesSynthetic):
    """Attack the rarest persons. In real tables, small classes are what gates."""

    name: ClassVar[str] = "outliers"
    criterion: ClassVar[Criterion] = Criterion.SINGLING_OUT

    def run(self, subject: Subject) -> list[Finding]:
        """On synthetic tables one finding an attack; on real ones who is alone on few columns."""
        if subject.candidate.nature == "real":
            return [self._alone(subject)]
        if unfit := unfit_without_holdout(subject):
            return [self.inconclusive(subject, self.name, *unfit)]
        fewest = minimum_targets(subject.threshold(self.criterion), subject.policy.confidence)
        rarest, more = ranked(traits(subject), fewest, subject.profile.seed)
        most = max(fewest, subject.profile.risk.targets)
        rare, wide = (drawn(each, most, self.random(subject, "drawn")) for each in (rarest, more))
        details: dict[str, Detail] = {
            "rarest_share": rare.share,
            "control_persons": len(rare.control),
        }
        inner = rarest.within(wide)
        return [
            self._compared(subject, "singling_out", alone_in_both(traits(subject), wide), inner, details),
            self._compared(subject, "copies", doubles(points(subject), wide), inner, details),
            *self._guessed(subject, rare, details),
        ]

    def _compared(
        self,
        subject: Subject,
        part: str,
        shares: tuple[Floats, Floats],
        inner: tuple[Chosen, Chosen],
        details: dict[str, Detail],
    ) -> Finding:
        """What is gained over the holdout: of all who are rare or, if that refuses, of the rarest."""
        threshold, confidence = subject.threshold(self.criterion), subject.policy.confidence
        rarest_of = shares[0][inner[0]], shares[1][inner[1]]
        narrow = gain(*rarest_of, 1 - (1 - confidence) / 2)
        refused = narrow.lower > threshold
        attack, control = rarest_of if refused else shares
        interval = narrow if refused else gain(attack, control, confidence)
        counts: dict[str, Detail] = {
            "success": float(attack.mean()) if len(attack) else None,
            "control_success": float(control.mean()) if len(control) else None,
            "control_persons": len(control),
        }
        finding = self._judged(subject, part, interval, len(attack), details | counts)
        nothing = gain(np.resize(control, len(attack)), control, confidence).upper if len(control) else 1.0
        few = "reason.too_few_targets" in finding.reasons
        return finding if few or can_pass(nothing, threshold) else weakened(finding)

    def _guessed(self, subject: Subject, rare: Rare, details: dict[str, Detail]) -> Iterator[Finding]:
        """One finding a published secret that varies."""
        views = [subject.view(which) for which in ("original", "candidate", "holdout")]
        if tuple(view.persons for view in views) != traits(subject).sizes:
            # Whose traits are whose secrets is not known then.
            yield self.inconclusive(subject, f"{self.name}_inference", "not_measured", details=details)
            return
        for secret in subject.references.secrets:
            known = [item for item in subject.references.knowledge if item != secret]
            frames = encode(views[0].frame, views[1].frame, views[2].frame, known)
            columns = [_only(column, rare) for column in columns_of_secret(subject, secret)]
            if not frames.columns or not columns:
                continue
            found = search(
                replace(frames, columns=tuple(_only(column, rare) for column in frames.columns)),
                max(len(rare.original), len(rare.control)),
                self.random(subject, secret),
            )
            confidence = 1 - (1 - subject.policy.confidence) / len(columns)
            outcomes = [guess(found, column) for column in columns]
            risks = [excess_risk(each.attack, each.reference, confidence) for each in outcomes]
            worst = max(range(len(risks)), key=lambda place: (risks[place].lower, risks[place].estimate))
            counts: dict[str, Detail] = {
                "success": outcomes[worst].attack.estimate,
                "control_success": outcomes[worst].reference.estimate,
                "guessed": len(columns),
            }
            targets = outcomes[worst].attack.targets
            yield self._judged(
                subject,
                f"inference:{secret}",
                risks[worst],
                targets,
                details | counts,
                refuses_only=True,
            )

    def _judged(
        self,
        subject: Subject,
        part: str,
        interval: Interval,
        targets: int,
        details: dict[str, Detail],
        *,
        refuses_only: bool = False,
    ) -> Finding:
        threshold = subject.threshold(self.criterion)
        fewest = minimum_targets(threshold, subject.policy.confidence)
        few = int(details["control_persons"] or 0) < fewest
        evidence = Evidence(
            interval=interval,
            threshold=threshold,
            attempted=targets,
            targets=targets,
            confidence=subject.policy.confidence,
            minimum_share=subject.policy.minimum_share,
            problems=("too_few_targets",) if few else (),
        )
        gates = self.gates(subject.candidate.nature) and (interval.lower > threshold or not refuses_only)
        return self.finding(subject, f"{self.name}_{part}", evidence, gates=gates, details=details)

    def _alone(self, subject: Subject) -> Finding:
        view = subject.view()
        known = sorted(
            (view.codes(name) for name in subject.references.knowledge), key=lambda each: -each.groups
        )[:WIDEST]
        if not known or not view.persons:
            problem = "too_few_columns" if subject.knowledge_declared else "knowledge_undeclared"
            return self.inconclusive(subject, self.name, problem)
        alone: Chosen = np.zeros(view.persons, dtype=np.bool_)
        for width in range(1, COLUMNS + 1):
            for chosen in combinations(known, width):
                together = combine(chosen)
                alone |= together.sizes[together.codes] == 1
        evidence = Evidence(
            interval=Interval.exact(float(alone.mean())),
            threshold=subject.threshold(self.criterion),
            attempted=view.persons,
            targets=view.persons,
        )
        return self.finding(subject, self.name, evidence, details={"alone": int(alone.sum())})


def alone_in_both(found: Traits, rare: Rare) -> tuple[Floats, Floats]:
    """Of the combinations on which each rare person is alone, the share that one synthetic person fits."""
    columns = banded(found)
    targets = np.concatenate([rare.original, rare.control + found.sizes[0]])
    tried: Floats = np.zeros(len(targets))
    fit: Floats = np.zeros(len(targets))
    for chosen in subsets(columns):
        made, alone = shown(chosen, targets)
        tried += alone
        fit += alone & (made == 1)
    share = np.divide(fit, tried, out=np.zeros_like(fit), where=tried > 0)
    return share[: len(rare.original)], share[len(rare.original) :]


def gain(attack: Floats, control: Floats, confidence: float) -> Interval:
    """(attack - control)/(1 - control) of shares, one a person; of successes when all are 0 or 1."""
    if np.isin(np.concatenate([attack, control]), (0.0, 1.0)).all():
        ours, theirs = (Rate(int(part.sum()), len(part)) for part in (attack, control))
        return excess_risk(ours, theirs, confidence)
    return excess_of_means(attack, control, confidence)


def doubles(places: Points, rare: Rare) -> tuple[Floats, Floats]:
    """Whether rare fitted and holdout persons have a synthetic double, twice as near as others."""
    if places.control is None:
        raise ValueError("no control")
    real = places.real
    return (
        _doubled(places.original[rare.original], places.candidate, real),
        _doubled(places.control[rare.control], places.candidate, real),
    )


def _doubled(targets: Vectors, made: Vectors, real: Vectors) -> Floats:
    if not len(targets):
        return np.zeros(0)
    ours = np.sqrt(nearest(targets, made)[0][:, 0])
    # The nearest real person is the target itself.
    theirs = np.sqrt(nearest(targets, real, 2)[0][:, 1])
    return np.asarray((ours <= CLOSE * theirs) & (theirs > 0), dtype=np.float64)


def _only(column: Column, rare: Rare) -> Column:
    """The rare persons of the column, against the whole candidate."""
    control = None if column.control is None else column.control[_places(rare.control)]
    return replace(column, original=column.original[_places(rare.original)], control=control)


def _places(codes: Codes) -> npt.NDArray[np.intp]:
    return codes.astype(np.intp)
