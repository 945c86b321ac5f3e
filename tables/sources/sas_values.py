"""What a value of SAS means by its format, as text.

SAS knows texts and 64-bit floats. A date is a number of days since 1 January 1960, a moment a number
of seconds since then, a time a number of seconds; only the format of the column tells which.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from profiles.model import Kind
from tables.sources.canonical import writer_of

EPOCH_DAYS = -3653
"""1 January 1960 in days since 1970."""
DAY = 86400
FORMAT = re.compile(r"(\$?[A-Z_][A-Z0-9_]*?)(\d*)(?:\.(\d*))?", re.IGNORECASE)
"""Name, width, decimals: ``DDMMYY10.``, ``Z5.``, ``E8601DA10.``."""
MOMENTS = re.compile(
    r"DATETIME|DATEAMPM|DT(DATE|MONYY|WKDATX|YEAR|YYQC)|MDYAMPM|[EBI]S?8601D[TNZX]|NLDATM\w*"
)
TIMES = re.compile(r"TIME|TIMEAMPM|TOD|HHMM|HOUR|MMSS|[EBI]S?8601T[MXZ]|NLTIM\w*")
DATES = re.compile(
    r"DATE|DAY|DDMMYY[BCDNPS]?|DOWNAME|JULDAY|JULIAN|MMDDYY[BCDNPS]?|MMYY[CDNPS]?|MONNAME|MONTH|MONYY|NENGO"
    r"|QTRR?|WEEKDAT[EX]|WEEKDAY|WEEK[UVW]|WORDDAT[EX]|YEAR|YYMMDD[BCDNPS]?|YYMM[CDNPS]?|YYMON|YYQR?[CDNPS]?"
    r"|[EBI]S?8601DA|PDJULG|PDJULI|(EUR|FRA|DEU|ENG)DF\w+|NLDATE\w*"
)


class Meaning(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    TIME = "time"


class OutOfRangeError(Exception):
    """A date or time that no calendar has."""


def meaning(is_text: bool, form: str | None) -> Meaning:
    """Of a column whose format is ``form``, e.g. ``DDMMYY10.``."""
    if is_text:
        return Meaning.TEXT
    name = _parts(form)[0]
    for pattern, found in ((MOMENTS, Meaning.MOMENT), (TIMES, Meaning.TIME), (DATES, Meaning.DATE)):
        if pattern.fullmatch(name):
            return found
    return Meaning.NUMBER


def format_name(form: str | None) -> str:
    """``SEXE`` of ``sexe1.``, as a catalogue names it."""
    return _parts(form)[0]


def label_key(value: object) -> str:
    """A value of a catalogue as the text that the table gives for it: ``1`` for 1.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def texts(values: Sequence[Any], what: Meaning, form: str | None, kind: Kind) -> pa.Array:
    """Canonical texts of ``values`` for a column of ``kind``; empty and missing are null.

    Raises OutOfRangeError.
    """
    if what is Meaning.TEXT:
        return pa.array([value or None for value in values], pa.string())
    numbers = pa.array(values, pa.float64(), from_pandas=True)
    if what is Meaning.NUMBER:
        return _zeros(_plain(numbers), form, kind)
    if what is Meaning.TIME and kind is not Kind.TEXT:
        return _plain(numbers)
    try:
        typed = _typed(numbers, what)
        writer = writer_of(typed.type, kind)
        return typed.cast(pa.string()) if writer is None else writer(typed)
    except pa.ArrowInvalid:
        raise OutOfRangeError from None


def _typed(numbers: pa.Array, what: Meaning) -> pa.Array:
    if what is Meaning.DATE:
        return pc.add(numbers, float(EPOCH_DAYS)).cast(pa.int32()).cast(pa.date32())
    if what is Meaning.TIME:
        in_a_day = pc.and_(pc.greater_equal(numbers, 0.0), pc.less(numbers, float(DAY)))
        if pc.all(in_a_day).as_py() is False:
            raise OutOfRangeError
        return numbers.cast(pa.int32()).cast(pa.time32("s"))
    since = pc.add(numbers, float(EPOCH_DAYS * DAY))
    # A float holds the microseconds of our century with an error below one.
    return pc.round(pc.multiply(since, 1e6)).cast(pa.int64()).cast(pa.timestamp("us"))


def _plain(numbers: pa.Array) -> pa.Array:
    """``3`` for 3.0, and the shortest text of other numbers."""
    whole = pc.and_(pc.equal(pc.floor(numbers), numbers), pc.less(pc.abs(numbers), 2.0**63))
    integers = pc.if_else(whole, numbers, 0.0).cast(pa.int64()).cast(pa.string())
    return pc.if_else(whole, integers, numbers.cast(pa.string()))


def _zeros(written: pa.Array, form: str | None, kind: Kind) -> pa.Array:
    """The leading zeros that the format ``Zw.`` shows, where the profile sees a code."""
    name, width, decimals = _parts(form)
    if kind is not Kind.TEXT or name != "Z" or decimals or not 0 < width <= 32:
        return written
    digits = pc.match_substring_regex(written, "^[0-9]+$")
    return pc.if_else(digits, pc.utf8_lpad(written, width=width, padding="0"), written)


def _parts(form: str | None) -> tuple[str, int, int]:
    found = FORMAT.fullmatch(form or "")
    if found is None:
        return "", 0, 0
    return found[1].upper(), int(found[2] or 0), int(found[3] or 0)
