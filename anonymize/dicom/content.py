"""What a value that stays may hold: numbers that are numbers, dates that are dates, words that are known."""

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
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
"""Characters that no text holds; a line may end (CR, LF), a page (FF) and a tab may stand."""


def in_grammar(vr: str, raw: bytes) -> bool:
    """Whether ``raw`` is written as ``vr`` asks; for the VRs of ``GRAMMARS``."""
    return GRAMMARS[vr].fullmatch(raw) is not None


def is_clear(text: str) -> bool:
    """Whether a text has no control characters, behind which another text could hide."""
    return _CONTROLS.search(text) is None


def whole_numbers(tag: int, vr: str, length: int) -> bool:
    """Whether ``length`` bytes are whole binary numbers of ``vr``, no more of them than ``tag`` may have."""
    size = NUMBERS.get(vr) or WORDS.get(vr, 1)
    most = most_values(tag) if vr in NUMBERS else 0
    return length % size == 0 and (most == 0 or length <= most * size)
