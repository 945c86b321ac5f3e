"""SAS tables come in as the values that SAS shows."""

import sys
from datetime import date, datetime

import pandas as pd
import pyreadstat
import pytest

from profiles.errors import SourceError
from tables.check import check
from tables.sources import sas
from tables.staging import stage
from tests.tables.factory import columns, messages, project, staged_rows
from tests.tables.sas_files import Variable, write_table

LEAP_DAY = 21974
"""29 February 2020 in days since 1 January 1960."""
NOON = LEAP_DAY * 86400 + 43200


def value_of(tmp_path, variable: Variable, value, kind) -> object:
    """The staged value of a column; its second value is missing."""
    write_table(tmp_path / "T.sas7bdat", [Variable("id", 2), variable], [("1", value), ("2", None)])
    cols = {"id": {"role": "other"}, variable.name: {"role": "other", "type": kind}}
    loaded = project(tmp_path, {"T": {"columns": cols, "source": {"path": "T.sas7bdat"}}})
    first, second = staged_rows(loaded, tmp_path)
    assert second[variable.name] is None
    return first[variable.name]


READ = {
    "a code keeps its zeros": (Variable("v", 5, "$5.", "Commune"), "01004", "text", "01004"),
    "accents": (Variable("v", 10), "Hôpital", "text", "Hôpital"),
    "integer": (Variable("v"), 7.0, "integer", 7),
    "a whole number as text": (Variable("v", format="BEST12."), 7.0, "text", "7"),
    "a large whole number as text": (Variable("v"), 1e15, "text", "1000000000000000"),
    "a number shown with zeros": (Variable("v", format="Z5."), 1004.0, "text", "01004"),
    "zeros are for codes only": (Variable("v", format="Z5."), 1004.0, "integer", 1004),
    "number": (Variable("v", format="COMMAX8.2"), 1.25, "number", 1.25),
    "date": (Variable("v", format="DDMMYY10."), LEAP_DAY, "date", date(2020, 2, 29)),
    "date as text": (Variable("v", format="DATE9."), LEAP_DAY, "text", "2020-02-29"),
    "date with digits in its format": (
        Variable("v", format="E8601DA10."),
        LEAP_DAY,
        "date",
        date(2020, 2, 29),
    ),
    "before 1960": (Variable("v", format="YYMMDD10."), -4018, "date", date(1948, 12, 31)),
    "moment": (
        Variable("v", format="DATETIME20."),
        NOON,
        "datetime",
        datetime.fromisoformat("2020-02-29 12:00"),
    ),
    "midnight": (Variable("v", format="DATETIME20."), NOON - 43200, "date", date(2020, 2, 29)),
    "date as moment": (
        Variable("v", format="DATE9."),
        LEAP_DAY,
        "datetime",
        datetime.fromisoformat("2020-02-29"),
    ),
    "time": (Variable("v", format="TIME8."), 3661, "text", "01:01:01"),
    "duration in seconds": (Variable("v", format="TIME8."), 3661, "integer", 3661),
}


@pytest.mark.parametrize(("variable", "value", "kind", "expected"), READ.values(), ids=READ.keys())
def test_a_value_is_read(tmp_path, variable, value, kind, expected):
    assert value_of(tmp_path, variable, value, kind) == expected


@pytest.mark.parametrize(
    ("form", "value", "kind", "code"),
    [
        ("DDMMYY10.", LEAP_DAY + 0.5, "date", "source-sas-date"),
        ("DDMMYY10.", 1e12, "date", "source-sas-date"),
        ("TIME8.", 90000, "text", "source-sas-date"),
        ("DATETIME20.", NOON, "date", "value-date"),
        ("DDMMYY10.", LEAP_DAY, "integer", "value-integer"),
        ("BEST12.", 1.5, "integer", "value-integer"),
    ],
)
def test_a_value_is_refused(tmp_path, form, value, kind, code):
    with pytest.raises(SourceError) as caught:
        value_of(tmp_path, Variable("v", format=form), value, kind)
    assert (caught.value.code, caught.value.place.column) == (code, "v")


def many(tmp_path, count: int):
    rows = [(f"{number:05d}", float(number)) for number in range(count)]
    write_table(tmp_path / "T.sas7bdat", [Variable("id", 5), Variable("n")], rows)
    spec = {"columns": columns(n="integer", id="text"), "source": {"path": "T.sas7bdat"}}
    return project(tmp_path, {"T": spec})


