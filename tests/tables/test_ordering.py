"""Rows come in one order, whatever theirs was, in memory or through files."""

import math
import random

import hypothesis.strategies as st
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given

from tables import engine, ordering
from tables.engine import GROUP, write_batches
from tables.ordering import sort_table
from tables.ranks import order_of


def write(path, rows, **columns):
    table = pa.table({"n": range(rows), **columns})
    write_batches(table.to_batches(max_chunksize=1000), table.schema, path)
    return table


@pytest.fixture
def small_parts(monkeypatch):
    """Batches of a hundred rows, so that a few thousand go through files."""
    for module in (engine, ordering):
        monkeypatch.setattr(module, "ROWS", 100)
    monkeypatch.setattr(engine, "GROUP", 64)


def test_a_sort_puts_nulls_first_compares_bytes_and_keeps_equal_rows_in_order(tmp_path):
    keys = ["é", "b", None, "a", "B", "b", "a", "é"]
    write(tmp_path / "in.parquet", len(keys), key=keys)
    assert sort_table(tmp_path / "in.parquet", tmp_path / "out.parquet", ["key"]) == len(keys)
    expected = sorted(range(len(keys)), key=lambda n: ((keys[n] or "").encode(), n))
    out = pq.read_table(tmp_path / "out.parquet")
    assert out["n"].to_pylist() == expected
    assert out.schema == pq.read_schema(tmp_path / "in.parquet")


def test_a_sort_gives_the_same_bytes_each_time(tmp_path):
    rows = GROUP + 1000
    write(tmp_path / "in.parquet", rows, key=[f"{n * 7919 % 1013:04d}" for n in range(rows)])
    for name in ("a", "b"):
        sort_table(tmp_path / "in.parquet", tmp_path / name, ["key", "n"])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_every_type_survives_a_sort(tmp_path):
    moment = pa.array(["2020-01-02 03:04:05.000006", None]).cast(pa.timestamp("us"))
    table = pa.table(
        {
            "s": pa.array(["x", None]),
            "i": pa.array([2**62, None]),
            "f": pa.array([0.1, None]),
            "d": pa.array(["0001-01-01", None]).cast(pa.date32()),
            "t": moment,
            "b": pa.array([True, None]),
        }
    )
    write_batches(table.to_batches(), table.schema, tmp_path / "in.parquet")
    sort_table(tmp_path / "in.parquet", tmp_path / "out.parquet", ["s"])
    assert pq.read_table(tmp_path / "out.parquet").equals(table.take([1, 0]))


TEXTS = st.none() | st.text(st.sampled_from("\x00aAé€"), max_size=10)
ROW = st.tuples(
    TEXTS,
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.floats(allow_nan=False),
    st.none() | st.booleans(),
    st.none() | st.dates(),
)
TYPES = [pa.string(), pa.int64(), pa.float64(), pa.bool_(), pa.date32()]


def batch_of(rows):
    columns = [pa.array([row[place] for row in rows], kind) for place, kind in enumerate(TYPES)]
    return pa.RecordBatch.from_arrays(columns, names=list("abcde"))


def as_python(value):
    """What sorts in Python as the value must: nulls first, texts by bytes, -0.0 before 0.0."""
    if value is None:
        return (0,)
    if isinstance(value, str):
        return (1, value.encode())
    if isinstance(value, float):
        return (1, value, math.copysign(1, value))
    return (1, value)


@given(st.lists(ROW, max_size=40), st.permutations(range(5)))
def test_the_order_in_memory_is_that_of_python(rows, columns):
    expected = sorted(range(len(rows)), key=lambda n: [as_python(rows[n][column]) for column in columns])
    assert order_of(batch_of(rows), ["abcde"[column] for column in columns]).tolist() == expected


