import time
from collections import Counter

import numpy as np
import pytest

from anonymize.search.constraints import Constraint, any_broken
from anonymize.search.lattice import search_global
from anonymize.search.local import search_local
from anonymize.search.problem import Problem, class_numbers
from anonymize.search.trees import tree
from risk import class_metrics
from risk.labels import Labels

FOREVER = float("inf")


def rows(seed: int = 0, persons: int = 200, secrets: int = 5):
    """Persons with a class and a secret each; one combination a person."""
    random = np.random.default_rng(seed)
    return random.integers(0, 12, persons), np.minimum(random.poisson(1.2, persons), secrets - 1)


def constraint(secret, kind, limit, c=1.0) -> Constraint:
    count = len(secret)
    return Constraint(np.arange(count), secret, np.ones(count, np.int64), kind, limit, c)


def labels(values) -> Labels:
    codes = np.unique(values, return_inverse=True)[1]
    return Labels(codes, int(codes.max()) + 1)


@pytest.mark.parametrize("seed", range(5))
def test_l_and_t_agree_with_what_the_assessor_measures(seed):
    classes, secret = rows(seed)
    groups, secrets = labels(classes), labels(secret)
    classes, secret = groups.codes, secrets.codes
    measured = {
        ("distinct", 4.0): class_metrics.distinct_l(groups, secrets) < 4,
        ("entropy", 3.0): class_metrics.entropy_l(groups, secrets) < 3,
        ("equal", 0.2): class_metrics.equal_distance(groups, secrets) > 0.2,
        ("ordered", 0.08): class_metrics.ordered_distance(groups, secrets) > 0.08,
    }
    for (kind, limit), expected in measured.items():
        found = constraint(secret, kind, limit).broken(classes, groups.groups)
        assert found.tolist() == expected.tolist(), kind


def test_recursive_diversity_counts_the_least_frequent_values():
    # Class 0: 3, 2, 1 persons. With l = 2: 3 < c * (2 + 1); with l = 3: 3 < c * 1.
    classes, secret = np.zeros(6, np.int64), np.array([0, 0, 0, 1, 1, 2])
    assert constraint(secret, "recursive", 2, 1.0).broken(classes, 1).tolist() == [True]
    assert constraint(secret, "recursive", 2, 1.1).broken(classes, 1).tolist() == [False]
    assert constraint(secret, "recursive", 3, 3.0).broken(classes, 1).tolist() == [True]
    assert constraint(secret, "recursive", 3, 3.1).broken(classes, 1).tolist() == [False]


@pytest.mark.parametrize("search", [search_global, search_local])
@pytest.mark.parametrize("kind", ["distinct", "ordered"])
def test_every_class_that_is_found_satisfies_the_constraint(search, kind):
    random = np.random.default_rng(7)
    leaves = np.unique(random.integers(0, 8, (40, 2)), axis=0)
    persons = random.integers(1, 4, len(leaves))
    levels = [list(range(8)), [0, 0, 1, 1, 2, 2, 3, 3], [0, 0, 0, 0, 1, 1, 1, 1]]
    owner = np.repeat(np.arange(len(leaves)), persons)
    secret = random.integers(0, 4, len(owner))
    limit = Constraint(owner, secret, np.ones(len(owner), np.int64), kind, 3 if kind == "distinct" else 0.2)
    problem = Problem(leaves, persons, (tree(levels), tree(levels)), 3, 0.0, (limit,))
    found = search(problem, time.monotonic, FOREVER)
    number = class_numbers(found.nodes)
    assert not any_broken((limit,), number, int(number.max()) + 1).any()
    if kind == "distinct":
        seen = {(number[one], value) for one, value in zip(owner, secret, strict=True)}
        assert min(Counter(one for one, _ in seen).values()) >= 3
