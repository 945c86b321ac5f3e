"""Tell the persons that the synthesizer was fitted on from others (inference).

Definition. To have been in the source (of a hospital, of a disease) is itself a secret. The intruder
knows all of a person's record and has a sample of the population, and asks of each person whether
they were fitted. Success: fitted persons (members) score above holdout persons (non-members).

Attacks (``risk.membership``): the density ratio of DOMIAS (van Breugel et al. 2023, arXiv 2302.12580);
the distance to the nearest synthetic person alone; the same ratio taken value by value. One half of the
holdout is the reference population of the other half, and the other way round. Any of the three may
refuse; only the first accepts.

``membership``: members found when one non-member in ten is accused wrongly, beyond that tenth:
(true positives - false positives) / (1 - false positives). Its bounds count the chance of both draws: who
the members are, and which non-members say where that tenth begins. One in ten is about what the limit 0.09
allows of any attack (one in eleven). The advantage over all thresholds is not what decides an
acceptance: it averages accusations that nobody would make, and its noise alone fills the limit up to some
2,000 persons.

``membership_overall``: the advantage 2 AUC - 1, by how much a member is likelier than not to score above
a non-member; bounds of DeLong. It may only refuse.

``membership_sure``: an average hides the few who are recognised for sure (Carlini et al. 2022,
arXiv 2112.03570). Members found at 1 % and at 0.1 % of false positives, beyond them. Limit: twice the
false positives more, where somebody accused at even odds is a member three times out of four. Bounds at
the confidence shared among attacks and points (Bonferroni). It may only refuse: at few false positives,
the absence of proof is no proof.

``membership_subgroup``: the advantage 2 AUC - 1 of the density ratio in the worst group of one declared
quasi-identifier with at least 100 members and 100 non-members, at the confidence shared among the groups
(Bonferroni). It may only refuse.

Cost: a few searches of nearest neighbours for ``risk.targets`` members and non-members, linear in
persons. Limits: an intruder with the model itself, or with many runs of it, sees more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from profiles.model import Role
from risk.attackers.interface import Detail
from risk.attackers.synthetic import SyntheticOnly, unfit_without_holdout
from risk.decide import Evidence
from risk.findings import Criterion, Finding
from risk.gathering import points, traits
from risk.membership import Attacked, Scores, advantage, at_false_positives, auc, excess_at, score
from risk.statistics import Interval, Rate, minimum_targets
from risk.subject import Subject

USUAL = 0.1
"""Share of non-members wrongly accused at which members are counted."""
FEW = (0.01, 0.001)
"""The same, for one who accuses when nearly sure."""
SURE = 2.0
"""Members found beyond the false positives, as a multiple of these, that are too many."""
GROUP = 100
"""Members and non-members without whom a group is too small to be measured."""
BANDS = 4
"""Groups into which a number is cut, by its quantiles."""
MOST_GROUPS = 200
"""Groups that are attacked, the largest first."""

Chosen = npt.NDArray[np.bool_]


class Membership(SyntheticOnly):
    """Tell fitted persons from others."""

    name: ClassVar[str] = "membership"
    criterion: ClassVar[Criterion] = Criterion.INFERENCE

    def run(self, subject: Subject) -> list[Finding]:
        """At one accusation in ten, over all thresholds, at few false positives, and in the worst group."""
        if unfit := unfit_without_holdout(subject):
            return [self.inconclusive(subject, self.name, *unfit)]
        asked = subject.profile.risk.targets
        found = score(traits(subject), points(subject), asked, self.random(subject))
        findings = [self._accused(subject, found), self._overall(subject, found), self._sure(subject, found)]
        groups = list(_groups(subject, found))
        groups = sorted(groups, key=lambda group: -int(group[1].sum()))[:MOST_GROUPS]
        return [*findings, *([self._worst_group(subject, found, groups)] if groups else [])]

    def _accused(self, subject: Subject, found: Attacked) -> Finding:
        """The density ratio decides; the other attacks only when they refuse."""
        tried = [_At(scores, USUAL) for scores in found.scores]
        shared = 1 - (1 - subject.policy.confidence) / len(tried)
        threshold = subject.threshold(self.criterion)
        refusing = [each for each in tried if each.excess(shared).lower > threshold]
        best = max(refusing or tried[:1], key=lambda each: each.hits.estimate)
        interval = best.excess(shared if refusing else subject.policy.confidence)
        return self._judged(subject, self.name, interval, best.scores, best.details())

    def _overall(self, subject: Subject, found: Attacked) -> Finding:
        best = max(found.scores, key=lambda scores: auc(scores)[0])
        details: dict[str, Detail] = {"attack": best.name}
        details |= {f"auc_{scores.name}": auc(scores)[0] for scores in found.scores}
        interval = advantage(best, 1 - (1 - subject.policy.confidence) / len(found.scores))
        return self._judged(subject, f"{self.name}_overall", interval, best, details, refuses_only=True)

    def _sure(self, subject: Subject, found: Attacked) -> Finding:
        persons = min(len(found.members), len(found.others))
        enough = [minimum_targets(SURE * share, subject.policy.confidence) <= persons for share in FEW]
        shares = [share for share, told in zip(FEW, enough, strict=True) if told] or FEW[:1]
        tried = [_At(scores, share) for scores in found.scores for share in shares]
        confidence = 1 - (1 - subject.policy.confidence) / len(tried)
        worst = max(tried, key=lambda each: each.excess(confidence).lower / each.share)
        details = worst.details() | {"found_upper": worst.hits.exact_upper(confidence)}
        for each in tried:
            details[f"found_{each.scores.name}_{each.share:g}"] = each.hits.estimate
        interval, limit = worst.excess(confidence), SURE * worst.share
        return self._judged(
            subject, f"{self.name}_sure", interval, worst.scores, details, limit=limit, refuses_only=True
        )

    def _worst_group(
        self, subject: Subject, found: Attacked, groups: list[tuple[str, Chosen, Chosen]]
    ) -> Finding:
        confidence = 1 - (1 - subject.policy.confidence) / len(groups)
        cut = [(name, found.scores[0].select(ours, theirs)) for name, ours, theirs in groups]
        name, scores = max(cut, key=lambda each: advantage(each[1], confidence).lower)
        if advantage(scores, confidence).lower == 0:
            name, scores = max(cut, key=lambda each: auc(each[1])[0])
        details: dict[str, Detail] = {"groups": len(groups), "column": name}
        interval = advantage(scores, confidence)
        return self._judged(subject, f"{self.name}_subgroup", interval, scores, details, refuses_only=True)

    def _judged(
        self,
        subject: Subject,
        check: str,
        interval: Interval,
        scores: Scores,
        details: Mapping[str, Detail],
        *,
        limit: float | None = None,
        refuses_only: bool = False,
    ) -> Finding:
        """The finding; one that may only refuse takes part in the verdict when it does."""
        threshold = subject.threshold(self.criterion) if limit is None else limit
        targets = min(len(scores.members), len(scores.others))
        evidence = Evidence(
            interval=interval,
            threshold=threshold,
            attempted=targets,
            targets=targets,
            confidence=subject.policy.confidence,
            minimum_share=subject.policy.minimum_share,
        )
        refuses = interval.lower > threshold
        gates = self.gates(subject.candidate.nature) and (refuses or not refuses_only)
        counts = {"members": len(scores.members), "control_persons": len(scores.others)}
        return self.finding(subject, check, evidence, gates=gates, details={**counts, **details})


@dataclass(frozen=True)
class _At:
    """One attack at one share of false positives."""

    scores: Scores
    share: float

    @cached_property
    def rates(self) -> tuple[Rate, Rate]:
        """True and false positives."""
        return at_false_positives(self.scores, self.share)

    @property
    def hits(self) -> Rate:
        """True positives."""
        return self.rates[0]

    def excess(self, confidence: float) -> Interval:
        """True positives beyond the false ones."""
        return excess_at(self.scores, self.share, confidence)

    def details(self) -> dict[str, Detail]:
        """What a report says of it."""
        return {
            "attack": self.scores.name,
            "false_positives": self.share,
            "success": self.rates[0].estimate,
            "control_success": self.rates[1].estimate,
        }


def _groups(subject: Subject, found: Attacked) -> Iterator[tuple[str, Chosen, Chosen]]:
    """Members and non-members of each group of each quasi-identifier that is large enough."""
    for column in traits(subject).columns:
        if column.control is None or not _is_quasi(subject, column.name):
            continue
        ours, theirs = column.original[found.members], column.control[found.others]
        if not column.is_category:
            real = np.concatenate([ours, theirs])
            edges = np.unique(np.nanquantile(real, np.arange(1, BANDS) / BANDS)) if len(real) else []
            ours, theirs = (np.searchsorted(edges, part).astype(np.float64) for part in (ours, theirs))
        for value in np.unique(ours):
            chosen = ours == value, theirs == value
            if min(part.sum() for part in chosen) >= GROUP:
                yield column.name, *chosen


def _is_quasi(subject: Subject, name: str) -> bool:
    table, _, column = name.partition(".")
    spec = subject.profile.tables.get(table)
    return spec is not None and column in spec.columns and spec.columns[column].role is Role.QUASI
