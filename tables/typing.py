"""From text to the type that the profile declares, strictly."""

from dataclasses import dataclass
from functools import partial

import pyarrow as pa

from profiles.model import Column, Kind
from tables import exact, fast

ARROW: dict[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.DATE: pa.date32(),
    Kind.DATETIME: pa.timestamp("us"),
    Kind.YEAR: pa.int64(),
    Kind.BOOLEAN: pa.bool_(),
}
"""The Arrow type of each kind."""

ONE_WAY: dict[Kind, tuple[exact.Exact, fast.Fast]] = {
    Kind.TEXT: (exact.text, fast.text),
    Kind.INTEGER: (exact.integer, fast.integer),
    Kind.YEAR: (exact.year, fast.year),
    Kind.DATE: (exact.iso_date, fast.iso_date),
    Kind.DATETIME: (exact.iso_datetime, fast.iso_datetime),
}
"""Kinds that are written in one way, when the profile gives no format."""


@dataclass(frozen=True)
class Converter:
    """How one column is typed."""

    kind: Kind
    exact: exact.Exact
    fast: fast.Fast

    def __call__(self, texts: pa.Array) -> pa.Array:
        """Values of type ``ARROW[kind]``; null where the text is null or no value of the kind."""
        values = self.fast(texts)
        if values is not None:
            return values
        found = [None if text is None else self.exact(text) for text in texts.to_pylist()]
        return pa.array(found, ARROW[self.kind])


def converter(column: Column, decimal: str = ".", *, canonical: bool = False) -> Converter:
    """How ``column`` is typed; ``decimal`` is the decimal sign of its source.

    With ``canonical`` the texts are ISO dates and numbers with a point, whatever the profile says.
    """
    kind = column.type
    if kind is Kind.NUMBER:
        sign = "." if canonical else decimal
        return Converter(kind, partial(exact.number, sign), partial(fast.number, sign))
    if kind is Kind.BOOLEAN:
        return _by_distinct(kind, exact.boolean)
    if kind in (Kind.DATE, Kind.DATETIME) and column.format is not None and not canonical:
        declared = exact.declared_date if kind is Kind.DATE else exact.declared_datetime
        return _by_distinct(kind, partial(declared, column.format))
    return Converter(kind, *ONE_WAY[kind])


def _by_distinct(kind: Kind, read: exact.Exact) -> Converter:
    return Converter(kind, read, fast.Distinct(read, ARROW[kind]))
