"""Top and bottom coding, the limits set by counts of persons."""

import math
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from profiles.model import Kind
from tests.anonymize.helpers import make, wait


def test_the_highest_value_that_three_persons_reach_becomes_the_limit(tmp_path):
    step = make("tail", {"top_share": 0.1, "persons": 3}, Kind.INTEGER)
    assert wait(tmp_path, step, [1, 2, 3, 4, 90, None]) == ([1, 2, 3, 3, 3, None], 2)


def test_many_rows_of_one_person_do_not_lift_the_limit(tmp_path):
    step = make("tail", {"top_share": 0.1, "persons": 2}, Kind.INTEGER)
    assert wait(tmp_path, step, [9, 8, 7, 2, 1], ["a", "a", "a", "b", "c"]) == ([2, 2, 2, 2, 1], 3)


def test_a_share_above_the_least_number_of_persons_decides(tmp_path):
    step = make("tail", {"top_share": 0.3, "persons": 2}, Kind.NUMBER)
    values = [float(value) for value in range(10)]
    assert wait(tmp_path, step, values) == ([0, 1, 2, 3, 4, 5, 6, 7, 7, 7], 2)


def test_both_ends_are_brought_in(tmp_path):
    step = make("tail", {"top_share": 0.1, "bottom_share": 0.2, "persons": 2}, Kind.YEAR)
    assert wait(tmp_path, step, [1900, 1950, 1960, 1970, 2023]) == ([1950, 1950, 1960, 1970, 1970], 2)


@pytest.mark.parametrize("params", [{"top_share": 0.1}, {"top_share": 0.1, "bottom_share": 0.1}])
def test_too_few_persons_leave_nothing(tmp_path, params):
    values = list(range(10)) if len(params) == 1 else list(range(20))
    step = make("tail", params, Kind.INTEGER)
    assert wait(tmp_path, step, values) == ([None] * len(values), len(values))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(0, 20), st.sampled_from("abcdefgh")), min_size=1, max_size=30),
    share=st.sampled_from([0.05, 0.25, 0.4]),
)
def test_enough_persons_reach_the_highest_value_and_none_higher_would_do(tmp_path: Path, rows, share):
    values, persons = [value for value, _ in rows], [who for _, who in rows]
    wanted = max(2, math.ceil(share * len(set(persons))))
    made, _ = wait(tmp_path, make("tail", {"top_share": share, "persons": 2}, Kind.INTEGER), values, persons)
    enough = [v for v in values if len({who for value, who in rows if value >= v}) >= wanted]
    assert made == [min(value, max(enough)) if enough else None for value in values]
