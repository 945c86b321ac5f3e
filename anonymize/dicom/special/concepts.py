"""What happens to a content item by its concept: PS3.15 Table E.3.4-1 and what it leaves out."""

from collections.abc import Collection
from enum import StrEnum
from functools import cache
from importlib.resources import files

from anonymize.dicom.special.codes import Concept
from profiles.dicom_model import Option


class Fate(StrEnum):
    """What happens to a content item."""

    KEEP = "keep"
    """Its value stays, if it has the form of its type; pointers to instances are mapped unless retained."""
    REMOVE = "remove"
    """With all that hangs from it."""
    DUMMY = "dummy"
    """A value of its type that tells nothing; of a UID, the one that stands for it."""
    CLEAN = "clean"
    """Only words of a technical vocabulary stay."""
    SHIFT = "shift"
    """Its date moves with the person's."""


_OPTIONS = {
    "u": (Option.RETAIN_UIDS, Fate.KEEP),
    "d": (Option.RETAIN_DEVICE_IDENTITY, Fate.KEEP),
    "i": (Option.RETAIN_INSTITUTION_IDENTITY, Fate.KEEP),
    "p": (Option.RETAIN_PATIENT_CHARACTERISTICS, Fate.KEEP),
    "f": (Option.RETAIN_FULL_DATES, Fate.KEEP),
    "m": (Option.RETAIN_MODIFIED_DATES, Fate.SHIFT),
    "c": (Option.CLEAN_DESCRIPTORS, Fate.CLEAN),
}
_DATES = frozenset({"DATE", "TIME", "DATETIME"})
_REFERENCES = frozenset({"IMAGE", "COMPOSITE", "WAVEFORM", "UIDREF"})
_MEASURED = frozenset({"NUM", "CODE", "CONTAINER", "SCOORD", "SCOORD3D", "TCOORD"})
VALUE_TYPES = _DATES | _REFERENCES | _MEASURED | {"TEXT", "PNAME"}

_SAFE = frozenset({"CODE", "CONTAINER", "SCOORD", "SCOORD3D", "TCOORD"}) | _REFERENCES
"""Types whose values name no one, whatever their concept: public codes, coordinates, mapped references."""

AGES = frozenset({("121033", "DCM"), ("397669002", "SCT"), ("424144002", "SCT"), ("30525-0", "LN")})
"""Ages of the subject; over 89 years they are brought together."""
_CHARACTERISTICS = AGES | {
    ("27113001", "SCT"), ("50373000", "SCT"), ("29463-7", "LN"), ("8302-2", "LN"), ("363779003", "SCT"),
    ("263495000", "SCT"), ("46098-0", "LN"), ("103579009", "SCT"), ("372148003", "SCT"),
    ("8277-6", "LN"), ("301898006", "SCT"), ("60621009", "SCT"),
}  # fmt: skip
"""Weight, height, sex, ethnic group, body surface, body mass index, ages of the subject."""


@cache
def _table() -> dict[tuple[str, str, str], tuple[str, str]]:
    text = files("anonymize.dicom.special").joinpath("data/concepts.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {(code, scheme, kind): (basic, options) for code, scheme, kind, basic, options in rows}


@cache
def _listed() -> frozenset[Concept]:
    return frozenset((code, scheme) for code, scheme, _ in _table())


def fate(name: Concept | None, kind: str, options: Collection[Option]) -> Fate:
    """What happens to an item of type ``kind`` whose concept name is ``name`` (None: none, or local)."""
    if kind not in VALUE_TYPES:
        return Fate.REMOVE
    if name is None:
        return (
            Fate.KEEP
            if kind in {"CONTAINER", "IMAGE", "COMPOSITE", "WAVEFORM", *_COORDINATES}
            else Fate.REMOVE
        )
    row = _table().get((*name, kind))
    if row is not None:
        return _by_row(*row, kind, options)
    if name in _listed() and kind not in _SAFE:
        return Fate.REMOVE
    if name in _CHARACTERISTICS:
        return Fate.KEEP if Option.RETAIN_PATIENT_CHARACTERISTICS in options else Fate.REMOVE
    return _unlisted(kind, options)


_COORDINATES = ("SCOORD", "SCOORD3D", "TCOORD")


def _by_row(basic: str, letters: str, kind: str, options: Collection[Option]) -> Fate:
    for letter in letters:
        option, chosen = _OPTIONS[letter]
        if option in options:
            return chosen
    if basic == "X" or (basic == "X/D" and kind not in _REFERENCES):
        return Fate.REMOVE
    return Fate.DUMMY


def _unlisted(kind: str, options: Collection[Option]) -> Fate:
    """Measurements, codes and references stay; words and names leave; dates follow the options."""
    if kind == "UIDREF":
        return Fate.DUMMY
    if kind in _MEASURED or kind in _REFERENCES:
        return Fate.KEEP
    if kind in _DATES and Option.RETAIN_FULL_DATES in options:
        return Fate.KEEP
    if kind in _DATES and Option.RETAIN_MODIFIED_DATES in options:
        return Fate.SHIFT
    return Fate.REMOVE
