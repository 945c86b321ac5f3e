"""What the walker does with each tag and VR in each place, worked out once.

An operation is a tuple, since the walker reads one for every element of every file:
``(kind, tag, wide, flags, cache, vr, rule)``; ``wide``: the length is written on 32 bits after a
reserved half-word.
"""

import struct
from typing import Any, Final

from anonymize.dicom import content
from anonymize.dicom.actions import Action, Rule
from anonymize.dicom.edits import AS_IS, PERSON, Editor, Given, Place
from anonymize.dicom.elements import (
    FREE_TEXT_VRS,
    LONG_VRS,
    NUMBERS,
    PIXELS,
    SHORT_MAX,
    TEXT_VRS,
    VRS,
    WORDS,
    Encoding,
    element,
    item,
)
from anonymize.dicom.identifiers import identifies
from anonymize.dicom.multiplicity import most_values
from anonymize.dicom.quarantine import Quarantine, Reason
from anonymize.dicom.standard.dictionary import vr_of
from profiles.dicom_model import Option

COPY: Final = 0
CONSTANT: Final = 1
VALUE: Final = 2
NUMBER: Final = 3
PERSONAL: Final = 4
ENTER: Final = 5
LEAVE: Final = 6
PIXEL: Final = 7
END: Final = 8
CODE: Final = 9
PRIVATE: Final = 10

SEEN: Final = 1
"""The value is remembered: it decides about the whole file."""
IDENTITY: Final = 2
"""The value is looked for in the output."""
TEXT: Final = 4
"""The value is free text: short names are looked for in it."""
REFERENCE: Final = 8
SCHEME: Final = 16
CHARSET: Final = 32
REWRITTEN: Final = 64
"""The VR of the output is not the one of the file."""

Operation = tuple[int, int, bool, int, Any, str, Rule | None]
LARGEST_CACHED: Final = 256
"""Bytes of a value beyond which it is judged each time."""
CACHED_VALUES: Final = 2048
CACHED_OPERATIONS: Final = 4096
CACHED_PLACES: Final = 512
REMEMBERED: Final = 50_000
"""Values in all caches together: some 20 MB."""
MOST_PLACES: Final = 20_000
"""Kinds of sequences within sequences in one file: no object has a hundredth of it."""
CODES: Final = frozenset({0x00080100, 0x00080103, 0x00080104, 0x00080119, 0x00080120})
"""Attributes of a code, judged by the scheme that stands next to them."""
SCHEME_TAG: Final = 0x00080102
CHARSET_TAG: Final = 0x00080005
REFERENCED: Final = 0x00081155
ITEM_DELIMITER: Final = b"\xfe\xff\x0d\xe0"
NO_LIMIT: Final = 1 << 40
REMOVE: Final = Rule(Action.REMOVE)


class SlowPath(Exception):  # noqa: N818 - it is a turn of the way, not a failure
    """The walker does not take this file; ``args``: a word that says why."""


class Places:
    """The operations of every place, by SOP class, character set and encoding."""

    def __init__(self, editor: Editor, seen: frozenset[int]) -> None:
        self.editor = editor
        self.seen = seen
        self._roots: dict[tuple[Any, ...], PlaceOperations] = {}
        self.count = 0
        self.remembered = 0
        """Values in the caches of all places."""

    def root(self, place: Place, encoding: Encoding) -> "PlaceOperations":
        """Operations of the top level."""
        key = (place.sop_class, place.charset, encoding)
        found = self._roots.get(key)
        if self.count > CACHED_PLACES or self.remembered > REMEMBERED:
            self._roots.clear()
            self.count = self.remembered = 0
            found = None
        if found is None:
            found = self._roots[key] = PlaceOperations(self, place, encoding)
        return found


