"""A whole file the fast way, from its first bytes to a draft."""

import struct

from anonymize.dicom import draft as facts
from anonymize.dicom.charsets import Charset, charset_of
from anonymize.dicom.compiled import CACHED_VALUES, Places, SlowPath
from anonymize.dicom.draft import Draft, facts_of, pixel_length, text_of
from anonymize.dicom.edits import Place
from anonymize.dicom.elements import Encoding
from anonymize.dicom.file_meta import (
    DEFLATED,
    PREAMBLE,
    PREFIX,
    SENDER,
    SOP_CLASS,
    FileMeta,
    encoding_of,
    is_encapsulated,
    read_meta,
)
from anonymize.dicom.identifiers import Identity, Needles, needles_of
from anonymize.dicom.pixel_bytes import Span, Window, search, span_of
from anonymize.dicom.pixels.facts import Decision
from anonymize.dicom.pixels.policy import PixelPolicy
from anonymize.dicom.quarantine import Quarantine, Reason
from anonymize.dicom.special.registry import handler
from anonymize.dicom.stamps import stamps
from anonymize.dicom.values import Replacer
from anonymize.dicom.walker import NeedMore, Walk

TAIL_MAX = 1 << 24
"""Bytes after the pixel data that are walked."""
REMEMBERED = 128
"""Identifying values of a file beyond which what they tell is not remembered."""
META_START = PREAMBLE + len(PREFIX)


class FastWay:
    """The fast way, for one plan and its keys."""

    def __init__(self, places: Places, replacer: Replacer, pixels: PixelPolicy) -> None:
        self._places = places
        self._replacer = replacer
        self._pixels = pixels
        self._stamps: dict[Encoding, tuple[tuple[int, bytes], ...]] = {}
        self._needles: dict[tuple[object, ...], Needles] = {}
        self._decisions: dict[tuple[object, ...], Decision | Quarantine] = {}

    def draft(self, window: Window) -> Draft:
        """Raises SlowPath, NeedMore (the header is longer than the window's bytes) or Quarantine."""
        data = bytes(window.data)
        if data[PREAMBLE:META_START] != PREFIX:
            raise SlowPath("prefix")
        meta = read_meta(data, META_START)
        syntax = meta.transfer_syntax
        if not syntax or syntax == DEFLATED:
            raise SlowPath("transfer-syntax")
        encoding = encoding_of(syntax)
        sop_class = meta.values.get(SOP_CLASS, "")
        if not encoding.little or handler(sop_class) is not None:
            raise SlowPath("object")
        raw_charset = _guess(data, meta.end, encoding, 0x00080005, meta.end + 256).strip(b" \0")
        charset = charset_of(raw_charset)
        if not charset.plain:
            raise SlowPath("charset")
        place = Place(sop_class, (), charset)
        guessed = self._person(_guess(data, meta.end, encoding, facts.PATIENT_ID, len(data)), charset)
        walk = self._walk(window, meta.end, place, encoding, person=guessed, charset=raw_charset)
        person = self._person(walk.seen.get(facts.PATIENT_ID, b""), charset)
        if person != guessed:
            walk = self._walk(window, meta.end, place, encoding, person=person, charset=raw_charset)
        if text_of(walk.seen, facts.SOP_CLASS) != sop_class:
            raise SlowPath("class")
        return self._draft(window, walk, syntax, charset, meta)

    @staticmethod
    def _person(raw: bytes, charset: Charset) -> str:
        return (charset.decode(raw) or "").strip(" \0")

    def _walk(
        self, window: Window, start: int, place: Place, encoding: Encoding, *, person: str, charset: bytes
    ) -> Walk:
        known = self._stamps.get(encoding)
        if known is None:
            known = self._stamps[encoding] = stamps(self._places.editor.plan, encoding)
        whole = len(window.data) >= window.size
        walk = Walk(bytes(window.data), whole, person, charset, list(known))
        walk.run(start, self._places.root(place, encoding))
        return walk

    def _draft(self, window: Window, walk: Walk, syntax: str, charset: Charset, meta: FileMeta) -> Draft:
        seen = walk.seen
        person = self._person(seen.get(facts.PATIENT_ID, b""), charset)
        if not person:
            raise SlowPath("no-person")
        decision = self._decide(walk, syntax)
        if decision.kind in {"mask", "look"}:
            raise SlowPath("pixels")
        span, tail = self._after(window, walk, syntax, charset)
        header = b"".join(walk.out)
        if meta.values.get(SENDER):
            walk.identities.append(Identity(SENDER, "AE", meta.values[SENDER].encode("latin_1")))
        needles = self._wanted(walk, charset)
        needles.bound(len(header) + len(tail))
        if needles.suspects(header) or needles.suspects(tail) or _in_texts(walk, needles, charset):
            raise SlowPath("identifier")
        if span is not None:
            search(window, span, pixel_length(seen), needles)
        return Draft(
            way="walker",
            transfer_syntax=syntax,
            sop_class=text_of(seen, facts.SOP_CLASS),
            person=person,
            patient=self._replacer.patient(person),
            new=walk.new,
            header=header,
            pixels=span,
            tail=tail,
            looked=decision.kind,
            references=_references(walk),
        )

    def _decide(self, walk: Walk, syntax: str) -> Decision:
        has_pixels = walk.pixels is not None
        values = {tag: raw for tag, raw in walk.seen.items() if tag not in _NAMES and tag & 0xFFFF != 0x3000}
        key = (syntax, has_pixels, *values.items(), *(tag for tag in walk.seen if tag >> 24 == 0x60))
        known = self._decisions.get(key)
        if known is None:
            try:
                known = self._pixels.decide(facts_of(walk.seen, syntax, has_pixels=has_pixels))
            except Quarantine as refusal:
                known = refusal
            if len(self._decisions) >= CACHED_VALUES:
                self._decisions.clear()
            self._decisions[key] = known
        if isinstance(known, Quarantine):
            raise Quarantine(known.reason, known.detail)
        return known

    def _after(self, window: Window, walk: Walk, syntax: str, charset: Charset) -> tuple[Span | None, bytes]:
        """Where the pixel data lie, and what is left of the elements after them."""
        found = walk.pixels
        if found is None:
            return None, b""
        encapsulated = is_encapsulated(syntax)
        span = span_of(window, found.start, found.value, found.length, encapsulated=encapsulated)
        if found.vr not in {"OB", "OW", "OF", "OD"} or (found.length & 1 and not encapsulated):
            raise SlowPath("pixels-vr")
        if span.end == window.size:
            return span, b""
        if window.size - span.end > TAIL_MAX:
            raise Quarantine(Reason.TOO_LARGE, "after PixelData")
        rest = window.at(span.end, window.size - span.end)
        if not rest.strip(b"\0"):
            return span, b""
        walk.data, walk.whole, walk.pixels = rest, True, None
        before, walk.out = walk.out, []
        walk.last = found.tag
        place = Place(text_of(walk.seen, facts.SOP_CLASS), (), charset)
        walk.run(0, self._places.root(place, encoding_of(syntax)))
        if walk.pixels is not None:
            raise SlowPath("pixels-twice")
        tail, walk.out, walk.pixels = b"".join(walk.out), before, found
        return span, tail

    def _wanted(self, walk: Walk, charset: Charset) -> Needles:
        key = (charset, *((one.tag, one.raw) for one in walk.identities))
        known = self._needles.get(key)
        if known is None:
            known = needles_of(walk.identities, charset)
            if len(walk.identities) <= REMEMBERED:
                if len(self._needles) >= CACHED_VALUES:
                    self._needles.clear()
                self._needles[key] = known
        return known


