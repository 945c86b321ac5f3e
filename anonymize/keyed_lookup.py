"""A slow function of a text, computed once per distinct value and remembered within a bound."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

CAPACITY = 1 << 18
"""Distinct values remembered between batches."""


class KeyedLookup:
    """Applies ``compute`` to the distinct values of a batch, most of which are known already.

    ``compute`` takes a text array without null and returns an array of the same length. What is
    remembered never grows beyond ``capacity`` and one batch: when full, it starts again from the
    batch at hand.
    """

    def __init__(self, compute: Callable[[pa.Array], pa.Array], capacity: int = CAPACITY) -> None:
        self._compute = compute
        self._capacity = capacity
        self._known = pa.array([], pa.string())
        self._outputs: pa.Array | None = None
        self._last: tuple[pa.Array, pa.Array] | None = None
        self._forgot = False

    def __call__(self, values: pa.Array) -> pa.Array:
        """The function of each value, null where the value is null; plain or dictionary-encoded text."""
        # Several columns of one batch ask for the same persons, one after the other.
        if self._last is not None and self._last[0] is values:
            return self._last[1]
        encoded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
        result = self._of_distinct(encoded.dictionary).take(encoded.indices)
        self._last = (values, result)
        return result

    @property
    def distinct(self) -> int | None:
        """Distinct values met so far; None when some were forgotten meanwhile."""
        return None if self._forgot else len(self._known)

    def leave_to_others(self) -> None:
        """Other processes look values up: this one can't tell how many there are."""
        self._forgot = True

    def _of_distinct(self, distinct: pa.Array) -> pa.Array:
        if self._outputs is None:
            self._known, self._outputs = distinct, self._compute(distinct)
            return self._outputs
        found = pc.index_in(distinct, value_set=self._known)
        if not found.null_count:
            return self._outputs.take(found)
        absent = found.is_null()
        missing = distinct.filter(absent)
        fresh = self._compute(missing)
        outputs = pa.concat_arrays([self._outputs, fresh])
        places = found.fill_null(0).to_numpy().copy()
        places[absent.to_numpy(zero_copy_only=False)] = np.arange(len(self._known), len(outputs))
        if len(outputs) > self._capacity:
            self._forgot = True
            self._known, self._outputs = missing, fresh
        else:
            self._known, self._outputs = pa.concat_arrays([self._known, missing]), outputs
        return outputs.take(pa.array(places))
