"""Names of DICOM attributes that a profile may write: tags, VRs and keywords.

The table is that of PS3.6 as pydicom 3.0 has it, with the rows of PS3.15 Table E.1-1 (edition 2026d)
that it lacks; ``anonymize.dicom.standard.generate`` writes it. Read once, when a profile or a file needs it.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "shipped" / "dicom_attributes.txt"

MODALITIES = frozenset(
    "ANN AR ASMT AU BDUS BI BMD CFM CR CT CTPROTOCOL DG DMS DOC DX ECG EEG EMG EOG EPS ES FID "  # noqa: SIM905
    "GM HC HD IO "
    "IOL IVOCT IVUS KER KO LEN LS M3D MG MR NM OAM OCT OP OPM OPR OPT OPTBSV OPTENF OPV OSS OT PA PLAN "
    "POS PR PT PX REG RESP RF RG RTDOSE RTIMAGE RTINTENT RTPLAN RTRAD RTRECORD RTSEGANN RTSTRUCT RWV SC SEG "
    "SM SMR SR SRF STAIN TEXTUREMAP TG US VA XA XAPROTOCOL XC".split()
)
"""Defined terms of Modality (PS3.3 C.7.3.1.1.1)."""
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
        tag, keyword = line[:8], line[12:]
        retired = keyword.endswith(" -")
        keyword = keyword[:-2] if retired else keyword
        entry = (line[9:11], keyword, retired)
        if "x" in tag:
            bits = int("".join("0" if digit == "x" else "F" for digit in tag), 16)
            masks.append((bits, int(tag.replace("x", "0"), 16), entry))
            tags.setdefault(keyword, masks[-1][1])
        else:
            number = int(tag, 16)
            exact[number] = entry
            tags.setdefault(keyword, number)
    return Names(exact, tuple(masks), tags)


@cache
def allow_lists() -> dict[str, tuple[int, ...]]:
    """The lists of attributes that ship with vitrail, by name: ``@deep`` and its like."""
    return {
        "@" + path.stem.removeprefix("dicom_allow_"): tuple(
            int(line[:8], 16) for line in path.read_text("ascii").splitlines() if not line.startswith("#")
        )
        for path in sorted(DATA.parent.glob("dicom_allow_*.txt"))
    }


def entry_of(tag: int) -> Entry | None:
    """VR, keyword and whether ``tag`` is retired; None when no dictionary knows it."""
    known = names()
    found = known.exact.get(tag)
    if found is None:
        found = next((entry for bits, value, entry in known.masks if tag & bits == value), None)
    return found
