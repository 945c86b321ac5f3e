"""Fellegi and Sunter's weights against what is known of them."""

import numpy as np
import pytest

from risk.registers import exact, probabilistic, weights
from risk.registers.exact import ABSENT, UNTOLD, Facts
from risk.registers.grain import UNKNOWN, Equal, Within
from risk.registers.weights import chance, estimate_m


def facts(*columns: tuple[list[int], list[int]]) -> Facts:
    """One row a person, columns as codes of the register and of the release."""
    compared = tuple(
        Equal(f"t.c{place}", np.array(mine, dtype=np.int64), np.array(theirs, dtype=np.int64))
        for place, (mine, theirs) in enumerate(columns)
    )
    return Facts(np.arange(len(columns[0][1])), compared, np.ones(len(compared), dtype=bool))


def generator() -> np.random.Generator:
    return np.random.default_rng(1)


def test_m_is_found_again_from_the_patterns_that_it_makes() -> None:
    # The model of Fellegi and Sunter (1969, section 3): independent agreements given whether a pair is true.
    m, u = np.array([0.95, 0.85, 0.9, 0.8]), np.array([0.5, 0.02, 0.05, 0.01])
    pairs, matches = 1_000_000.0, 1_000.0
    states = np.array([[bit >> place & 1 for place in range(4)] for bit in range(16)])

    def share(rate: np.ndarray) -> np.ndarray:
        return np.where(states == 1, rate, 1 - rate).prod(axis=1)

    counts = matches * share(m) + (pairs - matches) * share(u)

    found = estimate_m(counts, states, u, pairs, matches)

    assert found == pytest.approx(m, abs=0.02)


def test_a_rare_value_weighs_more_when_it_agrees() -> None:
    both = facts(([0, 1], [0] * 90 + [1] * 10), ([0, 0], [0] * 100), ([0, 1], list(range(100))))

    first = weights.weights(both, generator())[0]

    assert chance(both.compared[0]) == pytest.approx([0.9, 0.1])
    assert first.agreed[1] - first.agreed[0] == pytest.approx(np.log(9))
    assert (first.differed <= 0).all()


def test_a_missing_value_weighs_nothing() -> None:
    both = facts(([UNKNOWN, 1], [0, 1, UNKNOWN]), ([0, 1], [0, 1, 2]))

    first = weights.weights(both, generator())[0]

    assert first.of_line(0) == 0.0
    assert np.asarray(first.of_line(1))[2] == 0.0


def test_links_are_one_to_one() -> None:
    # Two lines want the same person; only the second fits on everything.
    both = facts(([7, 7], [7, 8]), ([1, 2], [2, 9]), ([3, 4], [4, 9]))

    found = probabilistic.link((both,), 2, np.array([0, 0]), 100, generator())

    assert found.chances.tolist() == [0.0, 1.0]


def test_equality_counts_blocks_as_a_reader_would() -> None:
    # Three persons and two lines share the value 5; one person and one line share 6; one line fits nobody.
    both = facts(([5, 5, 6, 9], [5, 5, 5, 6]))

    found = exact.link((both,), 4, np.array([0, 1, 3, ABSENT]), 100, generator())

    assert found.chances.tolist() == pytest.approx([1 / 3, 1 / 3, 1.0])
    assert found.candidates.tolist() == [3, 3, 1]
    assert found.unique == 1


def test_a_line_that_lacks_a_value_is_compared_on_the_others() -> None:
    both = facts(([UNKNOWN, 1], [1, 2]), ([5, 5], [5, 5]))

    found = exact.link((both,), 2, np.array([1, 0]), 100, generator())

    # The second line claims the first person more closely; the first one still has two candidates.
    assert found.chances.tolist() == pytest.approx([1 / 2, 1.0])


def test_ranges_and_blocks_give_the_same_where_ranges_are_points() -> None:
    random = np.random.default_rng(3)
    theirs, mine = random.integers(0, 40, 120), random.integers(0, 40, 120)
    truth = random.permutation(120)
    same = facts((mine.tolist(), theirs.tolist()))
    point = Within("t.c0", mine.astype(float), mine.astype(float), theirs.astype(float), theirs.astype(float))
    ranges = Facts(np.arange(120), (point,), np.ones(1, dtype=bool))

    counted = exact.link((same,), 120, truth, 500, generator())
    searched = exact.link((ranges,), 120, truth, 500, generator())

    assert searched.chances.tolist() == pytest.approx(counted.chances.tolist())


def test_an_event_of_a_person_is_met_as_a_whole() -> None:
    # Person 0 was in hospital 1 in January and in hospital 2 in March: not in hospital 1 in March.
    hospital = Equal("s.h", np.array([1, 1]), np.array([1, 2, 1]))
    month = Equal("s.m", np.array([1, 3]), np.array([1, 3, 1]))
    base = Facts(np.arange(2), (), np.zeros(0, dtype=bool))
    stays = Facts(np.array([0, 0, 1]), (hospital, month), np.ones(2, dtype=bool))

    found = exact.link((base, stays), 2, np.array([0, 0]), 100, generator())

    assert found.candidates.tolist() == [2, 0]
    assert found.chances.tolist() == pytest.approx([1 / 2, 0.0])


def test_nobody_knows_the_truth_and_everybody_is_a_candidate() -> None:
    both = facts(([5, 6], [5, 5, 7]))

    found = exact.link((both,), 3, np.full(2, UNTOLD), 100, generator())

    assert found.chances.tolist() == pytest.approx([1 / 2, 0.0])


def test_a_line_is_not_given_up_for_many_that_fit_its_person_better_and_want_others() -> None:
    # Forty lines agree with person 0 on two rare values, and each has a person who agrees on a third. The
    # line of person 0 has these two wrong; it alone has the value that nobody but person 0 has.
    rare = [1] * 41 + [2 + number % 30 for number in range(359)]
    own = list(range(400))
    both = facts(
        ([99, *rare[1:]], rare),
        ([99, *rare[1:]], rare),
        ([UNKNOWN, *own[1:]], own),
        ([1, *[UNKNOWN] * 40, *[0] * 359], [1] + [0] * 399),
    )

    found = probabilistic.link((both,), 400, np.arange(400), 400, generator())

    assert found.chances[0] == 1.0
