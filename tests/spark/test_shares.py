"""A source cut into shares: nothing lost, nothing twice, no record cut."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from profiles.errors import Place, SourceError
from profiles.model import Table
from tables.sources.csv import CsvReader
from tables.sources.parquet import ParquetReader
from tables.spark.shares import WHOLE, read_share, shares


def csv_reader(path: Path, content: bytes, **source: str) -> CsvReader:
    path.write_bytes(content)
    spec = {
        "source": {"path": path.name, **source},
        "columns": {"a": {"role": "other"}, "b": {"role": "other"}},
    }
    return CsvReader(path, Table.model_validate(spec), Place(file=path.name))


def rows(reader, size: int) -> list[tuple[str | None, str | None]]:
    found = []
    for share in shares(reader, size):
        for batch in read_share(reader, share, ["a", "b"]):
            found += [tuple(row.values()) for row in batch.to_pylist()]
    return found


def test_shares_of_a_csv_file_together_are_the_file(tmp_path):
    wanted = [(str(number), "é" * (number % 5) or None) for number in range(500)]
    text = "a,b\r\n" + "".join(f"{a},{b or ''}\r\n" for a, b in wanted)
    reader = csv_reader(tmp_path / "t.csv", text.encode())

    assert len(shares(reader, 256)) > 10
    assert rows(reader, 256) == wanted


@given(
    lines=st.lists(st.integers(0, 10**6), min_size=1, max_size=60),
    size=st.integers(1, 90),
    last=st.booleans(),
)
def test_any_size_of_share_gives_the_same_rows(tmp_path_factory, lines, size, last):
    text = "\ufeffa,b\n" + "\n".join(f"{n},x{n}" for n in lines) + ("\n" if last else "")
    reader = csv_reader(tmp_path_factory.mktemp("s") / "t.csv", text.encode())

    assert rows(reader, size) == [(str(n), f"x{n}") for n in lines]


def test_a_cut_inside_quotes_is_refused_and_never_read_as_two_records(tmp_path):
    text = "a,b\n" + "".join(f'{n},"line\n{n}"\n' for n in range(100))
    reader = csv_reader(tmp_path / "t.csv", text.encode())
    whole = [(str(n), f"line\n{n}") for n in range(100)]

    refused = 0
    for size in range(1, 60):
        try:
            found = rows(reader, size)
        except SourceError:
            refused += 1
        else:
            assert found == whole
    assert refused


def test_a_packed_file_and_one_with_a_header_over_two_lines_are_not_cut(tmp_path):
    import gzip

    packed = csv_reader(tmp_path / "t.csv.gz", gzip.compress(b"a,b\n" + b"1,2\n" * 100))
    folded = csv_reader(tmp_path / "u.csv", b'"a\nb",b\n' + b"1,2\n" * 100)

    assert shares(packed, 8) == [WHOLE]
    assert shares(folded, 8) == [WHOLE]
    assert len(rows(packed, 8)) == 100


def test_shares_of_a_parquet_file_are_its_row_groups(tmp_path):
    table = pa.table({"a": [str(n) for n in range(100)], "b": [n * 0.5 for n in range(100)]})
    pq.write_table(table, tmp_path / "t.parquet", row_group_size=10)
    columns = {"a": {"role": "other"}, "b": {"role": "other", "type": "number"}}
    spec = Table.model_validate({"source": {"path": "t.parquet"}, "columns": columns})
    reader = ParquetReader(tmp_path / "t.parquet", spec, Place())

    assert len(shares(reader, 1)) == 10
    assert shares(reader) == [WHOLE]
    assert [float(b) for _, b in rows(reader, 1)] == [n * 0.5 for n in range(100)]
