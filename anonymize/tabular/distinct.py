"""Work done once per distinct value of a batch."""

from collections.abc import Callable

import pyarrow as pa


def map_distinct(values: pa.Array, function: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """``function`` of each value, called once on the distinct non-null ones; null stays null."""
    encoded = values.dictionary_encode()
    return function(encoded.dictionary).take(encoded.indices)


def texts(values: pa.Array, label: Callable[[int], str]) -> pa.Array:
    """The label of each whole number, made once per distinct number."""
    return map_distinct(values, lambda codes: pa.array(map(label, codes.to_pylist()), pa.string()))
