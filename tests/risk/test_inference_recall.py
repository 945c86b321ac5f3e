"""Precision and recall of guesses, over true carriers, for secrets that are sets of codes too."""

import numpy as np

from profiles.catalogue import Lang
from risk.anonymeter_adapter.inference import precision_and_recall, recalled
from risk.anonymeter_adapter.outcome import Found
from risk.attackers.inference import Inference
from risk.findings import Decision, Finding
from risk.gate import Verdict
from risk.report.summary import row
from risk.subject import Subject
from tests.risk.leaks import attacked, leaking, people

SECRETS = ("P.ill", "E.code")


def run(of: Subject) -> dict[str, Finding]:
    return {found.check: found for found in Inference().run(of)}


def found(carriers: str, claimed: str, right: str) -> Found:
    return Found(*(np.array([mark == "x" for mark in part]) for part in (carriers, claimed, right)))


def test_precision_and_recall_are_counted_by_hand():
    """Of three carriers of one code and one of another, two are found; four are claimed in all."""
    both = [found("xxx.", "xx.x", "xx.."), found(".x..", "..x.", "....")]

    assert precision_and_recall(both) == {"unusual": 4, "claimed": 4, "precision": 0.5, "recall": 0.5}
    assert (recalled(both).successes, recalled(both).targets) == (2, 3)


def test_secrets_of_an_independent_draw_are_no_risk(tmp_path):
    found = run(attacked(tmp_path, people(4000, 3), people(4000, 1), people(2000, 2), targets=2000))

    for secret in SECRETS:
        assert found[f"inference:{secret}"].decision is Decision.ACCEPTED
        assert 0 < found[f"inference:{secret}"].details["recall"] < 0.7


def test_secrets_of_copied_persons_are_found(tmp_path):
    fitted = people(3000, 1)
    finding = run(attacked(tmp_path, leaking(0.8, fitted, 3000, 3), fitted, people(1500, 2)))

    for secret in SECRETS:
        assert finding[f"inference:{secret}"].decision is Decision.REFUSED
        assert finding[f"inference:{secret}"].details["recall"] > 0.5


def test_the_interval_covers_the_share_of_persons_who_were_copied(tmp_path):
    """With all of a person known, whoever is copied is found, and nobody else."""
    fitted, known = people(2500, 1), ["P.age", "P.sex", "P.town", "P.weight"]
    made = leaking(0.18, fitted, 2500, 3)
    found = run(attacked(tmp_path, made, fitted, people(1000, 2), targets=2500, knowledge=known))

    for secret in SECRETS:
        finding = found[f"inference:{secret}"]
        assert finding.lower <= 0.18 <= finding.upper
        assert finding.decision is Decision.REFUSED


def test_the_sentence_says_precision_and_recall(tmp_path):
    fitted = people(1000, 1)
    finding = run(attacked(tmp_path, leaking(0.5, fitted, 1000, 3), fitted, people(500, 2)))[
        "inference:P.ill"
    ]
    said = row(finding, Verdict(finding.decision, (finding,), (), ()), Lang.EN).result

    assert f"{100 * finding.details['recall']:.1f}%" in said
    assert f"{100 * finding.details['precision']:.1f}%" in said