def test_every_kind_of_number_is_ordered_by_value():
    moments = pa.array(["0001-01-01 00:00:00", "9999-12-31 23:59:59.999999", None, "1970-01-01 00:00:00"])
    for values, expected in (
        (moments.cast(pa.timestamp("us")), [2, 0, 3, 1]),
        (pa.array([3, None, -3, 0], pa.int16()), [1, 2, 3, 0]),
        (pa.array([math.nan, -math.inf, None, math.inf]), [2, 1, 3, 0]),
        (pa.nulls(4), [0, 1, 2, 3]),
    ):
        assert order_of(pa.RecordBatch.from_arrays([values], names=["v"]), ["v"]).tolist() == expected


def test_rows_that_many_columns_leave_equal_keep_their_order():
    same = pa.RecordBatch.from_pydict({name: ["x"] * 50 for name in "abcdefgh"})
    assert order_of(same, list("abcdefgh")).tolist() == list(range(50))


def people(rows, share_of_one):
    """Rows of many persons, one of whom has ``share_of_one`` of them."""
    draw = random.Random(7)
    names = ["".join(draw.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=26)) for _ in range(rows // 20)]
    persons = [names[0] if draw.random() < share_of_one else draw.choice(names) for _ in range(rows)]
    return {"person": persons, "text": [f"{draw.randrange(40)}é" for _ in range(rows)]}


@pytest.mark.parametrize("share_of_one", [0, 0.5, 1])
def test_a_table_larger_than_memory_comes_in_the_same_order(tmp_path, small_parts, share_of_one):
    table = write(tmp_path / "in.parquet", 5000, **people(5000, share_of_one))
    assert sort_table(tmp_path / "in.parquet", tmp_path / "out.parquet", ["person", "text"]) == 5000
    order = order_of(table.combine_chunks().to_batches()[0], ["person", "text"])
    assert pq.read_table(tmp_path / "out.parquet").equals(table.take(pa.array(order)))
    assert {path.name for path in tmp_path.iterdir()} == {"in.parquet", "out.parquet"}


def test_the_bytes_do_not_depend_on_the_order_of_the_source_nor_on_the_size_of_a_part(tmp_path, monkeypatch):
    columns = people(3000, 0.1)
    shuffled = np.random.default_rng(3).permutation(3000)
    for name, order, size in (("a", np.arange(3000), 100), ("b", shuffled, 170), ("c", shuffled, 1 << 18)):
        monkeypatch.setattr(engine, "ROWS", size)
        table = pa.table(columns).take(pa.array(order))
        write_batches(table.to_batches(), table.schema, tmp_path / "in")
        sort_table(tmp_path / "in", tmp_path / name, ["person", "text"])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == (tmp_path / "c").read_bytes()


@pytest.mark.parametrize("key", [["s"], ["few", "s"], ["number", "s"], ["null", "s"]])
def test_a_first_column_that_tells_little_does_not_stop_the_sort(tmp_path, small_parts, key):
    draw = random.Random(5)
    short = [
        None if draw.random() < 0.1 else "".join(draw.choices("ab\x00é", k=draw.randrange(12)))
        for _ in range(4000)
    ]
    few = [draw.choice(["1", "2"]) for _ in range(4000)]
    numbers = [draw.randrange(5) for _ in range(4000)]
    table = write(tmp_path / "in", 4000, s=short, few=few, number=numbers, null=pa.nulls(4000, pa.string()))
    sort_table(tmp_path / "in", tmp_path / "out", key)
    order = order_of(table.combine_chunks().to_batches()[0], key)
    assert pq.read_table(tmp_path / "out").equals(table.take(pa.array(order)))


def test_a_source_that_fails_midway_leaves_nothing(tmp_path, small_parts, monkeypatch):
    write(tmp_path / "in", 2000, **people(2000, 0))

    def fail(*_):
        raise ArithmeticError

    monkeypatch.setattr(ordering, "order_of", fail)
    with pytest.raises(ArithmeticError):
        sort_table(tmp_path / "in", tmp_path / "out", ["person"])
    assert {path.name for path in tmp_path.iterdir()} == {"in"}
