"""From an outcome to a finding: what the three attackers have in common."""

from collections.abc import Mapping, Sequence

from risk.anonymeter_adapter.frames import Frames, encode
from risk.anonymeter_adapter.outcome import Outcome
from risk.attackers.interface import Detail
from risk.attackers.synthetic import GatesSynthetic
from risk.decide import Evidence
from risk.findings import Finding
from risk.statistics import Interval, excess_risk
from risk.subject import Subject


class SampledAttacker(GatesSynthetic):
    """An attack on persons drawn at random, compared with control persons or with a stranger.

    It gates synthetic tables, whose persons must be no easier to attack than persons kept away from
    the fit. On real tables every person is in the data: it informs, compared with a stranger.
    """

    def asked(self, subject: Subject) -> int:
        """Attacks to try: what the profile says, at most one a person."""
        return min(subject.profile.risk.targets, subject.view("original").persons)

    def frames(self, subject: Subject, columns: Sequence[str]) -> Frames:
        """The three person views, encoded on ``columns``."""
        control = subject.view("holdout").frame if subject.has("holdout") else None
        return encode(subject.view("original").frame, subject.view("candidate").frame, control, columns)

    def unfit(self, subject: Subject) -> tuple[str, ...]:
        """Why the attack cannot be tried at all; empty when it can."""
        if not subject.has("original"):
            return ("no_original",)
        if not subject.view("original").persons or not subject.view("candidate").persons:
            return ("too_few_targets",)
        return ()

    def judged(
        self,
        subject: Subject,
        check: str,
        outcome: Outcome,
        details: Mapping[str, Detail] | None = None,
        *,
        gates: bool | None = None,
    ) -> Finding:
        """The finding of an outcome."""
        evidence = Evidence(
            interval=self.risk(subject, outcome),
            threshold=subject.threshold(self.criterion),
            attempted=outcome.attempted,
            targets=outcome.attack.targets,
            effective=outcome.attack.effective,
            confidence=subject.policy.confidence,
            minimum_share=subject.policy.minimum_share,
            baseline=outcome.baseline.estimate,
            beats_baseline=outcome.beats_baseline,
            problems=(*self._problems(subject), *outcome.problems),
        )
        numbers: dict[str, Detail] = {"success": outcome.attack.estimate, **outcome.details}
        numbers |= details or {}
        if outcome.attack.effective is not None:
            numbers["effective_targets"] = round(outcome.attack.effective, 1)
        if outcome.control is not None:
            numbers["control_success"] = outcome.control.estimate
        return self.finding(subject, check, evidence, gates=gates, details=numbers)

    def risk(self, subject: Subject, outcome: Outcome) -> Interval | None:
        """What the attack gains over control persons or, without any, over a stranger."""
        if not outcome.attack.targets:
            return None
        return excess_risk(outcome.attack, outcome.reference, subject.policy.confidence)

    def _problems(self, subject: Subject) -> tuple[str, ...]:
        found = [] if subject.knowledge_declared else ["knowledge_undeclared"]
        if self.gates(subject.candidate.nature) and not subject.has("holdout"):
            found.append("no_holdout")
        return tuple(found)
