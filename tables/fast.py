"""The same as :mod:`tables.exact` on whole batches, where Arrow cannot differ from it.

Every function takes an array of texts and gives the typed array, or None when some text needs the
exact way: because it is no value, or because Arrow reads it in its own manner.
"""

from collections.abc import Callable
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from tables.exact import YEARS, Exact

Fast = Callable[[pa.Array], pa.Array | None]
"""A batch of texts -> values, or None when some text needs the exact way."""

REMEMBERED = 1 << 17
"""Distinct texts of one column whose value is remembered."""
_FIRST_DAY = (date(1, 1, 1) - date(1970, 1, 1)).days


class Distinct:
    """Each distinct text is read once, the exact way, and remembered for later batches."""

    def __init__(self, exact: Exact, kind: pa.DataType) -> None:
        self._exact = exact
        self._texts = pa.array([], pa.string())
        self._values = pa.array([], kind)

    def __call__(self, texts: pa.Array) -> pa.Array:
        """Values of one batch; null where the text is no value."""
        found = pc.index_in(texts, value_set=self._texts)
        if found.null_count > texts.null_count:
            self._learn(texts, texts.filter(pc.is_null(found)))
            found = pc.index_in(texts, value_set=self._texts)
        return self._values.take(found)

    def _learn(self, texts: pa.Array, unknown: pa.Array) -> None:
        fresh = unknown.unique().drop_null()
        if len(self._texts) + len(fresh) > REMEMBERED:
            self._texts, self._values, fresh = self._texts[:0], self._values[:0], texts.unique().drop_null()
        values = pa.array([self._exact(text) for text in fresh.to_pylist()], self._values.type)
        self._texts = pa.concat_arrays([self._texts, fresh])
        self._values = pa.concat_arrays([self._values, values])


def text(texts: pa.Array) -> pa.Array:
    """Nothing to read."""
    return texts


def integer(texts: pa.Array) -> pa.Array | None:
    """Arrow also reads ``0x1F``."""
    if _any_holds(texts, "x") or _any_holds(texts, "X"):
        return None
    return _cast(texts, pa.int64())


def year(texts: pa.Array) -> pa.Array | None:
    """Numbers of four characters within the limits: nothing else than four digits is left."""
    values = _cast(texts, pa.int64())
    if values is None or _lengths(texts) - {4}:
        return None
    limits = pc.min_max(values).as_py()
    inside = limits["min"] is None or (limits["min"] in YEARS and limits["max"] in YEARS)
    return values if inside else None


def number(decimal: str, texts: pa.Array) -> pa.Array | None:
    """Arrow also reads ``nan`` and ``inf``."""
    if decimal != ".":
        if _any_holds(texts, "."):
            return None
        texts = pc.replace_substring(texts, decimal, ".")
    values = _cast(texts, pa.float64())
    return values if values is not None and pc.all(pc.is_finite(values)).as_py() is not False else None


def iso_date(texts: pa.Array) -> pa.Array | None:
    """Arrow also reads the year 0000."""
    values = _cast(texts, pa.date32())
    return values if values is not None and _after_year_zero(values) else None


def iso_datetime(texts: pa.Array) -> pa.Array | None:
    """Arrow also reads a date alone, or with its hour alone."""
    if any(length < len("2020-01-01 00:00") for length in _lengths(texts)):
        return None
    values = _cast(texts, pa.timestamp("us"))
    return values if values is not None and _after_year_zero(values) else None


def _cast(texts: pa.Array, kind: pa.DataType) -> pa.Array | None:
    try:
        return texts.cast(kind)
    except pa.ArrowInvalid:
        return None


def _any_holds(texts: pa.Array, part: str) -> bool:
    return pc.any(pc.match_substring(texts, part)).as_py() is True


def _lengths(texts: pa.Array) -> set[int]:
    return set(pc.unique(pc.binary_length(texts.drop_null())).to_pylist())


def _after_year_zero(values: pa.Array) -> bool:
    earliest = pc.min(values)
    return not earliest.is_valid or earliest.cast(pa.date32(), safe=False).value >= _FIRST_DAY