class PlaceOperations:
    """The operations of one place."""

    def __init__(self, places: Places, place: Place, encoding: Encoding) -> None:
        places.count += 1
        self.place = place
        self.encoding = encoding
        self.ops: dict[bytes, Operation] = {}
        self.editor = places.editor
        self.safe_private = Option.RETAIN_SAFE_PRIVATE in places.editor.plan.dicom.options
        self._places = places
        self._children: dict[int, PlaceOperations] = {}
        self._codes: dict[tuple[int, bytes, bytes], bytes] = {}

    def inside(self, tag: int) -> "PlaceOperations":
        """Operations of the items of the sequence ``tag``."""
        child = self._children.get(tag)
        if child is None:
            if self._places.count > MOST_PLACES:
                raise Quarantine(Reason.TOO_LARGE, "sequences")
            child = PlaceOperations(self._places, self.place.inside(tag), self.encoding)
            self._children[tag] = child
        return child

    def operation(self, key: bytes) -> Operation:
        """What to do with a tag and VR (explicit), or a tag alone (implicit); raises SlowPath."""
        operation = self._compile(key)
        if len(self.ops) >= CACHED_OPERATIONS:
            self.ops.clear()
        self.ops[key] = operation
        return operation

    def _compile(self, key: bytes) -> Operation:
        if key[:4] == ITEM_DELIMITER:
            return (END, -2, False, 0, None, "", None)
        if len(key) != (4 if self.encoding.implicit else 6):
            raise SlowPath("end")
        group, number = struct.unpack_from("<HH", key)
        tag = group << 16 | number
        if group == 0xFFFE or group < 0x0004:
            raise SlowPath("tag")
        if self.encoding.implicit:
            given, wide = vr_of(tag) or "UN", False
        else:
            given = key[4:6].decode("latin_1")
            if given not in VRS:
                raise SlowPath("vr")
            wide = given in LONG_VRS
        if group & 1:
            return (PRIVATE, tag, wide, 0, None, given, None)
        return self._standard(tag, given, wide)

    def _standard(self, tag: int, given: str, wide: bool) -> Operation:
        vr = self.editor.vr(tag, given)
        rule = self.editor.rule(tag, given, self.place)
        if tag in PIXELS:
            return (COPY if self.place.parents else PIXEL, tag, wide, 0, (1, NO_LIMIT), given, rule)
        if vr == "SQ" or given == "SQ":
            return self._sequence(tag, given, vr, wide, rule)
        flags = self._flags(tag, vr, rule) | (0 if vr == given else REWRITTEN)
        if rule.action in {Action.REMOVE, Action.EMPTY, Action.DUMMY, Action.REPLACE}:
            return (CONSTANT, tag, wide, flags, self._constant(rule, tag, vr), vr, rule)
        if rule.action is Action.SHIFT or (rule.action is Action.PSEUDONYM and rule.argument == PERSON):
            return (PERSONAL, tag, wide, flags, {}, vr, rule)
        if rule.action is not Action.KEEP or vr != given:
            return (VALUE, tag, wide, flags, {}, vr, rule)
        return self._kept(tag, vr, wide, flags, rule)

    def _kept(self, tag: int, vr: str, wide: bool, flags: int, rule: Rule) -> Operation:
        if tag in CODES and self.place.parents:
            return (CODE, tag, wide, flags, None, vr, rule)
        if vr in {"DS", "IS"}:
            return (NUMBER, tag, wide, flags, content.GRAMMARS[vr].fullmatch, vr, rule)
        if vr in TEXT_VRS:
            return (VALUE, tag, wide, flags, {}, vr, rule)
        size = NUMBERS.get(vr) or WORDS.get(vr, 1)
        most = most_values(tag) * size if vr in NUMBERS else 0
        return (COPY, tag, wide, flags, (size, most or NO_LIMIT), vr, rule)

    def _flags(self, tag: int, vr: str, rule: Rule) -> int:
        top = not self.place.parents
        flags = SEEN if top and (tag in self._places.seen or tag >> 24 == 0x60) else 0
        if rule.action is not Action.KEEP and identifies(tag, vr):
            flags |= IDENTITY
        if rule.action in {Action.KEEP, Action.CLEAN} and (vr in FREE_TEXT_VRS or is_own_uid(vr, rule)):
            flags |= TEXT
        if tag == CHARSET_TAG:
            flags |= CHARSET
        return flags | (REFERENCE if tag == REFERENCED else 0) | (SCHEME if tag == SCHEME_TAG else 0)

    def _sequence(self, tag: int, given: str, vr: str, wide: bool, rule: Rule) -> Operation:
        if not self.encoding.implicit and (given != "SQ" or vr != "SQ"):
            raise SlowPath("sequence-vr")
        if rule.action in {Action.KEEP, Action.CLEAN, Action.UID, Action.SHIFT}:
            return (ENTER, tag, wide, 0, None, "SQ", rule)
        constant = b""
        if rule.action is Action.DUMMY:
            constant = element(tag, "SQ", item(b"", self.encoding), self.encoding)
        elif rule.action is not Action.REMOVE:
            constant = element(tag, "SQ", b"", self.encoding)
        return (LEAVE, tag, wide, 0, constant, "SQ", rule)

    def _constant(self, rule: Rule, tag: int, vr: str) -> bytes:
        return self.written(tag, vr, self.editor.edit(rule, Given(tag, vr, b"", self.place)))

    def written(self, tag: int, vr: str, value: bytes | None) -> bytes:
        """The element that holds ``value``; nothing when there is none."""
        return b"" if value is None else element(tag, vr, value, self.encoding)

    def width(self, vr: str, size: int) -> int:
        """Bytes before the value in an element of ``size`` bytes."""
        narrow = self.encoding.implicit or (vr not in LONG_VRS and size <= SHORT_MAX + 8)
        return 8 if narrow else 12

    def remember(self, cache: dict[Any, Any], key: Any, value: Any, size: int) -> None:
        """Put into a bounded cache what is small enough."""
        if size <= LARGEST_CACHED:
            if len(cache) >= CACHED_VALUES:
                cache.clear()
            cache[key] = value
            self._places.remembered += 1

    def code(self, operation: Operation, raw: bytes, scheme: bytes) -> bytes:
        """The element of a code's attribute, judged by its scheme."""
        _, tag, _, _, _, vr, rule = operation
        key = (tag, raw, scheme)
        found = self._codes.get(key)
        if found is None:
            designator = scheme.decode("latin_1").strip(" \0")
            value = self.editor.edit(rule or REMOVE, Given(tag, vr, raw, self.place, "", designator))
            found = self.written(tag, vr, value)
            self.remember(self._codes, key, found, len(raw))
        return found


def is_own_uid(vr: str, rule: Rule) -> bool:
    """Whether UIDs of the source stay."""
    return vr == "UI" and rule.action is Action.KEEP and rule.argument == AS_IS
