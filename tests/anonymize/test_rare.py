"""Values carried by too few persons, counted by person and not by row."""

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from anonymize.rare import find_frequent
from profiles.transforms import SuppressRare
from tables.candidate import PERSON


def suppress(folder: Path, pairs: list[tuple[str, Any]], **step: Any) -> tuple[list[Any], int]:
    """The values after the step, and how many were replaced."""
    table = pa.table({PERSON: [who for who, _ in pairs], 'v"1': [value for _, value in pairs]})
    pq.write_table(table, folder / "t.parquet")
    frequent = find_frequent(duckdb.connect(), folder / "t.parquet", 'v"1', SuppressRare(**step))
    made = [frequent.keep(batch.column('v"1')) for batch in table.to_batches(max_chunksize=2)]
    return [value for values, _ in made for value in values.to_pylist()], sum(count for _, count in made)


def test_many_rows_of_one_person_do_not_make_a_value_frequent(tmp_path):
    pairs = [("p1", "a"), ("p1", "a"), ("p1", "a"), ("p1", "b"), ("p2", "b"), ("p2", None)]
    assert suppress(tmp_path, pairs, persons=2) == ([None, None, None, "b", "b", None], 3)


def test_numbers_are_suppressed_without_changing_type(tmp_path):
    assert suppress(tmp_path, [("p1", 1), ("p2", 1), ("p3", 2)], persons=2) == ([1, 1, None], 1)


def test_rare_values_get_the_replacement_when_together_they_are_many_enough(tmp_path):
    pairs = [("p1", "a"), ("p2", "b"), ("p3", "c"), ("p4", "c")]
    assert suppress(tmp_path, pairs, persons=2, replacement="x") == (["x", "x", "c", "c"], 2)


def test_a_replacement_that_would_single_somebody_out_is_null(tmp_path):
    pairs = [("p1", "a"), ("p3", "c"), ("p4", "c")]
    assert suppress(tmp_path, pairs, persons=2, replacement="x") == ([None, "c", "c"], 1)


def test_those_who_had_the_replacement_already_count_with_it(tmp_path):
    pairs = [("p1", "a"), ("p2", "x"), ("p3", "c"), ("p4", "c")]
    assert suppress(tmp_path, pairs, persons=2, replacement="x") == (["x", "x", "c", "c"], 2)


@pytest.mark.parametrize("persons", [2, 3, 5])
def test_pandas_counts_the_same_persons(tmp_path, persons):
    import numpy as np
    import pandas as pd

    random = np.random.default_rng(4)
    frame = pd.DataFrame(
        {"who": random.integers(0, 20, 200).astype(str), "v": random.geometric(0.3, 200).astype(str)}
    )
    counts = frame.groupby("v")["who"].transform("nunique")
    expected = [value if count >= persons else None for value, count in zip(frame["v"], counts, strict=True)]
    made, replaced = suppress(tmp_path, list(zip(frame["who"], frame["v"], strict=True)), persons=persons)
    assert made == expected
    assert replaced == expected.count(None)


def test_a_column_of_nulls_only_stays_so(tmp_path):
    table = pa.table({PERSON: ["p1"], "v": pa.array([None], pa.string())})
    pq.write_table(table, tmp_path / "t.parquet")
    frequent = find_frequent(duckdb.connect(), tmp_path / "t.parquet", "v", SuppressRare())
    values, replaced = frequent.keep(table.column("v").combine_chunks())
    assert (values.to_pylist(), replaced) == ([None], 0)
