"""Names of DICOM attributes that a profile may write: tags, VRs and keywords.

The table is that of PS3.6 as pydicom 3.0 has it, with the rows of PS3.15 Table E.1-1 (edition 2026d)
that it lacks; ``anonymize.dicom.standard.generate`` writes it. Read once, when a profile or a file needs it.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "shipped" / "dicom_attributes.txt"

Entry = tuple[str, str, bool]
"""VR, keyword, whether the attribute is retired."""


@dataclass(frozen=True)
class Names:
    """The table, by tag and by keyword; tags with ``x`` apart."""

    exact: dict[int, Entry]
    masks: tuple[tuple[int, int, Entry], ...]
    """Bits that count, their value, and what the tag is."""
    tags: dict[str, int]
    """Keyword -> tag; the first one of a repeating group."""


@cache
def names() -> Names:
    """The table, read at the first call (about 5,200 lines)."""
    exact: dict[int, Entry] = {}
    masks: list[tuple[int, int, Entry]] = []
    tags: dict[str, int] = {}
    for line in DATA.read_text("ascii").splitlines():
        tag, vr, keyword, *retired = line.split()
        entry = (vr, keyword, bool(retired))
        if "x" in tag:
            bits = int("".join("0" if digit == "x" else "F" for digit in tag), 16)
            masks.append((bits, int(tag.replace("x", "0"), 16), entry))
        else:
            exact[int(tag, 16)] = entry
        tags.setdefault(keyword, int(tag.replace("x", "0"), 16))
    return Names(exact, tuple(masks), tags)


def entry_of(tag: int) -> Entry | None:
    """VR, keyword and whether ``tag`` is retired; None when no dictionary knows it."""
    known = names()
    found = known.exact.get(tag)
    if found is None:
        found = next((entry for bits, value, entry in known.masks if tag & bits == value), None)
    return found
