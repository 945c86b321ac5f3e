"""The fast way: one pass over the bytes of a header, which builds no objects.

Explicit and implicit little endian. Runs of elements that stay are copied as they are; every other one
is a constant, or looked up by its bytes. What is out of the ordinary raises ``SlowPath``: tags out of
order, a VR that no edition knows, a length that passes its parent's end.
"""

import struct
from dataclasses import dataclass, field
from typing import Final, Literal, cast

from anonymize.dicom.compiled import (
    CHARSET,
    CODE,
    CONSTANT,
    COPY,
    END,
    ENTER,
    IDENTITY,
    LEAVE,
    NUMBER,
    PERSONAL,
    PIXEL,
    PRIVATE,
    REFERENCE,
    REMOVE,
    REWRITTEN,
    SCHEME,
    SEEN,
    TEXT,
    VALUE,
    Operation,
    PlaceOperations,
    SlowPath,
)
from anonymize.dicom.content import TEXT_LEAST, hides_text
from anonymize.dicom.edits import Given
from anonymize.dicom.elements import MAX_DEPTH, UNDEFINED
from anonymize.dicom.identifiers import Identity
from anonymize.dicom.quarantine import Quarantine, Reason

_U2 = struct.Struct("<H").unpack_from
_U4 = struct.Struct("<L").unpack_from
_P4 = struct.Struct("<L").pack
_ITEM = b"\xfe\xff\x00\xe0"
_RESERVED = b"\0\0"
_SEQUENCE_END = b"\xfe\xff\xdd\xe0"
_NO_TAG: Final = 1 << 33


class NeedMore(Exception):  # noqa: N818 - it asks for more of the file
    """The header goes on beyond the bytes that were read."""


@dataclass
class Pixels:
    """Where the pixel data lie in the buffer."""

    start: int
    """Of the element."""
    value: int
    length: int
    tag: int
    vr: str


@dataclass
class Level:
    """One data set being walked: that of the file, or an item of a sequence."""

    place: PlaceOperations
    out: list[bytes]
    end: int
    depth: int
    run: int
    """Start of the bytes that stay and are not yet in ``out``."""
    closed: bool = True
    """The end is known; else a delimiter says where it is."""
    live: bool = True
    """What is written leaves; else it is read for its identifiers only."""
    last: int = -1
    stamp: int = _NO_TAG
    """Tag of the next stamp."""
    scheme: bytes = b""
    codes: list[tuple[int, Operation, bytes]] = field(default_factory=list)
    """Values that wait for the scheme of their item, and their index in ``out``."""
    creators: dict[int, tuple[str, int, bytes]] = field(default_factory=dict)
    """Block of private attributes -> creator, index in ``out`` and element of the creator."""


