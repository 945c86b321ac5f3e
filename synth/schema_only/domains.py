"""The codes of a nomenclature that a column can hold."""

from functools import lru_cache

from profiles.model import Kind
from synth.tables import ColumnSpec

Limits = tuple[Kind, int | None, int | None, float | None, float | None, tuple[str, ...]]


def usable(column: ColumnSpec, codes: tuple[str, ...]) -> tuple[str, ...]:
    """``codes`` of the column's type, length, bounds and list, in their order; as text."""
    limits = (
        column.kind,
        column.length,
        column.min_length,
        column.minimum,
        column.maximum,
        column.allowed,
    )
    return _usable(limits, codes)


def fits(column: ColumnSpec, code: str) -> bool:
    """Whether ``column`` can hold ``code``."""
    return bool(usable(column, (code,)))


@lru_cache(maxsize=4_096)
def _usable(limits: Limits, codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code for code in codes if _fits(limits, code))


def _fits(limits: Limits, code: str) -> bool:
    kind, length, shortest, low, high, allowed = limits
    digits = code.removeprefix("-")
    size = len(digits) if kind is Kind.INTEGER else len(code)
    if length is not None and size > length:
        return False
    if allowed and code not in allowed:
        return False
    if kind is Kind.BOOLEAN:
        return code in {"0", "1"}
    if kind is Kind.TEXT:
        return shortest is None or size >= shortest
    if not (digits.isascii() and digits.isdigit()) or (size > 1 and digits[0] == "0"):
        return False
    return (low is None or int(code) >= low) and (high is None or int(code) <= high)
