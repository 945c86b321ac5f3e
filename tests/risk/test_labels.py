"""Grouping by columns: the same classes as Python's own dictionaries."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.labels import Labels, combine, encode

cell = st.one_of(st.none(), st.sampled_from(["a", "b", "", "ab"]))
sets = st.one_of(st.none(), st.lists(st.sampled_from(["a", "b", "ab"]), unique=True).map(sorted))


def brute_force(*columns):
    return sorted(Counter(zip(*columns, strict=True)).values())


@given(st.lists(st.tuples(cell, st.integers(0, 2), sets), min_size=1, max_size=40))
def test_class_sizes_equal_those_of_a_dictionary(rows):
    texts, numbers, lists = (list(column) for column in zip(*rows, strict=True))
    labels = combine(
        [
            encode(pa.array(texts, pa.string())),
            encode(pa.chunked_array([pa.array(numbers)])),
            encode(pa.array(lists, pa.list_(pa.string()))),
        ]
    )
    assert sorted(labels.sizes) == brute_force(texts, numbers, [tuple(item or ()) for item in lists])


def test_a_missing_value_is_a_value_of_its_own():
    assert encode(pa.array(["a", None, None, ""])).sizes.tolist() == [1, 2, 1]


def test_sets_whose_members_read_alike_when_joined_stay_apart():
    assert encode(pa.array([["a", "b"], ["ab"], ["a", "b"], []])).sizes.tolist() == [2, 1, 1]


def test_a_person_without_events_is_like_one_whose_events_are_missing():
    assert encode(pa.array([[], None], pa.list_(pa.string()))).groups == 1


def test_a_slice_of_lists_groups_as_the_list_itself():
    whole = pa.array([["x"], ["a", "b"], ["a"], ["a", "b"]])
    assert encode(whole[1:]).sizes.tolist() == [2, 1]


def test_more_combinations_than_a_64_bit_number_holds_still_group_right():
    random = np.random.default_rng(1)
    columns = [random.integers(0, 2000, 2000) for _ in range(8)]
    doubled = [np.concatenate([column, column]) for column in columns]
    labels = combine([encode(pa.array(column)) for column in doubled])
    assert labels.groups == 2000
    assert set(labels.sizes) == {2}


def test_no_person_makes_no_group():
    assert combine([encode(pa.array([], pa.string()))] * 2).groups == 0


def test_no_column_is_an_error():
    with pytest.raises(ValueError):
        combine([])


def test_sizes_count_persons():
    assert Labels(np.array([0, 1, 0]), 2).sizes.tolist() == [2, 1]
