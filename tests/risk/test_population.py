"""Population uniques: the answers that the ARX project publishes for Adult, and edge cases."""

import os
from pathlib import Path

import numpy as np
import pytest
from pyarrow import csv

from risk.class_metrics import class_risk
from risk.labels import combine, encode
from risk.population import again, chosen, fit_pitman, pitman, population_uniques, snb, zayatz
from risk.sizes import Sizes


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
    risk = class_risk(Sizes.of(adult.sizes), k=11)
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


def thinned(population, fraction, seed=5):
    """The sizes of the classes of a sample of a population."""
    return np.random.default_rng(seed).binomial(population, fraction)


@pytest.fixture(scope="module")
def slide():
    """A population whose classes are one person and a negative binomial number of others."""
    return 1 + np.random.default_rng(0).negative_binomial(0.8, 0.2, 200_000)


@pytest.mark.parametrize("fraction", [0.3, 0.5, 0.9])
def test_the_slide_negative_binomial_finds_the_uniques_of_its_own_population(slide, fraction):
    truth = (slide == 1).sum() / slide.sum()
    assert snb(thinned(slide, fraction), fraction) == pytest.approx(truth, rel=0.1)


def test_the_rule_believes_pitman_up_to_a_tenth_and_the_smaller_of_the_others_above(slide):
    for fraction, model in ((0.05, "pitman"), (0.1, "pitman"), (0.3, "snb")):
        assert chosen(Sizes.of(thinned(slide, fraction)), fraction)[0] == model
    few = np.array([1, 1, 1, 2, 4, 8, 20, 50])
    name, share = chosen(Sizes.of(few), 0.5)
    assert share == min(zayatz(few, 0.5), snb(few, 0.5))
    assert (name == "zayatz") == (zayatz(few, 0.5) < snb(few, 0.5))


def test_adult_by_the_rule(adult):
    assert chosen(Sizes.of(adult.sizes), 0.1) == ("pitman", pytest.approx(0.27684993883653597, rel=1e-8))
    assert chosen(Sizes.of(adult.sizes), 0.2)[1] <= 0.3577099234829125


@pytest.mark.parametrize(("model", "estimator"), [("pitman", pitman), ("zayatz", zayatz), ("snb", snb)])
def test_resamples_all_at_once_are_what_each_of_them_gives(adult, model, estimator):
    sizes = Sizes.of(adult.sizes)
    together = again(sizes, 0.2, model, np.random.default_rng(9))
    drawn = np.random.default_rng(9).multinomial(sizes.groups, sizes.classes / sizes.groups, len(together))
    for row in (0, 7, 50):
        alone = estimator(np.repeat(sizes.size, drawn[row]), 0.2)
        assert together[row] == pytest.approx(alone, rel=1e-5)


def test_the_interval_covers_what_other_samples_give(slide):
    found = population_uniques(Sizes.of(thinned(slide, 0.5)), 0.5, 0.95, np.random.default_rng(1))
    others = [snb(thinned(slide, 0.5, seed), 0.5) for seed in range(20)]
    inside = [found.interval.lower - 0.002 <= other <= found.interval.upper + 0.002 for other in others]
    assert sum(inside) >= 18
    assert found.interval.lower < found.interval.estimate < found.interval.upper


def test_a_population_that_is_published_whole_is_counted():
    found = population_uniques(Sizes.of(np.array([1, 1, 2, 6])), 1.0, 0.95, np.random.default_rng(1))
    assert (found.model, found.interval.estimate, found.interval.upper) == ("exact", 0.2, 0.2)


def test_a_boundary_sample_settles_without_warning():
    sizes = np.array([1] * 35_000 + [2] * 3000)
    assert 0 < population_uniques(Sizes.of(sizes), 0.05, 0.95, np.random.default_rng(1)).interval.upper <= 1
