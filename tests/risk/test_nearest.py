"""Nearest points by products of matrices: those of a tree, with equal points at exactly nought."""

import numpy as np
import pyarrow as pa
import pytest
from scipy.spatial import cKDTree

from risk import nearest as module
from risk.embedding import embed
from risk.nearest import nearest
from risk.traits import traits_of
from tests.risk.leaks import people


@pytest.mark.parametrize("count", [1, 2, 7])
def test_the_neighbours_are_those_of_a_tree(count, monkeypatch):
    monkeypatch.setattr(module, "CELLS", 2_000)
    random = np.random.default_rng(count)
    points = random.normal(size=(500, 6)).astype(np.float32)
    targets = random.normal(size=(40, 6)).astype(np.float32)
    gaps, places = nearest(targets, points, count)
    known, numbers = cKDTree(points).query(targets, k=[*range(1, count + 1)])

    assert np.allclose(np.sqrt(gaps), known, atol=1e-5)
    assert (places == numbers).mean() > 0.99


def test_equal_points_are_at_nought_and_missing_ones_at_infinity():
    points = np.array([[1000.0, 0.001], [1000.0, 0.002]], dtype=np.float32)
    gaps, places = nearest(points, points, 3)

    assert gaps[:, 0].tolist() == [0, 0]
    assert places[:, 0].tolist() == [0, 1]
    assert np.isinf(gaps[:, 2]).all()
    assert (places[:, 2] == -1).all()


def test_equal_persons_are_equal_points_and_others_are_not():

    table = pa.table({name: values.tolist() for name, values in people(200, 1).persons.items()})
    points = embed(traits_of(table, table))

    assert (points.original == points.candidate).all()
    assert len(np.unique(points.original.round(5), axis=0)) == len(
        set(zip(*table.to_pydict().values(), strict=True))
    )


def test_categories_are_at_distance_one_and_a_missing_number_is_one_apart():

    table = pa.table({"sex": ["f", "m", "f"], "weight": [60.0, 60.0, None]})
    points = embed(traits_of(table, table)).original
    square = ((points[0] - points[1:]) ** 2).sum(axis=1)

    assert square == pytest.approx([1, 1], abs=1e-5)


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid value")
def test_numbers_too_large_to_be_compared_are_an_error_and_not_far_from_everybody():
    numbers = pa.table({"a": [1.6e308] * 3 + [-1.6e308] * 7, "b": list(range(10))})

    with pytest.raises(ArithmeticError):
        embed(traits_of(numbers, numbers, numbers))
