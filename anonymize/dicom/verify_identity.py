"""What names a person in a source file, and where it stands in an output: for verification only.

Names are taken apart, dates are written in the ways that people write them, everything is looked for
without regard to case or accents, in UTF-8, Latin-1, UTF-16 and the character set that the file declares. A
search of all bytes at once says that nothing is there; only when it finds something is each value looked at.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, auto

FOLD = bytes(
    byte + 32 if 65 <= byte <= 90 or (0xC0 <= byte <= 0xDE and byte != 0xD7) else byte for byte in range(256)
)
"""Bytes in lower case, as ASCII and as Latin-1."""
SHORT = 4
"""Characters below which a needle is only looked for as a whole value."""
SURE = 6
"""Characters from which a needle is looked for inside words and numbers too."""
STANDARD_ROOT = "1.2.840.10008."
COUNTED = frozenset({"PatientID", "OtherPatientIDs"})
"""Attributes of which even a number of few digits is looked for."""
CHARSETS = {
    "": "latin_1", "ISO_IR 6": "latin_1", "ISO_IR 100": "latin_1", "ISO_IR 101": "iso8859_2",
    "ISO_IR 109": "iso8859_3", "ISO_IR 110": "iso8859_4", "ISO_IR 144": "iso8859_5",
    "ISO_IR 127": "iso8859_6", "ISO_IR 126": "iso8859_7", "ISO_IR 138": "iso8859_8",
    "ISO_IR 148": "iso8859_9", "ISO_IR 203": "iso8859_15", "ISO_IR 13": "shift_jis",
    "ISO_IR 166": "iso8859_11", "ISO_IR 192": "utf_8", "GB18030": "gb18030", "GBK": "gbk",
    "ISO 2022 IR 13": "iso2022_jp_2", "ISO 2022 IR 87": "iso2022_jp_2", "ISO 2022 IR 159": "iso2022_jp_2",
    "ISO 2022 IR 149": "euc_kr", "ISO 2022 IR 58": "gb2312",
}  # fmt: skip
"""Python's codec of each defined term of (0008,0005), PS3.3 C.12.1.1.2."""
HARMLESS = frozenset({
    "anonymized", "anonymised", "anonymous", "anonyme", "anon", "unknown", "inconnu", "none", "null",
    "patient", "phantom", "fantome", "test", "dummy", "removed", "deidentified", "default", "19000101",
    "00000000", "00010101", "anonymous patient", "not available", "n/a",
})  # fmt: skip
"""Values that name nobody, or that stand in an output by themselves."""
MAKERS = frozenset({
    "siemens", "philips", "toshiba", "canon", "hitachi", "fujifilm", "fuji", "agfa", "kodak", "carestream",
    "hologic", "samsung", "shimadzu", "ge", "esaote", "medical", "systems", "healthcare", "healthineers",
    "marconi", "picker", "elscint", "acuson", "mindray", "varian", "elekta", "bruker",
})  # fmt: skip
TERMS = frozenset({
    "head", "neck", "chest", "abdomen", "pelvis", "spine", "skull", "brain", "heart", "breast", "hand",
    "foot", "knee", "shoulder", "elbow", "wrist", "ankle", "axial", "original", "derived", "primary",
    "secondary", "localizer", "other", "volume", "whole", "body", "left", "right", "supine", "prone",
})  # fmt: skip
"""Words that Manufacturer and coded values hold whoever the person is."""


class Sort(IntEnum):
    """What kind of identifier a source value is."""

    NAME = auto()
    CODE = auto()
    """Numbers and codes of persons, exams, devices and stations."""
    PLACE = auto()
    DATE = auto()
    UID = auto()


@dataclass(frozen=True)
class Needle:
    """One text to look for."""

    raw: bytes
    """Folded, as it would stand in the bytes."""
    keyword: str
    """Attribute of the source that it comes from."""
    sort: Sort


@dataclass(frozen=True)
class Needles:
    """All that one source file must not leave in its output."""

    long: tuple[Needle, ...]
    short: dict[bytes, Needle]
    """Looked for as whole values."""


def needles(
    values: Iterable[tuple[Sort, str, bytes]], charset: bytes, written: Collection[bytes] = ()
) -> Needles:
    """What to look for: sort, keyword and bytes of each identifying value of a source file.

    ``charset``: value of (0008,0005), of which every term is tried. ``written``: values, folded, that the
    profile itself writes.
    """
    codecs = _codecs(charset)
    long: dict[bytes, Needle] = {}
    short: dict[bytes, Needle] = {}
    for sort, keyword, raw in values:
        for piece in _pieces(sort, raw, codecs):
            if piece in written:
                continue
            needle = Needle(piece, keyword, sort)
            if len(piece) >= SHORT:
                long.setdefault(piece, needle)
            elif not piece.isdigit() or keyword in COUNTED:
                short.setdefault(piece, needle)
    return Needles(tuple(long.values()), short)


def _codecs(charset: bytes) -> list[str]:
    terms = charset.decode("latin-1").strip("\0 ").split("\\")
    return list(
        dict.fromkeys(["utf_8", *(CHARSETS.get(term.strip(), "latin_1") for term in terms), "latin_1"])
    )


