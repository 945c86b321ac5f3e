"""The rule that turns what an attack measured into a decision.

Accepted when the upper bound is at or below the threshold, refused when the lower bound is above
it, else inconclusive. Whatever makes the measure unfit to decide comes first, whichever way the
numbers point: neither decision that closes the matter may rest on it.
"""

from dataclasses import dataclass

from risk.findings import Decision
from risk.statistics import Interval, minimum_targets


@dataclass(frozen=True)
class Evidence:
    """Everything the rule looks at."""

    interval: Interval | None
    """Risk with its bounds; None when it could not be measured."""
    threshold: float | None
    """Highest upper bound allowed."""
    attempted: int
    """Targets asked for."""
    targets: int
    """Targets really attacked."""
    confidence: float | None = None
    """None when every person was attacked: the measure is then exact."""
    minimum_share: float = 0.8
    """Smallest share of the targets that must have been attacked."""
    baseline: float | None = None
    """Success of a stranger to the data."""
    beats_baseline: bool = True
    """Whether the attack did better than its baseline; a failed attack says nothing of the risk."""
    refused_as: str = "above_threshold"
    """Code of the reason for a refusal, when the attack can say it in better words."""
    effective: float | None = None
    """As how many independent targets those attacked count; None: as so many as they are."""
    problems: tuple[str, ...] = ()
    """Codes of what made the measure unfit: ``knowledge_undeclared``, ``no_holdout``, …"""


def decide(evidence: Evidence) -> tuple[Decision, tuple[str, ...]]:
    """The decision, and the catalogue keys ``reason.<code>`` that explain it (none if accepted)."""
    unfit = [*evidence.problems, *_too_little(evidence)]
    interval, threshold = evidence.interval, evidence.threshold
    if interval is None or threshold is None:
        return Decision.INCONCLUSIVE, _keys(unfit or ["not_measured"])
    if not interval.lower <= interval.estimate <= interval.upper:
        return Decision.INCONCLUSIVE, _keys([*unfit, "not_measured"])
    if interval.upper > threshold and not evidence.beats_baseline:
        unfit.append("no_better_than_baseline")
    if unfit:
        return Decision.INCONCLUSIVE, _keys(unfit)
    if interval.upper <= threshold:
        return Decision.ACCEPTED, ()
    if interval.lower > threshold:
        return Decision.REFUSED, _keys([evidence.refused_as])
    return Decision.INCONCLUSIVE, _keys(["bounds_straddle_threshold"])


def _too_little(evidence: Evidence) -> list[str]:
    """Too few targets, or too small a share of them."""
    found = []
    if evidence.targets < evidence.minimum_share * evidence.attempted:
        found.append("too_few_attacked")
    if evidence.confidence is not None and evidence.threshold is not None:
        independent = evidence.targets if evidence.effective is None else evidence.effective
        if independent < minimum_targets(evidence.threshold, evidence.confidence):
            found.append("too_few_targets")
    elif evidence.targets == 0:
        found.append("too_few_targets")
    return found


def _keys(codes: list[str]) -> tuple[str, ...]:
    return tuple(f"reason.{code}" for code in dict.fromkeys(codes))
