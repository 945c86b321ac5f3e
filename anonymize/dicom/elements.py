"""How an element is written (PS3.5 section 7): tag, VR, length, value."""

import struct
from dataclasses import dataclass
from mmap import mmap
from typing import Final

Data = bytes | mmap
"""Bytes of a file, in memory or mapped."""

UNDEFINED: Final = 0xFFFFFFFF
ITEM: Final = 0xFFFEE000
ITEM_END: Final = 0xFFFEE00D
SEQUENCE_END: Final = 0xFFFEE0DD
PIXEL_DATA: Final = 0x7FE00010
PIXELS: Final = frozenset({0x7FE00008, 0x7FE00009, PIXEL_DATA})
"""Float, double float and integer pixel data."""
PADDING: Final = 0xFFFCFFFC
MAX_DEPTH: Final = 32
"""Sequences within sequences; no object of PS3.3 needs more than a dozen."""
SHORT_MAX: Final = 0xFFFE
"""Longest value of a VR whose length is written on 16 bits."""

SHORT_VRS: Final = frozenset(
    "AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split()  # noqa: SIM905
)
"""VRs whose length is written on 16 bits when the VR is explicit."""
LONG_VRS: Final = frozenset("OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())  # noqa: SIM905
VRS: Final = SHORT_VRS | LONG_VRS

TEXT_VRS: Final = frozenset("AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT".split())  # noqa: SIM905
FREE_TEXT_VRS: Final = frozenset("LO LT PN SH ST UC UT".split())  # noqa: SIM905
"""Those written in the file's character set (PS3.5 section 6.1.2.3)."""
UNSPLIT_VRS: Final = frozenset("LT ST UR UT".split())  # noqa: SIM905
"""Those in which a backslash is a character like any other."""
NUMBERS: Final = {
    "AT": 4, "FD": 8, "FL": 4, "SL": 4, "SS": 2, "SV": 8, "UL": 4, "US": 2, "UV": 8,
}  # fmt: skip
"""VR of binary numbers -> bytes of one."""
WORDS: Final = {"OD": 8, "OF": 4, "OL": 4, "OV": 8, "OW": 2}


@dataclass(frozen=True)
class Encoding:
    """How the elements of a file are written."""

    implicit: bool
    little: bool

    @property
    def order(self) -> str:
        """Of :mod:`struct`: ``<`` or ``>``."""
        return "<" if self.little else ">"


def padded(value: bytes, vr: str) -> bytes:
    """``value`` with the byte that makes its length even: NUL for UIDs and binary, else a space."""
    if len(value) & 1:
        return value + (b" " if vr in TEXT_VRS and vr != "UI" else b"\0")
    return value


def element(tag: int, vr: str, value: bytes, encoding: Encoding) -> bytes:
    """One element, its value padded; a text too long for its VR is written as UN (PS3.5 section 6.2.2)."""
    value = padded(value, vr)
    head = struct.pack(encoding.order + "HH", tag >> 16, tag & 0xFFFF)
    if encoding.implicit:
        return head + struct.pack(encoding.order + "L", len(value)) + value
    if vr in SHORT_VRS and len(value) <= SHORT_MAX:
        return head + vr.encode() + struct.pack(encoding.order + "H", len(value)) + value
    written = b"UN" if vr in SHORT_VRS else vr.encode()
    return head + written + struct.pack(encoding.order + "HL", 0, len(value)) + value


def item(content: bytes, encoding: Encoding) -> bytes:
    """One item of a sequence, of defined length."""
    return struct.pack(encoding.order + "HHL", ITEM >> 16, ITEM & 0xFFFF, len(content)) + content
