"""What both ways of rewriting hand over, and the facts that they read of a header."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from anonymize.dicom.pixel_bytes import Span, native_length
from anonymize.dicom.pixels.facts import Facts
from anonymize.dicom.standard.dictionary import vr_of

SOP_CLASS: Final = 0x00080016
SOP_INSTANCE: Final = 0x00080018
STUDY: Final = 0x0020000D
SERIES: Final = 0x0020000E
PATIENT_ID: Final = 0x00100020
IMAGE_TYPE, MODALITY, MANUFACTURER, MODEL = 0x00080008, 0x00080060, 0x00080070, 0x00081090
DESCRIPTION, PROTOCOL = 0x0008103E, 0x00181030
SAMPLES, PHOTOMETRIC, FRAMES, ROWS, COLUMNS = 0x00280002, 0x00280004, 0x00280008, 0x00280010, 0x00280011
ALLOCATED, STORED, BURNED_IN = 0x00280100, 0x00280101, 0x00280301
FACTS: Final = frozenset({
    SOP_CLASS, SOP_INSTANCE, STUDY, SERIES, PATIENT_ID, IMAGE_TYPE, MODALITY, MANUFACTURER, MODEL,
    DESCRIPTION, PROTOCOL, SAMPLES, PHOTOMETRIC, FRAMES, ROWS, COLUMNS, ALLOCATED, STORED, BURNED_IN,
})  # fmt: skip
"""Attributes of the top level that decide about the whole file."""


@dataclass
class Draft:
    """An output that is not written yet."""

    way: Literal["walker", "slow"]
    transfer_syntax: str
    sop_class: str
    person: str
    patient: str
    new: Mapping[int, bytes]
    """Tag -> value in the output, of the attributes that decide about the file; little endian."""
    header: bytes
    pixels: Span | bytes | None
    """Copied from the source, or as they are written."""
    tail: bytes
    """Elements after the pixels."""
    looked: str
    """What was done with the pixels; see ``Rewritten``."""
    references: tuple[str, ...] = field(default=())


def text_of(values: Mapping[int, bytes], tag: int) -> str:
    """A value as ASCII without padding; empty when absent."""
    return values.get(tag, b"").decode("latin_1").strip(" \0")


def number_of(values: Mapping[int, bytes], tag: int, default: int = 0) -> int:
    """A little endian integer, or the number that a text tells; ``default`` when it tells none."""
    raw = values.get(tag, b"")
    if vr_of(tag) == "IS":
        text = text_of(values, tag)
        return int(text) if text.isdigit() and len(text) < 10 else default
    return int.from_bytes(raw[:2], "little") if len(raw) >= 2 else default


def facts_of(values: Mapping[int, bytes], transfer_syntax: str, *, has_pixels: bool) -> Facts:
    """What the pixel policy is told of a file, from values of its source in little endian."""
    return Facts(
        modality=text_of(values, MODALITY),
        manufacturer=text_of(values, MANUFACTURER),
        model=text_of(values, MODEL),
        sop_class=text_of(values, SOP_CLASS),
        rows=number_of(values, ROWS),
        columns=number_of(values, COLUMNS),
        frames=number_of(values, FRAMES, 1),
        burned_in=text_of(values, BURNED_IN).upper(),
        image_type=tuple(part.strip() for part in text_of(values, IMAGE_TYPE).split("\\")),
        photometric=text_of(values, PHOTOMETRIC),
        transfer_syntax=transfer_syntax,
        has_pixels=has_pixels,
        bits_stored=number_of(values, STORED),
        overlay_bits=overlay_bits(values),
        description=f"{text_of(values, DESCRIPTION)} {text_of(values, PROTOCOL)}".strip(),
    )


def overlay_bits(values: Mapping[int, bytes]) -> bool:
    """Whether an overlay lies in unused bits of the pixels: it has no data, or a bit position."""
    groups = {tag >> 16 for tag in values if tag >> 24 == 0x60}
    return any(
        (group << 16 | 0x3000) not in values or any(values.get(group << 16 | 0x0102, b"")) for group in groups
    )


def pixel_length(values: Mapping[int, bytes]) -> int:
    """Bytes that uncompressed pixels need; 0 when the header does not tell."""
    return native_length(
        {
            "rows": number_of(values, ROWS),
            "columns": number_of(values, COLUMNS),
            "frames": number_of(values, FRAMES, 1),
            "samples": number_of(values, SAMPLES, 1),
            "bits": number_of(values, ALLOCATED),
            "subsampled": int(text_of(values, PHOTOMETRIC) in {"YBR_FULL_422", "YBR_PARTIAL_422"}),
        }
    )
