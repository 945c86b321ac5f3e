import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from anonymize.search.lattice import search_global
from anonymize.search.local import search_local
from anonymize.search.problem import Problem, UnreachableError
from anonymize.search.trees import tree
from tests.anonymize.search.adult import adult, folder
from tests.anonymize.search.judge import brute_force, cells, judge
from tests.anonymize.search.problems import problems

FOREVER = float("inf")


@given(problems())
@settings(max_examples=60, deadline=None)
def test_every_class_reaches_k_and_nobody_is_left_out(problem):
    if problem.total < problem.k:
        with pytest.raises(UnreachableError):
            search_local(problem, time.monotonic, FOREVER)
        return
    found = search_local(problem, time.monotonic, FOREVER)
    smallest, loss, left_out = judge(found, problem)
    assert smallest >= problem.k
    assert left_out == found.left_out == 0
    assert loss == pytest.approx(found.loss)


def test_two_pairs_of_twins_are_shown_as_they_are():
    problem = Problem(np.array([[0, 0], [1, 1]]), np.array([2, 2]), (tree([[0, 1]]), tree([[0, 1]])), 2)
    assert search_local(problem, time.monotonic, FOREVER).loss == 0


def test_a_column_that_may_not_change_keeps_its_values():
    random = np.random.default_rng(1)
    leaves = np.unique(random.integers(0, 8, (60, 2)), axis=0)
    levels = [list(range(8)), [0, 0, 1, 1, 2, 2, 3, 3]]
    kept = tree([[0, 0, 0, 0, 1, 1, 1, 1]], high=0, weight=0)
    problem = Problem(leaves, np.ones(len(leaves), np.int64), (kept, tree(levels)), 3)
    found = search_local(problem, time.monotonic, FOREVER)
    assert {len(row[0]) for row in cells(found, problem)} == {4}
    assert judge(found, problem)[0] >= 3


def test_a_level_too_low_for_k_is_an_error_unless_persons_may_be_left_out():
    leaves = np.array([[0], [1], [2], [3]])
    levels = tree([[0, 1, 2, 3], [0, 0, 1, 2]], high=1)
    with pytest.raises(UnreachableError):
        search_local(Problem(leaves, np.array([2, 2, 4, 1]), (levels,), 3), time.monotonic, FOREVER)
    allowed = Problem(leaves, np.array([2, 2, 4, 1]), (levels,), 3, suppression=0.2)
    assert search_local(allowed, time.monotonic, FOREVER).left_out == 1


@pytest.mark.parametrize("k", [5])
def test_adult_loses_less_than_the_reference_with_nobody_left_out(k):
    root = folder()
    problem, _ = adult(root, k, 0.0)
    found = search_local(problem, time.monotonic, FOREVER)
    smallest, loss, left_out = judge(found, problem)
    assert smallest >= k
    assert left_out == 0
    assert loss == pytest.approx(found.loss)
    assert loss < 0.054
    again = search_local(problem, time.monotonic, FOREVER)
    assert np.array_equal(found.nodes, again.nodes)


def test_local_loses_less_than_global_on_the_same_combinations():
    random = np.random.default_rng(3)
    leaves = np.unique(random.integers(0, 12, (150, 3)), axis=0)
    one = tree([list(range(12)), [leaf // 3 for leaf in range(12)], [leaf // 6 for leaf in range(12)]])
    problem = Problem(leaves, np.ones(len(leaves), np.int64), (one, one, one), 3)
    everywhere = search_global(problem, time.monotonic, FOREVER)
    assert search_local(problem, time.monotonic, FOREVER).loss < everywhere.loss


@given(problems())
@settings(max_examples=60, deadline=None)
def test_local_never_loses_more_than_global_where_nobody_is_left_out(problem):
    if problem.total < problem.k:
        return
    problem = replace(problem, suppression=0.0)
    best = brute_force(problem)
    assert best is not None
    assert search_local(problem, time.monotonic, FOREVER).loss <= best + 1e-9
