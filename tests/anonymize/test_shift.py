"""Dates moved by one offset a person."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.errors import SourceError
from profiles.model import Kind
from tests.anonymize.helpers import KEYS, PEOPLE, make, run

days = st.dates(date(1900, 1, 1), date(2100, 1, 1))
times = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001
people = st.sampled_from(PEOPLE)


@given(st.lists(st.tuples(st.one_of(st.none(), days), people), max_size=25))
def test_a_date_moves_by_the_offset_of_its_person(rows):
    import pandas as pd

    values, persons = [value for value, _ in rows], [who for _, who in rows]
    moved = run(make("shift", {"days": 50}, Kind.DATE), values, persons)
    frame = pd.DataFrame({"value": pd.to_datetime(pd.Series(values, dtype=object)), "who": persons})
    expected = frame["value"] + pd.to_timedelta(frame["who"].map(KEYS.offset(50)), unit="D")
    assert moved == [None if pd.isna(one) else one.date() for one in expected]


@given(st.lists(st.tuples(times, people), min_size=1, max_size=25))
def test_a_datetime_keeps_its_time_of_day_to_the_microsecond(rows):
    values, persons = [value for value, _ in rows], [who for _, who in rows]
    moved = run(make("shift", {"days": 50}, Kind.DATETIME), values, persons)
    assert moved == [value + timedelta(days=KEYS.offset(50)(who)) for value, who in rows]


def test_a_leap_day_is_crossed_like_any_other():
    day, who = date(2020, 2, 29), "p1"
    assert run(make("shift", {"days": 400}, Kind.DATE), [day], [who]) == [
        day + timedelta(days=KEYS.offset(400)(who))
    ]


def test_a_date_and_a_datetime_of_a_person_move_together():
    one = run(make("shift", {"days": 90}, Kind.DATE), [date(2020, 1, 1)], ["p2"])[0]
    other = run(make("shift", {"days": 90}, Kind.DATETIME), [datetime(2020, 1, 1, 7)], ["p2"])[0]  # noqa: DTZ001
    assert other == datetime(one.year, one.month, one.day, 7, tzinfo=UTC).replace(tzinfo=None)


@pytest.mark.parametrize("kind", [Kind.DATE, Kind.DATETIME])
def test_a_date_that_leaves_the_calendar_stops_the_run(kind):
    who = next(f"x{n}" for n in range(99) if KEYS.offset(365)(f"x{n}") > 0)
    last = date(9999, 12, 31) if kind is Kind.DATE else datetime(9999, 12, 31, 23)  # noqa: DTZ001
    usual = date(2020, 1, 1) if kind is Kind.DATE else datetime(2020, 1, 1)  # noqa: DTZ001
    with pytest.raises(SourceError) as raised:
        run(make("shift", {"days": 365}, kind), [usual, last], [who, who])
    assert raised.value.code == "shift-out-of-range"
    assert (raised.value.facts["count"], raised.value.place.record) == (1, 2)
