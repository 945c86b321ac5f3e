"""Two halves of what is known of a person, re-joined by means of the candidate (anonymeter).

The knowledge is dealt out into two halves that tell about as much. Success: both halves are nearest
to the same record. See ``risk.anonymeter_adapter.linkability``.
"""

from typing import ClassVar

from risk.anonymeter_adapter.attacker import SampledAttacker
from risk.anonymeter_adapter.linkability import FEWEST_COLUMNS, attack
from risk.findings import Criterion, Finding
from risk.subject import Subject


class Linkability(SampledAttacker):
    """Re-join two halves of a record."""

    name: ClassVar[str] = "linkability"
    criterion: ClassVar[Criterion] = Criterion.LINKABILITY

    def run(self, subject: Subject) -> list[Finding]:
        """One finding."""
        if unfit := self.unfit(subject):
            return [self.inconclusive(subject, self.name, *unfit)]
        frames = self.frames(subject, subject.references.knowledge)
        details = {"constant_columns": len(frames.constant)}
        if len(frames.columns) < FEWEST_COLUMNS:
            problems = ["too_few_columns"] if subject.knowledge_declared else ["knowledge_undeclared"]
            return [self.inconclusive(subject, self.name, *problems, details=details)]
        outcome = attack(frames, self.asked(subject), self.random(subject))
        return [self.judged(subject, self.name, outcome, details)]
