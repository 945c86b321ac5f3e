"""Values of a column that nothing else decides: a code of its list, a number within its bounds, a text."""

import zlib
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from profiles.model import Kind
from synth.catalogue.facts import facts
from synth.schema_only.domains import usable
from synth.schema_only.identifiers import ESTABLISHMENTS, identifiers, nature
from synth.tables import Array, ColumnSpec

MOST_CODES = 500
"""Of one list: more are not drawn, evenly spread over the list, with equal odds."""
TEXTS = 40
LARGEST = 300
"""Numbers without bounds stay below: they are counts, coefficients, small amounts."""
ARROW = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.DATE: pa.date32(),
    Kind.DATETIME: pa.timestamp("us"),
    Kind.YEAR: pa.int64(),
    Kind.BOOLEAN: pa.bool_(),
}


class Domains:
    """Codes of each column, found once."""

    def __init__(self, nomenclatures: Mapping[str, tuple[str, ...]]) -> None:
        self._lists = nomenclatures
        self._found: dict[tuple[object, ...], pa.Array | None] = {}

    def codes(self, column: ColumnSpec) -> pa.Array | None:
        """What ``column`` may hold, typed; None when no list says so."""
        key = (
            column.nomenclature,
            column.kind,
            column.length,
            column.minimum,
            column.maximum,
            column.allowed,
        )
        if key not in self._found:
            self._found[key] = self._codes(column)
        return self._found[key]

    def obeyed(self, column: ColumnSpec, values: pa.Array) -> pa.Array:
        """``values`` without those that the column's list does not have."""
        listed = self._lists.get(column.nomenclature) if column.nomenclature else column.allowed
        if not listed or column.kind is Kind.BOOLEAN or column.format:
            return values
        key = (column.nomenclature, column.kind, column.length, "all")
        if key not in self._found:
            codes = usable(column, listed)
            self._found[key] = pa.array(codes, pa.string()).cast(ARROW[column.kind])
        plain = values.dictionary if pa.types.is_dictionary(values.type) else values
        inside = pc.is_in(plain, value_set=self._found[key])
        if pc.all(inside, min_count=0).as_py():
            return values
        whole = pc.dictionary_decode(values) if pa.types.is_dictionary(values.type) else values
        kept = pc.is_in(whole, value_set=self._found[key])
        return pc.if_else(kept, whole, pa.scalar(None, whole.type))

    def _codes(self, column: ColumnSpec) -> pa.Array | None:
        if column.kind is Kind.BOOLEAN or column.format:
            return None
        listed = self._lists.get(column.nomenclature) if column.nomenclature else column.allowed
        if not listed:
            return None
        codes = _neutral(column, usable(column, listed))
        step = max(1, -(-len(codes) // MOST_CODES))
        texts = pa.array(codes[::step], pa.string())
        return texts if column.kind is Kind.TEXT else texts.cast(ARROW[column.kind])


def _neutral(column: ColumnSpec, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Those that suit any sex and age, where the list has some: nothing else is known of the person here."""
    for part, known in facts().neutral.items():
        if part in (column.nomenclature or ""):
            return tuple(code for code in codes if code in known) or codes
    return codes


def drawn(column: ColumnSpec, codes: pa.Array | None, count: int, random: np.random.Generator) -> pa.Array:
    """``count`` values of ``column``, which holds no date."""
    if codes is not None:
        positions = random.integers(0, len(codes), count, dtype=np.int32)
        return taken(codes, positions)
    what = nature(column)
    if what:
        return identifiers(column, what, random.integers(0, ESTABLISHMENTS, count))
    if column.kind is Kind.BOOLEAN:
        return pa.array(random.random(count, dtype=np.float32) < 0.2)
    if column.kind is Kind.TEXT:
        return taken(_texts(column), random.integers(0, TEXTS, count, dtype=np.int32))
    low, high = bounds(column)
    if column.kind is Kind.INTEGER:
        return pa.array(random.integers(int(low), int(high) + 1, count, dtype=np.int64))
    unit = 10.0 ** min(column.scale, 2)
    cents = random.integers(int(low * unit), int(high * unit) + 1, count, dtype=np.int64)
    return pa.array(cents / unit)


def taken(codes: pa.Array, positions: Array) -> pa.Array:
    """``codes`` at ``positions``; texts stay a dictionary, which is smaller and faster to write."""
    if pa.types.is_string(codes.type):
        return pa.DictionaryArray.from_arrays(pa.array(positions.astype(np.int32)), codes)
    return codes.take(pa.array(positions))


def bounds(column: ColumnSpec) -> tuple[float, float]:
    """Lowest and highest value that are drawn."""
    low = 0.0 if column.minimum is None else column.minimum
    whole = 15 if column.length is None else min(column.length, 15)
    digits = whole if column.kind is Kind.INTEGER else max(1, whole - column.scale)
    top = 10.0**digits - 1 if column.minimum is None or column.minimum < 10**digits else 10.0**whole - 1
    if column.maximum is not None:
        top = min(top, column.maximum)
    high = min(top, max(low, 0.0) + LARGEST)
    return min(low, high), high


def _texts(column: ColumnSpec) -> pa.Array:
    """A few texts of the column's length: marked as made up when there is room, else letters and digits."""
    length = min(column.length or 12, 40)
    if length >= 9:
        size = max(9, column.min_length or 0)
        return pa.array(
            [f"FICTIF{number:03d}".ljust(size, "X")[: max(length, size)] for number in range(TEXTS)]
        )
    signs = np.array(list("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" if length > 1 else "0123456789"))
    size = max(min(length, 3), column.min_length or 0)
    seed = zlib.crc32(column.name.encode())
    rows = np.random.default_rng(seed).integers(0, len(signs), (TEXTS, size))
    return pa.array(["".join(row) for row in signs[rows].tolist()])
