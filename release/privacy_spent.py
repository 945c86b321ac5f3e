"""What synthetic releases of the same data have spent of privacy, all together.

Each release with differential privacy tells a little of every person, and what they tell adds up: releases at
(ε1, δ1) and (ε2, δ2) are one at (ε1 + ε2, δ1 + δ2) at most (basic composition: Dwork & Roth 2014, The
algorithmic foundations of differential privacy, theorem 3.16). The ledger knows which were accepted before.

A release that was made again from the same profile and the same bytes is the same draw, and counts once.
Releases of data of which some table is the same count, and so do those under the name of the profile: a new
extraction holds mostly the same persons. Releases that the ledger does not know are not in the sum.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from profiles.model import Profile
from release.ledger import Entry, Ledger, privacy_of
from risk.assessment import Assessment
from risk.findings import Criterion, Decision, Finding

CHECK = "privacy_spent"
SLACK = 1e-9
"""Ten releases at 0.1 spend 1.0, whatever sums of floats say."""
Privacy = Mapping[str, float]


@dataclass(frozen=True)
class Spent:
    """The sum over releases."""

    releases: int
    epsilon: float
    delta: float

    def plus(self, privacy: Privacy) -> "Spent":
        """With one more release."""
        return Spent(self.releases + 1, self.epsilon + privacy["epsilon"], self.delta + privacy["delta"])

    def published(self) -> dict[str, float]:
        """As a report says it."""
        return {"releases": self.releases, "epsilon": self.epsilon, "delta": self.delta}


def spent(entries: Iterable[Entry]) -> Spent:
    """What the releases among ``entries`` that were accepted have spent, each draw once."""
    draws = {
        (entry.profile_digest, *sorted(entry.tables.items())): entry.privacy
        for entry in entries
        if entry.privacy and entry.command == "release" and entry.verdict == Decision.ACCEPTED
    }
    total = Spent(0, 0.0, 0.0)
    for privacy in draws.values():
        total = total.plus(privacy)
    return total


def with_this(ledger: Ledger, assessment: Assessment, tables: Mapping[str, str]) -> Spent | None:
    """The sum with what ``assessment`` is of; None when that has no differential privacy."""
    privacy = privacy_of(assessment)
    if privacy is None:
        return None
    others = [
        entry
        for entry in ledger.concerning(assessment.profile_id, tables)
        if entry.profile_digest != assessment.profile_digest or dict(entry.tables) != dict(tables)
    ]
    return spent(others).plus(privacy)


def finding(profile: Profile, total: Spent) -> Finding:
    """The sum against the limit of the profile; it informs when there is none."""
    dp = profile.synth.dp if profile.synth is not None else None
    limit = dp.total_epsilon if dp is not None else None
    if limit is None:
        decision, reason = Decision.INCONCLUSIVE, "privacy_no_limit"
    elif total.epsilon > limit * (1 + SLACK):
        decision, reason = Decision.REFUSED, CHECK
    else:
        decision, reason = Decision.ACCEPTED, ""
    return Finding(
        check=CHECK,
        attacker=CHECK,
        criterion=Criterion.ALL,
        gates=limit is not None,
        decision=decision,
        reasons=(f"reason.{reason}",) if reason else (),
        details={
            "releases": total.releases,
            "spent": f"ε = {total.epsilon:g}, δ = {total.delta:g}",
            "total_epsilon": None if limit is None else f"{limit:g}",
        },
    )
