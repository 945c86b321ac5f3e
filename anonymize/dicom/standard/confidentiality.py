"""Table E.1-1 of DICOM PS3.15, edition 2026d: what each profile and option does with each attribute.

Codes are the standard's: X remove, Z empty, D dummy, U map the UID, K keep, C clean, and the
combinations that the attribute's type decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

EDITION = "2026d"
DATA = Path(__file__).parent / "data" / "confidentiality.txt"
PRIVATE = "PRIVATE"


@dataclass(frozen=True)
class Row:
    """One row of the table."""

    tag: str
    """Eight hexadecimal digits, ``x`` for any; or ``PRIVATE``."""
    basic: str
    """Code of the Basic Application Level Confidentiality Profile."""
    options: Mapping[str, str]
    """Option, named as in a profile without its verb (``uids``, ``descriptors``), -> K or C."""


@cache
def table() -> tuple[Row, ...]:
    """All rows, by tag."""
    return tuple(_row(line.split()) for line in DATA.read_text("ascii").splitlines())


def _row(words: list[str]) -> Row:
    tag, basic, *options = words
    pairs = ((name, code) for name, _, code in (option.partition("=") for option in options))
    return Row(tag, basic, dict(pairs))


@cache
def _exact() -> dict[int, Row]:
    return {int(row.tag, 16): row for row in table() if "x" not in row.tag and row.tag != PRIVATE}


def row_of(tag: int) -> Row | None:
    """The row of a standard attribute; None when the table does not list it."""
    row = _exact().get(tag)
    if row is not None or tag >> 24 not in {0x50, 0x60}:
        return row
    written = f"{tag:08X}"
    return next((row for row in _masks() if _matches(row.tag, written)), None)


@cache
def _masks() -> tuple[Row, ...]:
    return tuple(row for row in table() if "x" in row.tag)


def _matches(mask: str, tag: str) -> bool:
    return all(digit in ("x", other) for digit, other in zip(mask, tag, strict=True))
