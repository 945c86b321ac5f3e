"""Text without case and accents, whose characters still tell where they stood."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LIGATURES = {"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "ʼ": "'", "`": "'", "´": "'"}
SPACES = "\u00a0\u202f\u2009\u2007\u2002\u2003"
HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2212"
INVISIBLE = "\u200b\u200c\u200d\ufeff\u00ad"

TIDY = {
    **{ord(sign): " " for sign in SPACES},
    **{ord(sign): "-" for sign in HYPHENS},
    **{ord(sign): "'" for sign in "’ʼ`´"},
}


@dataclass(frozen=True)
class Folded:
    """A text in plain lower case letters, and where each of its characters comes from."""

    text: str
    origin: tuple[int, ...] | None
    """Place in the source of each character, and its length last; None when they are the same."""

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the source behind ``start`` to ``end`` (excluded)."""
        if self.origin is None:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1 if end > start else self.origin[start]


def fold(text: str) -> Folded:
    """``text`` in lower case, without accents, with plain spaces, hyphens and apostrophes."""
    parts = [_plain(sign) for sign in text]
    if all(len(part) == 1 for part in parts):
        return Folded("".join(parts), None)
    origin = [place for place, part in enumerate(parts) for _ in part]
    return Folded("".join(parts), (*origin, len(text)))


def tidy(text: str) -> str:
    """``text`` with plain spaces, hyphens and apostrophes, character for character."""
    return text.translate(TIDY)


@lru_cache(maxsize=4096)
def _plain(sign: str) -> str:
    if sign in SPACES:
        return " "
    if sign in HYPHENS:
        return "-"
    if sign in INVISIBLE:
        return ""
    lower = sign.lower()
    if lower in LIGATURES:
        return LIGATURES[lower]
    apart = unicodedata.normalize("NFKD", lower)
    return "".join(each for each in apart if not unicodedata.combining(each))
