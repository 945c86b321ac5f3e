"""Where the pixel data of a file end, and what hides in them; they are copied, never loaded."""

import os
import struct
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from anonymize.dicom.codestream import holds_notes
from anonymize.dicom.content import ends_in_text, hides_text
from anonymize.dicom.elements import LONG_VRS, UNDEFINED, Data, Encoding, element
from anonymize.dicom.identifiers import Needles
from anonymize.dicom.quarantine import Quarantine, Reason

FRAGMENTS = 1 << 20
"""More fragments than any slide or film has."""
HEAD, TAIL = 4096, 512
"""Bytes at the ends of a fragment where a codec writes comments."""
_ITEM = b"\xfe\xff\x00\xe0"
_END = b"\xfe\xff\xdd\xe0"


@dataclass(frozen=True)
class Window:
    """A file of which the first bytes, or all of them, are in memory."""

    data: Data
    size: int
    """Of the file."""
    descriptor: int

    def at(self, offset: int, count: int) -> bytes:
        """``count`` bytes from ``offset``, fewer at the end of the file."""
        if offset + count <= len(self.data):
            return self.data[offset : offset + count]
        if self.descriptor < 0:
            return self.data[offset : offset + count]
        return os.pread(self.descriptor, max(min(count, self.size - offset), 0), offset)


@dataclass(frozen=True)
class Span:
    """Pixel data of a file: from the element's tag to the byte after it."""

    start: int
    value: int
    end: int
    fragments: Sequence[int] = ()
    """Offset and length of one after the other; empty when the pixels are not encapsulated."""


def span_of(window: Window, start: int, value: int, length: int, *, encapsulated: bool) -> Span:
    """The pixel data whose element begins at ``start``; raises Quarantine when they are not whole."""
    if (length == UNDEFINED) is not encapsulated:
        raise Quarantine(Reason.MALFORMED, "PixelData")
    if encapsulated:
        return _fragments(window, start, value)
    if value + length > window.size:
        raise Quarantine(Reason.TRUNCATED, "PixelData")
    return Span(start, value, value + length)


def _fragments(window: Window, start: int, value: int) -> Span:
    at = value
    found = array("Q")
    for _ in range(FRAGMENTS):
        head = window.at(at, 8)
        if len(head) < 8:
            raise Quarantine(Reason.TRUNCATED, "PixelData")
        length = struct.unpack_from("<L", head, 4)[0]
        if head[:4] == _END and length == 0:
            return Span(start, value, at + 8, found)
        if head[:4] != _ITEM or at + 8 + length > window.size:
            reason = Reason.TRUNCATED if head[:4] == _ITEM and length != UNDEFINED else Reason.MALFORMED
            raise Quarantine(reason, "PixelData")
        found.append(at + 8)
        found.append(length)
        at += 8 + length
    raise Quarantine(Reason.MALFORMED, "PixelData")


def head_of(tag: int, vr: str, length: int, encoding: Encoding) -> bytes:
    """What stands before the value of a pixel data element, of a VR whose length is written on 32 bits."""
    head = element(tag, vr if vr in LONG_VRS else "OW", b"", encoding)
    return head[:-4] + struct.pack(encoding.order + "L", length)


def native_length(numbers: Mapping[str, int]) -> int:
    """Bytes of uncompressed pixels (PS3.5 section 8.1.1); 0 when the header does not tell."""
    pixels = numbers.get("rows", 0) * numbers.get("columns", 0) * max(numbers.get("frames", 1), 1)
    samples = 2 if numbers.get("subsampled") else numbers.get("samples", 1)
    return (pixels * samples * numbers.get("bits", 0) + 7) // 8


def search(window: Window, span: Span, length: int, needles: Needles) -> None:
    """Raise Quarantine when the pixel data hold an identifier, or words that are no pixels.

    ``length``: bytes that the pixels need, 0 when it is not known.
    """
    for at in range(0, len(span.fragments), 2):
        offset, size = span.fragments[at], span.fragments[at + 1]
        _search_fragment(window, offset, size, needles, table=at == 0)
    surplus = span.end - span.value - length
    if not span.fragments and length and surplus > 1:
        at = span.value + length
        while at < span.end:
            raw = window.at(at, min(1 << 20, span.end - at))
            if needles.in_bytes(raw) or hides_text(raw):
                raise Quarantine(Reason.LEAK, "PixelData")
            at += (1 << 20) - 128


def _search_fragment(window: Window, offset: int, size: int, needles: Needles, *, table: bool) -> None:
    """The ends of a fragment, where codecs write notes; the first one is the table of offsets."""
    if not size:
        return
    head = window.at(offset, min(size, HEAD))
    tail = window.at(offset + max(HEAD, size - TAIL), min(TAIL, size - HEAD)) if size > HEAD else head
    if needles.in_bytes(head) or (tail is not head and needles.in_bytes(tail)):
        raise Quarantine(Reason.LEAK, "PixelData")
    if (table and hides_text(head)) or holds_notes(head, tail) or ends_in_text(tail):
        raise Quarantine(Reason.PIXELS_TEXT, "PixelData")


def copy(window: Window, span: Span, target: int, start: int) -> None:
    """Copy the pixel data from ``start`` on to the end of the file ``target``, by the system."""
    at = start
    while at < span.end:
        done = _send(target, window.descriptor, at, min(span.end - at, 1 << 30))
        if not done:
            raise Quarantine(Reason.TRUNCATED, "PixelData")
        at += done


def _send(target: int, source: int, offset: int, count: int) -> int:
    try:
        return os.sendfile(target, source, offset, count)
    except OSError:
        chunk = os.pread(source, min(count, 1 << 22), offset)
        write_all(target, chunk)
        return len(chunk)


def write_all(target: int, data: bytes) -> None:
    """Write all of ``data``, which the system may take in pieces."""
    view = memoryview(data)
    while view:
        view = view[os.write(target, view) :]
