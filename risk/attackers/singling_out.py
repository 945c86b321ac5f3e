"""Predicates made from the candidate that isolate one person of the original (anonymeter).

Two findings: ``singling_out_univariate`` (an extreme or unique value of one column, all that exist)
and ``singling_out_multivariate`` (values of up to three columns, tried at random). Success: the
predicate matches exactly one person. See ``risk.anonymeter_adapter.singling_out``.

Limits: on a candidate made of few broad categories fewer predicates may be found than ``risk.targets``
asks for, on any number of columns; those found decide then, when they count as enough independent tries.
Where they do not, the finding is inconclusive, unless no more persons of the candidate are alone on all
columns than the limit allows: nobody else can be isolated at all, and those predicates that exist then
inform only, unless they decide. So do univariate predicates where fewer exist than are asked for
(``risk.power``). The rarest persons are attacked on every combination by ``outliers``.
"""

from dataclasses import replace
from typing import ClassVar

from risk.anonymeter_adapter.attacker import SampledAttacker
from risk.anonymeter_adapter.outcome import Outcome
from risk.anonymeter_adapter.predicates import Mode
from risk.anonymeter_adapter.singling_out import ALONE, attack
from risk.findings import Criterion, Finding
from risk.power import weakened
from risk.statistics import minimum_targets
from risk.subject import Subject

EXHAUSTED = "attempts_exhausted"
"""Problem of an outcome: fewer predicates were found than asked for."""


class SinglingOut(SampledAttacker):
    """Isolate one person by a predicate."""

    name: ClassVar[str] = "singling_out"
    criterion: ClassVar[Criterion] = Criterion.SINGLING_OUT

    def run(self, subject: Subject) -> list[Finding]:
        """One finding a way to make predicates."""
        checks = {mode: f"{self.name}_{mode.value}" for mode in Mode}
        if unfit := self.unfit(subject):
            return [self.inconclusive(subject, check, *unfit) for check in checks.values()]
        frames = self.frames(subject, subject.references.everything)
        found = []
        for mode, check in checks.items():
            outcome = attack(frames, mode, self.asked(subject), self.random(subject, mode.value))
            details = {"constant_columns": len(frames.constant)}
            finding = self.judged(subject, check, self._on_those_found(subject, outcome), details)
            found.append(weakened(finding) if self._is_weak(subject, mode, outcome) else finding)
        return found

    def _on_those_found(self, subject: Subject, outcome: Outcome) -> Outcome:
        """The outcome, of the predicates that were found alone when they are enough to decide."""
        found = outcome.attack.targets if outcome.attack.effective is None else outcome.attack.effective
        enough = found >= minimum_targets(subject.threshold(self.criterion), subject.policy.confidence)
        if EXHAUSTED not in outcome.problems or not enough:
            return outcome
        problems = tuple(one for one in outcome.problems if one != EXHAUSTED)
        return replace(outcome, attempted=outcome.attack.targets, problems=problems)

    def _is_weak(self, subject: Subject, mode: Mode, outcome: Outcome) -> bool:
        """Whether what limits the attack is the number of predicates that exist."""
        existing = int(outcome.details.get("predicates") or 0)
        if mode is Mode.UNIVARIATE:
            return existing <= outcome.attempted
        threshold = subject.threshold(self.criterion)
        hardly = int(outcome.details.get(ALONE) or 0) <= threshold * subject.view("candidate").persons
        return hardly and EXHAUSTED in outcome.problems
