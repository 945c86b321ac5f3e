"""Whether an identifier of a source stands in its output."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from anonymize.dicom.actions import Action
from anonymize.dicom.plan import Plan
from anonymize.dicom.quarantine import Quarantine, Reason
from anonymize.dicom.standard.dictionary import keyword_of
from anonymize.dicom.verify_contexts import PIXEL_TAGS, TEXT, Everything, Identity, tag_of, vr_in
from anonymize.dicom.verify_identity import Needle, Needles, Sort, common_start, folded, stands_in
from anonymize.dicom.verify_parser import Content, Walk
from profiles.dicom_model import Option

PADDING = b"\0 "
CHUNK, OVERLAP = 1 << 20, 1 << 10
"""Bytes of a large value searched at once, and those searched twice."""
CHARSET_KEYS = frozenset({b"\x08\x00\x05\x00", b"\x08\x00\x05\x00CS"})
STAMP_TAGS = frozenset({0x00120063, 0x00120064})
_STANDARD = re.compile(rb"1\.2\.840\.10008(?:\.(?:0|[1-9]\d{0,3})){1,10}")


@dataclass(frozen=True)
class Traces:
    """What a source file says of who and what it is about."""

    values: tuple[tuple[Sort, bytes, bytes], ...]
    """Sort, key and value of identifiers but UIDs."""
    uids: frozenset[bytes]
    dates: Mapping[bytes, bytes]
    """Key -> value of dates that must have moved."""
    charset: bytes


def traces(read: Content, identity: Identity, shifted: Collection[bytes], plan: Plan) -> Traces:
    """The identifiers among what was taken from a source."""
    values: list[tuple[Sort, bytes, bytes]] = []
    uids: set[bytes] = set()
    dates: dict[bytes, bytes] = {}
    charset = b""
    if Option.RETAIN_UIDS not in plan.dicom.options:
        uids.add(read.meta.get(0x03, b"").rstrip(PADDING))
    for key, value, depth in read.found:
        sort = (identity.nested if depth else identity.sorts).get(key)
        if sort is Sort.UID:
            uids.update(part.strip(PADDING) for part in value.split(b"\\"))
        elif sort is not None:
            values.append((sort, key, value))
        elif not depth and key in CHARSET_KEYS:
            charset = value
        elif not depth and key in shifted:
            dates[key] = value.strip(PADDING)
    named = frozenset(uid for uid in uids if uid and not _STANDARD.fullmatch(uid))
    return Traces(tuple(values), named, dates, charset)


class Leaks:
    """Searches one output; raises Quarantine with the name of the source's attribute that was found."""

    def __init__(self, plan: Plan, sop_class: str, made: Content) -> None:
        self._plan = plan
        self._sop_class = sop_class
        self._made = made
        self._header = folded(b"".join(made.header))
        self._large = [span for span in made.spans if tag_of(span.key) not in PIXEL_TAGS]
        self._leaves: list[tuple[bytes, bytes]] | None = None

    def search(self, found: Traces, wanted: Needles, shifted: Collection[bytes]) -> None:
        """All that may not be there."""
        for needle in wanted.long:
            if needle.raw in self._header:
                self._look(needle)
        if found.uids:
            self._search_uids(sorted(found.uids))
        if wanted.short:
            self._search_short(wanted.short)
        if self._large:
            uids = tuple(_uid_needle(uid) for uid in sorted(found.uids) if len(uid) > 8)
            self._search_large((*wanted.long, *uids))
        if found.dates:
            self._search_dates(found.dates, shifted)

    def _search_uids(self, uids: Sequence[bytes]) -> None:
        start = common_start(uids)
        if start and folded(start) not in self._header:
            return
        for uid in uids:
            if folded(uid) in self._header:
                self._look(_uid_needle(uid))

    def _search_short(self, short: Mapping[bytes, Needle]) -> None:
        for key, value, _ in self._made.found:
            if vr_in(key, tag_of(key)) in TEXT:
                for part in folded(value).split(b"\\"):
                    if part.strip() in short and tag_of(key) not in STAMP_TAGS:
                        raise _leak(short[part.strip()])

    def _search_large(self, wanted: Iterable[Needle]) -> None:
        """Values of megabytes, by parts."""
        for span in self._large:
            vr = vr_in(span.key, tag_of(span.key))
            for at in range(0, span.length, CHUNK):
                length = min(CHUNK + OVERLAP, span.length - at)
                part = folded(self._made.read(span.start + at, length))
                for needle in wanted:
                    if needle.raw in part and stands_in(needle, part, vr, tag_of(span.key)):
                        raise _leak(needle)

    def _search_dates(self, dates: Mapping[bytes, bytes], shifted: Collection[bytes]) -> None:
        for key, value, depth in self._made.found:
            if (
                not depth
                and key in shifted
                and value.strip(PADDING)
                and dates.get(key) == value.strip(PADDING)
            ):
                raise Quarantine(Reason.LEAK, keyword_of(tag_of(key)) or "")

    def _look(self, needle: Needle) -> None:
        """Value by value, now that the bytes of ``needle`` are somewhere."""
        for key, value in self._all_leaves():
            if needle.raw in value:
                tag = tag_of(key)
                vr = vr_in(key, tag)
                if not self._moved(needle, tag, vr) and stands_in(needle, value, vr, tag):
                    raise _leak(needle)

    def _moved(self, needle: Needle, tag: int, vr: str) -> bool:
        """Whether a date that moved, or one that the profile keeps, only looks like one of the source."""
        if needle.sort is not Sort.DATE or vr not in {"DA", "DT"}:
            return False
        return self._plan.rule(tag, vr, self._sop_class).action in (Action.SHIFT, Action.KEEP)

    def _all_leaves(self) -> Iterator[tuple[bytes, bytes]]:
        """Key and folded value of all elements but large ones."""
        if self._leaves is None:
            again = Content(
                self._made.stream, self._made.size, self._made.read,
                meta_end=self._made.meta_end, syntax=self._made.syntax,
            )  # fmt: skip
            Walk(again).all(Everything())
            self._leaves = [
                (key, folded(value)) for key, value, _ in again.found if tag_of(key) not in STAMP_TAGS
            ]
        return iter(self._leaves)


def _uid_needle(uid: bytes) -> Needle:
    return Needle(folded(uid), "UID", Sort.UID)


def _leak(needle: Needle) -> Quarantine:
    return Quarantine(Reason.LEAK, needle.keyword)