@dataclass
class Walk:
    """One header, from the first element to the pixel data, or what follows them."""

    data: bytes
    whole: bool
    """``data`` ends where the file ends."""
    person: str
    charset: bytes
    """Value of (0008,0005) that was assumed."""
    stamps: list[tuple[int, bytes]]
    """Those that are still to be written."""
    last: int = -1
    """Last tag of the top level."""
    out: list[bytes] = field(default_factory=list)
    seen: dict[int, bytes] = field(default_factory=dict)
    """Tag -> value in the source, at the top level."""
    new: dict[int, bytes] = field(default_factory=dict)
    """Tag -> value in the output, of the same; absent where the element is gone."""
    identities: list[Identity] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
    uids: list[bytes] = field(default_factory=list)
    """UIDs of the source that stay."""
    references: list[bytes] = field(default_factory=list)
    pixels: Pixels | None = None

    def run(self, start: int, place: PlaceOperations) -> None:
        """Walk the top level; raises SlowPath, NeedMore or Quarantine."""
        level = Level(place, self.out, len(self.data), 0, start, last=self.last)
        level.stamp = self.stamps[0][0] if self.stamps else _NO_TAG
        try:
            self._elements(level, start)
        except struct.error:
            raise self._short("end") from None
        self.last = level.last
        self._stamp(level, _NO_TAG - 1)

    def _short(self, why: str) -> Exception:
        return SlowPath(why) if self.whole else NeedMore()

    def _elements(self, level: Level, p: int) -> int:  # noqa: C901, PLR0912 - calls would double its time
        """Elements from ``p`` to the end of the level; returns where the next thing begins."""
        data, end, out = self.data, level.end, level.out
        place, last = level.place, level.last
        ops, implicit = place.ops, place.encoding.implicit
        width = 4 if implicit else 6
        while p < end:
            key = data[p : p + width]
            operation = ops.get(key) or place.operation(key)
            kind, tag, wide, flags, cache, _, _ = operation
            if implicit:
                v, length = p + 8, _U4(data, p + 4)[0]
            elif wide:
                v, length = p + 12, _U4(data, p + 8)[0]
                if data[p + 6 : p + 8] != _RESERVED:
                    raise SlowPath("reserved")
            else:
                v, length = p + 8, _U2(data, p + 6)[0]
            if tag <= last:
                if kind == END:
                    return self._delimiter(level, p, length)
                raise SlowPath("order")
            last = level.last = tag
            if tag > level.stamp:
                self._flush(level, p)
                self._stamp(level, tag)
            following = v + length
            if not flags and following <= end:
                if kind == COPY:
                    size, most = cache
                    if (
                        not length % size
                        and length <= most
                        and (length < TEXT_LEAST or not hides_text(data[v:following]))
                    ):
                        p = following
                        continue
                elif kind == NUMBER:
                    if not length & 1 and cache(data[v:following]) is not None:
                        p = following
                        continue
                elif kind <= VALUE:
                    new = cache if kind == CONSTANT else cache.get(data[v:following])
                    if new is True:
                        p = following
                        continue
                    if new is not None:
                        if level.run < p:
                            out.append(data[level.run : p])
                        if new:
                            out.append(new)
                        p = level.run = following
                        continue
            p = self._other(level, operation, p, v, length)
            if self.pixels is not None:
                return p
        return self._end(level, p)

    def _other(self, level: Level, operation: Operation, p: int, v: int, length: int) -> int:
        """An element that is none of the usual; returns where the next one begins."""
        kind, tag, _, flags, _, vr, _ = operation
        if kind == PIXEL:
            self._flush(level, p)
            self._stamp(level, _NO_TAG - 1)
            self.pixels = Pixels(p, v, length, tag, vr)
            return p
        if kind in {ENTER, LEAVE}:
            return self._sequence(level, operation, p, v, length)
        if length == UNDEFINED:
            return self._unbounded(level, operation, p, v)
        following = v + length
        if following > level.end:
            raise self._short("overrun") if level.end == len(self.data) else SlowPath("overrun")
        raw = self.data[v:following]
        if kind == PRIVATE:
            return self._private(level, operation, p, following, raw)
        if flags:
            self._remember(level, operation, raw)
        if kind == CODE:
            self._flush(level, p)
            level.codes.append((len(level.out), operation, raw))
            level.out.append(b"")
            level.run = following
            return following
        new = self._replaced(level.place, operation, raw)
        if flags and level.live:
            self._note(level.place, operation, raw, new)
        if new is not True:
            self._flush(level, p)
            level.out.append(new)
            level.run = following
        return following

    def _replaced(self, place: PlaceOperations, operation: Operation, raw: bytes) -> bytes | Literal[True]:
        """The element in place of the one that holds ``raw``; True where it stays."""
        kind, tag, _, flags, cache, vr, rule = operation
        if kind == CONSTANT:
            return cast("bytes", cache)
        key: object = (self.person, raw) if kind == PERSONAL else raw
        if kind in {VALUE, PERSONAL}:
            known = cache.get(key)
            if known is not None:
                return cast("bytes | Literal[True]", known)
        value = place.editor.edit(rule or REMOVE, Given(tag, vr, raw, place.place, self.person))
        stays = value is raw and not flags & REWRITTEN
        new: bytes | Literal[True] = True if stays else place.written(tag, vr, value)
        if kind in {VALUE, PERSONAL}:
            place.remember(cache, key, new, len(raw))
        return new

    def _remember(self, level: Level, operation: Operation, raw: bytes) -> None:
        _, tag, _, flags, _, vr, _ = operation
        if flags & SEEN:
            self.seen[tag] = raw
        if flags & IDENTITY and raw:
            self.identities.append(Identity(tag, vr, raw))
        if flags & SCHEME:
            level.scheme = raw
        if flags & CHARSET and raw.strip(b" \0") != self.charset:
            raise SlowPath("charset")

    def _note(
        self, place: PlaceOperations, operation: Operation, raw: bytes, new: bytes | Literal[True]
    ) -> None:
        """Remember what leaves, where it matters."""
        _, tag, _, flags, _, vr, _ = operation
        if not flags & (SEEN | TEXT | REFERENCE) or not new:
            return
        value = raw if new is True else new[place.width(vr, len(new)) :]
        if flags & SEEN:
            self.new[tag] = value
        if flags & TEXT:
            (self.uids if vr == "UI" else self.texts).append(value)
        if flags & REFERENCE:
            self.references.append(value)

    def _flush(self, level: Level, p: int) -> None:
        if level.run < p:
            level.out.append(self.data[level.run : p])
        level.run = p

    def _stamp(self, level: Level, tag: int) -> None:
        """Write the stamps that come before ``tag``."""
        if level.depth:
            return
        while self.stamps and self.stamps[0][0] < tag:
            level.out.append(self.stamps.pop(0)[1])
        level.stamp = self.stamps[0][0] if self.stamps else _NO_TAG

    def _end(self, level: Level, p: int) -> int:
        if p != level.end or not level.closed:
            raise self._short("end") if level.end == len(self.data) else SlowPath("end")
        self._flush(level, p)
        self._codes(level)
        return p

    def _delimiter(self, level: Level, p: int, length: int) -> int:
        if level.closed or length:
            raise SlowPath("delimiter")
        self._flush(level, p)
        self._codes(level)
        return p + 8

    def _codes(self, level: Level) -> None:
        for index, operation, raw in level.codes:
            new = level.place.code(operation, raw, level.scheme)
            level.out[index] = new
            if new and level.live:
                self._note(level.place, operation, raw, new)

    def _sequence(self, level: Level, operation: Operation, p: int, v: int, length: int) -> int:
        kind, tag, _, _, constant, _, _ = operation
        self._flush(level, p)
        out: list[bytes] = []
        entered = kind == ENTER and level.live
        following = self._items(level, level.place.inside(tag), v, length, out, live=entered)
        if kind == ENTER:
            level.out.append(level.place.written(tag, "SQ", b"".join(out)))
        elif constant:
            level.out.append(constant)
        level.run = following
        return following

    def _items(
        self, level: Level, place: PlaceOperations, p: int, length: int, out: list[bytes], *, live: bool
    ) -> int:
        """Items of a sequence, written with defined lengths; returns where the next element begins."""
        data, depth = self.data, level.depth + 1
        if depth > MAX_DEPTH:
            raise Quarantine(Reason.TOO_DEEP)
        end = level.end if length == UNDEFINED else p + length
        if end > level.end:
            raise self._short("overrun") if level.end == len(data) else SlowPath("overrun")
        while p < end:
            mark, size = data[p : p + 4], _U4(data, p + 4)[0]
            p += 8
            if mark == _SEQUENCE_END and length == UNDEFINED and not size:
                return p
            if mark != _ITEM:
                raise SlowPath("item")
            closed = size != UNDEFINED
            stop = p + size if closed else end
            if stop > end:
                raise self._short("overrun") if end == len(data) else SlowPath("overrun")
            content: list[bytes] = []
            p = self._elements(Level(place, content, stop, depth, p, closed=closed, live=live), p)
            body = b"".join(content)
            out.append(_ITEM + _P4(len(body)))
            out.append(body)
        if length == UNDEFINED:
            raise self._short("end") if end == len(data) else SlowPath("end")
        return p

    def _unbounded(self, level: Level, operation: Operation, p: int, v: int) -> int:
        """An element of undefined length that is no known sequence: read as one where nothing of it stays."""
        kind, tag, _, _, _, vr, _ = operation
        gone = kind == PRIVATE or (kind == CONSTANT and vr == "UN")
        if not gone or (not level.place.encoding.implicit and vr != "SQ"):
            raise SlowPath("undefined")
        self._flush(level, p)
        level.run = self._items(level, level.place.inside(tag), v, UNDEFINED, [], live=False)
        return level.run

    def _private(self, level: Level, operation: Operation, p: int, following: int, raw: bytes) -> int:
        """A private attribute: it leaves, but where the plan knows that its block makes it safe."""
        _, tag, _, _, _, vr, _ = operation
        place, number = level.place, tag & 0xFFFF
        self._flush(level, p)
        level.run = following
        if not place.safe_private or vr == "SQ" or not level.live:
            return following
        if 0x10 <= number <= 0xFF:
            creator = raw.decode("latin_1").strip(" \0")
            level.creators[tag & 0xFFFF0000 | number << 8] = (
                creator,
                len(level.out),
                place.written(tag, "LO", raw),
            )
            level.out.append(b"")
            return following
        creator, index, written = level.creators.get(tag & 0xFFFFFF00, ("", -1, b""))
        rule = place.editor.rule(tag, vr, place.place, creator) if index >= 0 else REMOVE
        value = place.editor.edit(rule, Given(tag, vr, raw, place.place, self.person))
        if value is not None:
            level.out[index] = written
            level.out.append(place.written(tag, vr, value))
            self.texts.append(value)
        return following
