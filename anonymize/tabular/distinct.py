"""Work done once per distinct value of a batch."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc


def map_distinct(values: pa.Array, function: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """``function`` of each value, called once on the distinct non-null ones; null stays null."""
    encoded = values.dictionary_encode()
    return function(encoded.dictionary).take(encoded.indices)


def blank(values: pa.Array, where: pa.Array) -> pa.Array:
    """The same values, null where ``where`` is true."""
    # An array of nulls and not a null scalar: with it, if_else (pyarrow 21) reads beyond a slice of text.
    return pc.if_else(where, pa.nulls(len(values), values.type), values)


def texts(values: pa.Array, label: Callable[[int], str]) -> pa.Array:
    """The label of each whole number, made once per distinct number."""
    return map_distinct(values, lambda codes: pa.array(map(label, codes.to_pylist()), pa.string()))
