"""What the three attacks count, on frames whose answer is known."""

import logging
import warnings
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from risk.anonymeter_adapter.encoding import Scale
from risk.anonymeter_adapter.frames import encode
from risk.anonymeter_adapter.guard import guarded
from risk.anonymeter_adapter.judge import judge_of
from risk.anonymeter_adapter.linkability import split
from risk.anonymeter_adapter.predicates import Mode
from risk.anonymeter_adapter.singling_out import control_rate
from tests.risk.anonymeter_bare import our_inference, our_linkability, our_singling_out
from tests.risk.test_anonymeter_encoding import column


def people(count: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "age": random.integers(18, 95, count),
            "weight": random.normal(70, 12, count).round(1),
            "town": random.choice([f"t{number}" for number in range(40)], count),
            "job": random.choice([f"j{number}" for number in range(12)], count),
            "secret": random.choice(["a", "b", "c"], count, p=[0.5, 0.3, 0.2]),
        }
    )


KNOWN = ["age", "weight", "town", "job"]


def test_every_attack_succeeds_on_a_copy():
    copy, control = people(500, 1), people(500, 2)

    for mode in Mode:
        found = our_singling_out(copy, copy, control, asked=100, mode=mode)
        assert found.attack.successes == found.attack.targets > 39
        assert found.control.estimate < 0.6
    linked = our_linkability(copy[KNOWN], copy[KNOWN], control=control[KNOWN], asked=100)
    assert linked.attack.estimate > 0.9
    assert linked.control.estimate < 0.1
    guessed = our_inference(copy, copy, KNOWN, control=control, asked=100)
    assert guessed.attack.estimate == 1
    assert guessed.control.estimate < 0.6


def test_no_attack_gains_on_persons_of_the_same_population():
    original, candidate, control = (people(3000, seed) for seed in (1, 2, 3))

    for mode in Mode:
        found = our_singling_out(original, candidate, control, asked=500, mode=mode)
        assert abs(found.attack.estimate - found.control.estimate) < 0.1
    linked = our_linkability(original, candidate, control=control, asked=500)
    assert abs(linked.attack.estimate - linked.control.estimate) < 0.05
    guessed = our_inference(original, candidate, KNOWN, control=control, asked=500)
    assert abs(guessed.attack.estimate - guessed.control.estimate) < 0.1
    assert guessed.baseline.estimate == pytest.approx(0.5, abs=0.07)


@pytest.mark.parametrize("controls", [1, 2, 3])
def test_control_success_is_the_mean_over_all_draws_of_originals(controls):
    originals, matched = 5, 2
    draws = list(combinations(range(originals), controls))
    # Persons 0 and 1 match: the predicate isolates the control person when both were drawn.
    isolating = sum(set(range(matched)) <= set(draw) for draw in draws) / len(draws)
    share = controls / originals

    many = 10_000
    rate = control_rate(np.full(many, matched), np.ones(many, dtype=np.int64), share)
    assert rate.targets == int(many * share)
    assert rate.successes / many == pytest.approx(isolating, abs=0.1)
    assert rate.successes / many == pytest.approx(share**matched, abs=1e-3)


def test_a_control_of_equal_size_is_counted_plainly():
    rate = control_rate(np.array([1, 2, 1, 0]), np.array([1, 1, 0, 2]), 1.0)

    assert (rate.successes, rate.targets) == (2, 4)


def test_k_equal_persons_are_joined_once_in_k():
    k = 10
    classes = pd.DataFrame({name: np.repeat(range(200), k) for name in ("a", "b")})

    found = our_linkability(classes, classes, (["a"], ["b"]), asked=2000)
    assert found.attack.estimate == pytest.approx(1 / k, abs=0.03)


def test_halves_share_the_columns_that_tell_most():
    frame = pd.DataFrame(
        {"two": [0, 1] * 50, "all": range(100), "ten": [*range(10)] * 10, "half": [*range(50)] * 2}
    )

    assert split(encode(frame, frame)) == (("all", "two"), ("half", "ten"))


