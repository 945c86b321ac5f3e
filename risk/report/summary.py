"""The findings in plain words: what was tried, with which result, and what to do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Formatter

from profiles.catalogue import Lang, catalogue, has, text
from risk.assessment import Assessment
from risk.findings import Decision, Finding
from risk.gate import Verdict

NARROW = "\u202f"
"""Narrow no-break space, which French puts between thousands and before the per cent sign."""


NAMED = 4
"""Columns that a sentence names before it stops."""
UNDER_CONTRACT = "shared"
"""The shipped policy that is for known recipients and never for the public."""
SHARES = ("success", "control_success", "precision", "recall")
"""Details that are shares of persons."""


@dataclass(frozen=True)
class SummaryRow:
    """One finding, for a reader who is no specialist. Every text is in the language asked for."""

    check: str
    """Name to copy into a waiver."""
    criterion: str
    tried: str
    result: str
    limit: str
    decision: Decision
    gates: bool
    verdict: str
    """The decision in words; ``for information`` when it does not gate, or accepted by waiver."""
    why: str
    """Empty when accepted."""
    todo: str
    """Empty when there is nothing to do."""
    waiver: str
    """Who waived it, until when and why; empty when nobody did."""


def rows(assessment: Assessment, verdict: Verdict, lang: Lang) -> list[SummaryRow]:
    """One row a finding: those that block first, then the others that gate, then information."""
    ordered = sorted(verdict.findings or assessment.findings, key=_weight)
    return [row(finding, verdict, lang) for finding in ordered]


def row(finding: Finding, verdict: Verdict, lang: Lang) -> SummaryRow:
    """One finding in words."""
    facts = _facts(finding, lang)
    return SummaryRow(
        check=finding.check,
        criterion=text(f"criterion.{finding.criterion.value}", lang),
        tried=_tried(finding, lang),
        result=_result(finding, facts, lang),
        limit=_limit(finding, facts, lang),
        decision=finding.decision,
        gates=finding.gates,
        verdict=text(_decision_key(finding), lang),
        why=" ".join(_reason(key, lang) for key in finding.reasons),
        todo=" ".join(
            text(f"{key}.remedy", lang) for key in finding.reasons if has(f"{key}.remedy") and blocks(finding)
        ),
        waiver=_waiver(finding, verdict, lang),
    )


def headline(verdict: Verdict, lang: Lang) -> str:
    """The verdict in one sentence."""
    waived = sum(1 for finding in verdict.findings if finding.waived_by and finding.gates)
    key = "waived" if waived and verdict.decision is Decision.ACCEPTED else verdict.decision.value
    return text(f"verdict.{key}", lang, count=waived)


def limits(assessment: Assessment, lang: Lang) -> str:
    """What an accepted verdict does not say, in one line."""
    known = _columns([one for one in assessment.findings if one.gates], "event_columns")
    uncovered = sorted(_columns(assessment.findings, "columns_uncovered") - known)
    said = text("limits.declared", lang)
    if uncovered:
        shown = ", ".join(uncovered[:NAMED]) + (", …" if len(uncovered) > NAMED else "")
        said += " " + text("limits.uncovered", lang, count=len(uncovered), columns=shown)
    if repeating := sorted(_columns(assessment.findings, "columns_repeating")):
        shown = ", ".join(repeating[:NAMED]) + (", …" if len(repeating) > NAMED else "")
        said += " " + text("limits.repeating", lang, count=len(repeating), columns=shown)
    policy = assessment.thresholds
    if policy is not None and UNDER_CONTRACT in (policy.name, policy.base):
        said += " " + text("limits.under-contract", lang, policy=policy.name)
    return said


def information(assessment: Assessment, lang: Lang) -> str:
    """Why some findings decide nothing."""
    return text("information.why" if assessment.nature == "real" else "information.why-synthetic", lang)


def _columns(findings: Sequence[Finding], detail: str) -> set[str]:
    """The columns that findings name under ``detail``."""
    named = [str(one.details.get(detail) or "").split(", ") for one in findings]
    return {name for names in named for name in names if name}


def warnings(verdict: Verdict, lang: Lang) -> list[str]:
    """Waivers without effect, one sentence each."""
    return [text(f"waiver.{note.problem}", lang, check=note.check) for note in verdict.notes]


def blocks(finding: Finding) -> bool:
    """Whether the finding stands between the data and its release."""
    return finding.gates and not finding.waived_by and finding.decision is not Decision.ACCEPTED


def percent(share: float, lang: Lang) -> str:
    """A share with one decimal; what is not nothing is never shown as nothing, nor not all as all."""
    shown, sign = f"{100 * share:.1f}", ""
    if share > 0 and shown == "0.0":
        shown, sign = "0.1", "< "
    elif share < 1 and shown == "100.0":
        shown, sign = "99.9", "> "
    return sign + (shown.replace(".", ",") + NARROW + "%" if lang is Lang.FR else shown + "%")


def number(value: float, lang: Lang) -> str:
    """A count with its digits grouped, or a number with two decimals."""
    if isinstance(value, int):
        grouped = f"{value:,}"
        return grouped.replace(",", NARROW) if lang is Lang.FR else grouped
    return f"{value:.2f}".replace(".", "," if lang is Lang.FR else ".")


def _weight(finding: Finding) -> tuple[bool, bool, int]:
    severity = list(Decision).index(finding.decision)
    return not blocks(finding), not finding.gates, -severity


def _kind(finding: Finding) -> str:
    return finding.check.partition(":")[0]


def _tried(finding: Finding, lang: Lang) -> str:
    kind, _, column = finding.check.partition(":")
    key = f"attack.{kind}"
    if has(key) and (column or "column" not in _fields(key, lang)):
        return text(key, lang, column=column)
    return text("attack.other", lang, check=finding.check)


def _facts(finding: Finding, lang: Lang) -> Mapping[str, str]:
    """Every number of a finding, as text."""
    facts = {
        name: _fact(name, value, lang)
        for name, value in finding.details.items()
        if value is not None and not isinstance(value, bool)
    }
    for name in ("estimate", "lower", "upper", "threshold", "baseline"):
        if (share := getattr(finding, name)) is not None:
            facts[name] = percent(share, lang)
    return facts | {"targets": number(finding.targets, lang), "attempted": number(finding.attempted, lang)}


def _fact(name: str, value: float | str, lang: Lang) -> str:
    if isinstance(value, str):
        return value
    share = name.startswith("unicity") or name in SHARES
    return percent(value, lang) if share else number(value, lang)


def _result(finding: Finding, facts: Mapping[str, str], lang: Lang) -> str:
    if finding.estimate is None:
        counted = f"result.{_kind(finding)}_counted"
        known = has(counted) and _fields(counted, lang) <= facts.keys()
        return text(counted, lang, **facts) if known else text("result.none", lang)
    key = f"result.{_kind(finding)}"
    if facts.get("columns") and has(f"{key}_found"):
        key += "_found"
    if facts.get("missing") == "wildcard" and has(f"{key}_wildcard"):
        key += "_wildcard"
    for more in ("recalled", "repeated"):
        if has(f"{key}_{more}") and _fields(f"{key}_{more}", lang) <= facts.keys():
            key += f"_{more}"
    if has(key) and _fields(key, lang) <= facts.keys():
        return text(key, lang, **facts)
    return text("result.exact" if finding.confidence is None else "result.sampled", lang, **facts)


def _fields(key: str, lang: Lang) -> set[str]:
    """The numbers that a sentence needs; an attack that stopped early may lack some."""
    return {name for _, name, _, _ in Formatter().parse(catalogue()[key][lang]) if name}


def _limit(finding: Finding, facts: Mapping[str, str], lang: Lang) -> str:
    own = f"limit.{_kind(finding)}"
    if finding.gates and has(own) and _fields(own, lang) <= facts.keys():
        return text(own, lang, **facts)
    if finding.threshold is None or not finding.gates:
        return text("limit.none", lang)
    key = {"classes": "limit.k", "l_diversity": "limit.l"}.get(_kind(finding))
    if key == "limit.l":
        key = {"entropy": "limit.entropy", "recursive": "limit.recursive"}.get(facts.get("l_kind", ""), key)
    if key is not None and _fields(key, lang) <= facts.keys():
        return text(key, lang, **facts)
    if _kind(finding) == "t_closeness":
        return text("limit.distance", lang, threshold=number(finding.threshold, lang))
    return text("limit.share" if finding.threshold else "limit.nothing", lang, **facts)


def _decision_key(finding: Finding) -> str:
    if finding.waived_by and finding.gates and finding.decision is not Decision.ACCEPTED:
        return "decision.waived"
    return f"decision.{finding.decision.value}" if finding.gates else "decision.reported"


def _reason(key: str, lang: Lang) -> str:
    return text(key, lang) if has(key) else text("reason.unknown", lang, code=key.removeprefix("reason."))


def _waiver(finding: Finding, verdict: Verdict, lang: Lang) -> str:
    waiver = verdict.waiver(finding)
    if waiver is None:
        return ""
    return text(
        "waiver.applied",
        lang,
        approved_by=waiver.approved_by,
        until=waiver.until.isoformat(),
        reason=waiver.reason,
    )
