"""Data of other shapes than a survey, other k and other limits: judged by counting, without the search."""

import time
from math import prod

import numpy as np
import pytest

from anonymize.search.lattice import LARGEST, search_global
from anonymize.search.local import search_local
from anonymize.search.problem import Problem, UnreachableError
from anonymize.search.trees import tree
from tests.anonymize.search.judge import brute_force, judge

FOREVER = float("inf")


def problem(leaves, persons, levels, k, suppression=0.0) -> Problem:
    """Distinct combinations, their persons counted."""
    distinct, of = np.unique(leaves, axis=0, return_inverse=True)
    counted = np.bincount(of.ravel(), weights=persons).astype(np.int64)
    return Problem(distinct, counted, tuple(tree(one) for one in levels), k, suppression)


def deep(k: int, suppression: float) -> Problem:
    """One column, 512 leaves, nine levels, persons thinner and thinner along the leaves."""
    random = np.random.default_rng(1)
    leaves = np.minimum(random.geometric(0.02, 4000), 511)[:, None]
    levels = [[leaf >> level for leaf in range(512)] for level in range(9)]
    return problem(leaves, np.ones(4000), [levels], k, suppression)


def lonely(k: int, suppression: float) -> Problem:
    """Skewed columns, every person with a combination of their own."""
    random = np.random.default_rng(2)
    leaves = np.unique(np.minimum(random.geometric([0.05, 0.1, 0.1, 0.2], (300, 4)), 31), axis=0)
    levels = [[leaf >> level for leaf in range(32)] for level in (0, 2, 4)]
    return problem(leaves, np.ones(len(leaves)), [levels] * 4, k, suppression)


@pytest.mark.parametrize(
    ("k", "suppression"),
    [(2, 0.0), (3, 0.01), (10, 0.1), (11, 0.0), (20, 0.01), (50, 0.1), (100, 0.0)],
)
@pytest.mark.parametrize("shape", [deep, lonely])
def test_global_is_the_best_of_all_and_local_leaves_nobody_out(shape, k, suppression):
    given = shape(k, suppression)
    best = brute_force(given)
    found = search_global(given, time.monotonic, FOREVER)
    smallest, loss, left_out = judge(found, given)
    assert (smallest >= k, left_out <= suppression * given.total) == (True, True)
    assert loss == pytest.approx(found.loss) == pytest.approx(best)
    assert found.proven
    local = search_local(given, time.monotonic, FOREVER)
    smallest, loss, left_out = judge(local, given)
    assert (smallest >= k, left_out) == (True, 0)
    assert loss == pytest.approx(local.loss)
    assert local.loss <= search_global(shape(k, 0.0), time.monotonic, FOREVER).loss + 1e-9


def wide(k: int, suppression: float) -> Problem:
    """Twelve columns of five levels: 244 million combinations of levels."""
    random = np.random.default_rng(3)
    common = random.integers(0, 16, (600, 1))
    leaves = np.where(random.random((600, 12)) < 0.6, common, random.integers(0, 16, (600, 12)))
    levels = [[leaf >> level for leaf in range(16)] for level in range(5)]
    return problem(leaves, np.ones(600), [levels] * 12, k, suppression)


def test_a_lattice_too_large_gives_the_best_found_with_its_bound():
    given = wide(5, 0.02)
    assert prod(one.top + 1 for one in given.trees) > LARGEST
    start = time.monotonic()
    found = search_global(given, time.monotonic, start + 5)
    assert time.monotonic() - start < 30
    smallest, loss, left_out = judge(found, given)
    assert (smallest >= 5, left_out <= 0.02 * given.total) == (True, True)
    assert found.bound <= found.loss == pytest.approx(loss)
    assert not found.proven
    local = search_local(given, time.monotonic, FOREVER)
    assert judge(local, given)[0] >= 5
    assert local.loss < found.loss


def test_a_budget_that_is_over_gives_what_was_found_or_says_that_nothing_was():
    given = lonely(5, 0.01)
    ticks = iter(range(10**9))
    found = search_global(given, lambda: float(next(ticks)), 3.0)
    assert judge(found, given)[0] >= 5
    assert found.bound <= found.loss
    with pytest.raises(UnreachableError):
        search_global(given, lambda: 1.0, 0.0)
