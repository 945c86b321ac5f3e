"""Attackers tell a leak of known size: their intervals hold the truth, and twice the limit does not pass.

The quick runs are in every suite. The full ones, marked ``soak``, are those of ``make soak``, which
prints the table of docs/benchmarks.md.
"""

import sys

import pytest

from risk.findings import Decision
from tests.risk.calibration import (
    COVERED,
    FALSE,
    LEAKS,
    TWICE,
    Line,
    holds,
    least,
    lines,
    markdown,
)
from tests.risk.factories import finding
from tests.risk.known_leaks import SCENES, THRESHOLD

QUICK, FULL = 3, 200
by_scene = pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.check)


@by_scene
def test_a_few_runs_hold_the_truth_and_none_accepts_twice_the_limit(scene):
    (line,) = lines(scene, (TWICE,), QUICK)
    assert line.covered >= least(QUICK)
    assert line.accepted == 0


@by_scene
def test_without_a_leak_nothing_is_refused(scene):
    (line,) = lines(scene, (0.0,), QUICK)
    assert line.covered == QUICK
    assert line.refused == 0


@by_scene
def test_a_leak_of_half_of_the_persons_is_refused(scene):
    found, truth = scene.play(0.5, 1)
    assert found.decision is Decision.REFUSED
    assert truth == pytest.approx(0.5, abs=0.01)
    assert not scene.exact or found.lower == found.estimate == found.upper == pytest.approx(truth)


@pytest.mark.soak
@by_scene
def test_two_hundred_runs_at_each_leak_rate_hold_the_truth(scene, capsys):
    found = list(lines(scene, (*LEAKS, TWICE), FULL))
    with capsys.disabled():
        sys.stdout.write(f"\n{markdown(found)}\n")
    assert [line.leak for line in found if line.coverage < COVERED] == []
    assert next(line for line in found if line.leak == TWICE).accepted <= FALSE * FULL


def test_the_table_says_what_was_counted():
    line = Line("classes", 0.02, 200, 190, 2, 150, 0.05)
    row = markdown([line]).splitlines()[-1]
    assert row == "| `classes` | 2% | 200 | 95.0% | 1.0% | 75.0% | 0.050 |"


def test_an_interval_that_is_missing_holds_nothing():
    assert not holds(finding("x", Decision.INCONCLUSIVE), 0.0)
    assert holds(finding("x", Decision.ACCEPTED, lower=0.1, upper=0.2), 0.1)


def test_of_a_few_runs_some_may_miss_the_truth_by_chance():
    assert [least(runs) for runs in (1, 5, 20, 200)] == [0, 2, 15, 179]
    assert TWICE == 2 * THRESHOLD == pytest.approx(0.18)
