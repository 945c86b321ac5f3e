# ruff: noqa: NPY002 - the global generator is what the library draws from
"""What anonymeter 1.1 gets wrong, shown on the bare library, and its absence through the adapter."""

import random as python_random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numba.core.errors import TypingError

from risk.anonymeter_adapter.predicates import Mode
from risk.statistics import excess_risk
from tests.risk.anonymeter_bare import (
    bare_inference,
    bare_linkability,
    bare_singling_out,
    our_inference,
    our_linkability,
    our_singling_out,
    persons,
    with_nulls,
)

HALVES = (["a"], ["b"])
COUNT = 600


def test_values_with_an_apostrophe_do_not_hide_that_a_copy_singles_everybody_out():
    copy = pd.DataFrame({name: [f"{name}'{number}" for number in range(COUNT)] for name in "ab"})

    assert bare_singling_out(copy, copy, asked=100).n_success == 0
    ours = our_singling_out(copy, copy, asked=100)
    assert (ours.attack.successes, ours.attack.targets) == (100, 100)


def test_quotes_and_backslashes_do_not_hide_it_either():
    odd = ["l'é", 'd"e', "a\\b", "x{y}", "%s", "", " ", "ligne\nsuite", "null", "NaN"]
    copy = pd.DataFrame({"a": odd * 30, "b": [f"{text}{number}" for number in range(30) for text in odd]})

    ours = our_singling_out(copy, copy, asked=100, mode=Mode.UNIVARIATE)
    assert (ours.attack.successes, ours.attack.targets) == (100, 100)


@pytest.mark.parametrize("kind", ["datetime64", "date"])
def test_dates_are_attacked(kind):
    days = pd.Series(pd.date_range("2000-01-01", periods=COUNT))
    days = days if kind == "datetime64" else days.dt.date
    copy = pd.DataFrame({"a": days, "b": [f"v{number}" for number in range(COUNT)], "secret": days})

    with pytest.raises(pl.exceptions.InvalidOperationError):
        bare_singling_out(copy, copy, asked=100)
    ours = our_singling_out(copy, copy, asked=100)
    assert (ours.attack.successes, ours.attack.targets) == (100, 100)
    assert our_linkability(copy, copy, asked=100).attack.successes == 100
    assert our_inference(copy, copy, ["b"], asked=100).attack.successes == 100


def test_polars_frames_are_attacked():
    frame = persons(COUNT, 1)
    copy = pl.DataFrame({"a": frame["a"].to_list(), "b": frame["b"].to_list(), "secret": range(COUNT)})

    for bare in (
        lambda: bare_singling_out(copy, copy, asked=100),
        lambda: bare_linkability(copy, copy, HALVES, asked=100),
        lambda: bare_inference(copy, copy, ["a"], asked=100),
    ):
        with pytest.raises(TypeError):
            bare()
    assert our_singling_out(copy, copy, asked=100).attack.successes == 100
    assert our_linkability(copy, copy, HALVES, asked=100).attack.successes == 100
    assert our_inference(copy, copy, ["a"], asked=100).attack.successes == 100


def test_nullable_integers_with_missing_values_are_attacked():
    numbers = np.random.default_rng(1).permutation(COUNT)
    whole = pd.array([None if number % 3 == 0 else int(number) for number in numbers], dtype="Int64")
    copy = pd.DataFrame({"a": whole, "b": pd.array(range(COUNT), dtype="Int64"), "secret": whole})

    with pytest.raises(TypingError):
        bare_linkability(copy, copy, (["a", "b"], ["b"]), asked=100)
    with pytest.raises(TypingError):
        bare_inference(copy, copy, ["a", "b"], asked=100)
    assert our_linkability(copy, copy, (["a", "b"], ["b"]), asked=100).attack.successes == 100
    assert our_inference(copy, copy, ["a", "b"], asked=100).attack.successes == 100
    ours = our_singling_out(copy.assign(c=[f"v{number}" for number in range(COUNT)]), copy, asked=20)
    assert (ours.attack.successes, ours.attack.targets) == (20, 20)