def _pieces(sort: Sort, raw: bytes, codecs: Sequence[str]) -> Iterator[bytes]:
    """The folded bytes of a value in every encoding and form in which it could stand in an output."""
    for part in _split(sort, raw):
        yield from _kept(folded(part), sort)
        for text in dict.fromkeys(_decoded(part, codecs)):
            forms = {text.lower(), text.upper(), _plain(text)}
            forms |= set(_dates(text)) if sort is Sort.DATE else set()
            for form in sorted(forms):
                for codec in codecs:
                    yield from _kept(folded(form.encode(codec, "ignore")), sort)


def _split(sort: Sort, raw: bytes) -> Iterator[bytes]:
    for part in re.split(rb"[\\=]" if sort is Sort.NAME else rb"\\", raw):
        value = part.strip(b" \0\r\n\t")
        if sort is Sort.NAME:
            # Prefixes and suffixes are titles.
            yield from re.split(rb"[ ,;\-'.]+", b" ".join(value.split(b"^")[:3]))
        elif sort is Sort.DATE:
            yield value[:8] if value[:8].isdigit() else value
        else:
            yield value


def _decoded(part: bytes, codecs: Sequence[str]) -> Iterator[str]:
    for codec in codecs:
        try:
            yield part.decode(codec)
        except UnicodeDecodeError:
            continue


def _plain(text: str) -> str:
    """Lower case without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))


def _dates(text: str) -> Iterator[str]:
    digits = text.replace(".", "").replace("-", "")
    if len(digits) == 8 and digits.isdigit():
        year, month, day = digits[:4], digits[4:6], digits[6:]
        yield digits
        yield from (f"{year}{sign}{month}{sign}{day}" for sign in "-./")
        yield from (f"{day}{sign}{month}{sign}{year}" for sign in "-./")


def _kept(piece: bytes, sort: Sort) -> Iterator[bytes]:
    letters = piece.strip(b" 0.-_^\0")
    if not letters or piece.decode("latin-1") in HARMLESS or (sort is Sort.NAME and len(letters) < 2):
        return
    yield piece


def folded(data: bytes) -> bytes:
    """Lower case, and without the zeros that UTF-16 puts between letters."""
    return data.translate(FOLD, b"\0")


def common_start(uids: Sequence[bytes]) -> bytes:
    """What all of several UIDs begin with, when that is long enough to be looked for in their place."""
    first, last = min(uids), max(uids)
    equal = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), None)
    start = first[:equal]
    text = start.decode("latin-1")
    telling = len(start) > 8 and not (STANDARD_ROOT.startswith(text) or "2.25.".startswith(text))
    return start if telling else b""


_WORD = re.compile(rb"[a-z\x80-\xff]")
_DIGIT = re.compile(rb"[0-9]")
_PSEUDONYM = re.compile(rb"[a-z2-7]{16}|[a-z2-7]{26}")
NUMERIC = frozenset({"US", "SS", "UL", "SL", "SV", "UV", "FL", "FD", "AT"})
BULK = frozenset({"OB", "OW", "OF", "OD", "OL", "OV", "UN"})


def stands_in(needle: Needle, value: bytes, vr: str, tag: int) -> bool:
    """Whether an output's value really holds ``needle``, and not by chance.

    ``value`` is :func:`folded`. Short words inside longer ones, numbers inside longer numbers, binary
    numbers, and words of the trade where they belong are no finding.
    """
    at = value.find(needle.raw)
    if at < 0 or vr in NUMERIC or _ordinary(needle, value, vr, tag):
        return False
    while at >= 0:
        if _bounded(needle, value, at, vr):
            return True
        at = value.find(needle.raw, at + 1)
    return False


def _ordinary(needle: Needle, value: bytes, vr: str, tag: int) -> bool:
    raw = needle.raw
    if vr in BULK:
        return len(raw) < SURE
    if vr in {"DS", "IS"}:
        return raw.isdigit() and len(raw) < SURE
    if _PSEUDONYM.fullmatch(value.strip(b" ")):
        return True
    word = raw.decode("latin-1")
    return (tag == 0x00080070 and word in MAKERS) or (vr == "CS" and word in TERMS)


def _bounded(needle: Needle, value: bytes, at: int, vr: str) -> bool:
    raw = needle.raw
    before, after = value[max(at - 1, 0) : at], value[at + len(raw) : at + len(raw) + 1]
    if needle.sort is Sort.UID:
        return not (_DIGIT.match(before) or before == b"." or _DIGIT.match(after))
    if _DIGIT.match(raw) and (vr == "UI" or needle.sort is not Sort.DATE) and _DIGIT.match(before):
        return False
    if _DIGIT.match(raw[-1:]) and (vr == "UI" or needle.sort is not Sort.DATE) and _DIGIT.match(after):
        return False
    if len(raw) >= SURE:
        return True
    inside = (_WORD.match(raw) and _WORD.match(before)) or (_WORD.match(raw[-1:]) and _WORD.match(after))
    return not inside
