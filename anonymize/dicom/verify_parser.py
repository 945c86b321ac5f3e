"""A second reader of DICOM files, for verification only: it shares nothing with what rewrites them.

It walks a file once, element by element, asks a :class:`Context` what each one is, and keeps the values
that the context wants. Pixel data and large values are not read: their places are noted.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from struct import Struct, error
from typing import BinaryIO, cast

LONG = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "UC", "UN", "UR", "UT", "SV", "UV"})
"""VRs whose length takes four bytes, after two that are reserved (PS3.5, 7.1.2)."""
SHORT = frozenset({
    "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "PN", "SH", "SL", "SS", "ST",
    "TM", "UI", "UL", "US",
})  # fmt: skip
VRS = LONG | SHORT
SKIP, TAKE, ENTER, END, PIXELS, EMPTY = range(6)
"""What a context says of an element: nothing to look at, its value is wanted, a sequence to enter, the end of
an item or a sequence, pixel data, an element that must have no value."""
BRIEF, WIDE, BARE = range(3)
"""How the length is written: two bytes after the VR, four after two reserved ones, four and no VR."""
UNDEFINED = 0xFFFFFFFF
ITEM, SEQUENCE_END = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0"
WINDOW, LARGE, DEEPEST = 1 << 14, 1 << 16, 64
"""Bytes read at once; values longer than this, at the top, are only noted; nested sequences allowed."""
GREATEST_HEADER = 1 << 28
GREATEST_INFLATED = 1 << 30
IMPLICIT, BIG_ENDIAN, DEFLATED = "1.2.840.10008.1.2", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"

_U16, _U32 = Struct("<H").unpack_from, Struct("<I").unpack_from
_U16_BIG, _U32_BIG = Struct(">H").unpack_from, Struct(">I").unpack_from

Info = tuple[int, int, "Context | None"]
"""How the length is written, what to do, and the context of the items."""


class Unreadable(Exception):  # noqa: N818 - the caller says what it means
    """The bytes are not those of a data set."""


class _Short(Exception):  # noqa: N818 - asks for more bytes
    """The window ends inside an element."""


class Context:
    """What elements mean in one kind of place; remembered by their first bytes (tag and VR)."""

    def __init__(self) -> None:
        self.infos: dict[bytes, Info] = {}

    def learn(self, key: bytes) -> Info:
        """Info of elements that begin with ``key``: tag and VR, or the tag alone where the VR is implicit."""
        raise NotImplementedError

    def inside(self, key: bytes) -> "Context":
        """Context of the items of an element that is a sequence though its VR does not say so."""
        raise NotImplementedError

    def refuse(self, key: bytes) -> None:
        """An element that must be empty has a value."""
        raise NotImplementedError


@dataclass(frozen=True)
class Span:
    """A value that was not read: pixel data, or a large one."""

    key: bytes
    start: int
    length: int
    fragments: bool = False


@dataclass
class Content:
    """What a file holds, as far as it was asked for."""

    stream: BinaryIO
    size: int
    read: Callable[[int, int], bytes]
    """Bytes from a place on, fewer at the end."""
    first: bytes = b""
    """The file's first bytes."""
    preamble: bytes = b""
    meta: dict[int, bytes] = field(default_factory=dict)
    """Elements of group 2, by element number."""
    meta_end: int = 0
    syntax: str = ""
    found: list[tuple[bytes, bytes, int]] = field(default_factory=list)
    """Key, value and depth of the elements that were wanted, in their order."""
    spans: list[Span] = field(default_factory=list)
    header: list[bytes] = field(default_factory=list)
    """All the bytes of the data set that are not in ``spans``."""


def open_content(path: Path) -> Content:
    """The beginning of ``path``; raises Unreadable when it breaks. The caller closes the stream."""
    stream = cast("BinaryIO", path.open("rb", buffering=0))

    def read(start: int, length: int) -> bytes:
        stream.seek(start)
        return stream.read(length)

    content = Content(stream, stream.seek(0, 2), read)
    try:
        first = content.first = read(0, WINDOW)
        start = 132 if first[128:132] == b"DICM" else 0
        content.preamble = first[:start]
        _read_meta(content, first, start)
        if content.syntax == DEFLATED:
            _inflate(content)
    except Unreadable:
        stream.close()
        raise
    return content


