"""Rounding to a multiple, halves away from zero, in decimal."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.errors import ProfileError, SourceError
from profiles.model import Kind
from tests.anonymize.helpers import make, maybe, oracle, run

cents = st.decimals(-10_000, 10_000, places=3).map(float)


def by_hand(value: float, to: str) -> Decimal:
    return (Decimal(repr(value)) / Decimal(to)).quantize(Decimal(1), ROUND_HALF_UP) * Decimal(to)


@given(maybe(cents), st.sampled_from(["0.01", "0.1", "0.25", "2.5", "3"]))
def test_numbers_are_rounded_as_one_would_by_hand(values, to):
    made = run(make("round", {"to": to}, Kind.NUMBER), values)
    assert made == oracle(values, lambda value: float(by_hand(value, to)))


@given(maybe(st.integers(-(10**12), 10**12)), st.sampled_from(["1", "2", "5", "1000"]))
def test_whole_numbers_are_rounded_as_one_would_by_hand(values, to):
    made = run(make("round", {"to": to}, Kind.INTEGER), values)
    assert made == oracle(values, lambda value: int(by_hand(value, to)))


@pytest.mark.parametrize(
    ("kind", "to", "value", "expected"),
    [
        (Kind.NUMBER, 0.01, 2.675, 2.68),
        (Kind.NUMBER, 0.1, 0.25, 0.3),
        (Kind.NUMBER, 1, -0.5, -1.0),
        (Kind.INTEGER, 2, -7, -8),
        (Kind.INTEGER, 10, 15, 20),
        (Kind.INTEGER, 2.5, 6, 5.0),
        (Kind.YEAR, 5, 1952, 1950),
    ],
)
def test_known_roundings(kind, to, value, expected):
    assert run(make("round", {"to": to}, kind), [value]) == [expected]


def test_zero_has_no_sign():
    assert str(run(make("round", {"to": 1}, Kind.NUMBER), [-0.2])[0]) == "0.0"


def test_whole_numbers_rounded_to_fractions_become_numbers():
    assert make("round", {"to": 2.5}, Kind.INTEGER).output_kind() is Kind.NUMBER
    assert make("round", {"to": 5}, Kind.INTEGER).output_kind() is Kind.INTEGER


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 1e300])
def test_a_number_beyond_exact_arithmetic_stops_the_run(value):
    with pytest.raises(SourceError) as raised:
        run(make("round", {"to": 0.1}, Kind.NUMBER), [1.0, None, value])
    assert raised.value.code == "number-out-of-range"
    assert (raised.value.facts["count"], raised.value.place.record) == (1, 3)


def test_a_step_finer_than_doubles_is_refused():
    with pytest.raises(ProfileError) as raised:
        make("round", {"to": 1e-18}, Kind.NUMBER)
    assert raised.value.code == "anonymize-too-fine"
