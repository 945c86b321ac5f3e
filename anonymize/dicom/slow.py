"""The slow way: pydicom reads the data set, the same rules are applied to each value.

Takes what the walker does not: deflated, big endian, no file meta information, odd lengths, code
extensions of character sets, sequences hidden under UN, pixels to be edited, objects with a handler,
and files in whose output an identifier was found. ``layout`` has read all lengths before.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from pydicom import DataElement, Dataset, Sequence
from pydicom.dataelem import RawDataElement
from pydicom.filebase import DicomBytesIO
from pydicom.filereader import read_dataset
from pydicom.filewriter import write_data_element
from pydicom.tag import Tag

from anonymize.dicom.actions import Action, Rule
from anonymize.dicom.charsets import Charset, charset_of
from anonymize.dicom.compiled import CODES, REFERENCED, is_own_uid
from anonymize.dicom.draft import PATIENT_ID, SOP_CLASS
from anonymize.dicom.edits import Editor, Given, Place
from anonymize.dicom.elements import (
    FREE_TEXT_VRS,
    NUMBERS,
    PIXELS,
    TEXT_VRS,
    UNSPLIT_VRS,
    WORDS,
    Encoding,
    element,
    item,
)
from anonymize.dicom.identifiers import DATES, Identity, Needles, identifies, needles_of
from anonymize.dicom.quarantine import Quarantine, Reason
from anonymize.dicom.standard.dictionary import keyword_of, vr_of
from profiles.dicom_model import Option

LITTLE = Encoding(implicit=False, little=True)
CHARSET, SCHEME = 0x00080005, 0x00080102


def read(data: bytes, encoding: Encoding) -> Dataset:
    """The data set in ``data``; raises Quarantine(MALFORMED) where pydicom can't."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read_dataset(BytesIO(data), encoding.implicit, encoding.little)
    except RecursionError:
        raise Quarantine(Reason.TOO_DEEP) from None
    except Exception:  # noqa: BLE001 - pydicom raises many kinds on hostile input, with data in their text
        raise Quarantine(Reason.MALFORMED, "data set") from None


@dataclass(frozen=True)
class Value:
    """One element that is no sequence, in little endian."""

    tag: int
    vr: str
    raw: bytes


