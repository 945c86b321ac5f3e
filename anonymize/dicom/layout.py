"""The bones of a data set, read before anything else trusts its lengths: for the slow way.

Every length is held against the end of what holds it, and sequences against a greatest depth, so that
what reads the data set afterwards can't be led astray.
"""

import struct
from dataclasses import dataclass
from typing import Final

from anonymize.dicom.elements import (
    ITEM,
    ITEM_END,
    LONG_VRS,
    MAX_DEPTH,
    PADDING,
    PIXELS,
    SEQUENCE_END,
    UNDEFINED,
    VRS,
    Data,
    Encoding,
)
from anonymize.dicom.quarantine import Quarantine, Reason
from anonymize.dicom.standard.dictionary import vr_of

PADDING_MAX: Final = 1 << 24
"""Zeros after the last element."""
IMPLICIT: Final = Encoding(implicit=True, little=True)
ELEMENTS_MAX: Final = 400_000
"""Elements and items that the slow way takes: beyond, it would need minutes."""


@dataclass(frozen=True)
class Bones:
    """Offsets of a data set."""

    start: int
    end: int
    """Where its last element ends; padding comes after it."""
    pixels: tuple[int, int, int] | None
    """Start of the pixel data element, start of its value, and its length."""
    after: int
    """Where the element after the pixels begins; ``end`` without pixels."""


@dataclass(frozen=True)
class _Head:
    tag: int
    vr: str
    value: int
    length: int


class Reader:
    """Follows the lengths of a data set."""

    def __init__(self, data: Data, encoding: Encoding) -> None:
        self._data = data
        self._encoding = encoding
        self._left = ELEMENTS_MAX

    def bones(self, start: int) -> Bones:
        """Raises Quarantine: truncated, malformed or too deep."""
        at, size = start, len(self._data)
        pixels, after = None, None
        while at < size:
            if self._is_padding(at):
                break
            head = self._head(at, size, self._encoding)
            if head.tag in PIXELS:
                if pixels is not None:
                    raise Quarantine(Reason.MALFORMED, "PixelData")
                pixels = (at, head.value, head.length)
            at = self._after(head, size, 0, self._encoding)
            after = at if pixels is not None and after is None else after
        return Bones(start, at, pixels, at if after is None else after)

    def _is_padding(self, at: int) -> bool:
        """Zeros up to the end, or the attribute made for padding: nothing of it is kept."""
        mark = self._data[at : at + 4]
        if mark in {b"\xfc\xff\xfc\xff", b"\xff\xfc\xff\xfc"}:
            return True
        if mark.strip(b"\0"):
            return False
        if len(self._data) - at > PADDING_MAX:
            raise Quarantine(Reason.MALFORMED, "padding")
        return not self._data[at:].strip(b"\0")

    def _head(self, at: int, end: int, encoding: Encoding) -> _Head:
        order = encoding.order
        self._left -= 1
        if self._left < 0:
            raise Quarantine(Reason.TOO_LARGE, "elements")
        if at + 8 > end:
            raise Quarantine(Reason.TRUNCATED, "element")
        group, number, length = struct.unpack_from(order + "HHL", self._data, at)
        tag = group << 16 | number
        if tag in {ITEM, ITEM_END, SEQUENCE_END}:
            return _Head(tag, "", at + 8, length)
        if encoding.implicit:
            return _Head(tag, vr_of(tag) or "UN", at + 8, length)
        vr = self._data[at + 4 : at + 6].decode("latin_1")
        if vr not in VRS:
            raise Quarantine(Reason.MALFORMED, "VR")
        if vr not in LONG_VRS:
            return _Head(tag, vr, at + 8, struct.unpack_from(order + "H", self._data, at + 6)[0])
        if at + 12 > end:
            raise Quarantine(Reason.TRUNCATED, "element")
        return _Head(tag, vr, at + 12, struct.unpack_from(order + "L", self._data, at + 8)[0])

    def _after(self, head: _Head, end: int, depth: int, encoding: Encoding) -> int:
        if head.tag in {ITEM, ITEM_END, SEQUENCE_END, PADDING} or head.tag >> 16 < 0x0004:
            raise Quarantine(Reason.MALFORMED, "tag")
        if head.length == UNDEFINED:
            return self._undefined(head, end, depth, encoding)
        after = head.value + head.length
        if after > end:
            raise Quarantine(Reason.TRUNCATED if end == len(self._data) else Reason.MALFORMED, "length")
        if head.vr == "SQ":
            self._items(head.value, after, depth + 1, encoding, closed=True)
        return after

    def _undefined(self, head: _Head, end: int, depth: int, encoding: Encoding) -> int:
        if head.tag in PIXELS:
            return self._opaque(head.value, end)
        if head.vr == "UN":
            inner = Encoding(implicit=True, little=encoding.little)
            return self._items(head.value, end, depth + 1, inner, closed=False)
        if head.vr != "SQ":
            raise Quarantine(Reason.MALFORMED, "undefined length")
        return self._items(head.value, end, depth + 1, encoding, closed=False)

    def _opaque(self, at: int, end: int) -> int:
        while True:
            head = self._head(at, end, self._encoding)
            if head.tag == SEQUENCE_END:
                return head.value
            if head.tag != ITEM or head.length == UNDEFINED:
                raise Quarantine(Reason.MALFORMED, "PixelData")
            at = head.value + head.length
            if at > end:
                raise Quarantine(Reason.TRUNCATED, "PixelData")

    def _items(self, at: int, end: int, depth: int, encoding: Encoding, *, closed: bool) -> int:
        if depth > MAX_DEPTH:
            raise Quarantine(Reason.TOO_DEEP)
        while at < end:
            head = self._head(at, end, encoding)
            if head.tag == SEQUENCE_END and not closed:
                return head.value
            if head.tag != ITEM:
                raise Quarantine(Reason.MALFORMED, "item")
            at = self._item(head, end, depth, encoding)
        if not closed:
            raise Quarantine(Reason.TRUNCATED, "sequence")
        return at

    def _item(self, item: _Head, end: int, depth: int, encoding: Encoding) -> int:
        closed = item.length != UNDEFINED
        stop = item.value + item.length if closed else end
        if stop > end:
            raise Quarantine(Reason.TRUNCATED if end == len(self._data) else Reason.MALFORMED, "item")
        at = item.value
        while at < stop:
            head = self._head(at, stop, encoding)
            if head.tag == ITEM_END and not closed:
                return head.value
            at = self._after(head, stop, depth, encoding)
        if not closed:
            raise Quarantine(Reason.TRUNCATED, "item")
        return at
