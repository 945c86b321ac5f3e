"""Whether a kept text looks like what its attribute may hold; all else is taken for a name or a number.

A text is plausible when every one of its words is technical (``lexicon``), numbers are few and short, and
nothing in it looks like a date, or when it has the shape that machines write in that very attribute.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from anonymize.dicom.standard import attributes, coding, lexicon, shapes
from anonymize.dicom.standard.dictionary import keyword_of

TEXTS = frozenset({"CS", "LO", "LT", "SH", "ST", "UC", "UT"})
GRAMMARS = {
    "AS": re.compile(r"\d{3}[DWMY]"),
    "DA": re.compile(r"(19|20)\d{6}"),
    "TM": re.compile(r"([01]\d|2[0-3])([0-5]\d([0-6]\d(\.\d{1,6})?)?)?"),
    "DT": re.compile(r"(19|20)\d\d(\d{2}){0,5}(\.\d{1,6})?([+-]\d{4})?"),
    "UI": re.compile(r"[12](\.\d+)+"),
    "IS": re.compile(r"[+-]?\d{1,7}"),
    "DS": re.compile(r"[+-]?(\d{1,7}(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?"),
}
ALLOWED = re.compile(r"[^\x00-\x1f\x7f@^|~`{}!?$€]*")
LATIN = re.compile(r"[\x20-\xff°µ²³\r\n\t]*")
TOKEN = re.compile(r"[a-z0-9]+")
NUMBER, PADDED = re.compile(r"\d+"), re.compile(r"00\d\d")
MEASURE = re.compile(
    r"\d{1,4}(mm|cm|m|ms|s|sec|min|h|kv|kvp|kev|mev|ma|mas|t|hz|khz|mhz|mgy|gy|deg|ml|mg|g|mbq|mci|pct)"
    r"|\d{1,4}x\d{1,4}(x\d{1,3})?(mm|cm)?|\d{1,2}(d|x|ch|st|nd|rd|th|p)"
)
NUMBERED = re.compile(
    r"(b|te|tr|ti)\d{1,4}|(t|b|c|l|s|d|th|fa|v|vb|va|x|e|r|p|seg|lead|fov|ph|phase|ser|im|roi)\d{1,2}"
    r"|(beam|field|target|window|sat|reg)\d{1,2}"
)
WORDS, LETTERS, BARE, DIGITS = 60, 3, 5, 14
"""Most words of a text, letters that stand alone, digits of bare numbers, and digits in all."""


def speaks_of(tag: int, vr: str) -> bool:
    """Whether the text attribute is one that technical words may fill; others leave unread."""
    keyword = keyword_of(tag)
    if keyword is None or vr not in TEXTS or tag >> 16 in attributes.FREE_GROUPS:
        return False
    return attributes.FREE.search(keyword) is None


def plausible(tag: int, vr: str, value: str, scheme: str = "") -> bool:
    """Whether ``value``, decoded and without padding, is something that the attribute may hold.

    ``vr``: the attribute's own. ``scheme``: of CodeValue, LongCodeValue, CodeMeaning and CodingSchemeVersion,
    the CodingSchemeDesignator of the same item; without it they are not plausible. Every one of several
    values must be plausible; an empty one is.
    """
    parts = [value] if vr in {"LT", "ST", "UT"} else value.split("\\")
    return all(_plausible(tag, vr, part.strip(" "), scheme.strip(" ")) for part in parts)


@lru_cache(maxsize=16384)
def _plausible(tag: int, vr: str, value: str, scheme: str) -> bool:
    if not value:
        return True
    grammar = GRAMMARS.get(vr)
    if grammar is not None:
        dated = vr in {"DS", "IS"} and _dated(value)
        return (grammar.fullmatch(value) is not None and not dated) or (vr == "DS" and _is_dose(tag, value))
    if vr not in TEXTS:
        return False
    if tag >> 16 & 1:
        return technical(value, lexicon.machines())
    code = CODED.get(tag)
    if code is not None:
        return code(value, scheme)
    return speaks_of(tag, vr) and _fits(keyword_of(tag) or "", vr, value)


def _is_dose(tag: int, value: str) -> bool:
    """Whether ``value`` is a dose or a factor in becquerels: many digits, most of them zeros at the end."""
    found = re.fullmatch(r"(\d{8,12})(\.\d{1,3})?", value) if tag in attributes.LARGE else None
    return found is not None and len(found[1].rstrip("0")) <= 6 and not _dated(value)


def _dated(value: str) -> bool:
    return re.fullmatch(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", value) is not None


def _fits(keyword: str, vr: str, value: str) -> bool:
    shape = attributes.SHAPES.get(keyword)
    if (shape is not None and shape(value)) or (vr == "CS" and value in lexicon.terms()):
        return True
    if keyword in attributes.PEOPLES:
        return technical(value, lexicon.peoples())
    if keyword in attributes.MAKERS:
        return technical(value, lexicon.makers())
    if keyword in attributes.MACHINES:
        return technical(value, lexicon.machines())
    return technical(value)


def technical(text: str, more: frozenset[str] = frozenset()) -> bool:
    """Whether ``text`` has only technical words, those of ``more``, measures and numbers of few digits."""
    if not (ALLOWED.fullmatch(text) and LATIN.fullmatch(text)) or shapes.DATED.search(text):
        return False
    tokens = TOKEN.findall(fold(text))
    return _few(tokens) and all(_technical(token, more) for token in tokens)


def _few(tokens: list[str]) -> bool:
    """Whether letters and digits are too few to spell a name or a number."""
    letters = sum(len(token) == 1 and token.isalpha() for token in tokens)
    bare = sum(len(token) for token in tokens if token.isdigit())
    digits = sum(map(str.isdigit, "".join(tokens)))
    return 0 < len(tokens) <= WORDS and letters <= LETTERS and bare <= BARE and digits <= DIGITS


def _technical(token: str, more: frozenset[str]) -> bool:
    if len(token) == 1 or token in lexicon.words() or token in more:
        return True
    if NUMBER.fullmatch(token):
        return len(token) < 4 or PADDED.fullmatch(token) is not None
    return any(shape.fullmatch(token) for shape in (MEASURE, NUMBERED)) or _model(token, more)


def _model(token: str, more: frozenset[str]) -> bool:
    """Words of machines with a number (``sp2``), and releases; of names of machines only."""
    if more is not lexicon.machines():
        return False
    word = token.rstrip("0123456789")
    return (len(token) - len(word) < 3 and len(word) > 1 and word in more) or bool(
        shapes.RELEASE.fullmatch(token)
    )


def fold(text: str) -> str:
    """Lower case, without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).lower()


def _meaning(value: str, scheme: str) -> bool:
    return scheme in coding.REGISTERED and technical(value)


CODED: dict[int, Callable[[str, str], bool]] = {
    coding.CODE_VALUE: coding.is_code,
    coding.LONG_CODE_VALUE: coding.is_code,
    coding.DESIGNATOR: lambda value, _scheme: value in coding.REGISTERED,
    coding.VERSION: lambda value, scheme: scheme in coding.REGISTERED and coding.is_version(value),
    coding.MEANING: _meaning,
}
"""Parts of a code, which are judged together with its scheme."""
