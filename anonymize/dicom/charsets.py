"""Text in the character set that a file declares: SpecificCharacterSet (0008,0005), PS3.3 C.12.1.1.2."""

from dataclasses import dataclass
from functools import lru_cache

from anonymize.dicom.quarantine import Quarantine, Reason

SINGLE_BYTE = {
    "": "latin_1",
    "ISO_IR 6": "latin_1",
    "ISO_IR 100": "latin_1",
    "ISO_IR 101": "iso8859_2",
    "ISO_IR 109": "iso8859_3",
    "ISO_IR 110": "iso8859_4",
    "ISO_IR 126": "iso_ir_126",
    "ISO_IR 127": "iso_ir_127",
    "ISO_IR 138": "iso_ir_138",
    "ISO_IR 144": "iso_ir_144",
    "ISO_IR 148": "iso_ir_148",
    "ISO_IR 166": "iso_ir_166",
    "ISO_IR 192": "utf_8",
    "ISO_IR 203": "iso8859_15",
}
"""Declared term -> codec, for those in which a byte below 128 is always the ASCII character."""
DELIMITERS = {0x5C, 0x5E, 0x3D, 0x0D, 0x0A, 0x09, 0x0C}
"""After which a code extension ends: backslash, caret, equals, and the controls of text."""


@dataclass(frozen=True)
class Charset:
    """One declared character set, or several with code extensions."""

    terms: tuple[str, ...]
    codecs: tuple[str, ...]
    """Of Python, one a term."""

    @property
    def plain(self) -> bool:
        """Whether a byte below 128 is always the ASCII character, so that bytes can be looked at."""
        return len(self.terms) <= 1 and (self.terms or ("",))[0] in SINGLE_BYTE

    def decode(self, raw: bytes) -> str | None:
        """The text of ``raw``; None when it is not text in this character set."""
        if raw.isascii() and b"\x1b" not in raw:
            return raw.decode("ascii") if self.plain else self._extended(raw)
        return self._strict(raw) if self.plain else self._extended(raw)

    def _strict(self, raw: bytes) -> str | None:
        if b"\x1b" in raw:
            return None
        try:
            return raw.decode(self.codecs[0])
        except UnicodeDecodeError:
            return None

    def _extended(self, raw: bytes) -> str | None:
        from pydicom import charset, config

        try:
            with config.strict_reading():
                return charset.decode_bytes(raw, self.codecs, DELIMITERS)
        except (ValueError, LookupError):
            return None

    def encode(self, text: str) -> bytes | None:
        """``text`` in this character set; None when it has no such characters."""
        if text.isascii():
            return text.encode("ascii")
        try:
            return text.encode(self.codecs[0]) if self.plain else None
        except UnicodeEncodeError:
            return None


PLAIN = Charset((), ("latin_1",))
"""No character set is declared: ASCII, and what older machines wrote beyond it."""


@lru_cache(maxsize=256)
def charset_of(raw: bytes) -> Charset:
    """The character set of a value of (0008,0005); raises Quarantine(CHARSET) when it is not known."""
    try:
        text = raw.decode("ascii").strip(" \0")
    except UnicodeDecodeError:
        raise Quarantine(Reason.CHARSET, "SpecificCharacterSet") from None
    terms = tuple(term.strip() for term in text.split("\\")) if text else ()
    return Charset(terms, _codecs(terms)) if terms else PLAIN


def _codecs(terms: tuple[str, ...]) -> tuple[str, ...]:
    if len(terms) == 1 and terms[0] in SINGLE_BYTE:
        return (SINGLE_BYTE[terms[0]],)
    from pydicom.charset import convert_encodings, python_encoding

    if not all(term in python_encoding for term in terms):
        raise Quarantine(Reason.CHARSET, "SpecificCharacterSet")
    return tuple(convert_encodings(list(terms)))
