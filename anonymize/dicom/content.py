"""What a value that stays may hold: numbers that are numbers, dates that are dates, words that are known."""

import itertools
import re

from anonymize.dicom.elements import NUMBERS, WORDS
from anonymize.dicom.multiplicity import most_values

_NUMBER = rb" *[+-]?(?:\d{1,7}(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})? *"
_INTEGER = rb" *[+-]?\d{1,7} *"


def _values(one: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(?:%b)?(?:\\(?:%b)?)*[ \0]?" % (one, one))


DECIMALS = _values(_NUMBER)
"""DS: at most seven digits before the point, so that no long identifier passes for a number."""
INTEGERS = _values(_INTEGER)
"""IS: at most seven digits."""
GRAMMARS = {
    "DS": DECIMALS,
    "IS": INTEGERS,
    "AS": _values(rb"\d{3}[DWMY]"),
    "DA": _values(rb"\d{8}|\d{4}\.\d{2}\.\d{2}"),
    "TM": _values(rb"\d{2}(?:\d{2}(?:\d{2}(?:\.\d{1,6})?)?)? *|\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?"),
    "DT": _values(rb"\d{4,14}(?:\.\d{1,6})?(?:[+-]\d{4})? *"),
}
"""VR -> its values; those of other VRs are judged by the attribute's vocabulary."""
UID = re.compile(r"(?=.{1,64}\Z)(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
"""Characters that no text holds; a line may end (CR, LF), a page (FF) and a tab may stand."""


def in_grammar(vr: str, raw: bytes) -> bool:
    """Whether ``raw`` is written as ``vr`` asks; for the VRs of ``GRAMMARS``."""
    return GRAMMARS[vr].fullmatch(raw) is not None


def is_clear(text: str) -> bool:
    """Whether a text has no control characters, behind which another text could hide."""
    return _CONTROLS.search(text) is None


_WORDS = {length: re.compile(rb"[A-Za-z0-9 .,'^/-]{%d,}" % length) for length in (8, 12, 20)}
_LAST_WORDS = re.compile(rb"[A-Za-z0-9 .,'^/-]{8,}[\0 ]*\Z")
TEXT_LEAST = 8
"""Bytes of binary numbers below which they are not taken for a text."""
SHORT_VALUE = 64
SMALL_TABLE = 4096


def hides_text(raw: bytes) -> bool:
    """Whether binary numbers read as a text: letters in a row that neither only rise nor only fall.

    Tables of colours hold letters too, in order. The longer the value, the longer a text must be: random
    bytes give eight of its characters in a row once in 30,000 places, twelve once in five million.
    """
    if len(raw) <= SHORT_VALUE:
        return any(_turns(found[0]) >= 1 for found in _WORDS[TEXT_LEAST].finditer(raw))
    least = 12 if len(raw) <= SMALL_TABLE else 20
    return any(_turns(found[0]) >= 3 for found in _WORDS[least].finditer(raw))


def ends_in_text(raw: bytes) -> bool:
    """Whether compressed pixels end in a text, padding aside, as none of them does by itself."""
    last = _LAST_WORDS.search(raw[-SHORT_VALUE:])
    return last is not None and _turns(last[0].rstrip(b"\0 ")) >= 1


def _turns(run: bytes) -> int:
    """How often characters rise after falling or fall after rising; 0 unless a number or half letters."""
    letters = sum(1 for character in run if character > 64)
    if 2 * letters < len(run) and not run.translate(None, b" .,'^/-").isdigit():
        return 0
    steps = [after > before for before, after in itertools.pairwise(run) if after != before]
    return sum(1 for before, after in itertools.pairwise(steps) if before != after)


def whole_numbers(tag: int, vr: str, length: int) -> bool:
    """Whether ``length`` bytes are whole binary numbers of ``vr``, no more of them than ``tag`` may have."""
    size = NUMBERS.get(vr) or WORDS.get(vr, 1)
    most = most_values(tag) if vr in NUMBERS else 0
    return length % size == 0 and (most == 0 or length <= most * size)
