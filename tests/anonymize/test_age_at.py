"""Ages in whole years."""

from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.errors import SourceError
from profiles.model import Kind
from tests.anonymize import example
from tests.anonymize.helpers import make, maybe, oracle, run

THEN = date(2024, 2, 29)


def years(born: date, then: date) -> int:
    return then.year - born.year - ((then.month, then.day) < (born.month, born.day))


@given(maybe(st.dates(date(1900, 1, 1), THEN)))
def test_ages_are_the_birthdays_that_were(values):
    step = make("age_at", {"date": "2024-02-29"}, Kind.DATE)
    assert run(step, values) == oracle(values, lambda born: years(born, THEN))


@pytest.mark.parametrize(
    ("then", "age"), [("2023-02-28", 22), ("2023-03-01", 23), ("2024-02-28", 23), ("2024-02-29", 24)]
)
def test_someone_born_on_a_leap_day_is_older_on_the_next_first_of_march(then, age):
    assert run(make("age_at", {"date": then}, Kind.DATE), [date(2000, 2, 29)]) == [age]


def test_a_time_of_day_changes_nothing():
    step = make("age_at", {"date": "2024-02-29"}, Kind.DATETIME)
    assert run(step, [datetime(2000, 2, 29, 23, 59)]) == [24]  # noqa: DTZ001


def test_the_other_date_may_be_in_the_same_row_and_may_be_missing():
    step = make("age_at", {"column": "entry"}, Kind.DATE)
    born = pa.array([date(2000, 5, 2), date(2000, 5, 2), date(2000, 5, 2), None], pa.date32())
    row = {"entry": pa.array([date(2020, 5, 1), date(2020, 5, 2), None, date(2020, 1, 1)], pa.date32())}
    assert step.apply_in_row(born, pa.array(["p"] * 4), row).to_pylist() == [19, 20, None, None]
    assert step.may_blank()


def test_a_birth_after_the_date_stops_at_its_record():
    with pytest.raises(SourceError) as raised:
        run(make("age_at", {"date": "2020-01-01"}, Kind.DATE), [date(2019, 1, 1), date(2020, 1, 2)])
    assert (raised.value.code, raised.value.place.record) == ("age-before-birth", 2)


def test_an_age_at_a_shifted_date_is_that_of_the_source_and_can_be_binned(tmp_path):
    made = example.document()
    made["tables"]["stays"]["columns"]["born"] = {
        "role": "quasi",
        "type": "date",
        "transform": {"age_at": {"column": "entry"}, "bin": {"width": 5}},
    }
    data = example.tables()
    for row in data["stays"]:
        row["born"] = "1990-03-15"
    _, done = example.run(tmp_path, made, data)
    stays = pq.read_table(done.transformed.tables["stays"].path).to_pylist()
    ages = [years(date(1990, 3, 15), date.fromisoformat(row["entry"])) for row in data["stays"]]
    assert {29, 30} == set(ages)
    assert [row["born"] for row in stays] == ["25-29" if age == 29 else "30-34" for age in ages]
