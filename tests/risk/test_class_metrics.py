"""k, l and t on tables that can be checked by hand, and against pycanon."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycanon import anonymity

from risk.attackers.classes_inference import ordered_with_missing
from risk.class_metrics import (
    class_risk,
    distinct_l,
    entropy_l,
    equal_distance,
    modal_counts,
    ordered_distance,
)
from risk.labels import combine, encode
from risk.secrets_seen import rank
from risk.sizes import Sizes


def labels(*columns):
    return combine([encode(pa.array(column)) for column in columns])


def ranked(values):
    return rank(pa.chunked_array([pa.array(values)]))


def test_four_persons_by_hand():
    risk = class_risk(Sizes.of(labels(["75", "75", "75", "13"], ["F", "F", "M", "F"]).sizes), k=2)
    assert (risk.persons, risk.classes, risk.k, risk.below, risk.unique) == (4, 3, 1, 2, 2)
    assert (risk.share_below, risk.max_risk, risk.mean_risk, risk.uniqueness) == (0.5, 1.0, 0.75, 0.5)


def test_nobody_has_no_risk():
    risk = class_risk(Sizes.of(encode(pa.array([], pa.string())).sizes), k=2)
    assert (risk.k, risk.share_below, risk.max_risk, risk.mean_risk, risk.uniqueness) == (0, 0, 0, 0, 0)


def test_diversity_of_two_classes_by_hand():
    classes, secret = labels(["x", "x", "x", "x", "y", "y"]), encode(pa.array(list("aabbcc")))
    assert distinct_l(classes, secret).tolist() == [2, 1]
    assert entropy_l(classes, secret) == pytest.approx([2.0, 1.0])
    assert modal_counts(classes, secret).tolist() == [2, 2]


def test_equal_distance_by_hand():
    # everybody: a 1/2, b 1/2; class x: a 1, b 0; half of |1 - 1/2| + |0 - 1/2| is 1/2
    classes, secret = labels(["x", "x", "y", "y"]), encode(pa.array(list("aabb")))
    assert equal_distance(classes, secret) == pytest.approx([0.5, 0.5])


def test_ordered_distance_is_that_of_the_paper_s_salaries():
    # Li 2007, section 4: salaries 3k to 11k; {3k, 4k, 5k} is at 0.375 and {6k, 8k, 11k} at 0.167
    salaries = [3, 4, 5, 6, 11, 8, 7, 9, 10]
    classes = labels(["1", "1", "1", "2", "2", "2", "3", "3", "3"])
    assert ordered_distance(classes, ranked(salaries)) == pytest.approx([0.375, 1 / 6, 17 / 72])


def test_a_class_like_everybody_is_at_no_distance():
    classes, secret = labels(["x", "x", "y", "y"]), ["a", "b", "a", "b"]
    assert equal_distance(classes, encode(pa.array(secret))) == pytest.approx([0, 0])
    assert ordered_distance(classes, ranked([1, 2, 1, 2])) == pytest.approx([0, 0])


def test_a_constant_number_is_at_no_distance():
    assert ordered_distance(labels(["x", "y"]), ranked([5, 5])).tolist() == [0, 0]


def test_having_no_value_counts_when_values_have_an_order():
    # class y has no date at all, the others all have one: as far as 3/5 from everybody's 2/5
    classes = labels(["x", "x", "x", "y", "y"])
    assert ordered_with_missing(classes, ranked([1, 1, 1, None, None])) == pytest.approx(0.6)


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.integers(0, 6)), min_size=1, max_size=40))
def test_ordered_distance_equals_the_definition(rows):
    groups, values = zip(*rows, strict=True)
    classes, secret = labels(list(groups)), ranked(list(values))
    found = ordered_distance(classes, secret)
    overall = np.bincount(secret.codes, minlength=secret.groups) / len(values)
    for number in range(classes.groups):
        own = np.bincount(secret.codes[classes.codes == number], minlength=secret.groups)
        steps = np.abs(np.cumsum(own / own.sum() - overall)).sum()
        assert found[number] == pytest.approx(steps / max(1, secret.groups - 1), abs=1e-9)


@st.composite
def frames(draw):
    rows = draw(
        st.lists(st.tuples(*[st.sampled_from("abc")] * 3, st.integers(0, 4)), min_size=2, max_size=40)
    )
    return pd.DataFrame(rows, columns=["q1", "q2", "s", "n"])


@settings(max_examples=30, deadline=None)
@given(frames())
def test_the_measures_are_those_of_pycanon(frame):
    quasi = ["q1", "q2"]
    classes = labels(*[frame[name].tolist() for name in quasi])
    text, number = encode(pa.array(frame["s"].tolist())), ranked(frame["n"].tolist())
    assert class_risk(Sizes.of(classes.sizes), 2).k == anonymity.k_anonymity(frame, quasi)
    assert distinct_l(classes, text).min() == anonymity.l_diversity(frame, quasi, ["s"])
    least = entropy_l(classes, text).min()
    # pycanon cuts to an integer, and 1.9999999999999998 becomes 1
    assert int(least - 1e-9) <= anonymity.entropy_l_diversity(frame, quasi, ["s"]) <= int(least + 1e-9)
    assert equal_distance(classes, text).max() == pytest.approx(anonymity.t_closeness(frame, quasi, ["s"]))
    if number.groups > 1:
        assert ordered_distance(classes, number).max() == pytest.approx(
            anonymity.t_closeness(frame, quasi, ["n"])
        )


def test_many_classes_of_many_secrets_are_counted_as_few_are():
    # sixty classes of sixty secrets: too many pairs for a full table
    classes, secret = encode(pa.array(range(60))), ranked(list(range(60)))
    assert distinct_l(classes, secret).tolist() == [1] * 60
    assert equal_distance(classes, secret) == pytest.approx([59 / 60] * 60)
    ends = ordered_distance(classes, secret)
    assert (ends[0], ends[59]) == (pytest.approx(0.5), pytest.approx(0.5))
