"""What is said of a finding that stands in the way: who knew what, how many fell, by which columns."""

from risk.findings import Decision, Finding
from risk.mends.model import Cause, Explained, Mend
from risk.mends.search import ON_CLASSES, RESIDUALS, Search, columns_named
from risk.subject import Subject


def blocks(finding: Finding) -> bool:
    """Whether it decides, nothing waives it, and it was not accepted."""
    return finding.gates and not finding.waived_by and finding.decision is not Decision.ACCEPTED


def own_columns(search: Search, finding: Finding) -> list[str]:
    """Columns that a finding names and on which no class is built."""
    known = search.bench.subject.references.knowledge
    return [name for name in columns_named(search, finding) if name not in known]


def known_to(search: Search, finding: Finding) -> tuple[str, ...]:
    """Columns that the intruder of ``finding`` knew: those of a register, or of events besides what lasts."""
    knowledge = search.bench.subject.references.knowledge
    if finding.attacker == "register":
        used = finding.details.get("columns_used")
        return tuple(used.split(", ")) if isinstance(used, str) else knowledge
    if finding.attacker == "trajectory":
        return tuple(dict.fromkeys((*knowledge, *own_columns(search, finding))))
    return knowledge


def explained(
    search: Search, finding: Finding, causes: tuple[Cause, ...], combined: int, mends: list[Mend]
) -> Explained:
    """``finding`` with its mends; ``causes`` and ``combined`` where it counts classes."""
    on_classes = finding.attacker in ON_CLASSES
    return Explained(
        check=finding.check,
        attacker=finding.attacker,
        decision=finding.decision.value,
        knowledge=known_to(search, finding),
        fell=fell(finding),
        persons=finding.targets,
        causes=causes if on_classes else (),
        combined=combined if on_classes else None,
        places=tuple(own_columns(search, finding)),
        mends=tuple(mends),
    )


def bare(subject: Subject, finding: Finding, note: str | None) -> Explained:
    """A finding for which nothing can be tried."""
    return Explained(
        check=finding.check,
        attacker=finding.attacker,
        decision=finding.decision.value,
        knowledge=subject.references.knowledge,
        fell=fell(finding),
        persons=finding.targets,
        note=note,
    )


def fell(finding: Finding) -> int | None:
    """Persons for whom the attack succeeded, as far as the finding counts them."""
    details = finding.details
    for name in ("persons_below_k", "persons_below_l"):
        if isinstance(details.get(name), int):
            return int(details[name] or 0)
    if finding.attacker == "classes_inference" and finding.check.startswith("classes_inference:"):
        certain = details.get("certain_persons")
        if isinstance(certain, int) and float(details.get("certain") or 0) >= float(details.get("gain") or 0):
            return certain
    if finding.attacker == RESIDUALS or finding.estimate is None or not finding.targets:
        return None
    if finding.check.startswith("t_closeness"):
        return None
    rest = 1 - (finding.baseline or 0.0)
    return round(finding.estimate * rest * finding.targets)
