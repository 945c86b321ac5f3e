"""From findings to a verdict: the worst of those that gate, less what a named person waived."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from profiles.errors import ExitCode
from profiles.model import Waiver
from risk.assessment import Assessment
from risk.findings import Decision, Finding, worst
from risk.mends.model import Refusal
from risk.power import every_criterion

UNWAIVABLE = ("residuals", "aggregates", "holdout")
"""Attackers whose findings stand whatever the profile says: an identifier in the bytes is a leak, and a
hidden cell that anybody can compute again is not hidden; without a control group, no other attack on
synthetic tables means anything."""


@dataclass(frozen=True)
class WaiverNote:
    """A waiver without effect, which the report must show."""

    check: str
    problem: str
    """Catalogue key ``waiver.<problem>``: expired, unknown_check, not_allowed or not_needed."""


@dataclass(frozen=True)
class Verdict:
    """What the gate says, and on what ground."""

    decision: Decision
    findings: tuple[Finding, ...]
    """All findings, with ``waived_by`` filled on those that were waived."""
    waivers: tuple[Waiver, ...] = ()
    """Waivers that took effect."""
    notes: tuple[WaiverNote, ...] = ()
    refusal: Refusal | None = None
    """Why it is not accepted and what would change that, when it was looked for."""

    @property
    def exit_code(self) -> ExitCode:
        """What a command that judges returns."""
        return _EXIT[self.decision]

    def waiver(self, finding: Finding) -> Waiver | None:
        """The waiver under which ``finding`` passes."""
        return next((item for item in self.waivers if item.check == finding.check), None)


_EXIT = {
    Decision.ACCEPTED: ExitCode.ACCEPTED,
    Decision.REFUSED: ExitCode.REFUSED,
    Decision.INCONCLUSIVE: ExitCode.INCONCLUSIVE,
}


def judge(assessment: Assessment, waivers: Sequence[Waiver], today: date) -> Verdict:
    """The worst decision among gating findings that no valid waiver names; none is inconclusive.

    A waiver holds until the end of its day ``until``. What it lets pass decides nothing: findings that
    informed because another one of their criterion decided then take part in its place.
    """
    findings = every_criterion(_waived(assessment.findings, waivers, today)[0])
    findings, effective, notes = _waived(findings, waivers, today)
    decisions = [Decision.ACCEPTED if item.waived_by else item.decision for item in findings if item.gates]
    return Verdict(worst(decisions), tuple(findings), tuple(effective), tuple(notes))


def _waived(
    findings: Sequence[Finding], waivers: Sequence[Waiver], today: date
) -> tuple[list[Finding], list[Waiver], list[WaiverNote]]:
    """The findings with the name of who waived them, the waivers that took effect, and the others."""
    problems = [(waiver, _problem(waiver, findings, today)) for waiver in waivers]
    effective = [waiver for waiver, problem in problems if problem is None]
    notes = [WaiverNote(waiver.check, problem) for waiver, problem in problems if problem is not None]
    approved = {waiver.check: waiver.approved_by for waiver in effective}
    return [replace(item, waived_by=approved.get(item.check)) for item in findings], effective, notes


def _problem(waiver: Waiver, findings: Sequence[Finding], today: date) -> str | None:
    """Why a waiver has no effect; None when it has one."""
    named = [item for item in findings if item.check == waiver.check]
    if not named:
        return "unknown_check"
    if any(item.attacker in UNWAIVABLE for item in named):
        return "not_allowed"
    if waiver.until < today:
        return "expired"
    if all(item.decision is Decision.ACCEPTED or not item.gates for item in named):
        return "not_needed"
    return None
