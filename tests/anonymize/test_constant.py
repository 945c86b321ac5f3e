"""One value for all."""

from hypothesis import given
from hypothesis import strategies as st

from profiles.model import Bilingual, Kind
from tests.anonymize.helpers import make, maybe, oracle, run


@given(maybe(st.integers(-5, 5)))
def test_every_value_becomes_the_constant(values):
    assert run(make("constant", {"value": "X"}, Kind.INTEGER), values) == oracle(values, lambda _: "X")


def test_the_constant_is_the_only_value_left():
    assert make("constant", {"value": "X"}).output_values(None) == {"X": Bilingual()}
