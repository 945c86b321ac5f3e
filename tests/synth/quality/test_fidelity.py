"""Distances between tables of a few rows, computed by hand or by another library."""

import numpy as np
import pytest
from scipy.stats import ks_2samp

from synth.quality import fidelity


def test_total_variation_is_the_share_of_rows_to_change():
    assert fidelity.total_variation(np.array(["a", "a", "b", "b"]), np.array(["a", "a", "a", "c"])) == 0.5
    assert fidelity.total_variation(np.array(["a", "b"]), np.array(["b", "a"])) == 0


def test_pairs_differ_where_margins_do_not():
    one = (np.array(["a", "b"]), np.array(["x", "y"]))
    other = (np.array(["a", "b"]), np.array(["y", "x"]))

    assert fidelity.pair_variation(one, other) == 1
    assert fidelity.conditional_variation(one, other, 1) == {"a": 1.0, "b": 1.0}
    assert fidelity.conditional_variation(one, other, 2) == {}


def test_kolmogorov_smirnov_is_that_of_scipy():
    random = np.random.default_rng(1)
    one, other = random.normal(size=300), random.normal(0.3, size=200)

    assert fidelity.kolmogorov_smirnov(one, other) == pytest.approx(ks_2samp(one, other).statistic)


def test_persons_without_rows_count_in_cardinality():
    assert fidelity.cardinality(np.array([0, 0, 1]), 4, np.array([0, 0, 1]), 3) == pytest.approx(1 / 6)


def test_gaps_are_between_events_of_one_person():
    assert sorted(fidelity.gaps(np.array([0, 1, 0, 1, 0]), np.array([10, 5, 40, 6, 12]))) == [1, 2, 28]


def test_persistence_is_the_share_of_events_followed_by_another():
    found = fidelity.persistence(
        np.array([0, 0, 0, 1]), np.array(["a", "a", "a", "a"]), np.array([0, 30, 200, 10])
    )

    assert found == {"a": 0.25}


def test_seasonality_counts_months():
    days = np.array(["2022-01-05", "2023-01-09", "2022-12-31", "2022-06-01"], dtype="datetime64[D]").astype(
        np.int64
    )

    assert fidelity.seasonality(days)[[0, 5, 11]].tolist() == [0.5, 0.25, 0.25]


def test_agreement_and_codes_below_the_floor():
    assert fidelity.agreement(np.array(["1", "2"]), np.array(["a", "a"]), {"1": "a", "2": "b"}) == 0.5
    source, person = np.array(["x", "x", "y", "y"]), np.array([0, 1, 2, 2])

    assert fidelity.below_floor(source, person, np.array(["x", "y", "z"]), 2) == 1
