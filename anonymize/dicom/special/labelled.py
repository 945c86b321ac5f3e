"""Objects whose parts bear names that people give: contours, beams, segments, tracts, groups of annotations.

The rules of attributes blank those names; the parts get new ones here, so that they can be told apart.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from anonymize.dicom import cleaning
from anonymize.dicom.pixels.risk import STORAGE
from anonymize.dicom.special.codes import first, public
from anonymize.dicom.special.interface import Finish, Mapper, Special
from profiles.dicom_model import Option

if TYPE_CHECKING:
    from pydicom import Dataset

    from anonymize.dicom.plan import Plan

LONGEST = 64
TARGETS = frozenset(
    {"ptv", "ctv", "gtv", "itv", "oar", "prv", "body", "external", "bolus", "couch", "isocenter"}
)
"""Words of radiotherapy that name no one, beside the vocabulary of descriptions."""


@dataclass(frozen=True)
class Label:
    """A name that the items of a sequence bear."""

    sequence: str
    keyword: str
    prefix: str
    code: str = ""
    """Sequence of a public code that says what the item is; its meaning then makes the name."""


class Labelled(Special):
    """Gives each item of some sequences a name of its own."""

    labels: ClassVar[tuple[Label, ...]]
    titles: ClassVar[dict[str, str]] = {}
    """Keyword of the object itself -> what stands there."""

    def prepare(
        self, ds: "Dataset", plan: "Plan", replacer: Mapper, needles: Collection[str]
    ) -> Finish | None:
        """Make the new names of the items that have one; the finish writes them."""
        described = Option.CLEAN_DESCRIPTORS in plan.dicom.options
        new = {
            label: [_name(item, label, number, described, needles) for number, item in _items(ds, label)]
            for label in self.labels
        }
        titles = {keyword: title for keyword, title in self.titles.items() if keyword in ds}

        def finish(rewritten: "Dataset") -> None:
            for keyword, title in titles.items():
                setattr(rewritten, keyword, title)
            for label, names in new.items():
                for (_, item), name in zip(_items(rewritten, label), _distinct(names), strict=False):
                    if name:
                        setattr(item, label.keyword, name)

        return finish


def _items(ds: "Dataset", label: Label) -> list[tuple[int, "Dataset"]]:
    return list(enumerate(ds.get(label.sequence) or [], start=1))


def _name(item: "Dataset", label: Label, number: int, described: bool, needles: Collection[str]) -> str:
    """Empty when the source has none; else what a public code or known words say, else a number."""
    given = str(item.get(label.keyword) or "").strip()
    if not given:
        return ""
    code = public(first(item, label.code), needles) if label.code else None
    if code is not None and any(character.isalpha() for character in str(code.CodeMeaning)):
        return str(code.CodeMeaning)[: LONGEST - 4]
    words = _words(given) if described else ""
    low = words.casefold()
    if words and not any(needle.casefold() in low for needle in needles if len(needle) > 2):
        return words[: LONGEST - 4]
    return f"{label.prefix}-{number}"


def _words(given: str) -> str:
    kept = [
        part for part in given.replace("_", " ").split() if part.casefold() in TARGETS or cleaning.clean(part)
    ]
    return " ".join(kept)


def _distinct(names: list[str]) -> list[str]:
    """The names, those that come again with a number."""
    seen: dict[str, int] = {}
    told = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told.append(f"{name} {seen[name]}" if name and seen[name] > 1 else name)
    return told


class Radiotherapy(Labelled):
    """Structure sets, plans and records of treatment, of both generations."""

    name = "radiotherapy"
    sop_classes = (
        *(f"{STORAGE}481.{number}" for number in (*range(3, 23), 25)),
        "1.2.840.10008.5.1.4.34.7",
        "1.2.840.10008.5.1.4.34.10",
    )
    labels = (
        Label("StructureSetROISequence", "ROIName", "ROI"),
        Label("BeamSequence", "BeamName", "BEAM"),
        Label("IonBeamSequence", "BeamName", "BEAM"),
        Label("TreatmentSessionBeamSequence", "BeamName", "BEAM"),
        Label("TreatmentSessionIonBeamSequence", "BeamName", "BEAM"),
    )
    titles: ClassVar[dict[str, str]] = {
        "StructureSetLabel": "STRUCTURES",
        "RTPlanLabel": "PLAN",
        "UserContentLabel": "CONTENT",
    }


class Segmentation(Labelled):
    """Segmentations of voxels and of surfaces."""

    name = "segmentation"
    sop_classes = tuple(STORAGE + suffix for suffix in ("66.4", "66.5", "66.7"))
    labels = (
        Label("SegmentSequence", "SegmentLabel", "SEGMENT", "SegmentedPropertyTypeCodeSequence"),
        Label("SegmentSequence", "TrackingID", "TRACK"),
        Label("SegmentSequence", "SegmentAlgorithmName", "ALGORITHM"),
    )
    titles: ClassVar[dict[str, str]] = {"ContentLabel": "SEGMENTATION"}


class Tractography(Labelled):
    """Tracts of nerve fibres."""

    name = "tractography"
    sop_classes = (STORAGE + "66.6",)
    labels = (Label("TrackSetSequence", "TrackSetLabel", "TRACTS", "TrackSetAnatomicalTypeCodeSequence"),)
    titles: ClassVar[dict[str, str]] = {"ContentLabel": "TRACTS"}


class BulkAnnotations(Labelled):
    """Annotations of whole slides."""

    name = "bulk-annotations"
    sop_classes = (STORAGE + "91.1",)
    labels = (
        Label(
            "AnnotationGroupSequence", "AnnotationGroupLabel", "GROUP", "AnnotationPropertyTypeCodeSequence"
        ),
    )
    titles: ClassVar[dict[str, str]] = {"ContentLabel": "ANNOTATIONS"}
