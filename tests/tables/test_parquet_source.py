"""Parquet of any writer comes in as the same values as its CSV would."""

from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from profiles.errors import SourceError
from tables.staging import stage
from tests.tables.factory import columns, project, staged_rows

MIDNIGHT = np.array(["2020-02-29", "NaT"], "M8[ns]")
NOON = np.array(["2020-02-29T12:00", "NaT"], "M8[ns]")


def value_of(tmp_path, array: pa.Array, spec, **source) -> object:
    """The first staged value of a column; its second value is null everywhere."""
    pq.write_table(pa.table({"id": ["1", "2"], "v": array}), tmp_path / "T.parquet")
    loaded = project(
        tmp_path,
        {"T": {"columns": columns(id="text", v=spec), "source": {"path": "T.parquet", **source}}},
    )
    first, second = staged_rows(loaded, tmp_path)
    assert second["v"] is None
    return first["v"]


READ = {
    "text": (pa.array(["01", None]), "text", "01"),
    "large text": (pa.array(["é", None], pa.large_string()), "text", "é"),
    "dictionary": (pa.array(["x", None]).dictionary_encode(), "text", "x"),
    "empty text": (pa.array(["a", ""]), "text", "a"),
    "integer": (pa.array([7, None], pa.uint8()), "integer", 7),
    "code as integer": (pa.array([7, None]), "text", "7"),
    "code as whole float": (pa.array([7.0, None]), "text", "7"),
    "integer as float": (pa.array([1e16, None]), "integer", 10**16),
    "integer as decimal": (pa.array([Decimal("3.00"), None]), "integer", 3),
    "year as float": (pa.array([1980.0, None]), "year", 1980),
    "number": (pa.array([0.1, None]), "number", 0.1),
    "number as decimal": (pa.array([Decimal("1.50"), None]), "number", 1.5),
    "boolean": (pa.array([True, None]), "boolean", True),
    "date": (pa.array([date(2020, 2, 29), None]), "date", date(2020, 2, 29)),
    "date in milliseconds": (pa.array([date(2020, 2, 29), None], pa.date64()), "date", date(2020, 2, 29)),
    "date as midnight": (pa.array(MIDNIGHT), "date", date(2020, 2, 29)),
    "moment": (pa.array(NOON), "datetime", datetime.fromisoformat("2020-02-29 12:00")),
    "moment as date": (pa.array([date(2020, 2, 29), None]), "datetime", datetime.fromisoformat("2020-02-29")),
    "a real date ignores the format of texts": (
        pa.array([date(2020, 2, 29), None]),
        {"role": "other", "type": "date", "format": "%d/%m/%Y"},
        date(2020, 2, 29),
    ),
    "a text date follows the format": (
        pa.array(["29/02/2020", None]),
        {"role": "other", "type": "date", "format": "%d/%m/%Y"},
        date(2020, 2, 29),
    ),
}


@pytest.mark.parametrize(("array", "spec", "value"), READ.values(), ids=READ.keys())
def test_a_type_is_read(tmp_path, array, spec, value):
    assert value_of(tmp_path, array, spec) == value


def test_the_decimal_sign_is_for_texts_only(tmp_path):
    assert value_of(tmp_path, pa.array([1.5, None]), "number", decimal=",") == 1.5
    assert value_of(tmp_path, pa.array(["1,5", None]), "number", decimal=",") == 1.5


REFUSED = {
    "list": (pa.array([[1], None]), "text", "source-parquet-type"),
    "struct": (pa.array([{"a": 1}, None]), "text", "source-parquet-type"),
    "bytes": (pa.array([b"x", None]), "text", "source-parquet-type"),
    "time zone": (pa.array(NOON).cast(pa.timestamp("us", "UTC")), "datetime", "source-parquet-type"),
    "too fine": (pa.array([1, None], pa.timestamp("ns")), "datetime", "source-parquet-type"),
    "noon is no date": (pa.array(NOON), "date", "value-date"),
    "decimals are no integer": (pa.array([1.5, None]), "integer", "value-integer"),
    "nan": (pa.array([float("nan"), None]), "number", "value-number"),
    "beyond 64 bits": (pa.array([2**63, None], pa.uint64()), "integer", "value-integer"),
}


@pytest.mark.parametrize(("array", "spec", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_a_type_is_refused(tmp_path, array, spec, code):
    with pytest.raises(SourceError) as caught:
        value_of(tmp_path, array, spec)
    assert (caught.value.code, caught.value.place.column) == (code, "v")


def test_an_unlisted_column_of_any_type_can_be_left_out(tmp_path):
    pq.write_table(pa.table({"v": ["1"], "x": [[1, 2]]}), tmp_path / "T.parquet")
    spec = {"columns": columns(v="text"), "source": {"path": "T.parquet"}}
    loaded = project(tmp_path, {"T": spec}, unlisted_columns="drop")
    assert stage(loaded, tmp_path / "staged").tables["T"].rows == 1


def test_a_name_with_dots_is_one_column(tmp_path):
    pq.write_table(pa.table({"a.b": ["1"], "a": ["2"]}), tmp_path / "T.parquet")
    cols = {"a.b": {"role": "other"}, "a": {"role": "other"}}
    loaded = project(tmp_path, {"T": {"columns": cols, "source": {"path": "T.parquet"}}})
    assert staged_rows(loaded, tmp_path) == [{"a.b": "1", "a": "2", "__person": "row:1"}]
