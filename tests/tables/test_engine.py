"""Rows go from file to file in order, whole, in bounded memory."""

import subprocess
import sys
import textwrap

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tables.duck import connect, quote, scan, stream
from tables.engine import GROUP, ROWS, groups, map_batches, read_batches, write_batches


def write(path, rows, **columns):
    table = pa.table({"n": range(rows), **columns})
    write_batches(table.to_batches(max_chunksize=1000), table.schema, path)
    return table


def test_a_kernel_sees_every_row_once_in_order(tmp_path):
    rows = ROWS * 2 + 17
    write(tmp_path / "in.parquet", rows)
    seen = []

    def double(batch):
        seen.append(batch.num_rows)
        return pa.RecordBatch.from_arrays([pc.multiply(batch.column("n"), 2)], names=["m"])

    assert map_batches(tmp_path / "in.parquet", double, tmp_path / "out.parquet") == rows
    assert pq.read_table(tmp_path / "out.parquet")["m"].to_pylist() == [2 * n for n in range(rows)]
    assert seen[0] == 0
    assert max(seen) <= ROWS


def test_an_empty_table_keeps_its_new_schema(tmp_path):
    write(tmp_path / "in.parquet", 0)

    def rename(batch):
        return pa.RecordBatch.from_arrays([batch.column("n").cast(pa.string())], names=["text"])

    assert map_batches(tmp_path / "in.parquet", rename, tmp_path / "out.parquet") == 0
    assert pq.read_schema(tmp_path / "out.parquet") == pa.schema([("text", pa.string())])


def test_a_kernel_that_fails_leaves_no_file_and_keeps_the_former_one(tmp_path):
    write(tmp_path / "in.parquet", 10)
    (tmp_path / "out.parquet").write_bytes(b"former")

    def fail(batch):
        if batch.num_rows:
            raise ArithmeticError
        return batch

    with pytest.raises(ArithmeticError):
        map_batches(tmp_path / "in.parquet", fail, tmp_path / "out.parquet")
    assert (tmp_path / "out.parquet").read_bytes() == b"former"
    assert {path.name for path in tmp_path.iterdir()} == {"in.parquet", "out.parquet"}


def test_row_groups_are_bounded_and_bytes_do_not_depend_on_the_batches(tmp_path):
    table = pa.table({"n": range(GROUP + 5), "t": [str(n % 7) for n in range(GROUP + 5)]})
    for name, size in (("a", 999), ("b", GROUP + 5)):
        write_batches(table.to_batches(max_chunksize=size), table.schema, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    metadata = pq.read_metadata(tmp_path / "a")
    assert [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)] == [GROUP, 5]


def test_groups_cut_any_batches_into_equal_sizes():
    batches = pa.table({"n": range(10)}).to_batches(max_chunksize=3)
    assert [group.num_rows for group in groups(batches, 4)] == [4, 4, 2]
    assert [n for group in groups(batches, 4) for n in group["n"].to_pylist()] == list(range(10))
    assert list(groups([], 4)) == []


def test_only_the_columns_asked_for_are_read(tmp_path):
    write(tmp_path / "in.parquet", 3, t=["a", "b", "c"])
    assert [batch.schema.names for batch in read_batches(tmp_path / "in.parquet", ["t"])] == [["t"]]


def test_sql_reaches_neither_the_network_nor_its_own_settings(tmp_path):
    with connect(tmp_path) as con:
        for sql in (
            "SELECT * FROM read_parquet('https://127.0.0.1:9/x.parquet')",
            "INSTALL httpfs",
            "SET autoinstall_known_extensions = true",
        ):
            with pytest.raises(Exception, match=r"(?i)httpfs|lock|extension"):
                con.execute(sql).fetchall()


def test_a_path_and_a_name_are_quoted(tmp_path):
    folder = tmp_path / "l'an [2023] *"
    folder.mkdir()
    write(folder / "t.parquet", 2)
    with connect(tmp_path) as con:
        assert con.execute(f"SELECT n FROM {scan(folder / 't.parquet')} ORDER BY n").fetchall() == [
            (0,),
            (1,),
        ]
        name = 'say "x"'
        rows = stream(con, f"SELECT 1 AS {quote(name)}").read_all().to_pylist()
    assert rows == [{name: 1}]


def test_memory_does_not_grow_with_the_file(tmp_path):
    """What Arrow holds at once, by its own account, is the same for 25 MB of rows and for 100 MB."""
    script = textwrap.dedent("""
        import sys
        from pathlib import Path
        import pyarrow as pa
        from tables.engine import map_batches, write_batches
        from tables.ordering import sort_table
        folder = Path(sys.argv[1])
        schema = pa.schema([("t", pa.string())])
        def batches(count):
            for number in range(count):
                yield pa.record_batch({"t": [f"{row * 7919 % 10_007:05d}-{number}".ljust(100, "x")
                                             for row in range(10_000)]})
        def peaks(count):
            # A pool of its own for each step: the highest level of a pool is that of its whole life.
            for step in (
                lambda: write_batches(batches(count), schema, folder / "a"),
                lambda: map_batches(folder / "a", lambda batch: batch, folder / "b"),
                lambda: sort_table(folder / "b", folder / "c", ["t"]),
            ):
                pool = pa.proxy_memory_pool(pa.system_memory_pool())
                pa.set_memory_pool(pool)
                step()
                yield pool.max_memory() >> 20
        print(*peaks(25), *peaks(100))
    """)
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, check=True)
    peaks = [int(peak) for peak in done.stdout.split()]
    for small, large in zip(peaks[:3], peaks[3:], strict=True):
        assert 0 < large < small + 40, peaks
