"""Text is looked for in an image, masked, and looked for again."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from anonymize.dicom.pixels.facts import Rectangle
from anonymize.dicom.pixels.paint import mask
from anonymize.dicom.pixels.render import picture, windows
from anonymize.dicom.pixels.stored import Stored
from anonymize.dicom.pixels.text import zones
from anonymize.dicom.pixels.words import allowed, folded
from anonymize.dicom.quarantine import Quarantine, Reason
from profiles.dicom_model import Pixels

if TYPE_CHECKING:
    from pydicom import Dataset

MOST_FRAMES = 16
"""Frames of a film that are looked at, first and last included; what they show is masked in all."""
LARGEST_FRAME = 1 << 26
"""Values of one frame that are looked at at once."""
PASSES = 6
"""Times that an image is masked before it is given up."""


def look(ds: "Dataset", stored: Stored, pixels: Pixels, needles: Sequence[str]) -> bool:
    """Mask every text that is not allowed, in all frames; returns whether there was one.

    One view after the other: what a view shows is masked until it shows nothing, so that the next ones
    no longer see a banner that all have. Raises Quarantine where the profile only wants to know, or where
    text is still seen at the end.
    """
    if stored.words[0].size > LARGEST_FRAME:
        raise Quarantine(Reason.TOO_LARGE, "PixelData")
    views = [(frame, window) for frame in _frames(stored) for window in windows(stored, frame)]
    words = frozenset(folded(word) for words in pixels.allow_words for word in words.split())
    changed = False
    for view in views:
        for masked in range(PASSES + 1):
            seen = zones(picture(ds, stored, *view))
            boxes = sorted({zone.box for zone in seen if not allowed(zone.line, words, needles)})
            if not boxes:
                break
            if pixels.ocr == "quarantine" or masked == PASSES:
                raise Quarantine(Reason.PIXELS_TEXT, f"{len(boxes)} zones")
            mask(ds, stored, [_grown(box, pixels.margin, ds) for box in boxes])
            changed = True
    return changed


def _frames(stored: Stored) -> list[int]:
    wanted = np.linspace(0, stored.frames - 1, min(stored.frames, MOST_FRAMES))
    return sorted({round(float(frame)) for frame in wanted})


def _grown(box: Rectangle, margin: int, ds: "Dataset") -> Rectangle:
    """The zone with its margin: at least a third of its height, since the detector cuts letters short."""
    left, top, right, bottom = box
    more = max(margin, (bottom - top) // 3)
    return (
        max(left - more, 0),
        max(top - more, 0),
        min(right + more, int(ds.Columns)),
        min(bottom + more, int(ds.Rows)),
    )
