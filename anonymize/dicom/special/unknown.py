"""Objects that are not understood: set aside, never copied."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from anonymize.dicom.quarantine import Quarantine, Reason
from anonymize.dicom.special.interface import Finish, Mapper, Special

if TYPE_CHECKING:
    from pydicom import Dataset

    from anonymize.dicom.plan import Plan


class Unknown(Special):
    """Private classes, raw data, voices, surfaces of faces, and what the standard has added since."""

    name = "unknown"
    sop_classes = ()

    def prepare(
        self, ds: "Dataset", plan: "Plan", replacer: Mapper, needles: Collection[str]
    ) -> Finish | None:
        """Always raises Quarantine."""
        raise Quarantine(Reason.UNKNOWN_OBJECT, "SOPClassUID")
