"""What is too small to accept may refuse, and never lets everything pass."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from risk.assessment import assess
from risk.attackers.registry import attacker
from risk.findings import Criterion, Decision
from risk.gate import judge
from risk.power import WEAK, can_pass, every_criterion, weakened
from risk.rarity import Rare
from tests.risk.factories import finding
from tests.risk.leaks import attacked, leaking, people

TRIED = ("register", "singling_out", "linkability", "inference", "membership", "copies", "outliers")
SINGLING_OUT, LINKABILITY = Criterion.SINGLING_OUT, Criterion.LINKABILITY


def verdict(folder, fitted, apart, leak, seed):
    real, held = people(fitted, 1, seed), people(apart, 2, seed)
    of = attacked(folder / f"{seed}", leaking(leak, real, fitted, seed), real, held, targets=2000)
    found = assess(of, [attacker(name) for name in TRIED])
    return judge(replace(found, findings=tuple(every_criterion(found.findings))), [], date(2026, 1, 1))


def undecided(check, *reasons, lower=0.0):
    return finding(
        check, Decision.INCONCLUSIVE, reasons=reasons, lower=lower, estimate=0.05, upper=0.2, threshold=0.09
    )


def test_persons_drawn_anew_are_accepted(tmp_path):
    assert verdict(tmp_path, 5000, 1250, 0.0, 1).decision is Decision.ACCEPTED


@pytest.mark.parametrize("leak", [0.02, pytest.param(0.1, marks=pytest.mark.soak)])
def test_copies_among_them_are_refused(tmp_path, leak):
    assert verdict(tmp_path, 2000, 500, leak, 1).decision is Decision.REFUSED


def test_copies_among_few_persons_are_never_accepted(tmp_path):
    found = [verdict(tmp_path, 300, 75, 0.1, seed).decision for seed in range(2)]

    assert Decision.ACCEPTED not in found


@pytest.mark.parametrize(
    ("persons", "draws"), [(50, 2), (100, 2), pytest.param(100, 20, marks=pytest.mark.soak)]
)
def test_few_persons_are_never_accepted(tmp_path, persons, draws):
    found = [verdict(tmp_path, persons, persons // 4, 0.0, seed).decision for seed in range(draws)]

    assert set(found) == {Decision.INCONCLUSIVE}


def test_only_a_finding_that_lacks_numbers_and_shows_no_risk_informs():
    few, broken = "reason.bounds_straddle_threshold", "reason.no_holdout"

    assert not weakened(undecided("a", few)).gates
    assert weakened(undecided("a", few)).details[WEAK]
    assert weakened(undecided("a", few, broken)).gates
    assert weakened(undecided("a", "reason.too_few_targets", lower=0.1)).gates
    assert weakened(finding("a", Decision.REFUSED)).gates
    assert weakened(finding("a", Decision.ACCEPTED)).gates


def test_what_informs_decides_where_nothing_else_of_its_criterion_does():
    weak = weakened(undecided("a", "reason.bounds_straddle_threshold"))
    reported = finding("c", Decision.REFUSED, gates=False)
    other = replace(finding("b", Decision.ACCEPTED), criterion=LINKABILITY)
    same = finding("b", Decision.ACCEPTED)

    assert weak.criterion is SINGLING_OUT
    assert [one.gates for one in every_criterion([weak, other, reported])] == [True, True, False]
    assert [one.gates for one in every_criterion([weak, same, reported])] == [False, True, False]


def test_bounds_without_gain_may_take_half_of_the_limit():
    assert can_pass(0.045, 0.09)
    assert not can_pass(0.046, 0.09)


def test_the_rarest_are_found_again_among_more():
    wide = Rare(np.array([1, 3, 5]), np.array([0, 2]), 0.1)
    ours, theirs = Rare(np.array([3]), np.array([2]), 0.01).within(wide)

    assert ours.tolist() == [False, True, False]
    assert theirs.tolist() == [False, True]