def test_nulls_on_one_side_only_make_no_links():
    candidate, original = persons(COUNT, 1), with_nulls(persons(COUNT, 2), 0.58, 3)

    assert bare_linkability(original, candidate, HALVES, asked=500).n_success > 100
    assert our_linkability(original, candidate, HALVES, asked=500).attack.successes < 10
    assert our_linkability(candidate, original, HALVES, asked=500).attack.successes < 10
    emptied = candidate.assign(a=np.nan)
    assert our_linkability(original, emptied, HALVES, asked=500).attack.successes < 10


def test_columns_without_information_join_nobody():
    same = pd.DataFrame({"a": [1] * COUNT, "b": ["x"] * COUNT})
    nearly = same.assign(a=[0] + [1] * (COUNT - 1), b=["y"] + ["x"] * (COUNT - 1))

    assert bare_linkability(same, same, HALVES, asked=500).n_success == 500
    constant = our_linkability(same, same, HALVES, asked=500)
    assert constant.attack.targets == 0
    assert constant.problems == ("too_few_columns",)
    assert bare_linkability(nearly, nearly, HALVES, asked=500).n_success >= 499
    assert our_linkability(nearly, nearly, HALVES, asked=500).attack.successes < 10


def test_a_negative_number_is_not_guessed_by_whoever_says_a_negative_number():
    def paid(seed: int) -> pd.DataFrame:
        return persons(COUNT, seed).assign(secret=-1 - 99 * np.random.default_rng(seed + 50).random(COUNT))

    original, candidate = paid(1), paid(2)

    assert bare_inference(original, candidate, ["a"], asked=500, regression=True).n_success == 500
    ours = our_inference(original, candidate, ["a"], asked=500)
    assert ours.attack.estimate < 0.2
    assert our_inference(original, original, ["a"], asked=500).attack.successes == 500


def test_the_baseline_is_what_a_stranger_guesses():
    def patients(seed: int) -> pd.DataFrame:
        count = 17_500
        usual = np.random.default_rng(seed + 50).random(count) < 0.905
        return persons(count, seed).assign(secret=np.where(usual, "none", "some"))

    original, candidate = patients(1), patients(2)

    bare = bare_inference(original, candidate, ["a"], asked=500)
    assert bare.n_baseline / 500 < 0.06
    ours = our_inference(original, candidate, ["a"], asked=500)
    assert ours.baseline.estimate == pytest.approx(0.905, abs=0.04)
    assert not ours.beats_baseline


def test_a_number_is_guessed_when_it_is_close():
    original = persons(COUNT, 1).assign(secret=np.linspace(100, 200, COUNT))
    candidate = original.assign(secret=original["secret"] * 1.01)

    assert bare_inference(original, candidate, ["a", "b"], asked=500).n_success == 0
    assert our_inference(original, candidate, ["a", "b"], asked=500).attack.successes == 500


def _population(count: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "a": random.normal(size=count).round(2),
            "b": random.integers(0, 100, count),
            "c": random.integers(0, 50, count),
            "d": random.integers(0, 10, count),
        }
    )


def test_the_size_of_the_control_does_not_change_the_risk():
    original, candidate, control = (_population(2000, seed) for seed in (1, 2, 3))
    small = control.head(400)

    def bare(part: pd.DataFrame) -> float:
        found = bare_singling_out(original, candidate, part, asked=500, n_cols=3, max_attempts=10_000)
        return found.risk().value

    assert bare(control) < 0.03
    assert bare(small) > 0.08
    for part in (control, small):
        ours = our_singling_out(original, candidate, part, asked=500)
        risk = excess_risk(ours.attack, ours.control, 0.95)
        assert risk.lower == 0
        assert risk.estimate < 0.08


