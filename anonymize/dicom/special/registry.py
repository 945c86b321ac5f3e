"""Which handler cleans which object. To add one: its file, and its line in ``HANDLERS``."""

from functools import cache

from anonymize.dicom.special.encapsulated import Encapsulated
from anonymize.dicom.special.interface import Special
from anonymize.dicom.special.labelled import BulkAnnotations, Radiotherapy, Segmentation, Tractography
from anonymize.dicom.special.plain import PLAIN
from anonymize.dicom.special.presentation import PresentationState
from anonymize.dicom.special.structured_report import StructuredReport
from anonymize.dicom.special.unknown import Unknown
from anonymize.dicom.special.waveform import Waveform

HANDLERS: tuple[type[Special], ...] = (
    BulkAnnotations,
    Encapsulated,
    PresentationState,
    Radiotherapy,
    Segmentation,
    StructuredReport,
    Tractography,
    Waveform,
)


@cache
def _by_class() -> dict[str, Special | None]:
    known: dict[str, Special | None] = dict.fromkeys(PLAIN)
    for family in HANDLERS:
        one = family()
        known.update(dict.fromkeys(family.sop_classes, one))
    return known


_UNKNOWN = Unknown()


def handler(sop_class: str) -> Special | None:
    """The handler of a SOP class; None: a plain image, for which the rules of the plan are enough.

    A class that nobody listed gets the handler that sets the file aside.
    """
    return _by_class().get(sop_class, _UNKNOWN)
