"""Findings that are too small to let anything pass: they may refuse, unless nothing else decides.

An attack on few persons, or with few predicates that exist, has bounds so wide that it could not pass
even where it gains nothing. Such a finding informs when it is undecided, and its criterion is then decided
by another. Where no other one of the criterion takes part in the verdict, it does so again.
"""

from collections.abc import Sequence
from dataclasses import replace

from risk.findings import Decision, Finding

WEAK = "refuses_only"
"""Detail: the finding takes part in the verdict only when it decides."""
UNDECIDED = frozenset(
    f"reason.{code}"
    for code in (
        "bounds_straddle_threshold",
        "no_better_than_baseline",
        "too_few_targets",
        "too_few_attacked",
        "attempts_exhausted",
    )
)
"""Reasons that speak of numbers only. Anything else that made an attack unfit stops a release."""
SPARE = 0.5
"""Part of the limit that the upper bound may reach where nothing is gained. The bound is as far from the
estimate as chance goes once in forty releases: it then exceeds the limit as rarely."""


def can_pass(upper_without_gain: float, threshold: float) -> bool:
    """Whether an attack passes, usually, that gains nothing and whose upper bound is then this."""
    return upper_without_gain <= SPARE * threshold


def weakened(finding: Finding) -> Finding:
    """``finding``, which informs only while it is undecided for want of numbers and shows no risk."""
    undecided = finding.decision is Decision.INCONCLUSIVE and set(finding.reasons) <= UNDECIDED
    shown = finding.lower is not None and finding.lower > (finding.threshold or 0.0)
    if shown or not (finding.gates and undecided):
        return finding
    return replace(finding, gates=False, details={**finding.details, WEAK: True})


def every_criterion(findings: Sequence[Finding]) -> list[Finding]:
    """The same, where weak findings take part in the verdict if no other one of their criterion does.

    One that somebody waived does not.
    """
    decided = {one.criterion for one in findings if one.gates and not one.waived_by}
    return [
        replace(one, gates=True) if one.details.get(WEAK) and one.criterion not in decided else one
        for one in findings
    ]