class Values:
    """Reads the elements of a pydicom data set as bytes in little endian, or as items."""

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding

    def vr(self, ds: Dataset, tag: int) -> str:
        """The VR that the file gives, else the dictionary's."""
        try:
            given = ds.get_item(tag).VR
        except Exception:  # noqa: BLE001 - as above
            raise Quarantine(Reason.MALFORMED, "VR") from None
        return given[:2] if given else vr_of(tag) or "UN"

    def raw(self, ds: Dataset, tag: int) -> bytes:
        """The bytes of an element; raises Quarantine when they can't be had."""
        one: Any = ds.get_item(tag)
        if one.is_raw:
            raw = one.value or b""
            return raw if one.is_little_endian else swapped(self.vr(ds, tag), raw)
        return encoded(ds, tag)

    def items(self, ds: Dataset, tag: int) -> list[Dataset]:
        """The items of a sequence; raises Quarantine when it can't be read as one."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                one = ds[tag]
        except RecursionError:
            raise Quarantine(Reason.TOO_DEEP) from None
        except Exception:  # noqa: BLE001 - as above
            raise Quarantine(Reason.MALFORMED, keyword_of(tag) or "sequence") from None
        if one.VR != "SQ":
            raise Quarantine(Reason.MALFORMED, keyword_of(tag) or "sequence")
        return list(one.value)


def swapped(vr: str, raw: bytes) -> bytes:
    """Big endian words in little endian."""
    size = 2 if vr in {"AT", "OW", "US", "SS"} else NUMBERS.get(vr) or WORDS.get(vr, 1)
    if size == 1:
        return raw
    whole = len(raw) - len(raw) % size
    turned = bytearray(raw)
    for byte in range(size):
        turned[byte:whole:size] = raw[size - 1 - byte : whole : size]
    return bytes(turned)


def encoded(ds: Dataset, tag: int) -> bytes:
    """The value of an element that pydicom has decoded, or that was set: as it would be written."""
    one = ds[tag]
    file = DicomBytesIO()
    file.is_little_endian, file.is_implicit_VR = True, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            write_data_element(file, one, ds._character_set)  # noqa: SLF001 - pydicom has no public name for it
    except Exception:  # noqa: BLE001 - as above
        raise Quarantine(Reason.MALFORMED, keyword_of(tag) or "element") from None
    return file.getvalue()[8:]


@dataclass
class Rewriter:
    """Applies the rules to one data set, and gathers what has to be looked for afterwards."""

    editor: Editor
    values: Values
    person: str = ""
    identities: list[Identity] = field(default_factory=list)

    def gather(self, ds: Dataset, place: Place) -> None:
        """The identifying values at any depth; what can't be read tells nothing."""
        for tag in sorted(ds.keys()):
            if tag.is_private or (tag in PIXELS and not place.parents):
                continue
            given = self.values.vr(ds, tag)
            vr = self.editor.vr(tag, given)
            if vr == "SQ" and given in {"SQ", "UN"}:
                for one in self.values.items(ds, tag):
                    self.gather(one, inner(place, one, tag))
            elif identifies(tag, vr) and self.editor.rule(tag, given, place).action is not Action.KEEP:
                raw = self.values.raw(ds, tag)
                if raw:
                    self.identities.append(Identity(tag, vr, raw))

    def needles(self, charset: Charset) -> Needles:
        """What is looked for in the output."""
        return needles_of(self.identities, charset)

    def rewritten(self, ds: Dataset, place: Place) -> Dataset:
        """A new data set, with the values of the output; pixel data of the top level as they were."""
        new = Dataset()
        new.set_original_encoding(False, True, ds._character_set)  # noqa: SLF001
        new._parent_encoding = ds._parent_encoding  # noqa: SLF001
        scheme = self._scheme(ds)
        for tag in sorted(ds.keys()):
            if tag in PIXELS and not place.parents:
                new[tag] = ds[tag]
            elif tag.is_private:
                self._private(ds, new, tag, place)
            else:
                self._standard(ds, new, tag, place, scheme)
        return new

    def _scheme(self, ds: Dataset) -> str:
        return self.values.raw(ds, SCHEME).decode("latin_1").strip(" \0") if SCHEME in ds else ""

    def _standard(self, ds: Dataset, new: Dataset, tag: int, place: Place, scheme: str) -> None:
        given = self.values.vr(ds, tag)
        vr = self.editor.vr(tag, given)
        rule = self.editor.rule(tag, given, place)
        if vr == "SQ":
            self._sequence(ds, new, tag, place, rule=rule, given=given)
            return
        raw = self.values.raw(ds, tag)
        value = self.editor.edit(
            rule, Given(tag, vr, raw, place, self.person, scheme if tag in CODES else "")
        )
        if value is not None:
            put(new, tag, vr, value)

    def _sequence(self, ds: Dataset, new: Dataset, tag: int, place: Place, *, rule: Rule, given: str) -> None:
        if rule.action is Action.REMOVE:
            return
        items = []
        if rule.action is Action.DUMMY:
            items = [Dataset()]
        elif rule.action in {Action.KEEP, Action.CLEAN, Action.UID, Action.SHIFT}:
            if given not in {"SQ", "UN"}:
                raise Quarantine(Reason.MALFORMED, keyword_of(tag) or "sequence")
            items = [self.rewritten(one, inner(place, one, tag)) for one in self.values.items(ds, tag)]
        new[tag] = DataElement(tag, "SQ", Sequence(items))

    def _private(self, ds: Dataset, new: Dataset, tag: Any, place: Place) -> None:
        """What the plan knows to be safe stays, with the creator of its block."""
        if Option.RETAIN_SAFE_PRIVATE not in self.editor.plan.dicom.options or tag.element < 0x1000:
            return
        block = tag.group << 16 | tag.element >> 8
        given = self.values.vr(ds, tag)
        if block not in ds or given == "SQ":
            return
        creator = self.values.raw(ds, block)
        rule = self.editor.rule(tag, given, place, creator.decode("latin_1").strip(" \0"))
        value = self.editor.edit(rule, Given(tag, given, self.values.raw(ds, tag), place, self.person))
        if value is not None:
            put(new, block, "LO", creator)
            put(new, tag, given, value)


