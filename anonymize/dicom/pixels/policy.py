"""What is done with the pixels of an image: nothing unseen leaves."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from importlib.util import find_spec
from typing import TYPE_CHECKING

from anonymize.dicom.pixels.facts import Decision, Facts, Rectangle
from anonymize.dicom.pixels.risk import class_uid, is_label, is_video, risk, says_text
from anonymize.dicom.quarantine import Quarantine, Reason
from profiles.dicom_model import Box, Pixels
from profiles.errors import NOWHERE, SourceError

if TYPE_CHECKING:
    from pydicom import Dataset

__all__ = ["Decision", "Facts", "PixelPolicy"]


class PixelPolicy:
    """What the profile says of pixels, applied to one file after the other."""

    def __init__(self, pixels: Pixels, catalogue: Sequence[Box] = ()) -> None:
        """``catalogue``: the rules of :func:`anonymize.dicom.pixels.catalogue.load_catalogue`.

        Raises SourceError when text is to be looked for and the extra ``ocr`` is not installed.
        """
        if pixels.ocr != "off" and find_spec("rapidocr") is None:
            raise SourceError("source-extra-missing", NOWHERE, extra="ocr")
        self._pixels = pixels
        self._rules = tuple(rule for rule in (*pixels.boxes, *catalogue) if _says_something(rule))
        self._clean = frozenset(modality.strip().upper() for modality in pixels.assume_clean)

    def decide(self, facts: Facts) -> Decision:
        """What is to be done; raises Quarantine when the image is at risk and nothing looks at it."""
        if not facts.has_pixels:
            return Decision("none")
        if is_video(facts):
            return self._video(facts)
        rules = [rule for rule in self._rules if matches(rule, facts)]
        boxes = _inside(rules, facts)
        at_risk = risk(facts)
        answered = self._assumed(facts) or (bool(rules) and not says_text(facts))
        readable = self._pixels.ocr != "off" and not (is_label(facts) and not boxes)
        if at_risk and readable and (boxes or not answered):
            return Decision("look", boxes, facts.overlay_bits)
        if at_risk and not boxes and not answered:
            raise Quarantine(Reason.PIXELS_UNSEEN, at_risk)
        if boxes or facts.overlay_bits:
            return Decision("mask", boxes, facts.overlay_bits)
        return Decision("assumed-clean" if at_risk else "untouched")

    def edit(self, ds: "Dataset", decision: Decision, needles: tuple[str, ...] = ()) -> str:
        """Do what was decided, in place and without loss; returns ``masked`` or ``checked-clean``.

        ``needles``: the file's own identifiers, which no allowed word may hold. Afterwards the data set is
        uncompressed (its TransferSyntaxUID says so) if a pixel changed, else as it was. Raises Quarantine
        when the pixels can't be read, or when text is left.
        """
        from anonymize.dicom.pixels.editing import edit

        try:
            return edit(ds, decision, self._pixels, needles)
        except Quarantine:
            raise
        except MemoryError:
            raise Quarantine(Reason.MEMORY, "PixelData") from None
        except Exception:  # noqa: BLE001 - a header that lies makes arrays of any shape, and errors that quote it
            raise Quarantine(Reason.PIXELS_UNREADABLE, "PixelData") from None

    def _assumed(self, facts: Facts) -> bool:
        return facts.modality.upper() in self._clean and not says_text(facts)

    def _video(self, facts: Facts) -> Decision:
        """No rectangle can be drawn in a film here: it is the steward's word, or quarantine."""
        if self._assumed(facts) and not facts.overlay_bits:
            return Decision("assumed-clean")
        raise Quarantine(Reason.VIDEO, "TransferSyntaxUID")


def matches(rule: Box, facts: Facts) -> bool:
    """Whether a rule is about this image: all that it says must hold; ``*`` stands for any text."""
    texts = (
        (rule.modality, facts.modality),
        (rule.manufacturer, facts.manufacturer),
        (rule.model, facts.model),
    )
    numbers = ((rule.rows, facts.rows), (rule.columns, facts.columns))
    return (
        all(wanted is None or _alike(wanted, found) for wanted, found in texts)
        and (rule.sop_class is None or class_uid(rule.sop_class) == facts.sop_class)
        and all(wanted is None or wanted == found for wanted, found in numbers)
    )


def _alike(wanted: str, found: str) -> bool:
    return fnmatchcase(_folded(found), _folded(wanted).replace("[", "[[]"))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _says_something(rule: Box) -> bool:
    """A rule that names no image would call every image clean."""
    named = (rule.modality, rule.manufacturer, rule.model, rule.sop_class, rule.rows, rule.columns)
    return bool(rule.mask) or any(value is not None for value in named)


def _inside(rules: Sequence[Box], facts: Facts) -> tuple[Rectangle, ...]:
    """The rectangles of the rules, cut to the image; one that lies outside was meant for another image."""
    found: dict[Rectangle, None] = {}
    for left, top, right, bottom in (box for rule in rules for box in rule.mask):
        cut = max(left, 0), max(top, 0), min(right, facts.columns), min(bottom, facts.rows)
        if cut[0] >= cut[2] or cut[1] >= cut[3]:
            raise Quarantine(Reason.PIXELS_UNSEEN, "box outside the image")
        found[cut] = None
    return tuple(found)
