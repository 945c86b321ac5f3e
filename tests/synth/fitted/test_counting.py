"""Tables and radix sorts find what numpy's comparisons find."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from synth.fitted.counting import (
    NARROW,
    coded,
    coded_numbers,
    distinct,
    distinct_persons,
    enough_persons,
    entries,
    extremes,
    ordered,
    places,
    rows_of,
    runs,
)

WIDTHS = st.sampled_from([1, 3, 300, NARROW, 70_000, 1 << 20, 1 << 33, 1 << 62])
"""Of ranges: of which a table is made, which are sorted in one, two or three passes, or compared."""


@st.composite
def codes(draw, most=40):
    width, low = draw(WIDTHS), draw(st.integers(-2, 10**9))
    size = draw(st.integers(0, most))
    return np.array(draw(st.lists(st.integers(low, low + width - 1), min_size=size, max_size=size)), np.int64)


@given(codes())
def test_distinct_values_and_places_are_those_of_unique(key):
    values, place = np.unique(key, return_inverse=True)

    found = coded(key)

    assert found[0].tolist() == values.tolist() == distinct(key).tolist()
    assert found[1].tolist() == place.tolist()


@given(codes(), codes())
def test_places_are_those_of_a_search(keys, others):
    keys, wanted = np.unique(keys), np.concatenate([keys, others])

    last = max(len(keys) - 1, 0)
    assert places(keys, wanted).tolist() == np.minimum(np.searchsorted(keys, wanted), last).tolist()


@given(st.data())
def test_an_entry_is_the_one_whose_counts_hold_the_target(data):
    counts = np.array(data.draw(st.lists(st.integers(1, 10**6), min_size=1, max_size=20)))
    running = np.concatenate([[0], np.cumsum(counts)])
    target = np.array(data.draw(st.lists(st.integers(0, int(running[-1]) - 1), max_size=20)), np.int64)

    assert entries(running, target).tolist() == (np.searchsorted(running, target, side="right") - 1).tolist()


@given(st.data())
def test_rows_are_in_the_order_of_lexsort(data):
    key = data.draw(codes())
    numbers = data.draw(arrays(float, len(key), elements=st.floats(-1e6, 1e6) | st.just(float("nan"))))
    flags = data.draw(arrays(bool, len(key)))

    for keys in ((numbers, key), (flags, numbers), (key, flags), (numbers, key, flags)):
        assert ordered(*keys).tolist() == np.lexsort(keys).tolist()


@pytest.mark.parametrize("size", [3_000, 100_000])
def test_many_rows_are_in_the_order_of_lexsort(size):
    rng = np.random.default_rng(1)
    even, skewed, key = rng.random(size), rng.lognormal(0, 3, size), rng.integers(0, 100_000, size)

    assert np.array_equal(ordered(even, key), np.lexsort((even, key)))
    assert np.array_equal(ordered(skewed), np.argsort(skewed, kind="stable"))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), min_size=1, max_size=40), st.integers(1, 5))
def test_persons_are_counted_once(rows, floor):
    index, place = np.unique([one for one, _ in rows], return_inverse=True)
    persons = np.array([person for _, person in rows])
    expected = [len({person for own, person in rows if own == one}) for one in index]

    assert distinct_persons(place, persons, len(index)).tolist() == expected
    assert enough_persons(place, persons, len(index), floor).tolist() == [one >= floor for one in expected]


def test_what_is_not_learnt_counts_for_nobody():
    index, persons = np.array([-1, 0, 0, 2, 2, 2]), np.array([9, 1, 1, 1, 2, 2])

    assert distinct_persons(index, persons, 4).tolist() == [1, 0, 2, 0]


NUMBERS = st.one_of(
    st.integers(-50, 50).map(float),
    st.integers(-5000, 5000).map(lambda cents: cents / 100),
    st.floats(-1e18, 1e18, allow_nan=False),
)


@given(st.lists(NUMBERS, max_size=40))
def test_numbers_are_coded_as_by_unique(values):
    expected = np.unique(np.array(values, float), return_inverse=True)

    found = coded_numbers(np.array(values, float))

    assert found[0].tolist() == expected[0].tolist()
    assert found[1].tolist() == expected[1].tolist()


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(-9, 9)), max_size=40))
def test_extremes_are_those_of_each_person(rows):
    persons, values = (np.array([row[place] for row in rows], np.int64) for place in (0, 1))
    own = [[value for person, value in rows if person == one] for one in sorted({row[0] for row in rows})]

    low, high = extremes(values, persons)

    assert (low.tolist(), high.tolist()) == ([min(one) for one in own], [max(one) for one in own])


def test_runs_and_rows_of_a_key():
    number, place, length = runs(np.array([4, 4, 7, 9, 9, 9]))

    assert number.tolist() == [0, 0, 1, 2, 2, 2]
    assert place.tolist() == [0, 1, 0, 0, 1, 2]
    assert length.tolist() == [2, 2, 1, 3, 3, 3]
    assert [one.tolist() for one in rows_of(np.array([2, 0, -1, 2]), 4)] == [[1], [], [0, 3], []]
    assert [len(one) for one in runs(np.zeros(0, np.int64))] == [0, 0, 0]
