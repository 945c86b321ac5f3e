"""The same table is the same rows, whatever it is read from."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
import pytest

from tests.tables.factory import columns, project, staged_rows
from tests.tables.sas_files import Variable, write_table

MOMENT = datetime.fromisoformat("2020-02-29 12:30:00")
ROWS = [
    {"code": "01004", "n": 7, "x": 0.1, "d": date(2020, 2, 29), "m": MOMENT},
    {"code": "2A004", "n": -3, "x": 2.0, "d": date(1948, 12, 31), "m": None},
    {"code": "É", "n": None, "x": None, "d": None, "m": MOMENT},
]
KINDS = columns(code="text", n="integer", x="number", d="date", m="datetime")
WIDTH = 5


def csv(folder: Path) -> str:
    arrow_csv.write_csv(pa.Table.from_pylist(ROWS), folder / "T.csv")
    return "T.csv"


def parquet(folder: Path) -> str:
    pq.write_table(pa.Table.from_pylist(ROWS), folder / "T.parquet")
    return "T.parquet"


def partitions(folder: Path) -> str:
    for row in ROWS:
        own = folder / "T" / f"code={row['code']}"
        own.mkdir(parents=True)
        schema = pa.schema([("n", "int64"), ("x", "float64"), ("d", "date32"), ("m", pa.timestamp("us"))])
        pq.write_table(pa.Table.from_pylist([row], schema), own / "part.parquet")
    return "T"


def pattern(folder: Path) -> str:
    for number in range(len(ROWS)):
        table = pa.Table.from_pylist(ROWS).slice(number, 1)
        arrow_csv.write_csv(table, folder / f"T_{number}.csv")
    return "T_*.csv"


def sas(folder: Path) -> str:
    variables = [
        Variable("code", WIDTH),
        Variable("n"),
        Variable("x"),
        Variable("d", format="DATE9."),
        Variable("m", format="DATETIME20."),
    ]
    rows = [
        (
            row["code"],
            row["n"],
            row["x"],
            row["d"] and (row["d"] - date(1960, 1, 1)).days,
            row["m"] and (row["m"] - datetime.fromisoformat("1960-01-01")).total_seconds(),
        )
        for row in ROWS
    ]
    write_table(folder / "T.sas7bdat", variables, rows)
    return "T.sas7bdat"


def excel(folder: Path) -> str:
    book = openpyxl.Workbook()
    book.active.append(list(ROWS[0]))
    for row in ROWS:
        book.active.append(list(row.values()))
    book.save(folder / "T.xlsx")
    return "T.xlsx"


WRITERS = [csv, parquet, partitions, pattern, sas, excel]


@pytest.mark.parametrize("write", WRITERS)
def test_a_file_gives_the_rows(tmp_path: Path, write: Callable[[Path], str]) -> None:
    loaded = project(tmp_path, {"T": {"columns": KINDS, "source": {"path": write(tmp_path)}}})
    found = [{name: row[name] for name in KINDS} for row in staged_rows(loaded, tmp_path)]
    assert sorted(found, key=lambda row: row["code"]) == ROWS
