"""Presentation states: how images are shown, and what was drawn and written over them."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from pydicom import Dataset

from anonymize.dicom.pixels.risk import STORAGE
from anonymize.dicom.special.context import Context
from anonymize.dicom.special.interface import Finish, Mapper, Special
from anonymize.dicom.special.items import instance
from profiles.dicom_model import Option

if TYPE_CHECKING:
    from anonymize.dicom.plan import Plan

_TAKEN = (
    "GraphicAnnotationSequence",
    "GraphicLayerSequence",
    "GraphicGroupSequence",
    "VolumetricAnnotationSequence",
)
"""Sequences of drawings and of the texts beside them."""
_CREATED = {"PresentationCreationDate": "19000101", "PresentationCreationTime": "000000"}
"""Attributes that the table removes and that the object can't be without: a value that tells nothing."""
_DRAWN = (
    "GraphicAnnotationUnits",
    "GraphicDimensions",
    "NumberOfGraphicPoints",
    "GraphicData",
    "GraphicType",
    "GraphicFilled",
)
_UNITS = frozenset({"PIXEL", "DISPLAY", "MATRIX"})
_SHAPES = frozenset({"POINT", "POLYLINE", "INTERPOLATED", "CIRCLE", "ELLIPSE"})


class PresentationState(Special):
    """With Clean Graphics the drawings stay, without their texts; else none of them."""

    name = "presentation-state"
    sop_classes = tuple(f"{STORAGE}11.{number}" for number in range(1, 13))

    def prepare(
        self, ds: "Dataset", plan: "Plan", replacer: Mapper, needles: Collection[str]
    ) -> Finish | None:
        """Take drawings and layers out; the finish puts back the drawings, on layers without names."""
        sop_class, person = str(ds.get("SOPClassUID") or ""), str(ds.get("PatientID") or "").strip()
        kept: list[Dataset] = []
        layers: dict[str, str] = {}
        if Option.CLEAN_GRAPHICS in plan.dicom.options:
            context = Context(plan, replacer, tuple(needles), person, sop_class)
            kept = list(_annotations(ds, layers, context))
        titled = "ContentLabel" in ds
        created = [keyword for keyword in _CREATED if keyword in ds]
        for keyword in _TAKEN:
            if keyword in ds:
                delattr(ds, keyword)

        def finish(rewritten: "Dataset") -> None:
            if titled:
                rewritten.ContentLabel = "PRESENTATION"
            for keyword in created:
                if keyword not in rewritten:
                    setattr(rewritten, keyword, _CREATED[keyword])
            if kept:
                rewritten.GraphicAnnotationSequence = kept
                rewritten.GraphicLayerSequence = [
                    _layer(name, order) for order, name in enumerate(layers.values(), 1)
                ]

        return finish


def _annotations(ds: Dataset, layers: dict[str, str], context: Context) -> Iterator[Dataset]:
    for source in ds.get("GraphicAnnotationSequence") or []:
        drawn = [
            new for item in source.get("GraphicObjectSequence") or [] if (new := _drawing(item)) is not None
        ]
        if not drawn:
            continue
        new = Dataset()
        if source.get("ReferencedImageSequence"):
            new.ReferencedImageSequence = [instance(item, context) for item in source.ReferencedImageSequence]
        new.GraphicLayer = layers.setdefault(str(source.get("GraphicLayer") or ""), f"LAYER{len(layers) + 1}")
        new.GraphicObjectSequence = drawn
        yield new


def _drawing(source: Dataset) -> Dataset | None:
    """The lines of a drawing; None when its form is not one of the standard's."""
    units, shape = str(source.get("GraphicAnnotationUnits") or ""), str(source.get("GraphicType") or "")
    if units not in _UNITS or shape not in _SHAPES or not source.get("GraphicData"):
        return None
    new = Dataset()
    for keyword in _DRAWN:
        if keyword in source:
            setattr(new, keyword, source.get(keyword))
    if new.get("GraphicFilled") not in {None, "Y", "N"}:
        del new.GraphicFilled
    return new


def _layer(name: str, order: int) -> Dataset:
    new = Dataset()
    new.GraphicLayer, new.GraphicLayerOrder = name, order
    return new
