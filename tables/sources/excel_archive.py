"""A workbook is a zip of XML: what can be judged before it is parsed."""

import re
import zlib
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from profiles.errors import Place, SourceError

OLD = b"\xd0\xcf\x11\xe0"
"""First bytes of ``.xls``, and of an ``.xlsx`` that a password protects."""
LARGEST = 1 << 32
"""Bytes once unpacked: a million rows of a hundred short cells."""
BLOCK = 1 << 20
FORMULA = re.compile(
    rb"<c(?P<about>\s[^<>]*)?>\s*<f(?:\s[^<>]*)?(?:/>|>[^<]*</f>)\s*(?P<value><v\s*/>|<v></v>)?\s*</c>"
)
"""A formula without a value beside it, or with an empty one."""
TEXT = (b't="str"', b"t='str'")
"""What tells that the empty value is a computed text."""
SPAN = 1 << 14
"""More bytes than a formula ever has."""


def check_archive(path: Path, place: Place) -> None:
    """SourceError for another format, a damaged or too large zip, a formula without its value."""
    try:
        with path.open("rb") as file:
            if file.read(4) == OLD:
                raise SourceError("source-excel-old", place)
        with ZipFile(path) as archive:
            if sum(item.file_size for item in archive.infolist()) > LARGEST:
                raise SourceError("source-excel-large", place, gib=LARGEST >> 30)
            parts = archive.namelist()
            sheets = [name for name in parts if name.startswith("xl/worksheets/") and name.endswith(".xml")]
            if any(_waits(archive, name) for name in sheets):
                raise SourceError("source-excel-formula", place)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise SourceError("source-excel-damaged", place) from None
    except OSError:
        raise SourceError("source-unreadable", place) from None


def _waits(archive: ZipFile, name: str) -> bool:
    """Whether a formula of the sheet was never computed."""
    held = b""
    with archive.open(name) as sheet:
        while block := sheet.read(BLOCK):
            held = held[-SPAN:] + block
            if any(map(_is_empty, FORMULA.finditer(held))):
                return True
    return False


def _is_empty(formula: re.Match[bytes]) -> bool:
    about = formula["about"] or b""
    return formula["value"] is None or not any(sign in about for sign in TEXT)
