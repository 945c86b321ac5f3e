"""Values computed once per distinct text, within a bound."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from anonymize.keyed_lookup import KeyedLookup

texts = st.one_of(st.none(), st.sampled_from([f"v{n}" for n in range(12)]))


def lengths(values: pa.Array) -> pa.Array:
    return pa.array([len(value) + ord(value[-1]) for value in values.to_pylist()], pa.int64())


@given(st.lists(st.lists(texts, max_size=15), max_size=8), st.integers(1, 6), st.booleans())
def test_a_small_memory_changes_no_result(batches, capacity, encoded):
    lookup = KeyedLookup(lengths, capacity)
    for batch in batches:
        values = pa.array(batch, pa.string())
        result = lookup(values.dictionary_encode() if encoded else values)
        assert result.to_pylist() == [None if v is None else len(v) + ord(v[-1]) for v in batch]
        assert len(lookup._known) <= capacity + max(len(batch) for batch in batches)


def test_a_known_value_is_not_computed_again():
    asked: list[str] = []

    def compute(values: pa.Array) -> pa.Array:
        asked.extend(values.to_pylist())
        return values

    lookup = KeyedLookup(compute)
    lookup(pa.array(["a", "b", "a"]))
    lookup(pa.array(["b", "c"]))
    assert asked == ["a", "b", "c"]
