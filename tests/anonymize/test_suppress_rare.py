"""The first half of the step; the second, which counts persons, is in the tests of rare values."""

from hypothesis import given
from hypothesis import strategies as st

from profiles.model import Bilingual, Kind
from tests.anonymize.helpers import make, maybe, oracle, run


@given(maybe(st.integers(-9, 9)))
def test_values_take_the_type_of_their_replacement(values):
    assert run(make("suppress_rare", {"persons": 3}, Kind.INTEGER), values) == values
    assert run(make("suppress_rare", {"persons": 3, "replacement": "x"}, Kind.INTEGER), values) == oracle(
        values, str
    )


def test_the_replacement_joins_the_declared_values():
    declared = {"a": Bilingual(fr="A")}
    assert make("suppress_rare", {"replacement": "x"}).output_values(declared) == {
        **declared,
        "x": Bilingual(),
    }
    assert make("suppress_rare").output_values(declared) == declared
