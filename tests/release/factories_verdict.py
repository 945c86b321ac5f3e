"""Assessments and verdicts by hand."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from profiles.loading import LoadedProfile
from profiles.model import Waiver
from release.finish import finish
from release.package import build
from risk.assessment import Assessment, digests
from risk.findings import Criterion, Decision, Finding
from risk.gate import Verdict, judge
from tables.candidate import Candidate
from tests.release.factories import loaded_profile, small_candidate

TODAY = date(2024, 1, 31)

PASSES = Finding(
    check="classes",
    attacker="classes",
    criterion=Criterion.SINGLING_OUT,
    gates=True,
    decision=Decision.ACCEPTED,
    estimate=0.0123456789,
    lower=0.0123456789,
    upper=0.0123456789,
    threshold=0.09,
    attempted=24,
    targets=24,
)
REPORTED = replace(
    PASSES, check="linkability", attacker="linkability", gates=False, decision=Decision.REFUSED
)
FAILS = replace(
    PASSES,
    check="inference:ACTS.CODE",
    attacker="inference",
    criterion=Criterion.INFERENCE,
    decision=Decision.REFUSED,
    estimate=0.5,
    upper=0.6,
    confidence=0.95,
    reasons=("reason.above_threshold",),
)
WAIVER = Waiver(
    check=FAILS.check, until=date(2024, 12, 31), reason="Étude | publiée ailleurs.", approved_by="DPO"
)


def assessment(candidate: Candidate, *findings: Finding) -> Assessment:
    return Assessment(
        profile_id=candidate.profile.id,
        profile_digest=None,
        nature="real",
        persons=candidate.persons,
        persons_left_out=candidate.suppressed_persons,
        seed=7,
        policy="open-data",
        tables=digests(candidate),
        versions={"python": "3.11"},
        findings=findings,
    )


def judged(candidate: Candidate, *findings: Finding, waivers=()) -> tuple[Assessment, Verdict]:
    found = assessment(candidate, *findings)
    return found, judge(found, waivers, TODAY)


def released(folder: Path, *findings: Finding, waivers=()) -> tuple[Path, LoadedProfile, Candidate]:
    """A finished release folder under ``folder``."""
    loaded = loaded_profile(folder)
    candidate = small_candidate(loaded, folder / "work")
    build(candidate, loaded, folder / "out")
    finish(folder / "out", *judged(candidate, *(findings or (PASSES,)), waivers=waivers), loaded, candidate)
    return folder / "out", loaded, candidate
