"""Documents inside a DICOM file: PDF, CDA, and models to print (STL, OBJ, MTL)."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from anonymize.dicom.pixels.risk import STORAGE
from anonymize.dicom.quarantine import Quarantine, Reason
from anonymize.dicom.special.interface import Mapper, Special

if TYPE_CHECKING:
    from pydicom import Dataset

    from anonymize.dicom.plan import Plan

_DOCUMENT = 0x00420011
_LENGTH = 0x00420015
_TITLE = 0x00420010
_EMPTY_DOCUMENT = b"\0\0"


class Encapsulated(Special):
    """The document can't be cleaned: set the file aside, or publish it without, as the profile says."""

    name = "encapsulated"
    sop_classes = tuple(f"{STORAGE}104.{number}" for number in range(1, 6))
    owns = frozenset({_DOCUMENT, _LENGTH, _TITLE})

    def clean(self, ds: "Dataset", plan: "Plan", replacer: Mapper, needles: Collection[str]) -> None:
        """Raise Quarantine, or put two zero bytes in place of the document and empty its title."""
        if plan.dicom.encapsulated == "quarantine":
            raise Quarantine(Reason.ENCAPSULATED, "EncapsulatedDocument")
        for tag in (_DOCUMENT, _LENGTH, _TITLE):
            if tag in ds:
                del ds[tag]
        ds.add_new(_TITLE, "ST", "")
        ds.add_new(_DOCUMENT, "OB", _EMPTY_DOCUMENT)
        ds.add_new(_LENGTH, "UL", len(_EMPTY_DOCUMENT))
