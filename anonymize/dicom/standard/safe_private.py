"""Private attributes that PS3.15 Table E.3.10-1 calls safe: those of them that hold numbers or defined terms.

85 rows of CT, MR and PET scanners (group, element in the block of its private creator, VR). The table has
more, of sequences, texts and raw data: what they hold can't be judged, so that they leave.
"""

from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data" / "safe_private.txt"
BINARY = frozenset({"FD", "FL", "SL", "SS", "UL", "US"})


@cache
def _table() -> dict[tuple[str, int, int], str]:
    rows: dict[tuple[str, int, int], str] = {}
    for line in DATA.read_text("ascii").splitlines():
        creator, group, elements = line.split("|")
        for element in elements.split():
            number, _, vr = element.partition(":")
            rows[creator.upper(), int(group, 16), int(number, 16)] = vr
    return rows


@cache
def _blocks() -> frozenset[tuple[str, int]]:
    return frozenset((creator, group) for creator, group, _ in _table())


def count() -> int:
    """How many rows are known."""
    return len(_table())


def vr_of(creator: str, tag: int) -> str | None:
    """The VR of a safe attribute; None for one that is not known to be safe."""
    return _table().get((creator.strip().upper(), tag >> 16, tag & 0xFF))


def is_safe(creator: str, tag: int, vr: str) -> bool:
    """Whether the standard calls the element of this creator's block safe, and ``vr`` is that of the table.

    Of a private creator itself: whether its block has a safe element. A file of implicit VR gives UN, which
    is believed for binary numbers only.
    """
    if tag & 0xFFFF < 0x0100:
        return (creator.strip().upper(), tag >> 16) in _blocks()
    known = vr_of(creator, tag)
    return known is not None and (vr == known or (vr == "UN" and known in BINARY))
