"""What a value of each kind looks like, one text at a time. This is the definition.

Every function takes a text and gives its value, or None when it is no value of that kind. Spaces
around a value are not tolerated: they are part of it.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time

Exact = Callable[[str], object]
"""One text -> its value; None when it is none."""

YEARS = range(1800, 2201)
"""Years that a column of years may hold."""
WORDS = {"1": True, "true": True, "vrai": True, "oui": True, "o": True}
WORDS |= {"0": False, "false": False, "faux": False, "non": False, "n": False}
"""Booleans, in any case."""

_MAX_DIGITS = 100
_INT64 = range(-(2**63), 2**63)
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?")
_TOUCHING = re.compile(r"%[dmyYjHIMS]%[dmyYjHIMS]")
"""Numbers without a sign between them: ``1122020`` would be read as 11/2 where 01/12 lost its zero."""
_WORDED = ("%b", "%B", "%a", "%A", "%p")


def text(value: str) -> str:
    """Any text, unchanged."""
    return value


def integer(value: str) -> int | None:
    """Digits with an optional sign, within 64 bits."""
    if len(value) > _MAX_DIGITS or re.fullmatch(r"[+-]?[0-9]+", value) is None:
        return None
    number = int(value)
    return number if number in _INT64 else None


def year(value: str) -> int | None:
    """Four digits within :data:`YEARS`."""
    if re.fullmatch(r"[0-9]{4}", value) is None or int(value) not in YEARS:
        return None
    return int(value)


def number(decimal: str, value: str) -> float | None:
    """A finite number whose decimal sign is exactly ``decimal``; an exponent is accepted."""
    sign = re.escape(decimal)
    if re.fullmatch(rf"[+-]?([0-9]+({sign}[0-9]*)?|{sign}[0-9]+)([eE][+-]?[0-9]+)?", value) is None:
        return None
    found = float(value.replace(decimal, "."))
    return found if abs(found) < float("inf") else None


def boolean(value: str) -> bool | None:
    """A word of :data:`WORDS`."""
    return WORDS.get(value.lower())


def iso_date(value: str) -> date | None:
    """``YYYY-MM-DD``, a day that exists."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def iso_datetime(value: str) -> datetime | None:
    """``YYYY-MM-DD HH:MM[:SS[.ffffff]]``, also with ``T``; no time zone."""
    if _MOMENT.fullmatch(value) is None:
        return None
    head, _, fraction = value.partition(".")
    try:
        return datetime.fromisoformat(f"{head}.{fraction:0<6}" if fraction else head)
    except ValueError:
        return None


def declared_datetime(fmt: str, value: str) -> datetime | None:
    """A moment written in the strptime format ``fmt``; one with a time zone is refused."""
    if not value.isascii() and not any(part in fmt for part in _WORDED):
        return None
    try:
        moment = datetime.strptime(value, fmt)  # noqa: DTZ007 - a table's times have no zone
    except ValueError:
        return None
    if moment.tzinfo or (_TOUCHING.search(fmt) and moment.strftime(fmt).lower() != value.lower()):
        return None
    return moment


def declared_date(fmt: str, value: str) -> date | None:
    """A date in the strptime format ``fmt``; when it holds a time, that must be midnight."""
    moment = declared_datetime(fmt, value)
    return moment.date() if moment is not None and moment.time() == time() else None
