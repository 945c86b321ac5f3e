"""Bounds of rates: known answers, coverage, and what a minimum of targets means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from risk.statistics import Interval, Rate, excess_risk, minimum_targets, minimum_targets_exact

rates = st.integers(1, 400).flatmap(lambda n: st.builds(Rate, st.integers(0, n), st.just(n)))


@given(rates, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_wilson_bounds_are_those_of_scipy(rate, confidence):
    expected = binomtest(rate.successes, rate.targets).proportion_ci(confidence, method="wilson")
    assert rate.lower(confidence) == pytest.approx(expected.low, abs=1e-12)
    assert rate.upper(confidence) == pytest.approx(expected.high, abs=1e-12)


@given(rates, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_exact_bounds_are_those_of_scipy(rate, confidence):
    expected = binomtest(rate.successes, rate.targets).proportion_ci(confidence, method="exact")
    assert rate.exact_lower(confidence) == pytest.approx(expected.low, abs=1e-9)
    assert rate.exact_upper(confidence) == pytest.approx(expected.high, abs=1e-9)


def test_the_published_example_of_newcombe_holds():
    # Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, table I
    assert Rate(81, 263).lower(0.95) == pytest.approx(0.2553, abs=5e-5)
    assert Rate(81, 263).upper(0.95) == pytest.approx(0.3662, abs=5e-5)
    assert Rate(1, 29).exact_lower(0.95) == pytest.approx(0.0009, abs=5e-5)
    assert Rate(1, 29).exact_upper(0.95) == pytest.approx(0.1776, abs=5e-5)


@pytest.mark.parametrize(("threshold", "fewest"), [(0.09, 39), (0.05, 73), (0.5, 4)])
def test_one_target_less_than_the_minimum_can_never_pass(threshold, fewest):
    assert minimum_targets(threshold, 0.95) == fewest
    assert Rate(0, fewest).upper(0.95) <= threshold < Rate(0, fewest - 1).upper(0.95)


def test_the_exact_bound_needs_one_target_more():
    assert minimum_targets_exact(0.09, 0.95) == 40
    assert Rate(0, 40).exact_upper(0.95) <= 0.09 < Rate(0, 39).exact_upper(0.95)


@pytest.mark.parametrize("targets", [39, 100, 500, 2000])
@pytest.mark.parametrize("threshold", [0.05, 0.09])
def test_a_risk_just_above_the_threshold_passes_less_often_than_the_confidence_allows(targets, threshold):
    passing = [s for s in range(targets + 1) if Rate(s, targets).upper(0.95) <= threshold]
    wrongly_accepted = binom.cdf(max(passing), targets, threshold) if passing else 0.0
    assert wrongly_accepted <= 0.05


@pytest.mark.parametrize("targets", [39, 100, 500, 2000])
@pytest.mark.parametrize("threshold", [0.05, 0.09])
def test_a_risk_at_the_threshold_is_refused_less_often_than_the_confidence_allows(targets, threshold):
    refused = [s for s in range(targets + 1) if Rate(s, targets).lower(0.95) > threshold]
    assert binom.sf(min(refused) - 1, targets, threshold) <= 0.05


def test_nobody_attacked_says_nothing():
    assert Rate(0, 0).interval(0.95) == Interval(0.0, 0.0, 1.0)


def test_a_rate_cannot_have_more_successes_than_targets():
    with pytest.raises(ValueError):
        Rate(2, 1)


def test_excess_risk_is_the_share_of_the_baseline_s_failures_that_the_attack_turns():
    found = excess_risk(Rate(550, 1000), Rate(100, 1000), 0.95)
    assert found.estimate == pytest.approx(0.5)
    assert found.lower < 0.5 < found.upper


def test_excess_risk_of_an_attack_below_its_baseline_is_zero():
    assert excess_risk(Rate(100, 1000), Rate(500, 1000), 0.95) == Interval(0.0, 0.0, 0.0)


def test_excess_risk_without_any_success_is_bounded_like_the_attack_alone():
    assert excess_risk(Rate(0, 39), Rate(0, 39), 0.95).upper <= 0.09


def test_a_baseline_that_never_fails_leaves_everything_open():
    assert excess_risk(Rate(50, 50), Rate(50, 50), 0.95) == Interval(0.0, 0.0, 1.0)


@given(rates, rates)
def test_excess_risk_keeps_its_bounds_in_order(attack, baseline):
    found = excess_risk(attack, baseline, 0.95)
    assert 0 <= found.lower <= found.estimate <= found.upper <= 1


@pytest.mark.parametrize(("attack", "baseline"), [(0.15, 0.05), (0.55, 0.5), (0.95, 0.9)])
def test_excess_risk_bounds_cover_the_truth(attack, baseline):
    truth, targets = (attack - baseline) / (1 - baseline), 200
    missed = 0.0
    successes = [s for s in range(targets + 1) if binom.pmf(s, targets, attack) > 1e-6]
    controls = [s for s in range(targets + 1) if binom.pmf(s, targets, baseline) > 1e-6]
    for one in successes:
        for other in controls:
            if excess_risk(Rate(one, targets), Rate(other, targets), 0.95).upper < truth:
                missed += binom.pmf(one, targets, attack) * binom.pmf(other, targets, baseline)
    assert missed <= 0.035
