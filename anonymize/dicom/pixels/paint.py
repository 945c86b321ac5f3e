"""Black rectangles in stored pixels, whatever their photometric interpretation."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from pydicom.pixels.processing import apply_color_lut

from anonymize.dicom.pixels.facts import Rectangle
from anonymize.dicom.pixels.stored import Stored, Words, one_frame
from anonymize.dicom.quarantine import Quarantine, Reason

if TYPE_CHECKING:
    from pydicom import Dataset

Values = npt.NDArray[np.signedinteger[Any]]
"""Pixel values, in as many bits as they need."""


def mask(
    ds: "Dataset", stored: Stored, boxes: Iterable[Rectangle], frames: Iterable[int] | None = None
) -> None:
    """Black out rectangles, in all frames or in some; raises Quarantine where black can't be told."""
    boxes = tuple(boxes)
    for frame in range(stored.frames) if frames is None else frames:
        black = _black(ds, stored, frame)
        for left, top, right, bottom in boxes:
            if stored.planar:
                stored.words[frame, :, top:bottom, left:right] = black[:, None, None]
            elif stored.subsampled:
                stored.words[frame, top:bottom, left // 2 : (right + 1) // 2] = black
            else:
                stored.words[frame, top:bottom, left:right] = black


def clear_unused_bits(stored: Stored) -> None:
    """Zero the bits that hold no pixel value (or repeat its sign): an old overlay may be drawn there."""
    allocated = stored.words.dtype.itemsize * 8
    if stored.packed or stored.bits_stored >= allocated:
        return
    for frame in range(stored.frames):
        one = one_frame(stored, frame)
        one.words[...] = _encoded(logical(one), stored)


def logical(stored: Stored) -> Values:
    """The pixel values, sign and position of the bits taken into account."""
    kind = np.int32 if stored.bits_stored <= 16 and stored.high_bit < 16 else np.int64
    words: Values = stored.words.astype(kind)
    if stored.packed:
        return words
    shift = stored.high_bit + 1 - stored.bits_stored
    values: Values = (words >> shift) & ((1 << stored.bits_stored) - 1)
    if stored.signed:
        half = 1 << (stored.bits_stored - 1)
        values = (values ^ half) - half
    return values


def _encoded(values: Values, stored: Stored) -> Words:
    """Words of values; a negative one fills the bits above with its sign, as PS3.5 8.1.1 lets it."""
    shift = stored.high_bit + 1 - stored.bits_stored
    allocated = stored.words.dtype.itemsize * 8
    return ((values << shift) & ((1 << allocated) - 1)).astype(stored.words.dtype)


def _black(ds: "Dataset", stored: Stored, frame: int) -> Words:
    """The word or words of black: one a sample, or four of a subsampled pair."""
    kind, middle = stored.photometric, 1 << (stored.bits_stored - 1)
    if kind in {"MONOCHROME1", "MONOCHROME2"}:
        values = [_grey_black(stored, frame)]
    elif kind == "PALETTE COLOR":
        values = [_darkest(ds)]
    elif kind == "RGB":
        values = [0, 0, 0]
    elif kind == "YBR_FULL":
        values = [0, middle, middle]
    elif kind == "YBR_FULL_422":
        values = [0, 0, middle, middle]
    elif kind == "YBR_PARTIAL_422":
        dark = middle >> 3
        values = [dark, dark, middle, middle]
    else:
        raise Quarantine(Reason.PIXELS_UNREADABLE, "PhotometricInterpretation")
    if stored.words.shape[1 if stored.planar else 3] != len(values):
        raise Quarantine(Reason.PIXELS_UNREADABLE, "SamplesPerPixel")
    if stored.packed:
        return np.array(values, np.uint8)
    return _encoded(np.array(values, np.int64), stored)


def _grey_black(stored: Stored, frame: int) -> int:
    """The darkest value that may be stored; of signed pixels the darkest of the frame.

    A signed extreme (-32768) would ruin the automatic window of a viewer; zero may be bright.
    """
    inverse = stored.photometric == "MONOCHROME1"
    if not stored.signed:
        return (1 << stored.bits_stored) - 1 if inverse else 0
    one = logical(one_frame(stored, frame))
    return int(one.max() if inverse else one.min())


def _darkest(ds: "Dataset") -> int:
    """Index of the darkest colour of the palette."""
    try:
        entries, first, _ = (int(number) for number in ds.RedPaletteColorLookupTableDescriptor)
        indices = np.arange(first, first + (entries or 1 << 16), dtype=np.int64)
        colours = apply_color_lut(indices.astype(np.uint16), ds)[..., :3]
        return int(indices[int(np.argmin(colours.astype(np.int64).sum(axis=-1)))])
    except Exception:  # noqa: BLE001 - a damaged palette raises anything
        raise Quarantine(Reason.PIXELS_UNREADABLE, "RedPaletteColorLookupTableDescriptor") from None