def inner(place: Place, ds: Dataset, tag: int) -> Place:
    """Where the attributes of an item stand; it may declare a character set of its own."""
    inside = place.inside(tag)
    one: Any = ds.get_item(CHARSET) if CHARSET in ds else None
    if one is None:
        return inside
    raw = one.value if one.is_raw else encoded(ds, CHARSET)
    return Place(inside.sop_class, inside.parents, charset_of(raw or b""))


def put(ds: Dataset, tag: int, vr: str, value: bytes) -> None:
    """Set an element to bytes in little endian."""
    key = Tag(tag)
    ds[key] = RawDataElement(key, vr, len(value), value, 0, False, True)


def walk(ds: Dataset, place: Place) -> Iterator[tuple[Dataset, int, Place]]:
    """Every element that is no sequence, at any depth, without the pixels."""
    for tag in sorted(ds.keys()):
        if tag in PIXELS and not place.parents:
            continue
        one: Any = ds.get_item(tag)
        if one.VR == "SQ":
            for inside in ds[tag].value:
                yield from walk(inside, inner(place, inside, tag))
        else:
            yield ds, tag, place


def is_hit(vr: str, raw: bytes, needles: Needles, place: Place) -> bool:
    """Whether an identifier stands in a value of the output."""
    if vr not in TEXT_VRS:
        return needles.in_bytes(raw)
    text = place.charset.decode(raw) if vr in FREE_TEXT_VRS else raw.decode("latin_1")
    parts = [text or ""] if vr in UNSPLIT_VRS else (text or "").split("\\")
    return any(needles.in_text(part.strip(" \0"), free=vr in FREE_TEXT_VRS) for part in parts)


def blank_hits(ds: Dataset, editor: Editor, values: Values, needles: Needles, place: Place) -> None:
    """Blank each attribute in which an identifier stands; raises Quarantine(LEAK) if one stays."""
    found = list(walk(ds, place))
    needles.bound(PRICE * len(found))
    for inside, tag, where in found:
        vr, raw = values.vr(inside, tag), values.raw(inside, tag)
        rule = editor.rule(tag, vr, where)
        if rule.action is Action.SHIFT and vr in DATES:
            continue
        if is_own_uid(vr, rule) and needles.in_uid(raw.decode("latin_1").strip(" \0")):
            put(inside, tag, vr, editor.edit(MAPPED, Given(tag, vr, raw, where)) or b"")
            continue
        if not is_hit(vr, raw, needles, where) or tag in UNTOUCHED:
            continue
        value = editor.blank(tag, vr, where)
        if value is not None and is_hit(vr, value, needles, where):
            raise Quarantine(Reason.LEAK, keyword_of(tag) or "attribute")
        if value is None:
            del inside[tag]
        else:
            put(inside, tag, vr, value)


PRICE = 1 << 9
"""Bytes that are searched in the time that one value takes."""
MAPPED = Rule(Action.UID)
UNTOUCHED = frozenset({PATIENT_ID, SOP_CLASS})
"""Attributes that hold our own values, or one of the standard's."""


def references(ds: Dataset, values: Values) -> tuple[str, ...]:
    """SOP Instance UIDs that the data set points at, once each."""
    found = (
        values.raw(inside, tag).decode("latin_1").strip(" \0")
        for inside, tag, _ in walk(ds, Place(""))
        if tag == REFERENCED
    )
    return tuple(dict.fromkeys(filter(None, found)))


def written(ds: Dataset, values: Values, encoding: Encoding, tags: Any = None) -> bytes:
    """The elements of a data set, sequences with defined lengths; of ``tags``, else all."""
    chunks = []
    for tag in sorted(ds.keys()) if tags is None else tags:
        if values.vr(ds, tag) == "SQ":
            items = (item(written(one, values, encoding), encoding) for one in ds[tag].value)
            chunks.append(element(tag, "SQ", b"".join(items), encoding))
        else:
            chunks.append(element(tag, values.vr(ds, tag), values.raw(ds, tag), encoding))
    return b"".join(chunks)
