"""The file's own identifiers, looked for in what is left of its header.

``words`` are parts of names, looked for as whole words; ``strong`` ones are long enough to be looked for
anywhere, numbers between characters that are no digits. All are folded: no accents, lower case.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from anonymize.dicom.charsets import Charset
from anonymize.dicom.quarantine import Quarantine, Reason

STRONG = 6
"""Characters from which a name or an identifier is looked for inside words too."""
NEEDLES = 20_000
"""More than any file names; one that has more was made to be slow."""
WORK = 1 << 35
"""Bytes times identifiers that are searched: some seconds."""
NUMBER = 5
"""Digits from which a number is looked for."""
IDENTIFIERS = frozenset({
    0x00020016, 0x00080050, 0x00080080, 0x00080081, 0x00080092, 0x00080094, 0x00081010, 0x00081040,
    0x00081048, 0x00100020, 0x00100021, 0x00101000, 0x00101002, 0x00101040, 0x00101050, 0x00101080,
    0x00101081, 0x00101090, 0x00102154, 0x00102155, 0x00102297, 0x00120010, 0x00120020, 0x00120021,
    0x00120030, 0x00120031, 0x00120040, 0x00120042, 0x00181000, 0x00181002, 0x00181003, 0x00181004,
    0x00181005, 0x00181007, 0x00181008, 0x00181009, 0x0018100A, 0x0018100B, 0x00200010, 0x00321021,
    0x00380010, 0x00380011, 0x00380060, 0x00380061, 0x00380300, 0x00380400, 0x00400001, 0x00400009,
    0x00400010, 0x00400011, 0x00400241, 0x00400242, 0x00400243, 0x00400253, 0x00400512, 0x00401001,
    0x00401002, 0x00401010, 0x00402001, 0x00402009, 0x00402010, 0x00402011, 0x00402016, 0x00402017,
})  # fmt: skip
"""Attributes that tell who, where, by whom or on which machine, and are no names by their VR (PN)."""
PLACES = frozenset({0x00080080, 0x00080081, 0x00081040, 0x00081010, 0x00101040})
"""Of those, names of places, whose words are looked for one by one."""
PERSONAL = frozenset({0x00100020, 0x00100030, 0x00101000, 0x00101050, 0x00102154})
"""Those of a person that do not change from one file to the next."""
DATES = frozenset({"DA", "DT"})
_COMMON = """
academic and anonymized anonymous avenue boulevard cente center central centre chu clinic clinical
clinique college community county department dept des diagnostic dupl faculty foundation general group
health healthcare hopital hopitaux hosp hospital hospitalier hospitalo image imagerie imaging institut
institute lab laboratory medecine medical medicine memorial name national none oncology phantom private
public radiologie radiology regional research road room saint sante science sciences service services
state street test the universitaire university unknown ville
"""
COMMON = frozenset(_COMMON.split())
"""Words of names of places, and of files without a person, that tell nothing."""
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Needles:
    """What is looked for; folded."""

    words: frozenset[str]
    """Short names: hits as whole words only, in free text only."""
    strong: tuple[str, ...]
    """Names and identifiers looked for anywhere."""
    numbers: tuple[str, ...]
    """Digits only: a hit when no digit, and no decimal point, is next to them."""
    personal: tuple[str, ...] = ()
    """Those of ``numbers`` that are the person's own: long ones that stand in every file of theirs."""
    exact: frozenset[bytes] = frozenset()
    """Names in other scripts, as the file writes them."""

    @cached_property
    def all(self) -> tuple[str, ...]:
        """Every text, for who looks elsewhere (pixels, documents)."""
        return tuple(sorted(self.words.union(self.strong, self.numbers)))

    def bound(self, places: int) -> None:
        """Raise Quarantine(TOO_LARGE) when there is too much to look for in so many bytes or values."""
        if places * (len(self.strong) + len(self.numbers) + 1) > WORK:
            raise Quarantine(Reason.TOO_LARGE, "identifiers")

    @cached_property
    def _bytes(self) -> tuple[bytes, ...]:
        return tuple(text.encode() for text in self.strong)

    @cached_property
    def _digits(self) -> tuple[bytes, ...]:
        return tuple(text.encode() for text in self.numbers)

    @cached_property
    def _numbers(self) -> re.Pattern[str]:
        return re.compile(rf"(?<![\d.])(?:{'|'.join(self.numbers)})(?!\d|\.\d)")

    def suspects(self, header: bytes) -> bool:
        """Whether a long one stands in ``header``, as ASCII; quick, and may be wrong."""
        low = header.lower()
        for needle in self._bytes:
            if needle in low:
                return True
        for digits in self._digits:
            if digits in low and self._numbers.search(low.decode("latin_1")):
                return True
        return bool(self.exact) and any(one in header for one in self.exact)

    def in_text(self, text: str, *, free: bool) -> bool:
        """Whether one stands in a text; short names are looked for in ``free`` text only."""
        folded = fold(text)
        for needle in self.strong:
            if needle in folded:
                return True
        if self.numbers and self._numbers.search(folded):
            return True
        return free and bool(self.words) and not self.words.isdisjoint(_TOKEN.findall(folded))

    def in_uid(self, text: str) -> bool:
        """Whether a number of the person stands in UIDs of the source that stay.

        Only those that all files of a person share, so that the same UIDs are replaced in each of them.
        """
        return any(number in text for number in self.personal)

    def in_bytes(self, raw: bytes) -> bool:
        """Whether one stands in bytes that are no text."""
        if any(one in raw for one in self.exact):
            return True
        if not self.suspects(raw):
            return False
        return self.in_text(raw.decode("latin_1"), free=False)


