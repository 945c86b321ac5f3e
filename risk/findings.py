"""What an attack found, and the rule that turns it into a decision."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Criterion(StrEnum):
    """The three questions of the G29 (opinion WP216), and the checks that serve all three."""

    SINGLING_OUT = "singling_out"
    LINKABILITY = "linkability"
    INFERENCE = "inference"
    ALL = "all"


class Decision(StrEnum):
    """What a finding says of a release; the worst one is the verdict."""

    ACCEPTED = "accepted"
    INCONCLUSIVE = "inconclusive"
    REFUSED = "refused"


def worst(decisions: list[Decision]) -> Decision:
    """The verdict of several decisions; nothing decided is inconclusive."""
    order = list(Decision)
    return max(decisions, key=order.index, default=Decision.INCONCLUSIVE)


@dataclass(frozen=True)
class Finding:
    """One attacker's result on one target."""

    check: str
    """Stable name: ``classes``, ``inference:ER_PHA_F.PHA_ATC_C07``, …"""
    attacker: str
    criterion: Criterion
    gates: bool
    """Whether it takes part in the verdict, or is reported only."""
    decision: Decision
    estimate: float | None = None
    lower: float | None = None
    upper: float | None = None
    """One-sided bounds at ``confidence``; equal to the estimate when every person was attacked."""
    confidence: float | None = None
    threshold: float | None = None
    attempted: int = 0
    """Targets asked for."""
    targets: int = 0
    """Targets really attacked."""
    baseline: float | None = None
    """Success of a stranger to the data, when the attack has one."""
    seed: int | None = None
    reasons: tuple[str, ...] = ()
    """Catalogue keys ``reason.*`` that explain a decision that is not ``accepted``."""
    details: Mapping[str, float | int | str | bool | None] = field(default_factory=dict)
    """More numbers for the report: never a value of the data."""
    waived_by: str | None = None
