import time

import numpy as np
import pytest
from hypothesis import given, settings

from anonymize.search.lattice import search_global
from anonymize.search.problem import Problem, UnreachableError
from anonymize.search.trees import tree
from tests.anonymize.search.adult import adult, folder
from tests.anonymize.search.judge import brute_force, judge
from tests.anonymize.search.problems import problems

FOREVER = float("inf")


@given(problems())
@settings(max_examples=60, deadline=None)
def test_the_search_finds_what_trying_everything_finds(problem):
    expected = brute_force(problem)
    if expected is None:
        with pytest.raises(UnreachableError):
            search_global(problem, time.monotonic, FOREVER)
        return
    found = search_global(problem, time.monotonic, FOREVER)
    smallest, loss, left_out = judge(found, problem)
    assert loss == pytest.approx(expected)
    assert found.loss == pytest.approx(loss)
    assert found.proven
    assert smallest >= problem.k
    assert left_out == found.left_out <= problem.suppression * problem.total + 1e-9


def test_without_time_the_best_found_comes_with_a_bound_below_it():
    levels = [list(range(8)), [0, 0, 1, 1, 2, 2, 3, 3], [0, 0, 0, 0, 1, 1, 1, 1]]
    leaves = np.array([[a, b] for a in range(8) for b in range(8)])
    problem = Problem(leaves, np.ones(64, np.int64), (tree(levels), tree(levels)), 4)
    ticks = iter([0, 0, *[10] * 100])
    found = search_global(problem, lambda: next(ticks), 5)
    best = brute_force(problem)
    assert found.bound <= best <= found.loss
    assert not found.proven


def test_a_fixed_level_is_kept_and_a_forbidden_one_is_never_used():
    levels = [list(range(4)), [0, 0, 1, 1]]
    leaves = np.array([[a, b] for a in range(4) for b in range(4)])
    trees = (tree(levels, low=1, high=1), tree(levels, high=1))
    found = search_global(Problem(leaves, np.ones(16, np.int64), trees, 4), time.monotonic, FOREVER)
    assert found.options[0].levels == (1, 1)


@pytest.mark.parametrize(("k", "loss"), [(5, 0.2929)])
def test_adult_has_the_published_optimum_and_it_is_proven(k, loss):
    root = folder()
    problem, _ = adult(root, k, 0.04)
    found = search_global(problem, time.monotonic, FOREVER)
    smallest, judged, left_out = judge(found, problem)
    assert found.proven
    assert judged == pytest.approx(found.loss)
    assert judged < loss
    assert smallest >= k
    assert left_out <= 0.04 * problem.total
    assert len(found.options) > 1