_NAMES = frozenset({facts.PATIENT_ID, facts.SOP_INSTANCE, facts.STUDY, facts.SERIES})


def _guess(data: bytes, start: int, encoding: Encoding, tag: int, stop: int) -> bytes:
    """The value that follows the first bytes that look like ``tag``; checked once the header was walked."""
    mark = struct.pack("<HH", tag >> 16, tag & 0xFFFF)
    if not encoding.implicit:
        mark += b"CS" if tag == 0x00080005 else b"LO"
    at = data.find(mark, start, stop)
    if at < 0 or len(data) < at + 8:
        return b""
    form, offset = ("<L", 4) if encoding.implicit else ("<H", 6)
    length = struct.unpack_from(form, data, at + offset)[0]
    return data[at + 8 : at + 8 + length] if length <= 256 else b""


def _in_texts(walk: Walk, needles: Needles, charset: Charset) -> bool:
    if walk.uids and needles.in_uid(b"\\".join(walk.uids).decode("latin_1")):
        return True
    text = charset.decode(b"\n".join(walk.texts))
    return text is None or needles.in_text(text, free=True)


def _references(walk: Walk) -> tuple[str, ...]:
    if not walk.references:
        return ()
    texts = (raw.decode("latin_1").strip(" \0") for raw in walk.references)
    return tuple(dict.fromkeys(filter(None, texts)))


__all__ = ["FastWay", "NeedMore"]