@pytest.mark.parametrize("count", [1, 2047, 2048, 2049, 5000])
def test_slices_hold_every_row_once_and_in_order(tmp_path, monkeypatch, count):
    monkeypatch.setattr(sas, "CELLS", 2048)
    rows = staged_rows(many(tmp_path, count), tmp_path)
    assert [(row["id"], row["n"]) for row in rows] == [(f"{n:05d}", n) for n in range(count)]


@pytest.mark.parametrize("kept", [0.05, 0.3, 0.6, 0.95, 0.9999])
def test_a_table_cut_short_is_refused(tmp_path, kept):
    loaded = many(tmp_path, 20000)
    whole = (tmp_path / "T.sas7bdat").read_bytes()
    (tmp_path / "T.sas7bdat").write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(SourceError) as caught:
        stage(loaded, tmp_path / "staged")
    assert caught.value.code == "source-sas-damaged"
    assert not list((tmp_path / "staged").glob("T.parquet*"))


def test_a_table_that_lost_only_pages_without_rows_is_refused(tmp_path):
    loaded = many(tmp_path, 10)
    path = tmp_path / "T.sas7bdat"
    whole = bytearray(path.read_bytes())
    pages = int.from_bytes(whole[208:216], "little")
    assert len(whole) == 4096 * (1 + pages)
    whole[208:216] = (pages + 1).to_bytes(8, "little")
    path.write_bytes(whole)
    with pytest.raises(SourceError) as caught:
        stage(loaded, tmp_path / "staged")
    assert caught.value.code == "source-sas-damaged"


def test_what_is_no_sas_table_is_refused(tmp_path):
    spec = {"columns": columns(a="text"), "source": {"path": "T.sas7bdat"}, "data": "a;b\n1;2\n"}
    with pytest.raises(SourceError) as caught:
        stage(project(tmp_path, {"T": spec}), tmp_path / "staged")
    assert caught.value.code == "source-sas-damaged"


def transport(tmp_path, rows: int, version: int = 8, **source):
    frame = pd.DataFrame(
        {
            "id": [f"{number:05d}" for number in range(rows)],
            "n": [float(number) for number in range(rows)],
            "d": [float(LEAP_DAY)] * rows,
        }
    )
    formats = {"d": "DDMMYY10."}
    path = str(tmp_path / "T.xpt")
    pyreadstat.write_xport(frame, path, variable_format=formats, file_format_version=version)
    spec = {"columns": columns(id="text", n="integer", d="date"), "source": {"path": "T.xpt", **source}}
    return project(tmp_path, {"T": spec})


@pytest.mark.parametrize("version", [5, 8])
@pytest.mark.parametrize("count", [1, 7, 100])
def test_a_transport_file_is_read(tmp_path, version, count):
    rows = staged_rows(transport(tmp_path, count, version), tmp_path)
    expected = [(f"{n:05d}", n, date(2020, 2, 29)) for n in range(count)]
    assert [(row["id"], row["n"], row["d"]) for row in rows] == expected


@pytest.mark.parametrize("cut", [1, 40, 79, 81, 160])
def test_a_transport_file_cut_short_is_refused(tmp_path, cut):
    loaded = transport(tmp_path, 100)
    whole = (tmp_path / "T.xpt").read_bytes()
    (tmp_path / "T.xpt").write_bytes(whole[:-cut])
    with pytest.raises(SourceError) as caught:
        stage(loaded, tmp_path / "staged")
    assert caught.value.code == "source-sas-damaged"


def test_a_transport_file_has_the_encoding_of_the_profile(tmp_path):
    transport(tmp_path, 1)
    head, code, tail = (tmp_path / "T.xpt").read_bytes().rpartition(b"00000")
    (tmp_path / "T.xpt").write_bytes(head + b"\xe9" + code[1:] + tail)
    source = {"path": "T.xpt", "encoding": "cp1252"}
    loaded = project(
        tmp_path, {"T": {"columns": columns(id="text", n="integer", d="date"), "source": source}}
    )
    assert staged_rows(loaded, tmp_path)[0]["id"] == "é0000"


def test_without_the_extra_the_error_tells_what_to_install(tmp_path, monkeypatch):
    loaded = many(tmp_path, 1)
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    (problem,) = check(loaded)
    assert problem.code == "source-extra-missing"
    assert "pip install 'vitrail[sas]'" in messages(problem.as_error())
