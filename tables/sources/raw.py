"""Bytes of a file of text, unpacked when it is gzip, refused when it is something else."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from profiles.errors import Place, SourceError

BLOCK = 1 << 20
"""Bytes read at once; a record that spans more than two blocks is refused."""

GZIP = b"\x1f\x8b"
NOT_TEXT = {b"PK\x03\x04": "zip, xlsx, ods", b"PAR1": "Parquet", b"\xd0\xcf\x11\xe0": "xls"}
"""First bytes of files that are often given in place of a CSV."""
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@contextmanager
def reading(place: Place) -> Iterator[None]:
    """Failures of the system or of gzip become SourceError; their own text may hold data."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise SourceError("source-gzip-damaged", place) from None
    except OSError:
        raise SourceError("source-unreadable", place) from None


def open_raw(path: Path, place: Place) -> tuple[BinaryIO, BinaryIO]:
    """The stream of plain bytes, and the stream of the file itself that tells how far we are."""
    with reading(place):
        file = path.open("rb")
        start = file.read(4)
        file.seek(0)
        for magic, found in NOT_TEXT.items():
            if start.startswith(magic):
                file.close()
                raise SourceError("source-not-text", place, found=found)
        if start.startswith(UTF_16):
            file.close()
            raise SourceError("source-utf16", place)
        plain = gzip.GzipFile(fileobj=file) if start.startswith(GZIP) else file
        return cast(BinaryIO, plain), file


def line_at(path: Path, offset: int, place: Place) -> int:
    """Line, 1-based, of the byte at ``offset`` of the plain bytes. Reads the file again."""
    plain, file = open_raw(path, place)
    line = 1
    with file, reading(place):
        while offset > 0:
            block = plain.read(min(offset, BLOCK))
            if not block:
                break
            line += block.count(b"\n")
            offset -= len(block)
    return line


def plain_text(data: bytes) -> io.StringIO:
    """Checked bytes as a text stream that keeps its line ends; a character cut at the end is left out."""
    return io.StringIO(data.decode("utf-8", errors="ignore"), newline="")
