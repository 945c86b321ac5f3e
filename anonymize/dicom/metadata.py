"""What the table of series says of a file: values of the output as text, and the source's identifiers.

The columns are those of :mod:`profiles.dicom_series`. Workers use this module for every file: it needs no
library of tables. ``series_rows`` makes the table.
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from anonymize.dicom.pixels.faces import recognisable_face
from anonymize.dicom.standard.dictionary import tag_of, vr_of
from anonymize.dicom.standard.iod import object_name
from anonymize.dicom.verify import Verified
from anonymize.dicom.verify_identity import CHARSETS

CHARSET, SOP_CLASS, FRAMES = 0x00080005, 0x00080016, 0x00280008
MODALITY, BODY_PART, DESCRIPTIONS = 0x00080060, 0x00180015, (0x00081030, 0x0008103E, 0x00181030)
PERSON = "PatientID"
MADE = frozenset({"SOPClass", "Instances", "Frames", "SeriesInstanceUID", "StudyInstanceUID"})
"""Columns that are no attribute of one file."""
_BINARY = {"US": "<H", "SS": "<h", "UL": "<I", "SL": "<i", "FL": "<f", "FD": "<d"}
LONGEST = 1024
"""Characters of a value; more of it describes no series."""


@dataclass(frozen=True)
class Asked:
    """The attributes that describe a series: tag -> keyword."""

    output: Mapping[int, str]
    source: Mapping[int, str]
    """Identifiers, which are never published."""

    @classmethod
    def of(cls, attributes: Iterable[str], identifiers: Iterable[str]) -> "Asked":
        """The tags of keywords."""
        output = (keyword for keyword in attributes if keyword not in MADE)
        return cls(_by_tag(output), _by_tag(identifiers))

    @property
    def source_tags(self) -> frozenset[int]:
        """All that is read of a source."""
        return frozenset(self.source) | {BODY_PART, *DESCRIPTIONS}

    @property
    def output_tags(self) -> frozenset[int]:
        """All that is read of an output."""
        return frozenset(self.output) | {CHARSET, SOP_CLASS, FRAMES, MODALITY}


def _by_tag(keywords: Iterable[str]) -> dict[int, str]:
    return {tag: keyword for keyword in keywords if (tag := tag_of(keyword)) is not None}


def fingerprint(verified: Verified) -> tuple[object, ...]:
    """Equal for two files that say the same of their series."""
    return (
        verified.source_charset,
        tuple(sorted(verified.source.items())),
        tuple(sorted(item for item in verified.output.items() if item[0] != FRAMES)),
    )


def output_values(verified: Verified, asked: Asked) -> dict[str, str]:
    """Keyword -> value in the output, empty ones left out."""
    codec = _codec(verified.output.get(CHARSET, b""))
    found = {
        keyword: _text(verified.output[tag], vr_of(tag) or "UN", codec)
        for tag, keyword in asked.output.items()
        if tag in verified.output
    }
    sop_class = _text(verified.output.get(SOP_CLASS, b""), "UI", "ascii")
    found["SOPClass"] = object_name(sop_class) or sop_class
    return {keyword: value for keyword, value in found.items() if value}


def source_values(verified: Verified, asked: Asked) -> dict[str, str]:
    """Keyword -> value in the source, of the identifiers that are never published."""
    codec = _codec(verified.source_charset)
    found = {
        keyword: _text(verified.source.get(tag, b""), "LO", codec) for tag, keyword in asked.source.items()
    }
    return {keyword: value for keyword, value in found.items() if value}


def frames(verified: Verified) -> int:
    """Images in the file: 1 unless it says otherwise."""
    said = _text(verified.output.get(FRAMES, b""), "IS", "ascii")
    return max(int(said), 1) if said.isdecimal() and len(said) < 10 else 1


def shows_face(verified: Verified) -> bool:
    """Whether the series may show a face that somebody could recognise."""
    codec = _codec(verified.source_charset)
    described = [_text(verified.source.get(tag, b""), "LO", codec) for tag in (BODY_PART, *DESCRIPTIONS)]
    modality = _text(verified.output.get(MODALITY, b""), "CS", "ascii")
    return recognisable_face(modality, described[0], described[1:])


def _codec(charset: bytes) -> str:
    return CHARSETS.get(charset.decode("latin-1").split("\\")[0].strip("\0 "), "latin_1")


def _text(raw: bytes, vr: str, codec: str) -> str:
    """A value as one line of text; numbers in their shortest form."""
    if vr in _BINARY:
        form = _BINARY[vr]
        return f"{struct.unpack_from(form, raw)[0]:g}" if len(raw) >= struct.calcsize(form) else ""
    text = raw.decode(codec, "replace").strip(" \0")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST]


def line_of(person: str, verified: Verified, asked: Asked) -> Mapping[str, object]:
    """What the journal says of a series: whose it is, its values, identifiers of the source, a face."""
    return {
        PERSON: person,
        "output": output_values(verified, asked),
        "source": source_values(verified, asked),
        "face": shows_face(verified),
    }
