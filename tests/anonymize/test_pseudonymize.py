"""Identifiers replaced by keyed pseudonyms."""

import re
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.model import Kind
from tests.anonymize.helpers import KEYS, make, maybe, oracle, run

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)


@given(maybe(texts))
def test_a_pseudonym_is_that_of_the_domain(values):
    assert run(make("pseudonymize", domain="T.C"), values) == oracle(values, KEYS.pseudonym("T.C"))


@given(st.sets(texts.filter(str.isascii), min_size=2))
def test_two_identifiers_never_share_a_pseudonym(values):
    made = run(make("pseudonymize"), sorted(values))
    assert len(set(made)) == len(values)
    assert all(re.fullmatch("[A-Z2-7]{26}", one) for one in made)


def test_two_domains_share_no_pseudonym():
    assert run(make("pseudonymize", domain="A"), ["x"]) != run(make("pseudonymize", domain="B"), ["x"])


@pytest.mark.parametrize(
    ("kind", "value", "canonical"),
    [
        (Kind.INTEGER, 42, "42"),
        (Kind.YEAR, 1950, "1950"),
        (Kind.NUMBER, 1.5, "1.5"),
        (Kind.BOOLEAN, True, "true"),
        (Kind.DATE, date(2020, 1, 31), "2020-01-31"),
        (Kind.DATETIME, datetime(2020, 1, 31, 8, 30), "2020-01-31T08:30:00"),  # noqa: DTZ001
        (Kind.DATETIME, datetime(1960, 1, 31, 8, 30, 0, 25), "1960-01-31T08:30:00.000025"),  # noqa: DTZ001
    ],
)
def test_a_typed_identifier_has_the_pseudonym_of_its_canonical_text(kind, value, canonical):
    assert run(make("pseudonymize", kind=kind), [value]) == [KEYS.pseudonym("T.C")(canonical)]
