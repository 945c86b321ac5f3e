"""A file of a source as a plain file: what is compressed is written to a temporary one, within a bound."""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from struct import unpack
from typing import BinaryIO

from anonymize.dicom.discovery import Found
from anonymize.dicom.quarantine import Quarantine, Reason

GREATEST = 1 << 32
"""Bytes that a compressed file may come to."""
CHUNK = 1 << 18
LOCAL_HEADER = 30
STORED, DEFLATED = 0, 8


@contextmanager
def plain_file(root: Path, item: Found, temporary: Path) -> Iterator[Path]:
    """The path of the file itself, or ``temporary`` with its content, removed afterwards.

    Raises Quarantine when the compressed data are damaged, too large or of an unknown kind.
    """
    if item.kind == "file":
        yield root / item.name
        return
    try:
        with temporary.open("wb") as target:
            if item.kind == "gzip":
                _gunzip(root / item.name, target)
            else:
                _extract(root / item.archive, item, target)
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _gunzip(path: Path, target: BinaryIO) -> None:
    """Every member of the file, as gzip does."""
    written = 0
    with path.open("rb") as stream:
        packer = zlib.decompressobj(31)
        data = stream.read(CHUNK)
        if data[:2] != b"\x1f\x8b":
            raise Quarantine(Reason.NOT_DICOM, "gzip")
        while data:
            try:
                part = packer.decompress(data, CHUNK)
            except zlib.error:
                raise Quarantine(Reason.MALFORMED, "gzip") from None
            written = _put(target, part, written, GREATEST)
            data = packer.unconsumed_tail
            if packer.eof:
                data = packer.unused_data or stream.read(CHUNK)
                if data[:2] != b"\x1f\x8b":
                    return
                packer = zlib.decompressobj(31)
            elif not data:
                data = stream.read(CHUNK)
    raise Quarantine(Reason.TRUNCATED, "gzip")


def _extract(archive: Path, item: Found, target: BinaryIO) -> None:
    """One member of a zip archive, held to the size and the checksum that the archive tells."""
    if item.size > GREATEST:
        raise Quarantine(Reason.TOO_LARGE, "zip")
    unpacker = _unpacker(item.method)
    written, checksum, left = 0, 0, item.packed
    with archive.open("rb") as stream:
        stream.seek(item.offset)
        head = stream.read(LOCAL_HEADER)
        if len(head) < LOCAL_HEADER or head[:4] != b"PK\x03\x04":
            raise Quarantine(Reason.MALFORMED, "zip")
        stream.seek(sum(unpack("<HH", head[26:30])), 1)
        while left > 0 and (data := stream.read(min(CHUNK, left))):
            left -= len(data)
            for part in unpacker(data):
                written = _put(target, part, written, item.size)
                checksum = zlib.crc32(part, checksum)
    if left or written != item.size or checksum != item.stamp:
        raise Quarantine(Reason.TRUNCATED, "zip")


def _put(target: BinaryIO, part: bytes, written: int, greatest: int) -> int:
    if written + len(part) > greatest:
        raise Quarantine(Reason.TOO_LARGE, "compressed")
    target.write(part)
    return written + len(part)


def _unpacker(method: int) -> Callable[[bytes], Iterator[bytes]]:
    """A function that gives back the data of a compressed part, piece by piece."""
    if method == STORED:
        return lambda data: iter((data,))
    if method != DEFLATED:
        raise Quarantine(Reason.MALFORMED, "zip method")
    packer = zlib.decompressobj(-15)

    def inflate(data: bytes) -> Iterator[bytes]:
        while data:
            try:
                yield packer.decompress(data, CHUNK)
            except zlib.error:
                raise Quarantine(Reason.MALFORMED, "zip") from None
            data = packer.unconsumed_tail

    return inflate
