"""Counts with missing values as wildcards: sdcMicro's published answers, and the definition."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.wildcards import wildcard_frequencies

PUBLISHED = {
    "two missing in one of three keys": (
        [[2, 3, 2, 2, 3, 3, 1, 2], [3, 3, 3, 3, 3, 3, 4, 3], [1, 3, None, 2, 1, 1, None, 1]],
        [3, 1, 4, 2, 2, 2, 1, 3],
    ),
    "nothing missing": (
        [[2, 3, 2, 2, 3, 3, 1, 2], [3, 3, 3, 3, 3, 3, 4, 3], [1, 3, 1, 2, 1, 1, 1, 1]],
        [3, 1, 3, 1, 2, 2, 1, 3],
    ),
    "a whole key and a whole person missing": (
        [[2, 3, None, 2, 3, 3, 1, 2], [3, 3, None, 3, 3, 3, 4, 3], [None] * 8],
        [4, 4, 8, 4, 4, 4, 2, 4],
    ),
    "one key": ([[2, 3, None, 2, 1, None, 1, 2]], [5, 3, 8, 5, 4, 8, 4, 5]),
}
"""Keys, and the counts of sdcMicro's ``freqCalc`` tests."""


def frequencies(columns):
    return wildcard_frequencies([pa.chunked_array([pa.array(column, pa.int64())]) for column in columns])


@pytest.mark.parametrize("case", PUBLISHED)
def test_the_published_counts_hold(case):
    columns, expected = PUBLISHED[case]
    assert frequencies(columns).tolist() == expected


keys = st.one_of(st.none(), st.integers(0, 2))


@given(st.lists(st.tuples(keys, keys, keys), min_size=1, max_size=25))
def test_counts_equal_the_definition(rows):
    def agree(one, other):
        return all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))

    expected = [sum(agree(one, other) for other in rows) for one in rows]
    assert frequencies(list(zip(*rows, strict=True))).tolist() == expected
