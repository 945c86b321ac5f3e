"""Excel comes in as what was typed, or not at all."""

import sys
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest

from profiles.errors import ProfileError, SourceError
from tables.check import check
from tables.sources import excel
from tables.staging import stage
from tests.tables.factory import columns, messages, project, staged_rows


def workbook(tmp_path, rows, formats=(), sheets=("Feuil1",)):
    """``rows`` in the last of ``sheets``; ``formats``: cell -> number format."""
    book = openpyxl.Workbook()
    book.active.title = sheets[0]
    sheet = book.active
    for name in sheets[1:]:
        sheet = book.create_sheet(name)
    for row in rows:
        sheet.append(row)
    for cell, form in dict(formats).items():
        sheet[cell].number_format = form
    book.save(tmp_path / "T.xlsx")


def loaded_with(tmp_path, cols, **source):
    return project(tmp_path, {"T": {"columns": cols, "source": {"path": "T.xlsx", **source}}})


def value_of(tmp_path, value, spec, form=None, **source):
    """The staged value of one cell; the cell below is empty."""
    workbook(tmp_path, [["id", "v"], ["1", value], ["2", None]], {} if form is None else {"B2": form})
    rows = staged_rows(loaded_with(tmp_path, columns(id="text", v=spec), **source), tmp_path)
    assert [row["id"] for row in rows] == ["1", "2"]
    assert rows[1]["v"] is None
    return rows[0]["v"]


moment = datetime.fromisoformat
CODES = {"role": "other", "values": ["1", "2"]}
READ = {
    "text": ("01004", "text", None, "01004"),
    "integer": (7, "integer", None, 7),
    "whole float": (7.0, "integer", None, 7),
    "year": (1980, "year", None, 1980),
    "number": (0.1, "number", None, 0.1),
    "boolean": (True, "boolean", None, True),
    "date": (date(2020, 2, 29), "date", None, date(2020, 2, 29)),
    "moment": (moment("2020-02-29 12:30"), "datetime", None, moment("2020-02-29 12:30")),
    "date as moment": (date(2020, 2, 29), "datetime", None, moment("2020-02-29 00:00")),
    "date of a column with a format": (
        date(2020, 2, 29),
        {"role": "other", "type": "date", "format": "%d/%m/%Y"},
        None,
        date(2020, 2, 29),
    ),
    "time as text": (time(10, 30), "text", None, "10:30:00"),
    "code whose list has no zeros": (2, CODES, None, "2"),
    "code whose zeros are shown": (1004, "text", "00000", "01004"),
}


@pytest.mark.parametrize(("value", "spec", "form", "expected"), READ.values(), ids=READ.keys())
def test_a_cell_is_read(tmp_path, value, spec, form, expected):
    assert value_of(tmp_path, value, spec, form) == expected


def test_numbers_and_texts_may_mix_with_a_decimal_comma(tmp_path):
    workbook(tmp_path, [["v"], [1.5], ["2,5"]])
    rows = staged_rows(loaded_with(tmp_path, columns(v="number"), decimal=","), tmp_path)
    assert [row["v"] for row in rows] == [1.5, 2.5]


ZEROS = {"role": "other", "values": ["01", "02"]}
EXPONENTS = {"role": "other", "values": ["1E10", "A10"]}
SPOILT = {
    "commune without its zero": (1004, "text", "source-excel-code"),
    "code of a list with zeros": (1, ZEROS, "source-excel-code"),
    "code read as a power of ten": (1e10, EXPONENTS, "source-excel-code"),
    "decimal in place of a code": (1.5, CODES, "source-excel-code"),
    "date in place of a code": (date(2020, 2, 1), "text", "source-excel-date"),
    "duration": (timedelta(hours=30), "integer", "source-excel-date"),
    "sixteen digits": (1234567890123456, "integer", "source-excel-digits"),
    "error": ("#N/A", "integer", "source-excel-error"),
    "noon is no date": (moment("2020-02-29 12:00"), "date", "value-date"),
    "noon lost by a format": (
        moment("2020-02-29 12:00"),
        {"role": "other", "type": "datetime", "format": "%d/%m/%Y"},
        "value-datetime",
    ),
    "decimals are no integer": (1.5, "integer", "value-integer"),
    "other code": (3, CODES, "value-unknown"),
}


