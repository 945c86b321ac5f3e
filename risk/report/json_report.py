"""``rapport-risque.json``: every number behind the verdict, with a sentence in French and in English.

The digests of the attacked files stay in the assessment: they name private files.
"""

import json
from dataclasses import asdict
from typing import Any, ClassVar

from profiles.catalogue import Lang
from profiles.policy import load_policy
from risk.assessment import Assessment, rounded
from risk.findings import Finding
from risk.gate import Verdict
from risk.report.interface import ReportFormat
from risk.report.summary import headline, row, warnings

FORMAT = 1
"""Version of the file's form."""


class JsonReport(ReportFormat):
    """The report for machines, and for readers who want the numbers."""

    name: ClassVar[str] = "json"
    filename: ClassVar[str] = "rapport-risque.json"

    def render(self, assessment: Assessment, verdict: Verdict) -> bytes:
        """UTF-8 JSON with sorted keys; floats have six decimals."""
        report = rounded(document(assessment, verdict))
        return (
            json.dumps(report, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False) + "\n"
        ).encode()


def document(assessment: Assessment, verdict: Verdict) -> dict[str, Any]:
    """The report as plain JSON values."""
    return {
        "version": FORMAT,
        "profile": {"id": assessment.profile_id, "sha256": assessment.profile_digest},
        "nature": assessment.nature,
        "persons": assessment.persons,
        "persons_left_out": _left_out(assessment),
        "sample": None if assessment.sampled is None else asdict(assessment.sampled),
        "search": _search(assessment),
        "synthetic": None if assessment.synthetic is None else assessment.synthetic.published(),
        "seed": assessment.seed,
        "policy": assessment.policy,
        "thresholds": thresholds(assessment),
        "assessed_before": assessment.assessed_before,
        "privacy_total": assessment.privacy_total,
        "versions": dict(assessment.versions),
        "verdict": verdict.decision.value,
        "summary": {lang.value: headline(verdict, lang) for lang in Lang},
        "findings": [_finding(item, verdict, assessment) for item in verdict.findings],
        "waivers": [item.model_dump(mode="json") for item in verdict.waivers],
        "warnings": {lang.value: warnings(verdict, lang) for lang in Lang},
    }


def thresholds(assessment: Assessment) -> dict[str, Any] | None:
    """Every number of the policy with its source and date, and what was loosened, with the reason."""
    policy = assessment.thresholds
    if policy is None:
        return None
    return {
        "base": policy.base or policy.name,
        "numbers": policy.numbers(),
        "sources": {name: asdict(origin) for name, origin in policy.sources.items()},
        "loosened": [
            {"name": one.name, "base": one.base, "own": one.own, "reason": one.reason.model_dump()}
            for one in policy.loosened
        ],
    }


def _floor(assessment: Assessment) -> int:
    """Persons under which a figure is not published."""
    policy = assessment.thresholds or load_policy(assessment.policy)
    return policy.persons_floor


def _search(assessment: Assessment) -> dict[str, Any] | None:
    """What the search chose, and the next best; counts of persons below the floor are None."""
    if assessment.searched is None:
        return None
    floor = _floor(assessment)
    found = asdict(assessment.searched)
    for one in (found, *found["options"]):
        one["left_out"] = None if 0 < one["left_out"] < floor else one["left_out"]
    return found


def _left_out(assessment: Assessment) -> int | None:
    """Persons left out; None when they are some, but fewer than a published figure may rest on.

    Unlike the other counts, nobody can find this one again in the tables.
    """
    number = assessment.persons_left_out
    return None if 0 < number < _floor(assessment) else number


def _finding(finding: Finding, verdict: Verdict, assessment: Assessment) -> dict[str, Any]:
    numbers = asdict(finding) | {"criterion": finding.criterion.value, "decision": finding.decision.value}
    words = {lang.value: _words(finding, verdict, lang) for lang in Lang}
    details = dict(finding.details)
    if "persons_left_out" in details:
        details["persons_left_out"] = _left_out(assessment)
    return numbers | {"reasons": list(finding.reasons), "details": details, "text": words}


def _words(finding: Finding, verdict: Verdict, lang: Lang) -> dict[str, str]:
    shown = asdict(row(finding, verdict, lang))
    return {name: shown[name] for name in ("tried", "result", "limit", "verdict", "why", "todo", "waiver")}
