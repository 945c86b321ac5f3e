"""What kind of file it is: by its prefix, its file meta information, or its first element."""

import zlib
from dataclasses import dataclass

from anonymize.dicom.elements import VRS, Data, Encoding
from anonymize.dicom.file_meta import (
    DEFLATED,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    LITTLE,
    PREAMBLE,
    PREFIX,
    FileMeta,
    encoding_of,
    is_encapsulated,
    read_meta,
)
from anonymize.dicom.pixel_bytes import Window
from anonymize.dicom.quarantine import Quarantine, Reason

INFLATED_MAX = 1 << 29
"""Bytes of a deflated data set once inflated."""


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
        if is_encapsulated(declared) and encoding.little:
            return Opened(window, meta, encoding, declared, meta.end)
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


def _inflated(data: Data, start: int) -> bytes:
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
