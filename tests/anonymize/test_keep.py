"""Values published as they are."""

from hypothesis import given
from hypothesis import strategies as st

from profiles.model import Bilingual, Kind
from tests.anonymize.helpers import make, maybe, run


@given(maybe(st.integers(-(2**62), 2**62)))
def test_values_come_out_as_they_came_in(values):
    assert run(make("keep", kind=Kind.INTEGER), values) == values


def test_the_declared_values_stay_the_only_ones():
    declared = {"1": Bilingual(fr="homme", en="man")}
    assert make("keep").output_values(declared) == declared
