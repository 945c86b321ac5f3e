"""The rule of the gate, line by line."""

import pytest

from risk.decide import Evidence, decide
from risk.findings import Decision, worst
from tests.risk.factories import evidence

RULE = {
    "upper bound below the limit": (evidence(0.02, 0.01, 0.04), Decision.ACCEPTED, ()),
    "upper bound on the limit": (evidence(0.05, 0.03, 0.09), Decision.ACCEPTED, ()),
    "lower bound above the limit": (evidence(0.5, 0.4, 0.6), Decision.REFUSED, ("above_threshold",)),
    "a refusal in the attack's own words": (
        evidence(0.5, 0.4, 0.6, refused_as="persons_below_k"),
        Decision.REFUSED,
        ("persons_below_k",),
    ),
    "lower bound on the limit": (
        evidence(0.1, 0.09, 0.2),
        Decision.INCONCLUSIVE,
        ("bounds_straddle_threshold",),
    ),
    "limit between the bounds": (
        evidence(0.08, 0.05, 0.12),
        Decision.INCONCLUSIVE,
        ("bounds_straddle_threshold",),
    ),
    "799 of 1,000 attacked": (
        evidence(0.0, 0.0, 0.01, targets=799),
        Decision.INCONCLUSIVE,
        ("too_few_attacked",),
    ),
    "800 of 1,000 attacked": (evidence(0.0, 0.0, 0.01, targets=800), Decision.ACCEPTED, ()),
    "38 targets for 0.09": (
        evidence(0.0, 0.0, 0.09, attempted=38, targets=38),
        Decision.INCONCLUSIVE,
        ("too_few_targets",),
    ),
    "39 targets for 0.09": (evidence(0.0, 0.0, 0.09, attempted=39, targets=39), Decision.ACCEPTED, ()),
    "no better than chance, above the limit": (
        evidence(0.5, 0.4, 0.6, beats_baseline=False),
        Decision.INCONCLUSIVE,
        ("no_better_than_baseline",),
    ),
    "no better than chance, below the limit": (
        evidence(0.02, 0.01, 0.04, beats_baseline=False),
        Decision.ACCEPTED,
        (),
    ),
    "knowledge not declared": (
        evidence(0.0, 0.0, 0.01, problems=("knowledge_undeclared",)),
        Decision.INCONCLUSIVE,
        ("knowledge_undeclared",),
    ),
    "a problem does not hide behind a high risk": (
        evidence(0.5, 0.4, 0.6, problems=("no_holdout",)),
        Decision.INCONCLUSIVE,
        ("no_holdout",),
    ),
    "not a number": (evidence(float("nan"), 0.0, 0.01), Decision.INCONCLUSIVE, ("not_measured",)),
    "no threshold": (evidence(0.0, 0.0, 0.01, threshold=None), Decision.INCONCLUSIVE, ("not_measured",)),
    "nothing measured": (Evidence(None, 0.09, 1000, 1000, 0.95), Decision.INCONCLUSIVE, ("not_measured",)),
    "everybody attacked, exact, limit 0": (
        evidence(0.0, 0.0, 0.0, threshold=0.0, confidence=None, attempted=4, targets=4),
        Decision.ACCEPTED,
        (),
    ),
    "nobody to attack": (
        evidence(0.0, 0.0, 0.0, threshold=0.0, confidence=None, attempted=0, targets=0),
        Decision.INCONCLUSIVE,
        ("too_few_targets",),
    ),
}


@pytest.mark.parametrize("case", RULE)
def test_the_rule(case):
    given, decision, codes = RULE[case]
    assert decide(given) == (decision, tuple(f"reason.{code}" for code in codes))


def test_the_verdict_is_the_worst_decision_and_nothing_decided_is_inconclusive():
    assert worst([Decision.ACCEPTED, Decision.REFUSED, Decision.INCONCLUSIVE]) is Decision.REFUSED
    assert worst([Decision.ACCEPTED, Decision.INCONCLUSIVE]) is Decision.INCONCLUSIVE
    assert worst([]) is Decision.INCONCLUSIVE
