"""Whether a SAS table has all the pages that its header counts.

The library stops at the last row, and does not miss the pages behind it (layout of the header: M.
Shotwell, "SAS7BDAT Database Binary Format", 2014).
"""

from pathlib import Path
from typing import Literal

from profiles.errors import Place, SourceError

HEADER = 288
"""Bytes of the header that are looked at."""
WIDE = ord("3")
"""What byte 32 is in a file of 64 bits, and byte 35 where four bytes of padding follow the dates."""


def check_size(path: Path, place: Place) -> None:
    """SourceError when the file is shorter than its header and pages."""
    try:
        with path.open("rb") as file:
            start = file.read(HEADER)
        size = path.stat().st_size
    except OSError:
        raise SourceError("source-unreadable", place) from None
    if len(start) < HEADER or size < _declared(start):
        raise SourceError("source-sas-damaged", place)


def _declared(start: bytes) -> int:
    order: Literal["little", "big"] = "little" if start[37] == 1 else "big"
    offset = 196 + (4 if start[35] == WIDE else 0)
    count = 8 if start[32] == WIDE else 4
    header, page, pages = (
        int.from_bytes(start[offset + first : offset + last], order)
        for first, last in ((0, 4), (4, 8), (8, 8 + count))
    )
    return header + page * pages
