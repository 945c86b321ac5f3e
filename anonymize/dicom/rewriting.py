"""One file rewritten: the fast way where it takes the file, else the slow one; nothing half written stays."""

import mmap
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from anonymize.dicom import draft as facts
from anonymize.dicom.compiled import Places, SlowPath
from anonymize.dicom.draft import Draft, text_of
from anonymize.dicom.edits import Editor
from anonymize.dicom.fast_file import FastWay, NeedMore
from anonymize.dicom.file_meta import file_head
from anonymize.dicom.pixel_bytes import Span, Window, copy, write_all
from anonymize.dicom.pixels.policy import PixelPolicy
from anonymize.dicom.plan import Plan
from anonymize.dicom.quarantine import Quarantine, Reason
from anonymize.dicom.values import Replacer

READ = 1 << 18
"""Bytes read at first: the header of most files, and all of the small ones."""
HEADER_MAX = 1 << 26
"""Bytes beyond which a header is not walked but left to the slow way."""
LOADED_MAX = 1 << 26
"""Size of a file beyond which the slow way maps it instead of loading it."""


@dataclass(frozen=True)
class Rewritten:
    """What is told of an output to who goes on with it."""

    way: Literal["walker", "slow"]
    sop_class: str
    study: str
    series: str
    instance: str
    """UIDs in the output."""
    patient: str
    """Pseudonym."""
    person: str
    """PatientID in the source; private, it joins the tables in the private folder."""
    references: tuple[str, ...]
    """SOP Instance UIDs, in the output, that the file points at."""
    pixels: str
    """``untouched``, ``masked``, ``none``, ``assumed-clean`` or ``checked-clean``."""
    why_slow: str = ""
    """What turned the walker away."""


class Rewriting:
    """Both ways for one plan, its keys and its pixel policy; keeps what they have learnt of values."""

    def __init__(self, plan: Plan, replacer: Replacer, pixels: PixelPolicy) -> None:
        self.plan = plan
        self.pixels = pixels
        self._replacer = replacer
        self._editor = Editor(plan, replacer)
        self._fast = FastWay(Places(self._editor, facts.FACTS), replacer, pixels)

    def rewrite(self, source: Path, target: Path, *, slow: bool = False) -> Rewritten:
        """See :func:`rewrite`; ``slow``: without trying the fast way, to compare the two."""
        descriptor = os.open(source, os.O_RDONLY)
        try:
            size = os.fstat(descriptor).st_size
            if not size:
                raise Quarantine(Reason.NOT_DICOM, "empty")
            if slow:
                return self._slowly(descriptor, size, target, "asked")
            try:
                window, draft = self._walked(descriptor, size)
            except SlowPath as turn:
                return self._slowly(descriptor, size, target, str(turn))
            return _finished(draft, window, target)
        finally:
            os.close(descriptor)

    def _walked(self, descriptor: int, size: int) -> tuple[Window, Draft]:
        """Read as much of the file as the header needs."""
        data, wanted = os.read(descriptor, min(size, READ)), READ
        while True:
            window = Window(data, size, descriptor)
            try:
                return window, self._fast.draft(window)
            except NeedMore:
                wanted *= 8
                if wanted > HEADER_MAX or len(data) >= size:
                    raise SlowPath("long") from None
                data += os.read(descriptor, min(size, wanted) - len(data))

    def _slowly(self, descriptor: int, size: int, target: Path, why: str) -> Rewritten:
        from anonymize.dicom.slow_file import SlowWay

        slow = SlowWay(self._editor, self._replacer, self.pixels)
        if size <= LOADED_MAX:
            window = Window(os.pread(descriptor, size, 0), size, descriptor)
            return _finished(slow.draft(window), window, target, why)
        with mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) as mapped:
            window = Window(mapped, size, descriptor)
            return _finished(slow.draft(window), window, target, why)


def _finished(draft: Draft, window: Window, target: Path, why: str = "") -> Rewritten:
    """Write a draft, after what no file may lack was found in it."""
    study, series = text_of(draft.new, facts.STUDY), text_of(draft.new, facts.SERIES)
    instance = text_of(draft.new, facts.SOP_INSTANCE)
    if not (study and series and instance):
        raise Quarantine(Reason.MALFORMED, "SOPInstanceUID")
    head = file_head(draft.sop_class, instance, draft.transfer_syntax)
    _write(target, head, draft, window)
    return Rewritten(
        draft.way, draft.sop_class, study, series, instance, draft.patient, draft.person,
        draft.references, draft.looked, why,
    )  # fmt: skip


def _write(target: Path, head: bytes, draft: Draft, window: Window) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        span = draft.pixels
        if isinstance(span, Span):
            ready = window.data[span.start : span.end] if isinstance(window.data, bytes) else b""
            write_all(descriptor, head + draft.header + ready)
            copy(window, span, descriptor, span.start + len(ready))
            write_all(descriptor, draft.tail)
        else:
            write_all(descriptor, b"".join((head, draft.header, span or b"", draft.tail)))
    except BaseException:
        with suppress(OSError):
            target.unlink()
        raise
    finally:
        os.close(descriptor)


def rewrite(source: Path, target: Path, plan: Plan, replacer: Replacer, pixels: PixelPolicy) -> Rewritten:
    """Write the de-identified form of ``source`` as ``target``, which must not be a file to keep.

    ``replacer`` belongs to one plan and one policy: what is learnt of values is kept with it. Raises
    Quarantine when the file can't be published; ``target`` is then absent.
    """
    known = replacer.learnt
    if not isinstance(known, Rewriting) or known.plan is not plan or known.pixels is not pixels:
        known = replacer.learnt = Rewriting(plan, replacer, pixels)
    return known.rewrite(source, target)