def _read_meta(content: Content, first: bytes, pos: int) -> None:
    """Group 2, always in explicit little endian; none in a file that begins with its data set."""
    while first[pos : pos + 2] == b"\x02\x00" and pos + 12 <= len(first):
        wide = first[pos + 4 : pos + 6].decode("latin-1") in LONG
        length = _U32(first, pos + 8)[0] if wide else _U16(first, pos + 6)[0]
        start = pos + (12 if wide else 8)
        if length > len(first) - start:
            raise Unreadable
        content.meta[_U16(first, pos + 2)[0]] = first[start : start + length]
        pos = start + length
    content.meta_end = pos
    content.syntax = content.meta.get(0x10, b"").rstrip(b"\0 ").decode("latin-1")


def _inflate(content: Content) -> None:
    """Read the rest of a deflated file in memory, within a bound."""
    packer = zlib.decompressobj(-15)
    try:
        data = packer.decompress(content.read(content.meta_end, content.size), GREATEST_INFLATED)
    except zlib.error:
        raise Unreadable from None
    if packer.unconsumed_tail:
        raise Unreadable
    offset = content.meta_end
    content.first = b""
    content.read = lambda start, length: data[max(start - offset, 0) : max(start - offset + length, 0)]
    content.size = offset + len(data)


def is_explicit(content: Content) -> bool:
    """Whether elements tell their VR: the first one shows it, whatever the transfer syntax says."""
    start = content.meta_end
    head = content.first[start : start + 6] or content.read(start, 6)
    return head[4:6].decode("latin-1") in VRS


def is_big(content: Content) -> bool:
    """Whether the data set is in big endian: without a transfer syntax, its first group tells."""
    if content.syntax:
        return content.syntax == BIG_ENDIAN
    group = content.read(content.meta_end, 2)
    return len(group) == 2 and not group[0] and bool(group[1])


