"""Population uniques: the answers that the ARX project publishes for Adult, and edge cases."""

import os
from pathlib import Path

import numpy as np
import pytest
from pyarrow import csv

from risk.class_metrics import class_risk
from risk.labels import combine, encode
from risk.population import fit_pitman, pitman, zayatz


def adult_file():
    beside = [Path(__file__).resolve().parents[2].parent / "shared" / "data" / "adult"]
    folders = [Path(os.environ["ADULT"])] if os.environ.get("ADULT") else beside
    return next((folder / "adult.csv" for folder in folders if (folder / "adult.csv").exists()), None)


@pytest.fixture(scope="module")
def adult():
    """Classes of the 30,162 complete rows of Adult over all nine attributes."""
    file = adult_file()
    if file is None:
        pytest.skip("the Adult sample is not here: set ADULT to the folder of adult.csv")
    table = csv.read_csv(file, parse_options=csv.ParseOptions(delimiter=";"))
    return combine([encode(column) for column in table.columns])


def test_adult_has_the_known_classes_and_risks(adult):
    risk = class_risk(adult, k=11)
    assert (risk.persons, risk.classes) == (30162, 19502)
    assert risk.mean_risk == 0.6465751607983555
    assert risk.uniqueness == 0.5142895033485844


@pytest.mark.parametrize(("fraction", "known"), [(0.1, 0.3207402393466189), (0.2, 0.3577099234829125)])
def test_zayatz_gives_the_known_answers(adult, fraction, known):
    assert zayatz(adult.sizes, fraction) == pytest.approx(known, abs=1e-12)


@pytest.mark.parametrize(("fraction", "known"), [(0.1, 0.27684993883653597), (0.01, 0.1446083531167384)])
def test_pitman_gives_the_known_answers(adult, fraction, known):
    assert pitman(adult.sizes, fraction) == pytest.approx(known, rel=1e-8)


@pytest.mark.parametrize("estimator", [zayatz, pitman])
def test_nobody_unique_in_the_sample_is_nobody_in_the_population(estimator):
    assert estimator(np.array([2, 3, 4]), 0.1) == 0.0


def test_a_sample_that_is_the_population_is_counted_not_estimated():
    assert zayatz(np.array([1, 1, 2, 3]), 1.0) == pytest.approx(2 / 7)


def test_a_sample_of_unique_persons_only_gives_no_reason_to_hope():
    assert pitman(np.ones(50, dtype=np.int64), 0.1) == 1.0


def test_pitman_recovers_the_model_that_made_the_sample():
    # Pitman's sampling scheme itself: a newcomer joins a class of size s with weight s - alpha
    random, theta, alpha = np.random.default_rng(3), 40.0, 0.4
    sizes: list[int] = []
    for person in range(4000):
        if random.random() < (theta + alpha * len(sizes)) / (theta + person):
            sizes.append(1)
        else:
            weights = np.array(sizes) - alpha
            sizes[random.choice(len(sizes), p=weights / weights.sum())] += 1
    model = fit_pitman(np.array(sizes))
    assert model.alpha == pytest.approx(alpha, abs=0.08)
    assert model.theta == pytest.approx(theta, rel=0.4)


@pytest.mark.parametrize("fraction", [0.0, -0.1, 1.5])
def test_an_impossible_fraction_is_an_error(fraction):
    with pytest.raises(ValueError):
        zayatz(np.array([1, 2]), fraction)


@pytest.mark.parametrize(
    "sizes", [[1, 500], [1, 1, 1, 2], [1] * 30 + [1000], [1, 2, 3], [1] * 99 + [2], [1, 1]]
)
def test_estimates_stay_shares_on_extreme_samples(sizes):
    for fraction in (0.001, 0.5, 1.0):
        assert 0 <= zayatz(np.array(sizes), fraction) <= 1
        assert 0 <= pitman(np.array(sizes), fraction) <= 1
