"""Texts become what the profile says, and the fast way gives what the exact way defines."""

from datetime import date, datetime

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from profiles.model import Column, Kind
from tables.typing import ARROW, converter


def read(texts: list[str | None], kind: str, decimal: str = ".", **spec: object) -> list[object]:
    column = Column.model_validate({"role": "other", "type": kind, **spec})
    return converter(column, decimal)(pa.array(texts, pa.string())).to_pylist()


ACCEPTED = [
    ("text", " 01 ", " 01 "),
    ("integer", "007", 7),
    ("integer", "+5", 5),
    ("integer", "-9223372036854775808", -(2**63)),
    ("number", "+1.5", 1.5),
    ("number", "1e3", 1000.0),
    ("number", ".5", 0.5),
    ("date", "2020-02-29", date(2020, 2, 29)),
    ("date", "0001-01-01", date(1, 1, 1)),
    ("datetime", "2020-01-01 10:05", datetime.fromisoformat("2020-01-01 10:05")),
    ("datetime", "2020-01-01T10:05:06.5", datetime.fromisoformat("2020-01-01 10:05:06.500000")),
    ("year", "1934", 1934),
    ("boolean", "O", True),
    ("boolean", "Faux", False),
]

REFUSED = [
    ("integer", " 1"),
    ("integer", "1 "),
    ("integer", "1.0"),
    ("integer", "0x10"),
    ("integer", "٣"),
    ("integer", "9223372036854775808"),
    ("integer", "9" * 5000),
    ("integer", "1_000"),
    ("number", "nan"),
    ("number", "-inf"),
    ("number", "Infinity"),
    ("number", "1e400"),
    ("number", "1,5"),
    ("number", "1 000"),
    ("date", "2020-02-31"),
    ("date", "2019-02-29"),
    ("date", "0000-01-01"),
    ("date", "20200101"),
    ("date", "2020-W01-1"),
    ("date", "2020-1-1"),
    ("date", "2020-01-01 00:00"),
    ("datetime", "2020-01-01"),
    ("datetime", "2020-01-01T10"),
    ("datetime", "2020-01-01 24:00"),
    ("datetime", "2020-01-01 10:00Z"),
    ("datetime", "2020-01-01 10:00:00+01:00"),
    ("datetime", "2020-01-01 10:00:00.1234567"),
    ("datetime", "0000-01-01 00:00"),
    ("year", "34"),
    ("year", "01934"),
    ("year", "1799"),
    ("year", "2201"),
    ("year", "0x7E"),
    ("year", "+199"),
    ("boolean", "2"),
    ("boolean", "yes"),
]


@pytest.mark.parametrize(("kind", "text", "value"), ACCEPTED)
@pytest.mark.parametrize("beside", [[], ["rubbish"], [None]])
def test_a_value_is_read_the_same_alone_and_beside_rubbish(kind, text, value, beside):
    rest = ["rubbish"] if kind == "text" and beside == ["rubbish"] else [None] * len(beside)
    assert read([text, *beside], kind) == [value, *rest]


@pytest.mark.parametrize(("kind", "text"), REFUSED)
def test_what_is_no_value_becomes_null_and_leaves_the_others(kind, text):
    good = next(accepted for accepted in ACCEPTED if accepted[0] == kind)
    assert read([text], kind) == [None]
    assert read([good[1], text, None], kind) == [good[2], None, None]


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_has_its_arrow_type_whatever_the_way(kind):
    column = Column.model_validate({"role": "other", "type": kind.value})
    for texts in ([], [None], ["rubbish"]):
        assert converter(column)(pa.array(texts, pa.string())).type == ARROW[kind]


def test_the_decimal_sign_is_exactly_the_declared_one():
    assert read(["1,5", "-0,25", "2"], "number", ",") == [1.5, -0.25, 2.0]
    assert read(["1,5", "1.5"], "number", ",") == [1.5, None]


def test_a_declared_format_is_strict_on_the_calendar():
    texts = ["29/02/2020", "31/02/2020", "2020-02-29", None, "01/01/1900"]
    expected = [date(2020, 2, 29), None, None, None, date(1900, 1, 1)]
    assert read(texts, "date", format="%d/%m/%Y") == expected


def test_a_date_written_with_midnight_is_a_date_and_with_another_time_is_not():
    texts = ["01JAN2020:00:00:00", "01JAN2020:00:01:00"]
    assert read(texts, "date", format="%d%b%Y:%H:%M:%S") == [date(2020, 1, 1), None]


def test_a_declared_moment_with_a_zone_is_refused():
    assert read(["2020-01-01 +0100"], "datetime", format="%Y-%m-%d %z") == [None]


def test_more_distinct_dates_than_are_remembered_are_all_read(monkeypatch):
    monkeypatch.setattr("tables.fast.REMEMBERED", 3)
    column = Column.model_validate({"role": "other", "type": "date", "format": "%d/%m/%Y"})
    convert = converter(column)
    for month in range(1, 13):
        texts = [f"{day:02d}/{month:02d}/2021" for day in (1, 2, 3, 1, 5)]
        assert [value.day for value in convert(pa.array(texts)).to_pylist()] == [1, 2, 3, 1, 5]


SHAPED = st.one_of(
    st.text(alphabet="0123456789+-.,eE xXnaif_", max_size=8),
    st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", fullmatch=True),
    st.from_regex(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-2][0-9]:[0-5][0-9](:[0-6][0-9](\.[0-9]{0,7})?)?", fullmatch=True
    ),
    st.dates().map(str),
    st.datetimes().map(str),
    st.integers(-(2**65), 2**65).map(str),
    st.floats().map(repr),
    st.sampled_from(["", "0X1f", "1e", "--1", "1.", "+.5", "00:00", "2020-01-01 10:00:00."]),
).filter(bool)


@settings(max_examples=400, deadline=None)
@given(texts=st.lists(st.none() | SHAPED, min_size=1, max_size=3), kind=st.sampled_from(list(Kind)))
@example(texts=["2020-01-01 10:00:00."], kind=Kind.DATETIME)
@example(texts=["0x1"], kind=Kind.INTEGER)
def test_the_fast_way_never_differs_from_the_exact_one(texts, kind):
    convert = converter(Column.model_validate({"role": "other", "type": kind.value}))
    exact = [None if text is None else convert.exact(text) for text in texts]
    assert convert(pa.array(texts, pa.string())).to_pylist() == exact


@pytest.mark.parametrize(
    ("fmt", "whole", "cut"),
    [
        ("%d%m%Y", "11022020", "1122020"),
        ("%Y%m%d", "20200111", "2020111"),
        ("%d%m%y", "010220", "1220"),
    ],
)
def test_date_without_signs_that_lost_a_zero_is_not_guessed(fmt: str, whole: str, cut: str) -> None:
    day = datetime.strptime(whole, fmt).date()  # noqa: DTZ007

    assert read([whole, cut], "date", format=fmt) == [day, None]


def test_dates_as_sas_writes_them_are_read() -> None:
    assert read(["01JAN2020", "29feb2020"], "date", format="%d%b%Y") == [date(2020, 1, 1), date(2020, 2, 29)]
