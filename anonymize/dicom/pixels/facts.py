"""What is known of an image once its header is read, and what is to be done with it."""

from dataclasses import dataclass
from typing import Literal

Rectangle = tuple[int, int, int, int]
"""``left, top, right, bottom`` in pixels, the last two excluded."""


@dataclass(frozen=True)
class Facts:
    """What the header says of the pixels; values of the source, stripped."""

    modality: str
    manufacturer: str
    model: str
    sop_class: str
    """UID."""
    rows: int
    columns: int
    frames: int
    burned_in: str
    """``YES``, ``NO`` or empty: BurnedInAnnotation (0028,0301)."""
    image_type: tuple[str, ...]
    photometric: str
    transfer_syntax: str
    """UID."""
    has_pixels: bool
    """Pixel data of any kind: (7FE0,0008), (7FE0,0009), (7FE0,0010)."""
    bits_stored: int = 0
    """0: not told."""
    overlay_bits: bool = False
    """A group (60xx) has no data of its own (60xx,3000), or a bit position (60xx,0102) that is not 0:
    the overlay lies in the unused bits of the pixels."""
    description: str = ""
    """SeriesDescription and ProtocolName, when at hand: tells dose screens."""


@dataclass(frozen=True)
class Decision:
    """What is to be done with the pixels of one file."""

    kind: Literal["none", "untouched", "assumed-clean", "mask", "look"]
    """``mask`` and ``look`` need :meth:`PixelPolicy.edit`, the others leave the bytes as they are."""
    boxes: tuple[Rectangle, ...] = ()
    clear_bits: bool = False
    """Unused bits of the pixels are set to zero."""
