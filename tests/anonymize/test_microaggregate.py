"""Groups of persons who are alike, and their means."""

from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymize.tabular import groups
from anonymize.tabular.groups import best_groups, near_groups
from profiles.model import Kind
from tests.anonymize.helpers import make, wait


def lost(values, labels) -> float:
    return sum(
        float(((values[labels == label] - values[labels == label].mean()) ** 2).sum())
        for label in set(labels)
    )


def smallest(persons, labels) -> int:
    return min(len(set(persons[labels == label])) for label in set(labels))


def least_loss(values, persons, k) -> float:
    """By trying every way to cut the sorted rows."""
    order = np.argsort(values, kind="stable")
    values, persons, found = values[order], persons[order], np.inf
    for count in range(len(values)):
        for cuts in combinations(range(1, len(values)), count):
            labels = np.searchsorted(np.array(cuts), np.arange(len(values)), side="right")
            if smallest(persons, labels) >= k:
                found = min(found, lost(values, labels))
    return found


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 9)), min_size=2, max_size=9),
    st.integers(2, 3),
)
def test_no_other_cut_of_one_column_loses_less(rows, k):
    values = np.array([value for value, _ in rows], np.float64)
    persons = np.array([who for _, who in rows])
    if len(set(persons)) < k:
        return
    labels = best_groups(values, persons, k)
    assert smallest(persons, labels) >= k
    assert lost(values, labels) == pytest.approx(least_loss(values, persons, k), abs=1e-6)


def test_groups_found_by_hand():
    values = np.array([1.0, 2, 3, 10, 11, 12, 13])
    assert best_groups(values, np.arange(7), 3).tolist() == [0, 0, 0, 1, 1, 1, 1]


def test_mdav_separates_clouds_whatever_the_units_of_the_columns():
    random = np.random.default_rng(5)
    corners = np.array([[0, 0], [100, 0], [0, 1e6], [100, 1e6]])
    points = np.repeat(corners, 5, axis=0) + random.normal(size=(20, 2)) * [1, 1e4]
    labels = near_groups(points, np.arange(20), 5)
    assert [len(set(labels[start : start + 5])) for start in range(0, 20, 5)] == [1, 1, 1, 1]
    assert len(set(labels)) == 4


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 12)), min_size=3, max_size=60),
    st.integers(2, 4),
    st.sampled_from([8, 10_000]),
)
def test_every_group_of_several_columns_has_its_persons(rows, k, block):
    points = np.array([row[:2] for row in rows], np.float64)
    persons = np.array([row[2] for row in rows])
    if len(set(persons)) < k:
        return
    kept, groups.BLOCK = groups.BLOCK, block
    try:
        labels = near_groups(points, persons, k)
    finally:
        groups.BLOCK = kept
    assert smallest(persons, labels) >= k


def test_mdav_loses_little_more_than_the_best_on_one_column():
    random = np.random.default_rng(6)
    values = random.normal(size=400)
    best = lost(values, best_groups(values, np.arange(400), 5))
    near = lost(values, near_groups(values[:, None], np.arange(400), 5))
    assert best <= near < 1.5 * best


def test_with_one_row_a_person_groups_have_at_most_twice_k_less_one():
    random = np.random.default_rng(7)
    points = random.normal(size=(300, 3))
    for labels in (near_groups(points, np.arange(300), 4), best_groups(points[:, 0], np.arange(300), 4)):
        sizes = np.bincount(labels)
        assert sizes.min() >= 4
        assert sizes.max() <= 7


@pytest.mark.parametrize("size", [1, 3, 8])
def test_values_become_the_mean_of_their_group_and_whole_numbers_stay_whole(tmp_path, size):
    values = [1, 2, None, 3, 10, 11, 13, 14]
    step = make("microaggregate", {"persons": 3}, Kind.INTEGER)
    assert wait(tmp_path, step, values, size=size) == ([2, 2, None, 2, 12, 12, 12, 12], 0)
    step = make("microaggregate", {"persons": 3}, Kind.NUMBER)
    assert wait(tmp_path, step, values, size=size)[0] == [2, 2, None, 2, 12, 12, 12, 12]


def test_many_rows_of_one_person_are_no_group(tmp_path):
    step = make("microaggregate", {"persons": 2}, Kind.NUMBER)
    made, _ = wait(tmp_path, step, [1.0, 1.0, 1.0, 5.0, 9.0], ["a", "a", "a", "b", "c"])
    assert len(set(made)) == 1


def test_too_few_persons_leave_nothing(tmp_path):
    step = make("microaggregate", {"persons": 3}, Kind.NUMBER)
    assert wait(tmp_path, step, [1.0, 2.0, None], ["a", "b", "c"]) == ([None] * 3, 2)


def test_columns_together_share_their_groups_and_a_row_that_lacks_one_loses_the_others(tmp_path):
    step = make("microaggregate", {"persons": 2, "together": ["D"]}, Kind.INTEGER)
    other = pa.array([0, 90, 2, 92, None], pa.int64())
    assert wait(tmp_path, step, [10, 20, 12, 30, 11], D=other) == ([11, 25, 11, 25, None], 1)
    assert step.may_blank()
