"""Which handler cleans which object. To add one: its file, and its line in ``HANDLERS``.

Handlers are imported when an object that is no plain image comes: they need a DICOM library, which the
workers that only see images do without.
"""

from functools import cache
from importlib import import_module

from anonymize.dicom.special.interface import Special
from anonymize.dicom.special.plain import PLAIN

HANDLERS = (
    ("encapsulated", "Encapsulated"),
    ("labelled", "BulkAnnotations"),
    ("labelled", "Radiotherapy"),
    ("labelled", "Segmentation"),
    ("labelled", "Tractography"),
    ("presentation", "PresentationState"),
    ("structured_report", "StructuredReport"),
    ("waveform", "Waveform"),
)
"""Module of this package, and class."""


@cache
def families() -> tuple[type[Special], ...]:
    """The classes of ``HANDLERS``."""
    found = [getattr(import_module(f"anonymize.dicom.special.{module}"), name) for module, name in HANDLERS]
    return tuple(found)


@cache
def _by_class() -> dict[str, Special]:
    return {uid: one for family in families() for one in (family(),) for uid in family.sop_classes}


def handler(sop_class: str) -> Special | None:
    """The handler of a SOP class; None: a plain image, for which the rules of the plan are enough.

    A class that nobody listed gets the handler that sets the file aside.
    """
    if sop_class in PLAIN:
        return None
    return _by_class().get(sop_class) or _unknown()


@cache
def _unknown() -> Special:
    from anonymize.dicom.special.unknown import Unknown  # noqa: PLC0415 - as the others

    return Unknown()
