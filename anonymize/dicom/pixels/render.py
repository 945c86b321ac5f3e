"""Eight-bit pictures of stored pixels, as a reader of text needs them."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from pydicom.pixels.processing import apply_color_lut, convert_color_space

from anonymize.dicom.pixels.paint import Values, logical
from anonymize.dicom.pixels.stored import Stored, one_frame
from anonymize.dicom.quarantine import Quarantine, Reason

if TYPE_CHECKING:
    from pydicom import Dataset

Picture = npt.NDArray[np.uint8]
"""``(rows, columns, 3)``, red, green, blue."""

TAIL = 0.5
"""Share of the darkest and of the brightest pixels, in percent, that a second picture lets saturate."""


Window = tuple[int, int]
"""Lowest and highest value shown; of a picture in colour, nothing."""


def windows(stored: Stored, frame: int) -> tuple[Window, ...]:
    """The windows in which text of one frame may be seen.

    The first shows the whole range of the frame; the second cuts its tails, so that faint text next to
    one bright spot is seen. They are taken once, before anything is masked: in a range of its own, what
    is left of a masked image would show its noise as if it were drawn.
    """
    if not stored.photometric.startswith("MONOCHROME"):
        return ((0, 0),)
    grey = logical(one_frame(stored, frame))
    whole = int(grey.min()), int(grey.max())
    low, high = (int(bound) for bound in np.percentile(grey, (TAIL, 100 - TAIL)))
    return (whole,) if low == high or (low, high) == whole else (whole, (low, high))


def picture(ds: "Dataset", stored: Stored, frame: int, window: Window) -> Picture:
    """One frame as a reader of text needs it."""
    values = logical(one_frame(stored, frame))
    if not stored.photometric.startswith("MONOCHROME"):
        return _colours(ds, stored, values)
    shown = _stretched(values.reshape(values.shape[1], values.shape[2]), *window)
    return np.invert(shown) if stored.photometric == "MONOCHROME1" else shown


def _stretched(grey: Values, low: int, high: int) -> Picture:
    scaled = (grey.clip(low, high) - low) * (255 / max(high - low, 1))
    return np.repeat(scaled.astype(np.uint8)[..., None], 3, axis=-1)


def _colours(ds: "Dataset", stored: Stored, values: Values) -> Picture:
    kind, top = stored.photometric, (1 << stored.bits_stored) - 1
    if kind == "PALETTE COLOR":
        mapped: Any = apply_color_lut(values[0, ..., 0].astype(f"u{stored.words.dtype.itemsize}"), ds)[
            ..., :3
        ]
        depth = 16 if mapped.dtype.itemsize > 1 and int(mapped.max()) > 255 else 8
        return np.asarray(mapped >> (depth - 8), np.uint8)
    if stored.planar:
        values = values.transpose(0, 2, 3, 1)
    if stored.subsampled:
        values = _expanded(values)
    eight: Picture = (values[0] * 255 // max(top, 1)).clip(0, 255).astype(np.uint8)
    if kind == "RGB":
        return eight
    if kind.startswith("YBR"):
        return np.asarray(convert_color_space(eight, "YBR_FULL", "RGB"), np.uint8)
    raise Quarantine(Reason.PIXELS_UNREADABLE, "PhotometricInterpretation")


def _expanded(pairs: Values) -> Values:
    """Two pixels of three samples for each pair that shares its colour."""
    frames, rows, halves, _ = pairs.shape
    whole = np.empty((frames, rows, halves, 2, 3), pairs.dtype)
    whole[..., 0] = pairs[..., :2]
    whole[..., 1:] = pairs[..., None, 2:]
    return whole.reshape(frames, rows, halves * 2, 3)
