"""Structured reports, dose reports and key object selections: the content tree by PS3.15 Table E.3.4-1."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from pydicom import Dataset

from anonymize.dicom.pixels.risk import STORAGE
from anonymize.dicom.special.codes import coded, first, public
from anonymize.dicom.special.context import Context
from anonymize.dicom.special.interface import Finish, Mapper, Special
from anonymize.dicom.special.items import cleaned
from anonymize.dicom.special.tree import grown
from profiles.dicom_model import Option

if TYPE_CHECKING:
    from anonymize.dicom.plan import Plan

KEY_OBJECTS = STORAGE + "88.59"
_REPORTS = (
    *("11", "22", "33", "34", "35", "40", "50", "65", "67", "68"),
    *("69", "70", "71", "72", "73", "74", "75", "76", "77"),
)
_ROOT = (
    "ContentSequence",
    "ConceptNameCodeSequence",
    "ContentTemplateSequence",
    "ValueType",
    "ContinuityOfContent",
    "VerifyingObserverSequence",
)
"""What the root holds, and who verified what it no longer is."""
_POINTERS = frozenset({"IMAGE", "COMPOSITE", "WAVEFORM"})
_TITLE = ("18748-4", "LN", "Diagnostic imaging report")
_SELECTION = ("113000", "DCM", "Of Interest")


class StructuredReport(Special):
    """Its tree is written anew: with Clean Structured Content what the table lets stay, else none of it.

    A key object selection keeps its references in any case: without them it says nothing.
    """

    name = "structured-report"
    sop_classes = (KEY_OBJECTS, *(f"{STORAGE}88.{number}" for number in _REPORTS))

    def prepare(
        self, ds: "Dataset", plan: "Plan", replacer: Mapper, needles: Collection[str]
    ) -> Finish | None:
        """Take the tree out; the finish puts the cleaned one back."""
        sop_class = str(ds.get("SOPClassUID") or "")
        context = Context(plan, replacer, tuple(needles), str(ds.get("PatientID") or "").strip(), sop_class)
        root = _root(ds, context)
        children = grown(ds, context) if _wanted(plan, sop_class) else []
        if Option.CLEAN_STRUCTURED_CONTENT not in plan.dicom.options:
            children = [_bare(child) for child in children if child.get("ValueType") in _POINTERS]
        if children:
            root.ContentSequence = children
        if ds.get("VerificationFlag") == "VERIFIED":
            root.VerificationFlag = "UNVERIFIED"
        for keyword in _ROOT:
            if keyword in ds:
                delattr(ds, keyword)
        return lambda rewritten: rewritten.update({element.tag: element for element in root})


def _wanted(plan: "Plan", sop_class: str) -> bool:
    return sop_class == KEY_OBJECTS or Option.CLEAN_STRUCTURED_CONTENT in plan.dicom.options


def _root(ds: Dataset, context: Context) -> Dataset:
    """The root without its children: a container whose title is a public code."""
    bare = Dataset()
    bare.ValueType = "CONTAINER"
    for keyword in ("ContinuityOfContent", "ContentTemplateSequence"):
        if keyword in ds:
            setattr(bare, keyword, ds.get(keyword))
    root = cleaned(bare, context) or Dataset()
    title = public(first(ds, "ConceptNameCodeSequence"), context.needles)
    selection = context.sop_class == KEY_OBJECTS
    root.ConceptNameCodeSequence = [title or coded(*(_SELECTION if selection else _TITLE))]
    return root


def _bare(item: Dataset) -> Dataset:
    """A reference without what hangs from it."""
    if "ContentSequence" in item:
        del item.ContentSequence
    return item
