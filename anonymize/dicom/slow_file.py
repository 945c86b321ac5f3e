"""A whole file the slow way, from its bytes to a draft."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydicom import DataElement, Dataset, Sequence
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID

from anonymize.dicom import draft as facts
from anonymize.dicom.charsets import Charset, charset_of
from anonymize.dicom.draft import Draft, facts_of, pixel_length, text_of
from anonymize.dicom.edits import Editor, Place
from anonymize.dicom.elements import LONG_VRS, PIXELS, UNDEFINED, Encoding, element, padded
from anonymize.dicom.file_meta import (
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    LITTLE,
    SENDER,
    encoding_of,
    is_encapsulated,
)
from anonymize.dicom.identifiers import Identity, Needles
from anonymize.dicom.layout import Bones, Reader
from anonymize.dicom.opening import Opened, open_file
from anonymize.dicom.pixel_bytes import Span, Window, head_of, search, span_of
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

HEADER_MAX = 1 << 26
"""Bytes of elements other than pixel data that pydicom is given."""
EDITED_MAX = 1 << 30
"""Bytes of pixel data that are loaded to be edited."""


@dataclass(frozen=True)
class Source:
    """A file that was read."""

    opened: Opened
    bones: Bones
    ds: Dataset
    """Without its pixel data."""
    top: Mapping[int, bytes]
    """Values of the top level that decide about the file."""
    charset: Charset
    person: str

    @property
    def place(self) -> Place:
        """The top level."""
        return Place(text_of(self.top, facts.SOP_CLASS), (), self.charset)


class SlowWay:
    """The slow way, for one plan and its keys."""

    def __init__(self, editor: Editor, replacer: Replacer, pixels: PixelPolicy) -> None:
        self._editor = editor
        self._replacer = replacer
        self._pixels = pixels

    def draft(self, window: Window) -> Draft:
        """Raises Quarantine."""
        source = _read(window)
        special = handler(source.place.sop_class)
        rewriter = Rewriter(self._editor, Values(source.opened.encoding), source.person)
        needles = self._needles(source, rewriter)
        finish = None
        if special is not None:
            finish = special.clean(source.ds, self._editor.plan, self._replacer, needles.all)
        decision = self._decide(source)
        looked = self._edit(source, decision, needles)
        new = rewriter.rewritten(source.ds, source.place)
        if finish is not None:
            finish(new)
        checked = looked is not None and (decision.kind == "look" or bool(decision.boxes))
        blank_hits(new, self._editor, Values(LITTLE), needles, source.place)
        for tag, vr, value in stamp_values(self._editor.plan, looked_at=checked):
            _put_stamp(new, tag, vr, value)
        return self._written(source, new, needles, looked or decision.kind)

    def _needles(self, source: Source, rewriter: Rewriter) -> Needles:
        rewriter.gather(source.ds, source.place)
        sender = source.opened.meta.values.get(SENDER)
        if sender:
            rewriter.identities.append(Identity(SENDER, "AE", sender.encode("latin_1")))
        return rewriter.needles(source.charset)

    def _decide(self, source: Source) -> Decision:
        has_pixels = source.bones.pixels is not None
        return self._pixels.decide(facts_of(source.top, source.opened.transfer_syntax, has_pixels=has_pixels))

    def _edit(self, source: Source, decision: Decision, needles: Needles) -> str | None:
        """Load and edit the pixels where that was decided; what was done, None when nothing was."""
        if decision.kind not in {"mask", "look"} or source.bones.pixels is None:
            return None
        bones, data = source.bones, source.opened.window.data
        start, value, length = source.bones.pixels
        if bones.after - value > EDITED_MAX:
            raise Quarantine(Reason.TOO_LARGE, "PixelData")
        tag, vr = _named(data[start:value], source.opened.encoding)
        stop = bones.after - 8 if length == UNDEFINED else bones.after
        pixels = DataElement(tag, vr, bytes(data[value:stop]))
        pixels.is_undefined_length = length == UNDEFINED
        source.ds[tag] = pixels
        looked = self._pixels.edit(source.ds, decision, needles.all)
        if looked != "masked":
            del source.ds[tag]
        return looked

    def _written(self, source: Source, new: Dataset, needles: Needles, looked: str) -> Draft:
        syntax = str(source.ds.file_meta.TransferSyntaxUID)
        syntax = EXPLICIT_LITTLE if syntax == EXPLICIT_BIG else syntax
        encoding = encoding_of(syntax)
        values, tags = Values(LITTLE), sorted(new.keys())
        edited = next((tag for tag in tags if tag in PIXELS), None)
        if edited is None:
            head, pixels = _pixels(source, needles, encoding)
        else:
            head, pixels = b"", _edited(new, edited, encoding)
        return Draft(
            way="slow",
            transfer_syntax=syntax,
            sop_class=source.place.sop_class,
            person=source.person,
            patient=self._replacer.patient(source.person),
            new=_top(new, values),
            header=written(new, values, encoding, [tag for tag in tags if tag < min(PIXELS)]) + head,
            pixels=pixels,
            tail=written(new, values, encoding, [tag for tag in tags if tag > max(PIXELS)]),
            looked=looked,
            references=references(new, values),
        )


def _read(window: Window) -> Source:
    opened = open_file(window)
    data = opened.window.data
    bones = Reader(data, opened.encoding).bones(opened.start)
    stop = bones.pixels[0] if bones.pixels else bones.end
    if stop - bones.start + bones.end - bones.after > HEADER_MAX:
        raise Quarantine(Reason.TOO_LARGE, "header")
    after = data[bones.after : bones.end] if bones.pixels else b""
    ds = read(data[bones.start : stop] + after, opened.encoding)
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = UID(opened.transfer_syntax)
    top = _top(ds, Values(opened.encoding))
    charset = charset_of(top.get(CHARSET, b""))
    return Source(opened, bones, ds, top, charset, _person(top, charset))


def _top(ds: Dataset, values: Values) -> dict[int, bytes]:
    """Values of the top level that decide about the file."""
    tags = (tag for tag in ds.keys() if tag in facts.FACTS or tag == CHARSET or tag >> 24 == 0x60)  # noqa: SIM118
    return {int(tag): values.raw(ds, tag) for tag in tags if values.vr(ds, tag) != "SQ"}


def _person(top: Mapping[int, bytes], charset: Charset) -> str:
    text = charset.decode(top.get(facts.PATIENT_ID, b""))
    if text is None:
        raise Quarantine(Reason.CHARSET, "PatientID")
    person = text.strip(" \0")
    if not person:
        raise Quarantine(Reason.NO_PERSON, "PatientID")
    return person


def _put_stamp(ds: Dataset, tag: int, vr: str, value: Any) -> None:
    """Set a stamp: text, or the codes of a sequence."""
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


def _named(head: bytes, encoding: Encoding) -> tuple[int, str]:
    """Tag and VR of the pixel data."""
    order: Literal["little", "big"] = "little" if encoding.little else "big"
    tag = int.from_bytes(head[:2], order) << 16 | int.from_bytes(head[2:4], order)
    return tag, "OW" if encoding.implicit else head[4:6].decode("latin_1")


def _pixels(source: Source, needles: Needles, encoding: Encoding) -> tuple[bytes, Span | bytes | None]:
    """Head and value of the pixel data: where to copy them from, or turned from big endian."""
    if source.bones.pixels is None:
        return b"", None
    opened, (start, value, length) = source.opened, source.bones.pixels
    encapsulated = is_encapsulated(opened.transfer_syntax)
    span = span_of(opened.window, start, value, length, encapsulated=encapsulated)
    search(opened.window, span, pixel_length(source.top), needles)
    tag, vr = _named(opened.window.data[start:value], opened.encoding)
    even = length + (0 if encapsulated else length & 1)
    head = head_of(tag, "OB" if encapsulated and opened.encoding.implicit else vr, even, encoding)
    if opened.encoding.little and even == length and opened.window.descriptor >= 0:
        return head, replace(span, start=value)
    if length > EDITED_MAX:
        raise Quarantine(Reason.TOO_LARGE, "PixelData")
    raw = opened.window.data[value : value + length]
    return head, padded(raw if opened.encoding.little else swapped(vr, raw), "OB")


def _edited(ds: Dataset, tag: int, encoding: Encoding) -> bytes:
    """The element of edited pixels."""
    one = ds[tag]
    if not one.is_undefined_length:
        return element(tag, one.VR, one.value, encoding)
    head = element(tag, one.VR if one.VR in LONG_VRS else "OB", b"", encoding)
    return head[:-4] + b"\xff" * 4 + bytes(one.value) + b"\xfe\xff\xdd\xe0\0\0\0\0"