def fold(text: str) -> str:
    """Lower case without accents."""
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


class Identity(NamedTuple):
    """One identifying value of the source."""

    tag: int
    vr: str
    raw: bytes


def identifies(tag: int, vr: str) -> bool:
    """Whether the values of an attribute are looked for in the output."""
    return vr == "PN" or vr in DATES or tag in IDENTIFIERS


def needles_of(identities: Iterable[Identity], charset: Charset) -> Needles:
    """What the values of a file tell of its person, its places and its people.

    Raises Quarantine(TOO_LARGE) when there are too many to be looked for.
    """
    words: set[str] = set()
    strong: set[str] = set()
    personal: set[str] = set()
    exact: set[bytes] = set()
    for one in identities:
        text = charset.decode(one.raw)
        if text is None:
            text = one.raw.decode("latin_1")
        text = text.strip(" \0")
        if one.vr in DATES:
            strong.update(_date_forms(text))
        elif one.vr == "PN":
            _add_words(_WORD.findall(text), words, strong)
            exact.update(_exotic(text, one.raw))
        else:
            _add_identifier(one.tag, text, words, strong)
        if one.tag in PERSONAL:
            personal.update(_numbers_of(one, text))
    if len(words) + len(strong) + len(exact) > NEEDLES:
        raise Quarantine(Reason.TOO_LARGE, "identifiers")
    return Needles(
        frozenset(words),
        tuple(sorted(text for text in strong if not text.isdigit())),
        tuple(sorted(text for text in strong if text.isdigit())),
        tuple(sorted(personal)),
        frozenset(exact),
    )


def _numbers_of(one: Identity, text: str) -> Iterable[str]:
    forms = _date_forms(text) if one.vr in DATES else re.findall(r"\d+", text)
    return (form for form in forms if form.isdigit() and len(form) >= STRONG)


def _add_words(found: Iterable[str], words: set[str], strong: set[str]) -> None:
    for word in map(fold, found):
        if word in COMMON or not word.isascii():
            continue
        if len(word) >= STRONG:
            strong.add(word)
        elif len(word) >= 3:
            words.add(word)


def _add_identifier(tag: int, text: str, words: set[str], strong: set[str]) -> None:
    for part in map(fold, text.split("\\")):
        if tag in PLACES:
            _add_words(_WORD.findall(part), words, strong)
        joined = "".join(_TOKEN.findall(part))
        for form in {part.strip(), joined, joined.lstrip("0")}:
            _add_form(form, words, strong)
        _add_words((word for word in _WORD.findall(part) if len(word) >= STRONG), words, strong)


def _add_form(form: str, words: set[str], strong: set[str]) -> None:
    if form in COMMON or not form.isascii():
        return
    if len(form) >= (NUMBER if form.isdigit() else STRONG):
        strong.add(form)
    elif len(form) >= 3:
        words.add(form)


def _date_forms(text: str) -> Iterable[str]:
    """The ways in which a date may be written in a text."""
    for value in text.split("\\"):
        digits = value.replace(".", "")[:8] if value[4:5] == "." else value[:8]
        if len(digits) == 8 and digits.isdigit() and digits[:4] not in {"0000", "1900"}:
            year, month, day = digits[:4], digits[4:6], digits[6:]
            yield digits
            yield f"{day}{month}{year}"
            for mark in "-/.":
                yield from (f"{year}{mark}{month}{mark}{day}", f"{day}{mark}{month}{mark}{year}")
            yield f"{month}/{day}/{year}"


def _exotic(text: str, raw: bytes) -> Iterable[bytes]:
    """Components that are not in Latin letters, in the bytes of the file and in UTF-8."""
    for word in _WORD.findall(text):
        if len(word) >= 2 and not fold(word).isascii():
            yield word.encode()
    for part in re.split(rb"[\^=\\ ]", raw):
        if len(part) >= 4 and not part.isascii():
            yield part