class Walk:
    """Reads the data set of a file into its :class:`Content`."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._explicit = is_explicit(content)
        self._big = is_big(content)
        self._u16, self._u32 = (_U16_BIG, _U32_BIG) if self._big else (_U16, _U32)
        self._data = b""
        self._span: Span | None = None

    def all(self, context: Context) -> Content:
        """Every element; raises Unreadable where the structure breaks: what came before is in the content."""
        content, base, size = self._content, self._content.meta_end, WINDOW
        while base < content.size:
            self._data = content.first[base:] if size == WINDOW else b""
            if not self._data:
                self._data = content.read(base, size)
            kept = len(content.found)
            try:
                passed = self._elements(0, content.size - base, context, 0, self._explicit)
            except (_Short, error):
                if base + len(self._data) >= content.size or size >= GREATEST_HEADER:
                    raise Unreadable from None
                del content.found[kept:]
                size *= 4
                continue
            content.header.append(self._data[:passed])
            base, size = base + passed, WINDOW
            if self._span is not None:
                base = self._leap(self._span, base)
        return content

    def _leap(self, span: Span, base: int) -> int:
        """Note a value that is not read; where it ends."""
        self._span = None
        fragments = span.length == UNDEFINED
        length = self._fragments(base) if fragments else span.length
        if base + length > self._content.size:
            raise Unreadable
        self._content.spans.append(Span(span.key, base, length, fragments))
        return base + length

    def _fragments(self, base: int) -> int:
        """Bytes of encapsulated pixel data, its delimiter included."""
        pos = base
        while True:
            head = self._content.read(pos, 8)
            if len(head) < 8 or head[:4] not in (ITEM, SEQUENCE_END):
                raise Unreadable
            pos += 8
            if head[:4] == SEQUENCE_END:
                return pos - base
            pos += int(_U32(head, 4)[0])

    def _elements(  # noqa: C901, PLR0912 - one loop over all bytes, where a call costs as much as the work
        self, pos: int, end: int, context: Context, depth: int, explicit: bool
    ) -> int:
        """Elements from ``pos`` to ``end`` or to a delimiter; where they stop.

        At the top, stops after the header of a value that is not to be read.
        """
        data, infos, found, key_size = self._data, context.infos, self._content.found, 6 if explicit else 4
        u16, u32, size, swapped = self._u16, self._u32, len(self._data), self._big
        while pos < end:
            key = data[pos : pos + key_size]
            if swapped:
                key = key[1::-1] + key[3:1:-1] + key[4:]
            info = infos.get(key)
            if info is None:
                if len(key) < key_size:
                    raise _Short
                info = infos[key] = context.learn(key)
            form, kind, child = info
            if form == BRIEF:
                start = pos + 8
                stop = start + u16(data, pos + 6)[0]
            elif form == WIDE:
                start = pos + 12
                stop = start + u32(data, pos + 8)[0]
            else:
                start = pos + 8
                stop = start + u32(data, pos + 4)[0]
            if kind == SKIP and stop <= size:
                pos = stop
                continue
            if kind == TAKE and stop <= size:
                found.append((key, data[start:stop], depth))
                pos = stop
                continue
            if kind == END:
                if not depth:
                    raise Unreadable
                return pos + 8
            length = stop - start
            if kind == EMPTY and length:
                context.refuse(key)
            if child is not None:
                pos = self._items(start, length, child, depth + 1, explicit and form != BARE)
            elif not depth and (kind == PIXELS or length > LARGE) and not self._holds_items(key, length):
                self._span = Span(key, start, length)
                return start
            elif length == UNDEFINED:
                pos = self._undefined(key, start, context, depth)
            elif stop > size:
                raise _Short
            else:
                pos = stop
        if pos > end:
            raise Unreadable
        return pos

    def _holds_items(self, key: bytes, length: int) -> bool:
        """Whether an undefined length is that of items rather than of fragments."""
        return length == UNDEFINED and key[4:6] not in (b"OB", b"OW") and key[:4] != b"\xe0\x7f\x10\x00"

    def _undefined(self, key: bytes, start: int, context: Context, depth: int) -> int:
        """A nested value without a length: fragments, or items in implicit VR (PS3.5, 6.2.2)."""
        if self._holds_items(key, UNDEFINED):
            return self._items(start, UNDEFINED, context.inside(key), depth + 1, explicit=False)
        pos = start
        while self._data[pos : pos + 4] == ITEM:
            pos += 8 + int(_U32(self._data, pos + 4)[0])
        if pos + 8 > len(self._data):
            raise _Short
        if self._data[pos : pos + 4] != SEQUENCE_END:
            raise Unreadable
        return pos + 8

    def _items(self, pos: int, length: int, context: Context, depth: int, explicit: bool) -> int:
        """The items of a sequence; where it ends."""
        if depth > DEEPEST:
            raise Unreadable
        data, stop = self._data, pos + length
        if length != UNDEFINED and stop > len(data):
            raise _Short
        item, sequence_end = (
            (ITEM, SEQUENCE_END) if not self._big else (b"\xff\xfe\xe0\x00", b"\xff\xfe\xe0\xdd")
        )
        while length == UNDEFINED or pos < stop:
            head, size = data[pos : pos + 4], self._u32(data, pos + 4)[0]
            pos += 8
            if head == sequence_end and length == UNDEFINED:
                return pos
            if head != item:
                raise Unreadable
            if size == UNDEFINED:
                pos = self._elements(pos, len(data) + 1, context, depth, explicit)
            else:
                if pos + size > len(data):
                    raise _Short
                if self._elements(pos, pos + size, context, depth, explicit) != pos + size:
                    raise Unreadable
                pos += size
        if pos != stop:
            raise Unreadable
        return pos
