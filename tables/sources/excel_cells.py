"""What a cell of Excel says as text, and the cells that no longer say what was typed."""

import re
from datetime import date, datetime, time
from typing import Any

from profiles.model import Column, Kind

DIGITS = 10**15
"""Excel keeps fifteen digits: those of a longer number are no longer the ones that were typed."""
ZEROS = re.compile(r"0{1,32}")
"""A number format that shows leading zeros, such as ``00000``."""


class SpoiltCellError(Exception):
    """A cell whose content Excel has replaced; ``code`` is that of the error to show."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def cell_text(cell: Any, column: Column, decimal: str) -> str | None:
    """The text that the profile's ``column`` is read from; None for an empty cell.

    Dates are in the column's format, else ISO; numbers have the sign ``decimal``. Raises
    SpoiltCellError for an error such as ``#N/A``, a number or a date in place of a code, and an
    integer beyond fifteen digits.
    """
    value = cell.value
    if value is None or value == "":
        return None
    if cell.data_type == "e":
        raise SpoiltCellError("source-excel-error")
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return _number(value, cell.number_format, column, decimal)
    if isinstance(value, datetime | date) and column.type is not Kind.TEXT:
        return _moment(value, column)
    if isinstance(value, time) and column.type is Kind.TEXT:
        return value.isoformat()
    raise SpoiltCellError("source-excel-date")


def _number(value: float, shown: str, column: Column, decimal: str) -> str:
    whole = float(value).is_integer()
    if whole and abs(value) >= DIGITS and column.type is not Kind.NUMBER:
        raise SpoiltCellError("source-excel-digits")
    if column.type is Kind.TEXT:
        return _code(int(value), shown, column) if whole else _no_code()
    return str(int(value)) if whole else repr(value).replace(".", decimal)


def _code(value: int, shown: str, column: Column) -> str:
    """A code that Excel holds as a number: sure only if its zeros are shown, or the codes have none."""
    if value >= 0 and len(shown) > 1 and ZEROS.fullmatch(shown):
        return f"{value:0{len(shown)}d}"
    if not column.values or any(_could_lose(code) for code in column.values):
        return _no_code()
    return str(value)


def _could_lose(code: str) -> bool:
    """Whether Excel would read ``code`` as a number and write that number otherwise."""
    try:
        return str(int(code)) != code
    except ValueError:
        return re.fullmatch(r"\s*[+-]?[0-9.,]+([eE][+-]?[0-9]+)?\s*", code) is not None


def _no_code() -> str:
    raise SpoiltCellError("source-excel-code")


def _moment(value: date, column: Column) -> str:
    """In the column's format when that keeps the whole of ``value``, else ISO."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
    if column.format is not None:
        written = moment.strftime(column.format)
        try:
            if datetime.strptime(written, column.format) == moment:  # noqa: DTZ007 - cells have no zone
                return written
        except ValueError:
            return moment.isoformat()
    if column.type is Kind.DATE and moment.time() == time():
        return moment.date().isoformat()
    return moment.isoformat(" ")