def test_a_class_with_one_secret_tells_it_even_without_a_single_record():
    classes = pd.DataFrame({"town": np.repeat([f"t{number}" for number in range(20)], 11)})
    told = classes.assign(secret=classes["town"].isin(["t3", "t7"]))

    found = our_inference(told, told, ["town"], asked=220)
    assert found.attack.estimate == 1
    assert found.baseline.estimate == 0.9
    assert (found.details["unusual"], found.details["precision"], found.details["recall"]) == (22, 1.0, 1.0)


def test_precision_and_recall_count_those_whom_the_stranger_gets_wrong():
    known = pd.DataFrame({"town": ["n", "e", "s", "w"] * 25})
    truth = known.assign(secret=["no", "yes", "yes", "no"] * 25)
    release = known.assign(secret=["no", "yes", "no", "yes"] * 25)
    # "no" and "yes" are as frequent: the stranger says the one that comes first, "no".

    found = our_inference(truth, release, ["town"], asked=100)
    assert found.attack.successes == 50
    assert found.baseline.successes == 50
    assert found.details == {"unusual": 50, "claimed": 50, "precision": 0.5, "recall": 0.5}


def test_a_number_counts_as_guessed_within_five_percent_of_it_and_of_the_spread():
    judge = judge_of(column([100.0, 200.0, 300.0, 0.0], np.linspace(0, 1000, 101)))

    assert judge.right(
        np.array([105.0, 211.0, 300.0, 0.1]), np.array([100.0, 200.0, 300.0, 0.0])
    ).tolist() == [
        True,
        False,
        True,
        False,
    ]


def test_dates_and_signed_numbers_are_judged_by_the_spread_alone():
    signed = judge_of(column([-5.0], np.linspace(-50, 50, 101)))
    dates = judge_of(column([pd.Timestamp("2020-01-01")], pd.date_range("2020-01-01", periods=101)))

    assert signed.right(np.array([-1.0, 4.4, 4.6]), np.array([0.0, 0.0, 0.0])).tolist() == [True, True, False]
    start = dates.original[0]
    assert dates.right(np.array([start + 4, start + 5]), np.array([start, start])).tolist() == [True, False]


def test_a_missing_secret_is_guessed_by_missing_only():
    secret = column([1.0, None, 3.0], [1.0, None, None])
    judge = judge_of(secret)

    assert judge.best(judge.candidate) == judge.absent
    assert judge.right(judge.absent, judge.original).tolist() == [False, True, False]
    assert secret.scale is Scale.NUMBER


def test_the_best_guess_of_numbers_is_right_for_most_of_them():
    judge = judge_of(column([1.0], [10.0, 100.0, 101.0, 102.0, 500.0, 1000.0]))

    assert judge.best(judge.candidate) in (100.0, 101.0, 102.0)


def test_a_smaller_control_than_asked_is_attacked_whole():
    original, candidate, control = people(300, 1), people(300, 2), people(40, 3)

    assert our_linkability(original, candidate, control=control, asked=200).control.targets == 40
    assert our_inference(original, candidate, KNOWN, control=control, asked=200).control.targets == 40


def test_fewer_persons_than_asked_are_all_attacked_and_the_number_asked_is_kept():
    few = people(30, 1)

    found = our_linkability(few, few, asked=200)
    assert (found.attempted, found.attack.targets) == (200, 30)


def test_a_warning_of_the_library_becomes_a_code_and_reaches_no_stream(capsys):
    logger = logging.getLogger("anonymeter.evaluators.singling_out_evaluator")
    with guarded(1) as codes:
        logger.warning("Reached maximum number of attempts 7")
        logger.warning("Found 3 failed queries out of 9.")
        warnings.warn("Attack is as good or worse as baseline model.", stacklevel=1)
        warnings.warn("Success of control attack is 100%. Cannot measure", stacklevel=1)
        warnings.warn("something new", RuntimeWarning, stacklevel=1)
        warnings.warn("of no concern", DeprecationWarning, stacklevel=1)

    assert codes == ["attempts_exhausted", "queries_failed", "control_always_succeeds", "library_warning"]
    assert capsys.readouterr() == ("", "")
