"""Values that a format holds with a type, brought back to the one text that each kind is read from."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from profiles.model import Kind

Writer = Callable[[pa.Array], pa.Array]
"""Values of one type -> their canonical text."""


def plain_type(kind: pa.DataType) -> pa.DataType:
    """The type of the values of a dictionary; another type is itself."""
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def is_text(kind: pa.DataType) -> bool:
    """Whether values are texts already."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def writer_of(source: pa.DataType, kind: Kind) -> Writer | None:
    """How values of Arrow type ``source`` are written for a column of ``kind``; None: refused."""
    types = pa.types
    if is_text(source):
        return _from_text
    if types.is_timestamp(source) and source.tz is None:
        return _midnight_as_date if kind is Kind.DATE else _from_timestamp
    if types.is_date(source) and kind is Kind.DATETIME:
        return _from_timestamp
    if (types.is_floating(source) or types.is_decimal(source)) and kind in (Kind.INTEGER, Kind.YEAR):
        return _whole_as_integer
    if types.is_date64(source):
        return lambda values: values.cast(pa.date32()).cast(pa.string())
    number = types.is_integer(source) or types.is_floating(source) or types.is_decimal(source)
    plain = number or types.is_boolean(source) or types.is_date(source) or types.is_null(source)
    return _cast if plain else None


def _cast(values: pa.Array) -> pa.Array:
    """Shortest text of numbers (1.0 is ``1``), ISO dates, ``true`` and ``false``."""
    return values.cast(pa.string())


def _from_text(values: pa.Array) -> pa.Array:
    """Text as it is, empty as null."""
    texts = values.cast(pa.string())
    empty = pc.equal(pc.binary_length(texts), 0)
    return pc.if_else(empty, None, texts) if pc.any(empty).as_py() else texts


def _from_timestamp(values: pa.Array) -> pa.Array:
    """ISO date and time to the microsecond; finer ones are refused."""
    return values.cast(pa.timestamp("us")).cast(pa.string())


def _midnight_as_date(values: pa.Array) -> pa.Array:
    """A date when the time is 00:00, else the whole, which no date column accepts."""
    moments = values.cast(pa.timestamp("us"))
    dates = moments.cast(pa.date32(), safe=False)
    midnight = pc.equal(dates.cast(pa.timestamp("us")), moments)
    return pc.if_else(midnight, dates.cast(pa.string()), moments.cast(pa.string()))


def _whole_as_integer(values: pa.Array) -> pa.Array:
    """``3`` for 3.0; when one value has decimals, all are written as they are."""
    try:
        return values.cast(pa.int64()).cast(pa.string())
    except pa.ArrowInvalid:
        return values.cast(pa.string())
