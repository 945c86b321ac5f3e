"""A whole file the slow way, from its bytes to a draft."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anonymize.dicom import draft as facts
from anonymize.dicom.charsets import Charset, charset_of
from anonymize.dicom.draft import Draft, facts_of, pixel_length, text_of
from anonymize.dicom.edits import Editor, Place
from anonymize.dicom.elements import LONG_VRS, PIXELS, UNDEFINED, VRS, Encoding
from anonymize.dicom.file_meta import (
    DEFLATED,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    PREAMBLE,
    PREFIX,
    FileMeta,
    encoding_of,
    is_encapsulated,
    read_meta,
)
from anonymize.dicom.identifiers import Identity
from anonymize.dicom.layout import Bones, Reader
from anonymize.dicom.pixel_bytes import Span, Window, search, span_of
from anonymize.dicom.pixels.facts import Decision
from anonymize.dicom.pixels.policy import PixelPolicy
from anonymize.dicom.quarantine import Quarantine, Reason
from anonymize.dicom.slow import (
    CHARSET,
    Rewriter,
    Values,
    blank_hits,
    put,
    read,
    references,
    swapped,
    written,
)
from anonymize.dicom.special.registry import handler
from anonymize.dicom.stamps import stamp_values
from anonymize.dicom.values import Replacer

if TYPE_CHECKING:
    from pydicom import Dataset

HEADER_MAX = 1 << 28
"""Bytes of elements other than pixel data that pydicom is given."""
EDITED_MAX = 1 << 30
"""Bytes of pixel data that are loaded to be edited."""
INFLATED_MAX = 1 << 29
"""Bytes of a deflated data set once inflated."""
LITTLE = Encoding(implicit=False, little=True)


@dataclass(frozen=True)
class Opened:
    """A file found to be DICOM, by its prefix or by its first element."""

    window: Window
    meta: FileMeta
    encoding: Encoding
    transfer_syntax: str
    start: int
    """Offset of the data set in the window."""


def open_file(window: Window) -> Opened:
    """What a file says of itself; raises Quarantine when it is no DICOM file, or one of unknown syntax."""
    data = window.data
    meta = FileMeta({}, 0)
    for start in (PREAMBLE + len(PREFIX), len(PREFIX)):
        if data[start - len(PREFIX) : start] == PREFIX:
            meta = read_meta(data, start)
            break
    else:
        if data[:2] == b"\x02\x00" and data[4:6].decode("latin_1") in VRS:
            meta = read_meta(data, 0)
    if meta.transfer_syntax == DEFLATED:
        inflated = _inflated(data, meta.end)
        return Opened(Window(inflated, len(inflated), -1), meta, LITTLE, EXPLICIT_LITTLE, 0)
    encoding = _found(data[meta.end : meta.end + 8], known=bool(meta.values))
    declared = meta.transfer_syntax
    if declared:
        said = encoding_of(declared)
        if said.little == encoding.little and said.implicit == encoding.implicit:
            return Opened(window, meta, encoding, declared, meta.end)
        if is_encapsulated(declared):
            raise Quarantine(Reason.MALFORMED, "TransferSyntaxUID")
    plain = EXPLICIT_BIG if not encoding.little else IMPLICIT_LITTLE if encoding.implicit else EXPLICIT_LITTLE
    return Opened(window, meta, encoding, plain, meta.end)


def _found(head: bytes, *, known: bool) -> Encoding:
    """How the first element is written. Without file meta information it must be one of group 8."""
    if len(head) < 8:
        raise Quarantine(Reason.TRUNCATED if known else Reason.NOT_DICOM)
    explicit = head[4:6].decode("latin_1") in VRS
    group = int.from_bytes(head[:2], "little"), int.from_bytes(head[:2], "big")
    if not known and 8 not in group:
        raise Quarantine(Reason.NOT_DICOM)
    little = group[0] <= group[1]
    if not little and not explicit:
        raise Quarantine(Reason.UNKNOWN_TRANSFER_SYNTAX if known else Reason.NOT_DICOM)
    return Encoding(implicit=not explicit, little=little)


def _inflated(data: bytes, start: int) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        inflated = inflater.decompress(data[start:], INFLATED_MAX)
    except zlib.error:
        raise Quarantine(Reason.MALFORMED, "deflated") from None
    if inflater.unconsumed_tail:
        raise Quarantine(Reason.TOO_LARGE, "deflated")
    if not inflater.eof:
        raise Quarantine(Reason.TRUNCATED, "deflated")
    return inflated


class SlowWay:
    """The slow way, for one plan and its keys."""

    def __init__(self, editor: Editor, replacer: Replacer, pixels: PixelPolicy) -> None:
        self._editor = editor
        self._replacer = replacer
        self._pixels = pixels

    def draft(self, window: Window) -> Draft:
        """Raises Quarantine."""
        opened = open_file(window)
        bones = Reader(opened.window.data, opened.encoding).bones(opened.start)
        ds = self._header(opened, bones)
        values = Values(opened.encoding)
        source = _source(ds, values)
        sop_class = text_of(source, facts.SOP_CLASS)
        charset = charset_of(source.get(CHARSET, b""))
        special = handler(sop_class)
        place = Place(sop_class, (), charset)
        rewriter = Rewriter(self._editor, values, _person(source, charset))
        rewriter.gather(ds, place)
        needles = rewriter.needles(charset)
        if needles_missing := opened.meta.values.get(0x00020016):
            rewriter.identities.append(Identity(0x00020016, "AE", needles_missing.encode("latin_1")))
            needles = rewriter.needles(charset)
        finish = special.clean(ds, self._editor.plan, self._replacer, needles.all) if special else None
        decision = self._pixels.decide(
            facts_of(source, opened.transfer_syntax, has_pixels=bones.pixels is not None)
        )
        looked = self._edited(ds, opened, bones, decision, needles.all)
        new = rewriter.rewritten(ds, place)
        if finish:
            finish(new)
        for tag, vr, value in stamp_values(self._editor.plan, looked_at=looked is not None):
            put_stamp(new, tag, vr, value)
        blank_hits(new, self._editor, Values(LITTLE), needles, place)
        span = _span(opened, bones, looked is not None)
        if isinstance(span, Span):
            search(opened.window, span, pixel_length(source), needles)
        return self._finished(
            opened, ds, new, source, span, looked or _kind(decision), place, rewriter.person
        )

    def _header(self, opened: Opened, bones: Bones) -> "Dataset":
        """The data set without its pixel data."""
        data = opened.window.data
        stop = bones.pixels[0] if bones.pixels else bones.end
        if stop - bones.start + bones.end - bones.after > HEADER_MAX:
            raise Quarantine(Reason.TOO_LARGE, "header")
        ds = read(
            data[bones.start : stop] + (data[bones.after : bones.end] if bones.pixels else b""),
            opened.encoding,
        )
        from pydicom.dataset import FileMetaDataset
        from pydicom.uid import UID

        ds.file_meta = FileMetaDataset()
        ds.file_meta.TransferSyntaxUID = UID(opened.transfer_syntax)
        return ds

    def _edited(
        self, ds: "Dataset", opened: Opened, bones: Bones, decision: Decision, needles: tuple[str, ...]
    ) -> str | None:
        """Load and edit the pixels where that was decided; what was done, None when nothing was."""
        if decision.kind not in {"mask", "look"} or bones.pixels is None:
            return None
        start, value, length = bones.pixels
        if bones.after - value > EDITED_MAX:
            raise Quarantine(Reason.TOO_LARGE, "PixelData")
        from pydicom import DataElement

        data, order = opened.window.data, opened.encoding.order
        tag = int.from_bytes(data[start : start + 2], "little" if order == "<" else "big") << 16
        tag |= int.from_bytes(data[start + 2 : start + 4], "little" if order == "<" else "big")
        vr = "OW" if opened.encoding.implicit else data[start + 4 : start + 6].decode("latin_1")
        encapsulated = length == UNDEFINED
        stop = bones.after - 8 if encapsulated else bones.after
        pixels = DataElement(tag, vr, bytes(data[value:stop]))
        pixels.is_undefined_length = encapsulated
        ds[tag] = pixels
        return self._pixels.edit(ds, decision, needles)

    def _finished(
        self,
        opened: Opened,
        ds: "Dataset",
        new: "Dataset",
        source: Mapping[int, bytes],
        span: Span | bytes | None,
        looked: str,
        place: Place,
        person: str,
    ) -> Draft:
        syntax = str(ds.file_meta.TransferSyntaxUID) if span is None else opened.transfer_syntax
        if syntax == EXPLICIT_BIG:
            syntax = EXPLICIT_LITTLE
        encoding = encoding_of(syntax)
        values = Values(LITTLE)
        pixels = next((tag for tag in sorted(new.keys()) if tag in PIXELS), None)
        first = min(PIXELS)
        header = written(new, values, encoding, [tag for tag in sorted(new.keys()) if tag < first])
        tail = written(new, values, encoding, [tag for tag in sorted(new.keys()) if tag > max(PIXELS)])
        if span is None and pixels is not None:
            span = _edited_pixels(new, pixels, encoding, ds.file_meta.TransferSyntaxUID == EXPLICIT_BIG)
        out = _source(new, values)
        return Draft(
            "slow", syntax, place.sop_class, person, self._replacer.patient(person), out, header,
            span, tail, looked, references(new, values),
        )  # fmt: skip


def put_stamp(ds: "Dataset", tag: int, vr: str, value: Any) -> None:
    """Set a stamp: text, or the codes of a sequence."""
    from pydicom import DataElement, Dataset, Sequence

    if vr != "SQ":
        put(ds, tag, vr, value.encode())
        return
    items = []
    for code, scheme, meaning in value:
        one = Dataset()
        put(one, 0x00080100, "SH", code.encode())
        put(one, 0x00080102, "SH", scheme.encode())
        put(one, 0x00080104, "LO", meaning.encode())
        items.append(one)
    ds[tag] = DataElement(tag, "SQ", Sequence(items))


def _source(ds: "Dataset", values: Values) -> dict[int, bytes]:
    """Values of the top level that decide about the file."""
    found = {}
    for tag in ds.keys():
        if (tag in facts.FACTS or tag == CHARSET or tag >> 24 == 0x60) and values.vr(ds, tag) != "SQ":
            found[int(tag)] = values.raw(ds, tag)
    return found


def _person(source: Mapping[int, bytes], charset: Charset) -> str:
    text = charset.decode(source.get(facts.PATIENT_ID, b""))
    if text is None:
        raise Quarantine(Reason.CHARSET, "PatientID")
    person = text.strip(" \0")
    if not person:
        raise Quarantine(Reason.NO_PERSON, "PatientID")
    return person


def _kind(decision: Decision) -> str:
    return decision.kind


def _span(opened: Opened, bones: Bones, edited: bool) -> Span | bytes | None:
    """The pixel data to copy: from the file, or turned from big to little endian."""
    if bones.pixels is None or edited:
        return None
    start, value, length = bones.pixels
    encapsulated = is_encapsulated(opened.transfer_syntax)
    span = span_of(opened.window, start, value, length, encapsulated=encapsulated)
    if opened.encoding.little and not (length & 1 and not encapsulated):
        return span
    data = opened.window.data
    head, raw = data[start:value], data[value : value + length]
    return _little(head, raw, opened.encoding)


def _little(head: bytes, raw: bytes, encoding: Encoding) -> bytes:
    """A pixel data element of odd length or in big endian, as little endian of even length."""
    from anonymize.dicom.elements import element

    order = "little" if encoding.little else "big"
    tag = int.from_bytes(head[:2], order) << 16 | int.from_bytes(head[2:4], order)
    vr = "OW" if encoding.implicit else head[4:6].decode("latin_1")
    return element(
        tag, vr, raw if encoding.little else swapped(vr, raw), encoding if encoding.little else LITTLE
    )


def _edited_pixels(ds: "Dataset", tag: int, encoding: Encoding, big: bool) -> bytes:
    """The element of edited pixels, or of those that were found clean."""
    from anonymize.dicom.elements import element

    one = ds[tag]
    raw = swapped(one.VR, one.value) if big else one.value
    if not one.is_undefined_length:
        return element(tag, one.VR, raw, encoding)
    head = element(tag, one.VR if one.VR in LONG_VRS else "OB", b"", encoding)
    return head[:-4] + b"\xff" * 4 + raw + b"\xfe\xff\xdd\xe0\0\0\0\0"
