"""The CSV holds what the candidate holds, in the form that data.gouv.fr asks for."""

import csv
import hashlib
import math
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.errors import UsageError
from profiles.model import Kind
from release.csv_out import number_text, write_csv
from tables.candidate import PERSON
from tests.release.factories import CANARY, text_column

moment = datetime.fromisoformat


def written(folder: Path, table: pa.Table, *columns, **options) -> bytes:
    pq.write_table(table, folder / "in.parquet")
    write_csv(folder / "in.parquet", columns, folder / "out.csv", **options)
    return (folder / "out.csv").read_bytes()


def records(data: bytes) -> list[list[str]]:
    return list(csv.reader(data.decode("utf-8").splitlines(keepends=True)))


def test_every_kind_has_one_plain_spelling(tmp_path):
    table = pa.table(
        {
            "texte": ["01", 'a"b', None],
            "entier": pa.array([1, -20, None], pa.int64()),
            "nombre": [0.1, 1e-7, None],
            "jour": pa.array([date(2020, 2, 29), date(1899, 12, 31), None]),
            "moment": pa.array([moment("2020-01-01T08:05"), moment("1969-12-31T23:59:59"), None]),
            "an": pa.array([1934, 33, None], pa.int64()),
            "vrai": [True, False, None],
            "plein": ["x", "y", "z"],
        }
    )
    kinds = ["text", "integer", "number", "date", "datetime", "year", "boolean", "text"]
    columns = [text_column(name, Kind(kind)) for name, kind in zip(table.column_names, kinds, strict=True)]
    assert written(tmp_path, table, *columns) == (
        b"texte,entier,nombre,jour,moment,an,vrai,plein\r\n"
        b"01,1,0.1,2020-02-29,2020-01-01T08:05:00,1934,true,x\r\n"
        b'"a""b",-20,0.0000001,1899-12-31,1969-12-31T23:59:59,0033,false,y\r\n'
        b",,,,,,,z\r\n"
    )


def test_a_datetime_with_fractions_keeps_them_when_asked(tmp_path):
    table = pa.table({"t": pa.array([moment("2020-01-01T00:00:00.000500"), moment("2020-01-01")])})
    column = text_column("t", Kind.DATETIME)
    data = written(tmp_path, table, column, fractions={"t"})
    assert data == b"t\r\n2020-01-01T00:00:00.000500\r\n2020-01-01T00:00:00.000000\r\n"


def test_only_named_columns_are_written(tmp_path):
    table = pa.table({PERSON: [CANARY], "X": ["a"], "DROPPED": ["b"]})
    assert written(tmp_path, table, text_column("X")) == b"X\r\na\r\n"


def test_header_names_are_quoted_like_cells(tmp_path):
    table = pa.table({'a,"b"': ["1"]})
    assert written(tmp_path, table, text_column('a,"b"')) == b'"a,""b"""\r\n1\r\n'


def test_rows_without_any_value_are_counted_not_written(tmp_path):
    pq.write_table(pa.table({"X": ["a", None, ""], "Y": ["b", None, None]}), tmp_path / "in.parquet")
    columns = [text_column("X"), text_column("Y")]
    result = write_csv(tmp_path / "in.parquet", columns, tmp_path / "out.csv")
    assert (result.rows, result.blank_rows) == (1, 2)
    assert (tmp_path / "out.csv").read_bytes() == b"X,Y\r\na,b\r\n"


def test_an_empty_table_has_its_header(tmp_path):
    assert written(tmp_path, pa.table({"X": pa.array([], pa.string())}), text_column("X")) == b"X\r\n"


def test_size_and_digest_are_those_of_the_file(tmp_path):
    pq.write_table(pa.table({"X": ["é", "b"]}), tmp_path / "in.parquet")
    result = write_csv(tmp_path / "in.parquet", [text_column("X")], tmp_path / "out.csv")
    data = (tmp_path / "out.csv").read_bytes()
    assert (result.bytes, result.sha256) == (len(data), hashlib.sha256(data).hexdigest())


def test_order_is_kept_over_many_batches(tmp_path):
    numbers = [str(n) for n in range(70_000)]
    data = written(tmp_path, pa.table({"X": numbers}), text_column("X"))
    assert data.decode().split("\r\n")[1:-1] == numbers


def test_a_file_beyond_the_hosting_limit_is_refused(tmp_path):
    pq.write_table(pa.table({"X": ["a" * 50, "b" * 50]}), tmp_path / "in.parquet")
    with pytest.raises(UsageError) as caught:
        write_csv(tmp_path / "in.parquet", [text_column("X")], tmp_path / "T.csv", limit=100)
    assert caught.value.code == "release-file-too-large"
    assert write_csv(tmp_path / "in.parquet", [text_column("X")], tmp_path / "T.csv", limit=107).bytes == 107


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(cells, cells | st.none()), min_size=1, max_size=6))
def test_any_text_reads_back_as_it_was(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("csv")
    table = pa.table({"n": [f"r{n}" for n in range(len(rows))]})
    table = table.append_column("A", pa.array([a for a, _ in rows], pa.string()))
    table = table.append_column("B", pa.array([b for _, b in rows], pa.string()))
    written(folder, table, text_column("n"), text_column("A"), text_column("B"))
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.reader(file))[1:]
    assert read == [[f"r{n}", a, b or ""] for n, (a, b) in enumerate(rows)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(), min_size=1, max_size=20))
def test_any_number_reads_back_as_it_was_without_exponent(tmp_path_factory, values):
    folder = tmp_path_factory.mktemp("csv")
    data = written(folder, pa.table({"X": pa.array(values)}), text_column("X", Kind.NUMBER))
    texts = data.decode().split("\r\n")[1:-1]
    assert texts == [number_text(value) for value in values]
    for value, text in zip(values, texts, strict=True):
        assert "e" not in text.lower()
        assert math.isnan(value) if text == "NaN" else float(text) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-0.0, "0"),
        (100.0, "100"),
        (1e22, "1" + "0" * 22),
        (123456789012.5, "123456789012.5"),
        (1e-7, "0.0000001"),
    ],
)
def test_numbers_are_written_as_a_person_would(value, text):
    assert number_text(value) == text
