"""Writes DICOM byte by byte, right or wrong on purpose; shares nothing with pydicom or the tool."""

import struct
import zlib
from dataclasses import dataclass, field

LONG = {"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"}
PACK = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d", "AT": "H", "UV": "Q", "SV": "q"}
UNDEFINED = 0xFFFFFFFF

IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
BIG = "1.2.840.10008.1.2.2"
JPEG = "1.2.840.10008.1.2.4.50"
J2K = "1.2.840.10008.1.2.4.90"
RLE = "1.2.840.10008.1.2.5"

Value = object
"""``str`` (encoded), ``bytes`` (raw), list of numbers (packed), list of :class:`Data` (items)."""


class Data(dict[int, tuple[str, Value]]):
    """Tag -> (VR, value); written in the order of tags unless ``ordered`` is given."""

    def put(self, tag: int, vr: str, value: Value) -> "Data":
        """Add an element and return the data set."""
        self[tag] = (vr, value)
        return self


@dataclass
class Style:
    """How a data set is written."""

    syntax: str = EXPLICIT
    charset: str = "latin-1"
    undefined: bool = False
    """Sequences and items of undefined length."""
    pad: bool = True
    """False leaves odd lengths odd."""
    groups: bool = False
    """Group lengths in front of each group."""

    @property
    def explicit(self) -> bool:
        """False for implicit VR."""
        return self.syntax != IMPLICIT

    @property
    def order(self) -> str:
        """Byte order as struct names it."""
        return ">" if self.syntax == BIG else "<"


@dataclass
class File:
    """A Part 10 file to be written."""

    data: Data
    style: Style = field(default_factory=Style)
    meta: Data | None = field(default_factory=Data)
    """Elements beside the mandatory ones; None: no meta header."""
    preamble: bytes | None = bytes(128)
    tail: bytes = b""
    """Bytes after the last element."""
    extra: list[tuple[int, str, Value]] = field(default_factory=list)
    """Elements out of order or twice, at the end of the data set."""

    def bytes(self) -> bytes:
        """The file."""
        body = encode(self.data, self.style)
        for tag, vr, value in self.extra:
            body += element(tag, vr, value, self.style)
        body += self.tail
        if self.style.syntax == DEFLATED:
            squeezed = zlib.compressobj(wbits=-15)
            body = squeezed.compress(body) + squeezed.flush()
            body += b"\0" * (len(body) % 2)
        head = b"" if self.preamble is None else self.preamble + b"DICM"
        return head + (b"" if self.meta is None else self._meta()) + body

    def _meta(self) -> bytes:
        assert self.meta is not None
        whole = Data()
        whole.put(0x00020001, "OB", b"\0\1")
        whole.put(0x00020002, "UI", self.data[0x00080016][1])
        whole.put(0x00020003, "UI", self.data[0x00080018][1])
        whole.put(0x00020010, "UI", self.style.syntax)
        whole.put(0x00020012, "UI", "1.2.826.0.1.3680043.8.498.1")
        whole.update(self.meta)
        body = encode(whole, Style(charset=self.style.charset))
        return element(0x00020000, "UL", [len(body)], Style()) + body


def encode(data: Data, style: Style) -> bytes:
    """The elements in the order of their tags."""
    groups: dict[int, bytes] = {}
    for tag in sorted(data):
        vr, value = data[tag]
        groups[tag >> 16] = groups.get(tag >> 16, b"") + element(tag, vr, value, style)
    if not style.groups:
        return b"".join(groups.values())
    return b"".join(element(group << 16, "UL", [len(body)], style) + body for group, body in groups.items())


def element(tag: int, vr: str, value: Value, style: Style) -> bytes:
    """One element with its header."""
    if isinstance(value, list) and (vr == "SQ" or (value and isinstance(value[0], dict))):
        body = _items(value, style)
        length = UNDEFINED if style.undefined else len(body)
        end = struct.pack(style.order + "HHI", 0xFFFE, 0xE0DD, 0) if style.undefined else b""
        return header(tag, vr, length, style) + body + end
    if isinstance(value, Fragments):
        return header(tag, vr, UNDEFINED, style) + value.bytes()
    body = payload(vr, value, style)
    return header(tag, vr, len(body), style) + body


def header(tag: int, vr: str, length: int, style: Style) -> bytes:
    """Tag, VR and length."""
    start = struct.pack(style.order + "HH", tag >> 16, tag & 0xFFFF)
    if not style.explicit:
        return start + struct.pack("<I", length)
    if vr in LONG:
        return start + vr.encode() + struct.pack(style.order + "HI", 0, length)
    return start + vr.encode() + struct.pack(style.order + "H", length & 0xFFFF)


def payload(vr: str, value: Value, style: Style) -> bytes:
    """The bytes of a value, padded to an even length unless the style says not to."""
    if isinstance(value, list):
        code = PACK.get(vr, "H")
        return struct.pack(f"{style.order}{len(value)}{code}", *value)
    raw = value if isinstance(value, bytes) else str(value).encode(style.charset, "replace")
    if len(raw) % 2 and style.pad:
        raw += b"\0" if vr in {"UI", "OB", "UN"} else b" "
    return raw


def _items(items: list[Data], style: Style) -> bytes:
    found = []
    for item in items:
        body = encode(item, Style(**{**style.__dict__, "groups": False}))
        length = UNDEFINED if style.undefined else len(body)
        found.append(struct.pack(style.order + "HHI", 0xFFFE, 0xE000, length) + body)
        if style.undefined:
            found.append(struct.pack(style.order + "HHI", 0xFFFE, 0xE00D, 0))
    return b"".join(found)


class Fragments:
    """Encapsulated pixel data: an offset table, then one fragment a frame."""

    def __init__(self, frames: list[bytes], table: bytes = b"") -> None:
        self.frames = frames
        self.table = table

    def bytes(self) -> bytes:
        """Items and the delimiter."""
        found = []
        for frame in (self.table, *self.frames):
            padded = frame + b"\0" * (len(frame) % 2)
            found.append(struct.pack("<HHI", 0xFFFE, 0xE000, len(padded)) + padded)
        return b"".join(found) + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
