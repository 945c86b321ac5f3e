"""Each output is opened again and compared with its source, by code that rewriting does not use.

What is checked: every element is one that the plan lets stay, at any depth; no identifier of the source
stands anywhere in the bytes outside pixel data; UIDs are well formed and the file meta information agrees
with the data set; nothing precedes or follows it; pixel data are those of the source where nothing was
masked.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from anonymize.dicom.plan import Plan
from anonymize.dicom.quarantine import Quarantine, Reason
from anonymize.dicom.standard.dictionary import keyword_of
from anonymize.dicom.verify_contexts import Identity, Output, forbidden, tag_of, vr_in
from anonymize.dicom.verify_identity import Needles, folded, needles
from anonymize.dicom.verify_leaks import PADDING, Leaks, Traces, traces
from anonymize.dicom.verify_parser import Content, Unreadable, Walk, open_content
from anonymize.dicom.verify_pixels import compare_pixels

CACHED = 512
"""Sets of needles remembered: the files of a series have the same."""
META = frozenset({0x00, 0x01, 0x02, 0x03, 0x10, 0x12, 0x13})
PREAMBLE = bytes(128) + b"DICM"
CLASS_KEY, INSTANCE_KEY = b"\x08\x00\x16\x00", b"\x08\x00\x18\x00"
_UID = re.compile(rb"(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))*")


@dataclass(frozen=True)
class Verified:
    """What the two files say of themselves, as far as it was asked for."""

    source: Mapping[int, bytes]
    """Tag -> value in the source."""
    source_charset: bytes
    output: Mapping[int, bytes]
    """Tag -> value in the output."""


class Verifier:
    """Checks outputs of one plan; remembers what elements and needles it has seen."""

    def __init__(
        self, plan: Plan, source_tags: frozenset[int] = frozenset(), output_tags: frozenset[int] = frozenset()
    ) -> None:
        """``source_tags``, ``output_tags``: values to give back."""
        self._plan = plan
        self._source_tags = source_tags
        self._output_tags = output_tags
        self._contexts: dict[str, tuple[Output, Identity]] = {}
        self._needles: dict[tuple[object, ...], Needles] = {}
        replaced = (item.value for item in plan.dicom.attributes.values())
        self._written = frozenset(folded(value.encode()) for value in replaced if value is not None)

    def verify(self, source: Path, output: Path, *, edited_pixels: bool = False) -> Verified:
        """Raises Quarantine, with names of attributes and never a value, when something is wrong."""
        with _opened(output, Reason.UNREADABLE_OUTPUT, "") as made:
            sop_class = _check_meta(made)
            allowed, identity = self._contexts_of(sop_class)
            Walk(made).all(allowed)
            self._check_elements(made, allowed, sop_class)
            with _opened(source, Reason.MALFORMED, "source") as read:
                Walk(read).all(identity)
                found = traces(read, identity, allowed.shifted, self._plan)
                wanted = self._needles_of(found)
                Leaks(self._plan, sop_class, made).search(found, wanted, allowed.shifted)
                if not edited_pixels:
                    compare_pixels(read, made)
                return Verified(_top(read, identity.asked), found.charset, _top(made, allowed.asked))

    def _contexts_of(self, sop_class: str) -> tuple[Output, Identity]:
        known = self._contexts.get(sop_class)
        if known is None:
            if len(self._contexts) > CACHED:
                self._contexts.clear()
            known = self._contexts[sop_class] = (
                Output(self._plan, sop_class, (), self._output_tags.__contains__),
                Identity(self._plan, sop_class, (), self._source_tags.__contains__),
            )
        return known

    def _needles_of(self, found: Traces) -> Needles:
        key = (found.values, found.charset)
        known = self._needles.get(key)
        if known is None:
            if len(self._needles) > CACHED:
                self._needles.clear()
            named = ((sort, keyword_of(tag_of(key)) or "", value) for sort, key, value in found.values)
            known = self._needles[key] = needles(named, found.charset, self._written)
        return known

    def _check_elements(self, made: Content, allowed: Output, sop_class: str) -> None:
        """UIDs are UIDs, and private elements are those of creators that the plan knows."""
        uids, private = allowed.uids, False
        for key, value, depth in made.found:
            if key[0] & 1:
                private = True
            elif key in uids and value:
                _check_uids(key, value)
            if not depth and key[:4] in _IN_META:
                told = made.meta.get(_IN_META[key[:4]], b"")
                if value.rstrip(PADDING) != told.rstrip(PADDING):
                    raise Quarantine(Reason.UNREADABLE_OUTPUT, keyword_of(tag_of(key)) or "")
        if private or any(span.key[0] & 1 for span in made.spans):
            self._check_private(made, sop_class)

    def _check_private(self, made: Content, sop_class: str) -> None:
        creators: dict[tuple[int, bytes, int], str] = {}
        elements = [(key, value, depth) for key, value, depth in made.found if key[0] & 1]
        elements += [(span.key, b"", 0) for span in made.spans if span.key[0] & 1]
        for key, value, depth in elements:
            tag = tag_of(key)
            number = tag & 0xFFFF
            if 0x10 <= number <= 0xFF:
                creators[depth, key[:2], number] = value.decode("latin-1").strip(" \0")
            block = number if number <= 0xFF else number >> 8
            creator = creators.get((depth, key[:2], block))
            if self._plan.rule(tag, vr_in(key, tag), sop_class, (), creator).action == "remove":
                raise forbidden(tag)


_IN_META = {CLASS_KEY: 0x02, INSTANCE_KEY: 0x03}


@contextmanager
def _opened(path: Path, reason: Reason, detail: str) -> Iterator[Content]:
    """The content of a file; what can't be read in it sets the file aside."""
    try:
        content = open_content(path)
    except (Unreadable, OSError):
        raise Quarantine(reason, detail) from None
    try:
        yield content
    except (Unreadable, RecursionError):
        raise Quarantine(reason, detail) from None
    finally:
        content.stream.close()


def _check_meta(made: Content) -> str:
    """Nothing in the preamble, nothing in group 2 but what a reader needs; the SOP class."""
    if made.preamble != PREAMBLE or not made.meta.keys() <= META:
        raise Quarantine(Reason.UNREADABLE_OUTPUT, "FileMetaInformation")
    said = int.from_bytes(made.meta.get(0x00, b""), "little")
    sop_class = made.meta.get(0x02, b"").rstrip(PADDING)
    if said != made.meta_end - len(PREAMBLE) - 12 or not made.syntax or not _UID.fullmatch(sop_class):
        raise Quarantine(Reason.UNREADABLE_OUTPUT, "FileMetaInformation")
    return sop_class.decode("ascii")


def _check_uids(key: bytes, value: bytes) -> None:
    for uid in value.rstrip(PADDING).split(b"\\"):
        if uid and (len(uid) > 64 or not _UID.fullmatch(uid)):
            raise Quarantine(Reason.REFERENCE, keyword_of(tag_of(key)) or "")


def _top(content: Content, asked: Mapping[bytes, int]) -> dict[int, bytes]:
    """Tag -> value, of the elements that were asked for at the top of a file."""
    return {asked[key]: value for key, value, depth in content.found if not depth and key in asked}
