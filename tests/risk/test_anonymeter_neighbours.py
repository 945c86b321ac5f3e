"""Our nearest records are anonymeter's, and all that are equally near."""

import anonymeter.evaluators  # noqa: F401 - the library can only be imported through here
import numpy as np
import pandas as pd
import pytest
from anonymeter.neighbors.mixed_types_kneighbors import MixedTypeKNeighbors
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.anonymeter_adapter.encoding import Column, Scale
from risk.anonymeter_adapter.frames import encode
from risk.anonymeter_adapter.neighbours import Nearest, nearest


def mixed(count: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "size": random.normal(170, 10, count),
            "visits": random.gamma(2, 5, count),
            "sex": random.choice(["f", "m"], count),
            "place": random.choice([f"p{number}" for number in range(8)], count),
        }
    )


def find(original: pd.DataFrame, candidate: pd.DataFrame) -> Nearest:
    columns = encode(original, candidate).columns
    return nearest([column.original for column in columns], columns)


def test_the_nearest_records_are_those_of_anonymeter():
    original, candidate = mixed(300, 1), mixed(700, 2)

    library = MixedTypeKNeighbors(n_neighbors=1, n_jobs=1).fit(candidate).kneighbors(original)
    ours = find(original, candidate)
    assert [ours.ties[kind].tolist() for kind in ours.kinds] == library.tolist()


TRIPLES = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from([0.0, 0.5, 1.0, float("nan")]), st.integers(0, 1)),
    min_size=1,
    max_size=12,
)


def distance(left: tuple[float, ...], right: tuple[float, ...]) -> float:
    gap = abs(left[1] - right[1])
    if np.isnan(gap):
        gap = float(np.isnan(left[1]) != np.isnan(right[1]))
    return float(left[0] != right[0]) + gap + float(left[2] != right[2])


@given(TRIPLES, TRIPLES)
@settings(max_examples=150, deadline=None)
def test_all_ties_are_found_and_missing_equals_missing(original, candidate):
    scales = (Scale.CATEGORY, Scale.NUMBER, Scale.CATEGORY)
    columns = [
        Column(
            str(place),
            scale,
            np.array([row[place] for row in original] + [0.0, 1.0], dtype=np.float64),
            np.array([row[place] for row in candidate], dtype=np.float64),
        )
        for place, scale in enumerate(scales)
    ]
    ours = nearest([column.original[: len(original)] for column in columns], columns)

    for row, kind in zip(original, ours.kinds, strict=True):
        distances = np.array([distance(row, other) for other in candidate])
        assert ours.ties[kind].tolist() == np.flatnonzero(distances == distances.min()).tolist()


def test_a_draw_takes_each_of_the_equally_near_records():
    same = pd.DataFrame({"a": ["x"] * 400 + ["y"], "b": [1.0] * 400 + [2.0]})

    drawn = find(same, same).draw(np.random.default_rng(1))
    assert drawn[400] == 400
    assert len(set(drawn[:400])) > 200
    assert drawn[:400].max() < 400


@pytest.mark.parametrize("smallest", [1, 3, 8])
def test_boxes_do_not_change_the_result(monkeypatch, smallest):
    original, candidate = mixed(150, 1), mixed(700, 2)
    for frame in (original, candidate):
        frame["rounded"] = frame["visits"].round(-1).where(frame["size"] > 160)
    monkeypatch.setattr("risk.anonymeter_adapter.boxes.SMALLEST", 10_000)
    whole = find(original, candidate)

    monkeypatch.setattr("risk.anonymeter_adapter.boxes.SMALLEST", smallest)
    monkeypatch.setattr("risk.anonymeter_adapter.boxes.BLOCK", 100)
    monkeypatch.setattr("risk.anonymeter_adapter.boxes.STEP", 2)
    parts = find(original, candidate)
    assert [rows.tolist() for rows in parts.ties] == [rows.tolist() for rows in whole.ties]


def test_rows_of_three_values_each_have_all_their_ties_in_boxes(monkeypatch):
    random = np.random.default_rng(4)
    rows = [tuple(row) for row in random.integers(0, 3, (200, 3)) / [1, 2, 1]]
    monkeypatch.setattr("risk.anonymeter_adapter.boxes.SMALLEST", 2)
    test_all_ties_are_found_and_missing_equals_missing.hypothesis.inner_test(
        [(0, 0.25, 1), (2, float("nan"), 0), *rows[:40]],
        [(first, half, third % 2) for first, half, third in rows],
    )


def test_nothing_to_search_in_is_an_error():
    with pytest.raises(ValueError, match="nothing"):
        nearest([], [])
