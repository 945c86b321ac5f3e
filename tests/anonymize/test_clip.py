"""Numbers between two limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.model import Kind
from tests.anonymize.helpers import make, maybe, oracle, run


@given(maybe(st.integers(-(2**62), 2**62)))
def test_integers_are_clipped_as_pandas_would(values):
    assert run(make("clip", ["-3", "7"], Kind.INTEGER), values) == oracle(
        values, lambda value: min(max(value, -3), 7)
    )


@given(maybe(st.floats(allow_nan=False)))
def test_numbers_are_clipped_as_pandas_would(values):
    step = make("clip", {"low": "-0.5", "high": "7.25"}, Kind.NUMBER)
    assert run(step, values) == oracle(values, lambda value: min(max(value, -0.5), 7.25))


@pytest.mark.parametrize(("params", "expected"), [({"low": 2}, [2, 5]), ({"high": 3}, [1, 3])])
def test_one_limit_is_enough(params, expected):
    assert run(make("clip", params, Kind.INTEGER), [1, 5]) == expected


def test_whole_numbers_stay_whole_within_fractional_limits():
    assert run(make("clip", ["0.5", "9.5"], Kind.YEAR), [0, 5, 12]) == [1, 5, 9]
