"""Days since a first event."""

from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from profiles.model import Kind
from tests.anonymize import example
from tests.anonymize.helpers import make, wait

DAYS = [date(2020, 2, 28), date(2020, 3, 1), date(2019, 12, 31), None, date(2021, 1, 1)]
PEOPLE = ["a", "a", "b", "b", "b"]


@pytest.mark.parametrize("size", [1, 2, 5])
def test_each_person_starts_at_nought(tmp_path, size):
    made = wait(tmp_path, make("interval_since", None, Kind.DATE), DAYS, PEOPLE, size)
    assert made == ([0, 2, 0, None, 367], 0)


def test_times_of_day_do_not_count(tmp_path):
    instants = [datetime(2020, 1, 1, 23, 59), datetime(2020, 1, 2, 0, 1)]  # noqa: DTZ001
    assert wait(tmp_path, make("interval_since", None, Kind.DATETIME), instants, ["a", "a"])[0] == [0, 1]


def test_an_event_before_all_the_first_ones_is_negative_and_without_any_there_is_no_interval(tmp_path):
    step = make("interval_since", {"first": ["T.D"]}, Kind.DATE)
    others = pa.array([None, date(2020, 3, 2), None, None, None], pa.date32())
    assert wait(tmp_path, step, DAYS, PEOPLE, D=others)[0] == [-3, -1, None, None, None]


def test_the_first_event_may_be_in_another_table_and_no_date_is_left(tmp_path):
    made = example.document()
    for table, name in (("acts", "done"), ("stays", "entry")):
        step = {"interval_since": {"first": ["stays.entry", "acts.done"]}}
        example.column(made, table, name, transform=step)
    data = example.tables()
    data["acts"][0]["done"] = "2019-01-01T08:00:00"
    _, done = example.run(tmp_path, made, data)
    stays, acts = (
        pq.read_table(done.transformed.tables[name].path).to_pylist() for name in ("stays", "acts")
    )
    since = (date(2020, 3, 1) - date(2019, 1, 1)).days
    assert [row["entry"] for row in stays[:4]] == [since, since + 10, 0, 10]
    assert [row["done"] for row in acts[:4]] == [0, since + 10, 0, 10]
