"""Columns left out."""

from profiles.model import Kind
from tests.anonymize.helpers import make, run


def test_nothing_of_a_dropped_column_goes_on():
    assert run(make("drop", kind=Kind.INTEGER), [1, None, 3]) == [None, None, None]
    assert run(make("drop"), ["secret"]) == [None]
