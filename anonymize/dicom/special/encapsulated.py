"""Documents inside a DICOM file: PDF, CDA, and models to print (STL, OBJ, MTL)."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from anonymize.dicom.pixels.risk import STORAGE
from anonymize.dicom.quarantine import Quarantine, Reason
from anonymize.dicom.special.interface import Finish, Mapper, Special

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

    def prepare(
        self, ds: "Dataset", plan: "Plan", replacer: Mapper, needles: Collection[str]
    ) -> Finish | None:
        """Raise Quarantine, or take the document and its title out; two zero bytes stand in for it."""
        if plan.dicom.encapsulated == "quarantine":
            raise Quarantine(Reason.ENCAPSULATED, "EncapsulatedDocument")
        for tag in (_DOCUMENT, _LENGTH, _TITLE):
            if tag in ds:
                del ds[tag]
        return _empty


def _empty(ds: "Dataset") -> None:
    ds.add_new(_TITLE, "ST", "")
    ds.add_new(_DOCUMENT, "OB", _EMPTY_DOCUMENT)
    ds.add_new(_LENGTH, "UL", len(_EMPTY_DOCUMENT))
