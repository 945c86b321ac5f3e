"""Text drawn in pictures: where it is, and what it says (extra ``ocr``).

RapidOCR runs the PP-OCR models, which come with its wheel: nothing is downloaded. A zone is where the
detector sees text; what can't be read with confidence counts as text that names a person.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from anonymize.dicom.pixels.facts import Rectangle
from anonymize.dicom.pixels.render import Picture
from anonymize.dicom.quarantine import Quarantine, Reason

CONFIDENT = 0.8
"""Score of the reader below which what it read is not believed."""
SHORT_SIDE = 736
"""Pixels of the short side that a picture is enlarged to before text is looked for."""
_SETTINGS = {
    "Global.log_level": "critical",
    "Global.use_cls": False,
    "Global.text_score": 0.0,
    "Det.thresh": 0.2,
    "Det.box_thresh": 0.3,
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


@dataclass(frozen=True)
class Zone:
    """A line of text in a picture."""

    box: Rectangle
    line: str
    """Empty when it was not read with confidence."""


@cache
def _reader() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params=_SETTINGS)


def zones(picture: Picture) -> list[Zone]:
    """Every zone of a picture where text is seen, largest doubt included; raises Quarantine if it fails."""
    try:
        read = _reader()(np.ascontiguousarray(picture[..., ::-1]))
    except Exception:  # noqa: BLE001 - the reader raises anything on pictures of odd shapes
        raise Quarantine(Reason.PIXELS_UNREADABLE, "text") from None
    if read.boxes is None:
        return []
    found = zip(read.boxes, read.txts, read.scores, strict=True)
    return [Zone(_around(corners), line if score >= CONFIDENT else "") for corners, line, score in found]


def _around(corners: Any) -> Rectangle:
    points = np.asarray(corners, float)
    low, high = np.floor(points.min(axis=0)), np.ceil(points.max(axis=0))
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])
