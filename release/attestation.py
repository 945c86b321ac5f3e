"""``attestation.json``: what was checked, on which bytes, with which result.

An in-toto Statement v1 (https://in-toto.io/Statement/v1) with a test-result predicate v0.1. Our own
facts are under one key of the predicate, as the format allows. It holds no clock, so the same
release has the same bytes, and no digest of the source: the hash of a small secret table can be
guessed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from profiles.loading import LoadedProfile
from release import sums
from risk.assessment import Assessment, rounded
from risk.findings import Decision, Finding
from risk.gate import Verdict
from risk.report.json_report import thresholds

NAME = "attestation.json"
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"

UNNAMED = frozenset({NAME, sums.NAME})
"""Files that the attestation cannot name: itself, and the sums that name it."""

Json = dict[str, Any]


def attestation(
    digests: Mapping[str, str],
    loaded: LoadedProfile,
    assessment: Assessment,
    verdict: Verdict,
    key_id: str | None = None,
) -> Json:
    """The statement; ``digests``: SHA-256 of every file of the release but :data:`UNNAMED`."""
    passed, warned, failed = _sorted_out(verdict.findings)
    result = "FAILED" if failed else "WARNED" if warned else "PASSED"
    statement = {
        "_type": STATEMENT,
        "subject": [{"name": name, "digest": {"sha256": digests[name]}} for name in sorted(digests)],
        "predicateType": PREDICATE,
        "predicate": {
            "result": result,
            "configuration": [{"name": "profile", "digest": {"sha256": loaded.digest}}],
            "passedTests": passed,
            "warnedTests": warned,
            "failedTests": failed,
            "vitrail": _assessed(assessment, verdict, key_id),
        },
    }
    return dict(rounded(statement))


def _assessed(assessment: Assessment, verdict: Verdict, key_id: str | None) -> Json:
    return {
        "profile": assessment.profile_id,
        "policy": assessment.policy,
        "thresholds": thresholds(assessment),
        "assessed_before": assessment.assessed_before,
        "privacy_total": assessment.privacy_total,
        "seed": assessment.seed,
        "nature": assessment.nature,
        "persons": assessment.persons,
        "synthetic": None if assessment.synthetic is None else assessment.synthetic.published(),
        "sample": None if assessment.sampled is None else assessment.sampled.share,
        "key_id": key_id,
        "versions": dict(assessment.versions),
        "verdict": verdict.decision.value,
        "waived": sorted({finding.check for finding in verdict.findings if finding.waived_by}),
        "waivers": [waiver.model_dump(mode="json") for waiver in verdict.waivers],
        "findings": [_finding(finding) for finding in verdict.findings],
    }


def _finding(finding: Finding) -> Json:
    """What a reader needs to judge the result; the details are in the report."""
    return {
        "check": finding.check,
        "attacker": finding.attacker,
        "criterion": finding.criterion.value,
        "gates": finding.gates,
        "decision": finding.decision.value,
        "estimate": finding.estimate,
        "lower": finding.lower,
        "upper": finding.upper,
        "confidence": finding.confidence,
        "threshold": finding.threshold,
        "attempted": finding.attempted,
        "targets": finding.targets,
        "baseline": finding.baseline,
        "reasons": list(finding.reasons),
        "waived_by": finding.waived_by,
    }


def _sorted_out(findings: Sequence[Finding]) -> tuple[list[str], list[str], list[str]]:
    """Checks that passed, that are only worth a warning (reported or waived), that failed."""
    passed, warned, failed = [], [], []
    for finding in findings:
        if finding.decision is Decision.ACCEPTED and not finding.waived_by:
            passed.append(finding.check)
        elif finding.waived_by or not finding.gates:
            warned.append(finding.check)
        else:
            failed.append(finding.check)
    return passed, warned, failed
