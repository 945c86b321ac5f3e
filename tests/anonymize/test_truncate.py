"""Dates cut to a day, month, quarter or year."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.model import Kind
from tests.anonymize.helpers import make, maybe, oracle, run

PANDAS = {
    "day": lambda value: value.date() if isinstance(value, datetime) else value,
    "month": lambda value: f"{value:%Y-%m}",
    "quarter": lambda value: f"{value.year}-Q{(value.month - 1) // 3 + 1}",
    "year": lambda value: value.year,
}


@pytest.mark.parametrize("to", PANDAS)
@given(maybe(st.dates(date(1700, 1, 1), date(2200, 12, 31))))
def test_dates_are_truncated_as_pandas_would(to, values):
    assert run(make("truncate", {"to": to}, Kind.DATE), values) == oracle(values, PANDAS[to])


@pytest.mark.parametrize("to", PANDAS)
@given(maybe(st.datetimes(datetime(1700, 1, 1), datetime(2200, 12, 31))))  # noqa: DTZ001
def test_datetimes_before_and_after_1970_are_truncated_alike(to, values):
    assert run(make("truncate", {"to": to}, Kind.DATETIME), values) == oracle(values, PANDAS[to])


@pytest.mark.parametrize(
    ("to", "kind", "value"),
    [
        ("day", Kind.DATE, date(2020, 12, 31)),
        ("month", Kind.TEXT, "2020-12"),
        ("quarter", Kind.TEXT, "2020-Q4"),
        ("year", Kind.YEAR, 2020),
    ],
)
def test_what_is_published_claims_no_more_precision_than_it_has(to, kind, value):
    step = make("truncate", {"to": to}, Kind.DATE)
    assert run(step, [date(2020, 12, 31)]) == [value]
    assert step.output_kind() is kind
