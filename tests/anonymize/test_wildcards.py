"""Missing values that may stand for any value, counted in SQL: published counts and the definition."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anonymize.wildcards import few_alike_sql
from profiles.model import Anonymity
from tables.candidate import PERSON
from tables.duck import connect
from tests.anonymize import example

PUBLISHED = [
    [2, 3, 2, 2, 3, 3, 1, 2],
    [3, 3, 3, 3, 3, 3, 4, 3],
    [1, 3, None, 2, 1, 1, None, 1],
]
COUNTS = [3, 1, 4, 2, 2, 2, 1, 3]
"""Of ``freqCalc`` in sdcMicro on these eight persons."""


def few(folder, columns, k) -> list[int]:
    """Places of the persons who agree with fewer than ``k``."""
    path = folder / "t.parquet"
    names = [f"k{place}" for place in range(len(columns))]
    people = [f"p{number:03}" for number in range(len(columns[0]))]
    values = {name: pa.array(column, pa.int64()) for name, column in zip(names, columns, strict=True)}
    pq.write_table(pa.table({PERSON: people, **values}), path)
    with connect(folder) as con:
        sql = few_alike_sql(con, {"t": path}, [("t", name) for name in names], k)
        return sorted(people.index(person) for (person,) in con.execute(sql).fetchall())


@pytest.mark.parametrize("k", range(2, 6))
def test_the_published_counts_hold(tmp_path, k):
    assert few(tmp_path, PUBLISHED, k) == [place for place, count in enumerate(COUNTS) if count < k]


keys = st.one_of(st.none(), st.integers(0, 2))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(st.tuples(keys, keys, keys), min_size=1, max_size=15), st.integers(2, 4))
def test_counts_equal_the_definition(tmp_path, rows, k):
    def agree(one, other):
        return all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))

    counts = [sum(agree(one, other) for other in rows) for one in rows]
    expected = [place for place, count in enumerate(counts) if count < k]
    assert few(tmp_path, list(zip(*rows, strict=True)), k) == expected


@pytest.mark.parametrize(("missing", "left_out"), [("own-value", 1), ("wildcard", 0)])
def test_persons_are_left_out_as_the_profile_reads_missing_values(tmp_path, missing, left_out):
    data = example.tables()
    data["people"][5]["birth"] = ""
    limits = Anonymity.model_validate({"k": 2, "suppression": 0.1, "missing": missing})
    _, done = example.run(tmp_path, example.document(), data, anonymity=limits)
    assert done.candidate.suppressed_persons == left_out
