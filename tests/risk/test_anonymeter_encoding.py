"""Values go into the attacks as numbers that keep what was equal equal, and nothing else."""

import datetime as dt
import decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.anonymeter_adapter.encoding import Column, Scale, column_of, encode_column
from risk.anonymeter_adapter.frames import encode

MIDNIGHT = dt.datetime(2020, 1, 1)  # noqa: DTZ001 - dates of the data have no time zone


def column(*parts: object) -> Column:
    return encode_column("x", [column_of({"x": pd.Series(part)}, "x") for part in parts])


def same_pairs(values: list[object]) -> list[list[bool]]:
    return [[left == right for right in values] for left in values]


@given(st.lists(st.text(max_size=3), min_size=1), st.lists(st.text(max_size=3), min_size=1))
@settings(max_examples=50, deadline=None)
def test_texts_are_equal_after_encoding_when_they_were_before(original, candidate):
    encoded = column(pd.Series(original, dtype=object), pd.Series(candidate, dtype=object))

    together = np.concatenate([encoded.original, encoded.candidate]).tolist()
    assert same_pairs(together) == same_pairs(original + candidate)


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([1, 2, None], Scale.NUMBER),
        ([1.5, float("nan")], Scale.NUMBER),
        ([decimal.Decimal("1.50"), None], Scale.NUMBER),
        (pd.array([1, None], dtype="Int64"), Scale.NUMBER),
        (pd.array([1.5, None], dtype="Float64"), Scale.NUMBER),
        ([2**60, 2**60 + 1], Scale.CATEGORY),
        ([True, False, None], Scale.CATEGORY),
        (pd.array([True, None], dtype="boolean"), Scale.CATEGORY),
        (pd.Categorical(["a", "b", None]), Scale.CATEGORY),
        (["a", None], Scale.CATEGORY),
        (["a", 1, None], Scale.CATEGORY),
        ([dt.date(9999, 12, 31), dt.date(1, 1, 1), None], Scale.TIME),
        ([MIDNIGHT, None], Scale.TIME),
        (pd.to_timedelta([1, None], unit="D"), Scale.TIME),
    ],
)
def test_every_type_of_a_frame_has_a_scale_and_keeps_its_missing_values_apart(values, scale):
    encoded = column(values, values)

    assert encoded.scale is scale
    missing = pd.isna(pd.Series(values)).to_numpy()
    codes = encoded.original
    assert not np.isin(codes[~missing], codes[missing]).any()
    if scale is Scale.CATEGORY:
        assert not np.isnan(codes).any()
    else:
        assert np.isnan(codes).tolist() == missing.tolist()


def test_dates_are_days():
    encoded = column([dt.date(1970, 1, 2), dt.date(1969, 12, 31)], [dt.date(2000, 1, 1), None])
    times = column([MIDNIGHT], [MIDNIGHT + dt.timedelta(hours=12)])

    assert encoded.original.tolist() == [1, -1]
    assert encoded.candidate[0] == 10957
    assert times.candidate[0] - times.original[0] == 0.5


def test_two_numbers_too_large_for_a_float_stay_different():
    encoded = column([2**60, 2**60 + 1], [2**60 + 1, 2**60])

    assert encoded.original.tolist() == encoded.candidate.tolist()[::-1]
    assert encoded.original[0] != encoded.original[1]


def test_an_infinite_number_is_the_largest_one():
    assert column([1.0, np.inf], [-np.inf, 5.0]).original.tolist() == [1, 5]


def test_sets_are_compared_by_their_members():
    encoded = column([["b", "a"], ["a"], [], None], [["a", "b"], {"a"}, ["c"], ("a", "b")])

    assert encoded.original[0] == encoded.candidate[0] == encoded.candidate[3]
    assert encoded.original[1] == encoded.candidate[1]
    assert len(set(encoded.original)) == 4


def test_a_column_of_numbers_on_one_side_and_texts_on_the_other_is_compared_as_text():
    encoded = column([1, 2], ["1", "x"])

    assert encoded.scale is Scale.CATEGORY
    assert encoded.original[0] == encoded.candidate[0]


def test_a_side_without_any_value_does_not_change_the_scale():
    assert column([1, 2], [None, None]).scale is Scale.NUMBER
    assert column([MIDNIGHT], [None]).scale is Scale.TIME
    assert np.isnan(column([1, 2], [None, None]).candidate).all()


def test_pandas_polars_and_arrow_give_the_same_numbers():
    values = {
        "a": ["x", None, "é'\""],
        "b": [1, None, 3],
        "c": [dt.date(2020, 1, 1), None, dt.date(1900, 1, 1)],
    }
    frames = [pd.DataFrame(values), pl.DataFrame(values), pa.table(values)]

    first, *others = [encode(frame, frame).columns for frame in frames]
    for other in others:
        for left, right in zip(first, other, strict=True):
            assert left.scale is right.scale
            np.testing.assert_array_equal(left.original, right.original)


def test_a_column_that_is_constant_over_all_frames_is_left_out_and_named():
    original = pd.DataFrame({"a": [1, 1], "b": [1, 1], "c": [None, None]})
    control = pd.DataFrame({"a": [1], "b": [2], "c": [None], "d": [1]})

    frames = encode(original, original, control)
    assert [column.name for column in frames.columns] == ["b"]
    assert frames.constant == ("a", "c")
    assert (frames.originals, frames.controls) == (2, 1)
