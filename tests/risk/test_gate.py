"""The verdict: the worst gating finding, and waivers as the one way round."""

from dataclasses import replace
from datetime import date

import pytest

from profiles.errors import ExitCode
from profiles.model import Waiver
from risk.assessment import Assessment
from risk.findings import Decision
from risk.gate import judge
from risk.power import WEAK
from tests.risk.factories import finding

TODAY = date(2024, 6, 15)


def assessment(*findings):
    return Assessment("test", None, "real", 100, 0, 7, "open-data", {}, {}, findings)


def waiver(check, until=TODAY):
    return Waiver(check=check, until=until, reason="measured by the ethics board", approved_by="DPO")


@pytest.mark.parametrize(
    ("decisions", "verdict", "exit_code"),
    [
        (["accepted", "accepted"], "accepted", 0),
        (["accepted", "inconclusive"], "inconclusive", 3),
        (["refused", "inconclusive"], "refused", 1),
        ([], "inconclusive", 3),
    ],
)
def test_the_verdict_is_the_worst_of_the_findings_that_gate(decisions, verdict, exit_code):
    found = [finding(f"check:{number}", Decision(item)) for number, item in enumerate(decisions)]
    information = finding("for-information", Decision.REFUSED, gates=False)
    outcome = judge(assessment(*found, information), [], TODAY)
    assert (outcome.decision, outcome.exit_code) == (Decision(verdict), ExitCode(exit_code))


def test_a_valid_waiver_lets_its_finding_pass_and_shows_who_gave_it():
    refused = finding("linkability", Decision.REFUSED)
    outcome = judge(
        assessment(refused, finding("classes", Decision.ACCEPTED)), [waiver("linkability")], TODAY
    )
    assert outcome.decision is Decision.ACCEPTED
    assert outcome.findings[0].waived_by == "DPO"
    assert outcome.findings[0].decision is Decision.REFUSED
    assert outcome.waiver(outcome.findings[0]) == waiver("linkability")
    assert outcome.findings[1].waived_by is None


def test_a_waiver_covers_one_finding_only():
    found = [finding("inference:T.A", Decision.REFUSED), finding("inference:T.B", Decision.REFUSED)]
    outcome = judge(assessment(*found), [waiver("inference:T.A")], TODAY)
    assert outcome.decision is Decision.REFUSED


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (waiver("classes", until=date(2024, 6, 14)), "expired"),
        (waiver("clases"), "unknown_check"),
        (waiver("residuals"), "not_allowed"),
        (waiver("information"), "not_needed"),
        (waiver("fine"), "not_needed"),
    ],
)
def test_a_waiver_without_ground_changes_nothing_and_is_shown(given, problem):
    findings = [
        finding("classes", Decision.REFUSED),
        finding("residuals", Decision.REFUSED),
        finding("information", Decision.REFUSED, gates=False),
        finding("fine", Decision.ACCEPTED),
    ]
    outcome = judge(assessment(*findings), [given], TODAY)
    assert outcome.decision is Decision.REFUSED
    assert outcome.findings == tuple(findings)
    assert [(note.check, note.problem) for note in outcome.notes] == [(given.check, problem)]


def test_a_leaked_identifier_cannot_be_waived():
    leak = finding("residuals", Decision.REFUSED)
    assert judge(assessment(leak), [waiver("residuals")], TODAY).decision is Decision.REFUSED


@pytest.mark.parametrize("decision", [Decision.REFUSED, Decision.INCONCLUSIVE])
def test_a_hidden_cell_that_can_be_computed_again_cannot_be_waived(decision):
    broken = replace(finding("aggregates:costs", decision), attacker="aggregates")
    outcome = judge(assessment(broken), [waiver("aggregates:costs")], TODAY)
    assert outcome.decision is decision
    assert [note.problem for note in outcome.notes] == ["not_allowed"]


def test_a_waived_finding_leaves_the_decision_to_the_weak_ones_of_its_criterion():
    strong = finding("trajectory", Decision.REFUSED)
    weak = finding("outliers", Decision.INCONCLUSIVE, gates=False, details={WEAK: True})
    found = assessment(strong, weak)

    assert judge(found, [], TODAY).decision is Decision.REFUSED
    assert judge(found, [waiver("trajectory")], TODAY).decision is Decision.INCONCLUSIVE
    both = judge(found, [waiver("trajectory"), waiver("outliers")], TODAY)
    assert both.decision is Decision.ACCEPTED
    assert both.notes == ()