@pytest.mark.parametrize(("value", "spec", "code"), SPOILT.values(), ids=SPOILT.keys())
def test_a_spoilt_cell_is_refused_with_its_place(tmp_path, value, spec, code):
    with pytest.raises(SourceError) as caught:
        value_of(tmp_path, value, spec)
    place = caught.value.place
    assert (caught.value.code, place.column, place.record) == (code, "v", 1)


def test_a_spoilt_value_is_never_shown(tmp_path):
    with pytest.raises(SourceError) as caught:
        value_of(tmp_path, 98765, "text")
    assert "98765" not in messages(caught.value)


def test_batches_hold_every_row_once_and_blank_rows_are_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(excel, "ROWS", 3)
    body = [[f"{number:02d}", number] for number in range(10)]
    workbook(tmp_path, [[], ["id", "n"], *body[:4], [None, None], *body[4:], [], []])
    rows = staged_rows(loaded_with(tmp_path, columns(id="text", n="integer")), tmp_path)
    assert [[row["id"], row["n"]] for row in rows] == body


def test_a_value_beyond_the_header_is_refused(tmp_path):
    workbook(tmp_path, [["a", "b"], ["1", "2"], ["1", "2", "3"]])
    with pytest.raises(SourceError) as caught:
        staged_rows(loaded_with(tmp_path, columns(a="text", b="text")), tmp_path)
    error = caught.value
    assert (error.code, error.place.record, error.facts) == ("source-ragged", 2, {"expected": 2, "found": 3})


def refused(tmp_path, **source):
    with pytest.raises((SourceError, ProfileError)) as caught:
        stage(loaded_with(tmp_path, columns(a="text"), **source), tmp_path / "staged")
    return caught.value


def test_one_of_several_sheets_is_named_in_the_profile(tmp_path):
    workbook(tmp_path, [["a"], ["x"]], sheets=("notes", "données"))
    assert refused(tmp_path).code == "source-excel-sheets"
    assert refused(tmp_path, sheet="autre").code == "source-excel-no-sheet"
    assert staged_rows(loaded_with(tmp_path, columns(a="text"), sheet="données"), tmp_path)[0]["a"] == "x"


def test_a_formula_that_was_never_computed_is_refused(tmp_path):
    workbook(tmp_path, [["a"], ['=CONCAT("x","y")']])
    assert refused(tmp_path).code == "source-excel-formula"


def test_an_empty_sheet_has_no_header(tmp_path):
    workbook(tmp_path, [])
    assert refused(tmp_path).code == "source-no-header"


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.999])
def test_a_workbook_cut_short_is_refused(tmp_path, kept):
    workbook(tmp_path, [["a"], *[[f"x{number}"] for number in range(1000)]])
    whole = (tmp_path / "T.xlsx").read_bytes()
    (tmp_path / "T.xlsx").write_bytes(whole[: int(len(whole) * kept)])
    assert refused(tmp_path).code == "source-excel-damaged"


def test_a_damaged_sheet_is_refused(tmp_path):
    workbook(tmp_path, [["a"], *[[f"x{number}"] for number in range(1000)]])
    whole = bytearray((tmp_path / "T.xlsx").read_bytes())
    start = whole.index(b"xl/worksheets/sheet1.xml")
    whole[start + 200 : start + 260] = bytes(60)
    (tmp_path / "T.xlsx").write_bytes(whole)
    assert refused(tmp_path).code == "source-excel-damaged"


def test_a_workbook_with_a_password_is_told_apart(tmp_path):
    (tmp_path / "T.xlsx").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(1000))
    assert refused(tmp_path).code == "source-excel-old"


@pytest.mark.parametrize("name", ["T.xls", "T.XLSB", "T.ods", "T.xlsm"])
def test_other_spreadsheets_get_advice(tmp_path, name):
    (tmp_path / name).write_bytes(b"x")
    error = refused(tmp_path, path=name)
    assert (error.code, error.exit_code) == ("source-spreadsheet", 2)
    assert "CSV" in messages(error)


def test_without_the_extra_the_error_tells_what_to_install(tmp_path, monkeypatch):
    workbook(tmp_path, [["a"], ["x"]])
    loaded = loaded_with(tmp_path, columns(a="text"))
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    (problem,) = check(loaded)
    assert "pip install 'vitrail[excel]'" in messages(problem.as_error())
