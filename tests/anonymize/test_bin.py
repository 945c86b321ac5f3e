"""Numbers replaced by the interval they fall in."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.errors import SourceError
from profiles.model import Kind
from tests.anonymize.helpers import make, maybe, run

WHOLE, N = Kind.INTEGER, Kind.NUMBER


@pytest.mark.parametrize(
    ("kind", "params", "value", "label"),
    [
        (WHOLE, {"width": 5}, 12, "10-14"),
        (WHOLE, {"width": 5}, 0, "0-4"),
        (WHOLE, {"width": 5}, -1, "[-5;-1]"),
        (WHOLE, {"width": 10, "origin": -5}, 3, "[-5;4]"),
        (WHOLE, {"width": 1}, 7, "7"),
        (WHOLE, {"width": 5, "origin": 2}, 6, "2-6"),
        (WHOLE, {"width": 5, "top": 90}, 90, "90+"),
        (WHOLE, {"width": 5, "top": 92}, 91, "90-91"),
        (WHOLE, {"width": 5, "bottom": 18}, 17, "<18"),
        (WHOLE, {"width": 5, "bottom": 18}, 19, "18-19"),
        (WHOLE, {"width": 5, "bottom": 19}, 19, "19"),
        (WHOLE, {"width": 2.5}, 6, "[5;7.5["),
        (WHOLE, {"width": 2.5, "top": 10}, 10, ">=10"),
        (WHOLE, {"edges": [18, 65, 80]}, 17, "<18"),
        (WHOLE, {"edges": [18, 65, 80]}, 64, "18-64"),
        (WHOLE, {"edges": [18, 65, 80]}, 65, "65-79"),
        (WHOLE, {"edges": [18, 65, 80]}, 80, "80+"),
        (WHOLE, {"edges": [-10, 0]}, -3, "[-10;-1]"),
        (WHOLE, {"edges": [-10, -5]}, -5, ">=-5"),
        (WHOLE, {"edges": [18, 65, 80], "top": 75}, 70, "65-74"),
        (WHOLE, {"edges": [18, 65, 80], "bottom": 20, "top": 75}, 19, "<20"),
        (WHOLE, {"edges": [18]}, 18, "18+"),
        (Kind.YEAR, {"width": 10}, 1959, "1950-1959"),
        (N, {"width": 5}, 12.0, "[10;15["),
        (N, {"width": 5}, 15.0, "[15;20["),
        (N, {"width": 5}, -0.1, "[-5;0["),
        (N, {"width": 0.1}, 0.3, "[0.3;0.4["),
        (N, {"width": 0.1}, 0.7, "[0.7;0.8["),
        (N, {"width": 0.1, "origin": 0.05}, 0.35, "[0.35;0.45["),
        (N, {"width": 2.5, "top": 10}, 10.0, ">=10"),
        (N, {"width": 2.5, "bottom": 1}, 0.9, "<1"),
        (N, {"width": 2.5, "bottom": 1}, 1.0, "[1;2.5["),
        (N, {"edges": [0, 0.5, 1]}, 0.5, "[0.5;1["),
        (N, {"edges": [0, 0.5, 1]}, 1.0, ">=1"),
        (N, {"width": 1000}, 12345.6, "[12000;13000["),
    ],
)
def test_known_intervals(kind, params, value, label):
    assert run(make("bin", params, kind), [value, None]) == [label, None]


@given(
    maybe(st.integers(-500, 500)),
    st.integers(1, 40),
    st.integers(-30, 30),
)
def test_whole_numbers_fall_where_pandas_puts_them(values, width, origin):
    import pandas as pd

    made = run(make("bin", {"width": width, "origin": origin}, WHOLE), values)
    bins = [origin + width * step for step in range(-600 // width - 40, 600 // width + 40)]
    cut = pd.cut(pd.Series(values, dtype="float64"), bins, right=False)
    starts = [None if pd.isna(one) else one.left for one in cut]
    assert [None if label is None else int(re.match(r"\[?(-?\d+)", label)[1]) for label in made] == starts


@given(maybe(st.decimals(-50, 50, places=2).map(float)), st.sampled_from(["0.1", "0.25", "0.3", "7"]))
def test_numbers_lie_between_the_bounds_of_their_label_in_decimal(values, width):
    for value, label in zip(values, run(make("bin", {"width": width}, N), values), strict=True):
        if value is not None:
            low, high = map(Decimal, label.strip("[").split(";"))
            assert low <= Decimal(repr(value)) < high
            assert high - low == Decimal(width)


def test_the_order_of_the_classes_covers_every_number_once():
    step = make("bin", {"width": 5, "bottom": 18, "top": 90}, WHOLE)
    labels = run(step, list(range(120)))
    assert list(dict.fromkeys(labels))[:3] == ["<18", "18-19", "20-24"]
    assert list(dict.fromkeys(labels))[-2:] == ["85-89", "90+"]


def test_an_infinite_number_stops_the_run():
    with pytest.raises(SourceError) as raised:
        run(make("bin", {"width": 5}, N), [float("inf")])
    assert raised.value.code == "number-out-of-range"