@pytest.mark.parametrize("controls", [2000, 400, 100])
def test_a_copy_is_recognised_whatever_the_size_of_the_control(controls):
    original, control = _population(2000, 1), _population(2000, 3).head(controls)

    ours = our_singling_out(original, original, control, asked=500)
    assert excess_risk(ours.attack, ours.control, 0.95).lower > 0.9
    # Drawing the original down to the control's size would have hidden most of the copies.
    drawn = our_singling_out(original.sample(controls, random_state=1), original, control, asked=500)
    assert excess_risk(drawn.attack, drawn.control, 0.95).estimate < 1.5 * controls / 2000


def test_success_is_counted_over_the_attacks_that_ran():
    some = pd.DataFrame(
        {"a": [f"v{number}" for number in range(40)] + ["usual"] * 560, "b": ["x", "y"] * 300}
    )

    bare = bare_singling_out(some, some, asked=500)
    assert bare.n_attacks_ori == 500
    assert bare.attack_rate.value < 0.3
    ours = our_singling_out(some, some, asked=500)
    assert 0 < ours.attack.targets < 100
    assert ours.attack.successes == ours.attack.targets
    assert ours.attempted == 500
    assert ours.problems == ("attempts_exhausted",)


def test_eleven_equal_persons_are_not_singled_out():
    classes = pd.DataFrame({"a": np.repeat(range(60), 11), "b": np.repeat(range(60), 11) % 7})

    assert bare_singling_out(classes, classes, asked=100).n_success > 0
    for mode in Mode:
        ours = our_singling_out(classes, classes, asked=100, mode=mode)
        assert (ours.attack.successes, ours.attack.targets) == (0, 100)


def _campaign(order: str, seed: int = 7) -> dict[str, object]:
    original = with_nulls(_population(800, 1), 0.05, 4).assign(secret=lambda frame: frame["d"])
    candidate = with_nulls(_population(800, 2), 0.05, 5).assign(secret=lambda frame: frame["d"])
    control = _population(300, 3).assign(secret=lambda frame: frame["d"])
    attacks = {
        "univariate": lambda: our_singling_out(
            original, candidate, control, asked=50, mode=Mode.UNIVARIATE, seed=seed
        ),
        "multivariate": lambda: our_singling_out(original, candidate, control, asked=200, seed=seed),
        "linkability": lambda: our_linkability(original, candidate, asked=200, control=control, seed=seed),
        "inference": lambda: our_inference(
            original, candidate, ["a", "b", "c"], asked=200, control=control, seed=seed
        ),
    }
    names = sorted(attacks, reverse=order == "backwards")
    return {name: attacks[name]() for name in names}


def test_bare_attacks_draw_from_generators_that_nobody_seeds():
    original, candidate = persons(COUNT, 1), persons(COUNT, 2)

    def baselines() -> list[int]:
        np.random.seed(1)
        return [bare_linkability(original, candidate, HALVES, asked=500).n_baseline for _ in range(12)]

    assert len(set(map(tuple, (baselines(), baselines(), baselines())))) > 1
    copy = pd.DataFrame({"a": [f"v{number}" for number in range(3000)]})

    def predicates() -> list[str]:
        from anonymeter.evaluators.singling_out_evaluator import univariate_singling_out_queries as univariate

        return [str(found) for found in univariate(pl.DataFrame(copy), 50, np.random.default_rng(1))]

    assert len(set(map(tuple, (predicates(), predicates(), predicates())))) > 1


def test_one_seed_gives_the_same_counts_in_any_order_and_in_threads():
    first = _campaign("forwards")
    np.random.seed(99)
    python_random.seed(99)

    assert _campaign("backwards") == first
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(_campaign, ["forwards", "backwards", "forwards"])) == [first] * 3
    assert _campaign("forwards", seed=8) != first


def test_the_generators_of_the_process_are_left_as_they_were():
    np.random.seed(5)
    python_random.seed(5)
    expected = (np.random.random(), python_random.random())

    np.random.seed(5)
    python_random.seed(5)
    _campaign("forwards")
    assert (np.random.random(), python_random.random()) == expected
