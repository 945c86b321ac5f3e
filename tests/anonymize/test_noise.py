"""Random numbers added to values."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from anonymize.keys import Keys
from anonymize.tabular.noise import reflect
from profiles.errors import ProfileError, SourceError
from profiles.model import Kind
from tests.anonymize.helpers import make, maybe, run

MANY = [f"p{number}" for number in range(20_000)]


@pytest.mark.parametrize(
    ("distribution", "law"), [("laplace", stats.laplace(scale=3)), ("gaussian", stats.norm(scale=3))]
)
def test_the_noise_has_its_distribution(distribution, law):
    step = make("noise", {"scale": 3, "distribution": distribution}, Kind.NUMBER)
    noise = np.array(run(step, [10.0] * len(MANY), MANY)) - 10
    assert stats.kstest(noise, law.cdf).pvalue > 0.001
    assert abs(noise.mean()) < 4 * law.std() / len(MANY) ** 0.5


def test_two_values_of_one_person_get_noises_that_do_not_go_together():
    step = make("noise", {"scale": 1, "distribution": "gaussian"}, Kind.NUMBER)
    first, second = (np.array(run(step, [value] * len(MANY), MANY)) - value for value in (1.0, 2.0))
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / len(MANY) ** 0.5


def test_a_value_that_a_person_repeats_gets_one_noise_and_another_person_another():
    step = make("noise", {"scale": 5}, Kind.NUMBER)
    first, again, zero, minus_zero, other = run(step, [1.0, 1.0, 0.0, -0.0, 1.0], ["a", "a", "a", "a", "b"])
    assert first == again != other
    assert zero == minus_zero != first


def test_the_noise_changes_with_the_seed_the_key_and_the_column():
    def noisy(**more):
        return tuple(run(make("noise", {"scale": 100}, Kind.INTEGER, **more), [0] * 20, MANY[:20]))

    other = Keys(b"another secret of more than 128 bits", "essai")
    assert len({noisy(), noisy(seed=1), noisy(keys=other)}) == 3
    assert noisy() == noisy()


@given(maybe(st.integers(0, 9)))
def test_whole_numbers_stay_whole_and_within_bounds(values):
    for bounds in ("reflect", "clip"):
        step = make("noise", {"scale": 6, "low": -0.5, "high": 9.5, "bounds": bounds}, Kind.INTEGER)
        persons = MANY[: len(values)]
        made = run(step, values, persons or None)
        assert all(value is None or (isinstance(value, int) and 0 <= value <= 9) for value in made)


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1),
    st.sampled_from([(0, None), (None, 7), (-2, 7), (0.5, 0.75)]),
)
def test_reflection_folds_step_by_step(values, bounds):
    low, high = bounds

    def folded(value):
        while (low is not None and value < low) or (high is not None and value > high):
            value = 2 * low - value if low is not None and value < low else 2 * high - value
        return value

    if low is not None and high is not None:
        values = [value % (20 * (high - low)) for value in values]
    made = reflect(np.array(values), low, high)
    assert made == pytest.approx([folded(value) for value in values], abs=1e-6)


@pytest.mark.parametrize(("scale", "decimals"), [(1000, 0), (2.5, 3), (0.02, 5)])
def test_what_is_published_has_few_decimals(scale, decimals):
    made = run(make("noise", {"scale": scale}, Kind.NUMBER), [1 / 3] * 50, MANY[:50])
    assert made == [round(value, decimals) for value in made]
    assert made != [round(value, max(decimals - 1, 0)) for value in made] or not decimals


def test_decimals_may_be_asked_for():
    made = run(make("noise", {"scale": 100, "decimals": 1}, Kind.NUMBER), [1 / 3] * 50, MANY[:50])
    assert made == [round(value, 1) for value in made]


def test_a_number_beyond_exact_arithmetic_stops_at_its_record():
    with pytest.raises(SourceError) as raised:
        run(make("noise", {"scale": 1}, Kind.INTEGER), [1, None, 2**60])
    assert (raised.value.code, raised.value.place.record) == ("number-out-of-range", 3)


def test_bounds_without_a_whole_number_between_them_are_refused():
    with pytest.raises(ProfileError) as raised:
        make("noise", {"scale": 1, "low": 0.2, "high": 1.4}, Kind.INTEGER)
    assert raised.value.code == "noise-no-room"


def test_persons_may_come_encoded():
    step = make("noise", {"scale": 1}, Kind.NUMBER)
    values, people = pa.array([1.0, 2.0, 3.0]), pa.array(["a", "b", "a"])
    assert step.apply(values, people) == step.apply(values, people.dictionary_encode())
