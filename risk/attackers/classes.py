"""Prosecutor: the intruder knows that a person is in the release and looks for persons like them.

The classes are built on the declared knowledge and on every published quasi-identifier that says
something lasting of a person, in whichever table it stands. The measure is exact: everybody is
attacked, nothing is drawn. The release passes when nobody is in a class of fewer than k persons.

A missing value is a value of its own, or, where ``anonymity.missing`` is ``wildcard``, may stand for
any value; a person then resembles all those with whom no known value differs.

A column of another role that repeats a quasi-identifier (a year of birth beside an age) is known with
it (``risk.retold``); so is a date that is not shifted.

Limit: quasi-identifiers that change from event to event count only when the profile declares them
as knowledge; those left aside are named in the finding.
"""

from typing import ClassVar

from risk.attackers.interface import Attacker, Detail, Nature
from risk.class_metrics import ClassRisk, class_risk, wildcard_risk
from risk.decide import Evidence
from risk.findings import Criterion, Finding
from risk.statistics import Interval
from risk.subject import Subject
from risk.wildcards import wildcard_frequencies


class Classes(Attacker):
    """Share of persons in classes of fewer than k persons; the limit is 0."""

    name: ClassVar[str] = "classes"
    criterion: ClassVar[Criterion] = Criterion.SINGLING_OUT
    counts_groups: ClassVar[bool] = True

    def gates(self, nature: Nature) -> bool:
        """On real tables; a synthetic class holds no real person."""
        return nature == "real"

    def run(self, subject: Subject) -> list[Finding]:
        """One finding, ``classes``."""
        risk, known = _risk(subject), subject.references
        repeated = any(one.reference in known.knowledge for one in known.repeating)
        evidence = Evidence(
            interval=Interval.exact(risk.share_below),
            threshold=0.0,
            attempted=risk.persons,
            targets=risk.persons,
            minimum_share=subject.policy.minimum_share,
            refused_as="persons_below_k_repeated" if repeated else "persons_below_k",
            problems=() if subject.knowledge_declared else ("knowledge_undeclared",),
        )
        return [self.finding(subject, self.name, evidence, details=_details(subject, risk))]


def _missing(subject: Subject) -> str:
    return subject.profile.anonymity.missing if subject.profile.anonymity else "own-value"


def _risk(subject: Subject) -> ClassRisk:
    columns, k = subject.references.knowledge, subject.policy.k
    if _missing(subject) == "wildcard" and columns:
        view = subject.groups.counted(subject, columns)
        alike = wildcard_frequencies([view.column(name) for name in columns])
        return wildcard_risk(view.classes(columns), alike, k)
    return class_risk(subject.sizes(columns), k)


def _details(subject: Subject, risk: ClassRisk) -> dict[str, Detail]:
    return {
        "k": risk.k,
        "missing": _missing(subject),
        "k_wanted": subject.policy.k,
        "persons": risk.persons,
        "classes": risk.classes,
        "persons_below_k": risk.below,
        "persons_unique": risk.unique,
        "max_risk": risk.max_risk,
        "mean_risk": risk.mean_risk,
        "persons_left_out": subject.candidate.suppressed_persons,
        "columns": len(subject.references.knowledge),
        "columns_repeating": ", ".join(one.reference for one in subject.references.repeating) or None,
        "columns_uncovered": ", ".join(subject.references.uncovered) or None,
    }
