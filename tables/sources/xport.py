"""Whether a SAS transport file is whole.

It tells no number of rows: only that after the last one nothing but blanks fills its 80-byte record
(SAS Institute, "Record layout of a SAS version 5 or 6 data set in SAS transport format", TS-140).
"""

from collections.abc import Callable
from pathlib import Path

from profiles.errors import Place, SourceError

RECORD = 80
STARTS = (b"HEADER RECORD*******OBS     HEADER RECORD", b"HEADER RECORD*******OBSV8   HEADER RECORD")


def check_end(path: Path, read: int, width: int, place: Place) -> None:
    """SourceError unless the file ends after ``read`` bytes of rows of ``width`` bytes, and blanks."""
    try:
        with path.open("rb") as file:
            start = _rows_start(file.read)
            file.seek(start + read)
            rest = file.read(RECORD + width)
    except OSError:
        raise SourceError("source-unreadable", place) from None
    whole = path.stat().st_size % RECORD == 0
    if not whole or len(rest) >= RECORD + width or rest.strip(b" "):
        raise SourceError("source-sas-damaged", place)


def _rows_start(read: Callable[[int], bytes]) -> int:
    """Bytes before the first row."""
    offset = 0
    while record := read(RECORD):
        offset += RECORD
        if record.startswith(STARTS):
            break
    return offset
