"""Group 0002: what a reader needs before the data set; rebuilt, never copied."""

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from anonymize.dicom.elements import LONG_VRS, VRS, Data, Encoding, element
from anonymize.dicom.quarantine import Quarantine, Reason

PREAMBLE = 128
PREFIX = b"DICM"
SOP_CLASS, SOP_INSTANCE, TRANSFER_SYNTAX, SENDER = 0x00020002, 0x00020003, 0x00020010, 0x00020016
IMPLEMENTATION_UID = "2.25.40692821161254448406726284152591315522"
"""A UUID drawn once for vitrail."""
IMPLEMENTATION_NAME = "VITRAIL"

IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"
NATIVE = frozenset({IMPLICIT_LITTLE, EXPLICIT_LITTLE, DEFLATED, EXPLICIT_BIG})
"""Transfer syntaxes whose pixels are not encapsulated (PS3.5 Annex A)."""
ENCAPSULATED = re.compile(r"1\.2\.840\.10008\.1\.2\.(?:4\.\d{1,3}|8\.\d|5|1\.98)")
BY_REFERENCE = frozenset(f"1.2.840.10008.1.2.4.{suffix}" for suffix in ("94", "95", "204", "205"))
"""JPIP: the pixels lie at an address, not in the file."""
LITTLE = Encoding(implicit=False, little=True)
LARGEST = 1 << 16
"""Bytes of group 0002 beyond which it is no file meta information."""


@dataclass(frozen=True)
class FileMeta:
    """What was read of group 0002; values as text."""

    values: Mapping[int, str]
    end: int
    """Offset of the data set."""

    @property
    def transfer_syntax(self) -> str:
        """UID; empty when absent."""
        return self.values.get(TRANSFER_SYNTAX, "")


def read_meta(data: Data, start: int) -> FileMeta:
    """Group 0002 from ``start``, explicit little endian whatever the data set is.

    Ends where another group begins, since the group length is often wrong. Raises Quarantine.
    """
    values: dict[int, str] = {}
    at = start
    while data[at : at + 2] == b"\x02\x00":
        if at - start > LARGEST or len(data) < at + 12:
            raise Quarantine(Reason.TRUNCATED, "FileMetaInformation")
        element_number, vr = struct.unpack_from("<H2s", data, at + 2)
        at, raw = _value(data, at, vr.decode("latin_1"))
        if vr in {b"UI", b"AE", b"SH"} and len(raw) <= 256:
            values[0x00020000 | element_number] = raw.decode("latin_1").strip("\0 ")
    return FileMeta(values, at)


def _value(data: Data, at: int, vr: str) -> tuple[int, bytes]:
    if vr not in VRS:
        raise Quarantine(Reason.MALFORMED, "FileMetaInformation")
    if vr in LONG_VRS:
        begin, length = at + 12, struct.unpack_from("<L", data, at + 8)[0]
    else:
        begin, length = at + 8, struct.unpack_from("<H", data, at + 6)[0]
    if length > LARGEST or begin + length > len(data):
        raise Quarantine(Reason.TRUNCATED, "FileMetaInformation")
    return begin + length, data[begin : begin + length]


def encoding_of(transfer_syntax: str) -> Encoding:
    """How the data set is written; raises Quarantine for a transfer syntax that is not known."""
    if transfer_syntax == IMPLICIT_LITTLE:
        return Encoding(implicit=True, little=True)
    if transfer_syntax == EXPLICIT_BIG:
        return Encoding(implicit=False, little=False)
    if transfer_syntax in NATIVE or is_encapsulated(transfer_syntax):
        return LITTLE
    raise Quarantine(Reason.UNKNOWN_TRANSFER_SYNTAX, "TransferSyntaxUID")


@lru_cache(maxsize=64)
def is_encapsulated(transfer_syntax: str) -> bool:
    """Whether pixels are written as fragments."""
    return transfer_syntax not in BY_REFERENCE and ENCAPSULATED.fullmatch(transfer_syntax) is not None


def file_head(sop_class: str, instance: str, transfer_syntax: str) -> bytes:
    """Preamble of zeros, prefix and group 0002 of an output."""
    before, after = _around(sop_class, transfer_syntax)
    body = before + element(SOP_INSTANCE, "UI", instance.encode(), LITTLE) + after
    return bytes(PREAMBLE) + PREFIX + element(0x00020000, "UL", struct.pack("<L", len(body)), LITTLE) + body


@lru_cache(maxsize=256)
def _around(sop_class: str, transfer_syntax: str) -> tuple[bytes, bytes]:
    before = element(0x00020001, "OB", b"\0\1", LITTLE) + element(SOP_CLASS, "UI", sop_class.encode(), LITTLE)
    after = (
        element(TRANSFER_SYNTAX, "UI", transfer_syntax.encode(), LITTLE)
        + element(0x00020012, "UI", IMPLEMENTATION_UID.encode(), LITTLE)
        + element(0x00020013, "SH", IMPLEMENTATION_NAME.encode(), LITTLE)
    )
    return before, after
