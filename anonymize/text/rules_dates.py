"""Dates that hold at least two of day, month and year; and the year of a birth."""

import re
from collections.abc import Iterator

from anonymize.text.folding import Folded
from anonymize.text.months import DAY_WORDS, MONTH, NUMBER_WORDS
from anonymize.text.spans import Label, Span

_D, _M, _Y = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:1[89]|20)\d{2}"
_CUE = r"(?:\b(?:le|les|du|au|ce|depuis|jusqu'au|des|et|vers|datee?|dates?)\s?:?\s)"
PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\d.,/])(?:{_D}\s{{0,2}}([./|\-])\s{{0,2}}{_M}\s{{0,2}}\1\s{{0,2}}(?:{_Y}|\d{{2}}))(?![\d]|[/]\d|[.,]\d)",
        rf"(?<![\d.,/]){_D} {{1,2}}(?:0[1-9]|1[0-2]) {{1,2}}{_Y}(?!\d)",
        rf"(?<!\d){_Y}([./\-])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?!\d)",
        rf"(?<!\d)(?:{_D}(?:er)?|1 ?er)[\s,.\-/]{{0,3}}(?:{MONTH})\b\.?(?:[\s.\-/]{{0,3}}(?:{_Y}|'?\d{{2}}(?![\d%°,.h]| ?[a-z]))\b)?",
        rf"\b(?:{MONTH})\b\.? {_D}(?:er)?,? ?{_Y}(?!\d)",
        rf"\b(?:{MONTH})\b[ .\-/,]{{0,3}}{_Y}(?!\d)",
        rf"\b(?:{DAY_WORDS}) (?:{MONTH})\b(?: (?:{_Y}|mil{{1,2}}e?(?:[ -]{NUMBER_WORDS})*|deux[ -]mille(?:[ -]{NUMBER_WORDS})*))?",
        rf"(?<![\d.,/\-])(?:0?[1-9]|1[0-2])\s?[/\-]\s?{_Y}(?!\d)",
        r"(?<!\d)(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d{2}(?!\d)",
        r"(?<!\d)(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)",
    )
)
CUED = re.compile(
    rf"{_CUE}({_D}\s?[/.\-]\s?(?:0[1-9]|1[0-2]|[1-9]))(?![\d/]|[.,]\d|\s?(?:mm|cm|mg|ml|g/|%|ans|h\b))"
)
"""``le 12/03``: without those words, 12/8 is a blood pressure."""
SPAN = re.compile(rf"(?<![\d.,/\-])({_D}(?:\s?[/.]\s?{_M})?)\s?(?:-|au|et)\s?{_D}\s?/\s?{_M}\s?/\s?{_Y}")
"""``du 12 au 15/03/2019``: the first day goes with the second."""
FROM_TO = re.compile(
    rf"(?<![\d.,/\-])({_D}(?:er)?(?:[ ]+(?:{MONTH})\b)?)(?=[ ]+(?:au|et)[ ]+(?:le[ ]+)?{_D}(?:er)?[ ]+(?:{MONTH})\b)"
)
BORN = re.compile(rf"\b(?:nee?|naissance|ddn|ne\(e\))\b[^.\n\d]{{0,25}}?({_Y})(?!\d)")
CUED_GROUPS = (CUED, SPAN, FROM_TO, BORN)


def dates(folded: Folded) -> Iterator[Span]:
    """Whole dates in every usual form; a month with its year; a day with its month."""
    for pattern in PATTERNS:
        for found in pattern.finditer(folded.text):
            yield Span(*folded.source(*found.span()), Label.DATE)
    for pattern in CUED_GROUPS:
        for found in pattern.finditer(folded.text):
            yield Span(*folded.source(*found.span(1)), Label.DATE)
