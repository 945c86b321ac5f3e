"""One content item of a structured report, written anew with only what may stay (PS3.3 C.17.3)."""

import re
from collections.abc import Callable
from typing import Any

from pydicom import Dataset

from anonymize.dicom import cleaning
from anonymize.dicom.actions import Action
from anonymize.dicom.special.codes import Concept, concept, first, public
from anonymize.dicom.special.concepts import AGES, Fate, fate
from anonymize.dicom.special.context import Context

DUMMY_TEXT = "ANONYMIZED"
DUMMY_DATES = {"DATE": "19000101", "TIME": "000000", "DATETIME": "19000101000000"}
OLDEST = 89
"""Years; greater ages are brought together."""

_DATE_ATTRIBUTES = {"DATE": ("Date", "DA"), "TIME": ("Time", "TM"), "DATETIME": ("DateTime", "DT")}
_DECIMAL = re.compile(r"[+-]?(\d{1,7}(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_RELATIONS = frozenset({
    "CONTAINS", "HAS PROPERTIES", "HAS OBS CONTEXT", "HAS ACQ CONTEXT", "INFERRED FROM", "SELECTED FROM",
    "HAS CONCEPT MOD",
})  # fmt: skip
_GRAPHICS = frozenset({
    "POINT", "MULTIPOINT", "POLYLINE", "POLYGON", "CIRCLE", "ELLIPSE", "ELLIPSOID", "SEGMENT", "MULTISEGMENT",
    "BEGIN", "END",
})  # fmt: skip
GREATEST = 10_000_000
"""Of a position or an offset; a longer number may be an identifier."""
_YEARS = {"a": 1.0, "mo": 1 / 12, "wk": 7 / 365.25, "d": 1 / 365.25}


def cleaned(source: Dataset, context: Context) -> Dataset | None:
    """The item without its children, or None when it leaves with them."""
    kind = str(source.get("ValueType") or "").strip().upper()
    new = Dataset()
    relation = str(source.get("RelationshipType") or "").strip()
    if relation in _RELATIONS:
        new.RelationshipType = relation
    name = public(first(source, "ConceptNameCodeSequence"), context.needles)
    chosen = fate(_named(name), kind, context.options)
    if chosen is Fate.REMOVE:
        return None
    new.ValueType = kind
    if name is not None:
        new.ConceptNameCodeSequence = [name]
    if not _VALUES[kind](source, new, context, chosen):
        return None
    _observation(source, new, context)
    return new


def _named(name: Dataset | None) -> Concept | None:
    return None if name is None else concept(name)


def _observation(source: Dataset, new: Dataset, context: Context) -> None:
    when = context.dated(0x0040A032, source.get("ObservationDateTime") or "", "DT")
    if when:
        new.ObservationDateTime = when
    if source.get("ObservationUID"):
        new.ObservationUID = context.uid(source.ObservationUID)


def _container(source: Dataset, new: Dataset, _context: Context, chosen: Fate) -> bool:
    new.ContinuityOfContent = (
        "CONTINUOUS" if source.get("ContinuityOfContent") == "CONTINUOUS" else "SEPARATE"
    )
    template = first(source, "ContentTemplateSequence")
    if template is not None and str(template.get("MappingResource")) == "DCMR":
        number = str(template.get("TemplateIdentifier") or "")
        if re.fullmatch(r"\d{1,5}", number):
            kept = Dataset()
            kept.MappingResource, kept.TemplateIdentifier = "DCMR", number
            new.ContentTemplateSequence = [kept]
    return chosen is Fate.KEEP


def _text(source: Dataset, new: Dataset, context: Context, chosen: Fate) -> bool:
    value = str(source.get("TextValue") or "").strip()
    if chosen is Fate.CLEAN:
        value = cleaning.clean(value)
    if chosen is Fate.DUMMY:
        value = DUMMY_TEXT
    new.TextValue = value
    return bool(value) and not context.names_someone(value)


def _person(_source: Dataset, new: Dataset, _context: Context, chosen: Fate) -> bool:
    new.PersonName = DUMMY_TEXT
    return chosen is Fate.DUMMY


def _date(source: Dataset, new: Dataset, context: Context, chosen: Fate) -> bool:
    kind = new.ValueType
    keyword, vr = _DATE_ATTRIBUTES[kind]
    value = DUMMY_DATES[kind]
    if chosen is not Fate.DUMMY:
        value = context.date(str(source.get(keyword) or "").strip(), vr, chosen)
    setattr(new, keyword, value)
    return bool(value)


def _uid(source: Dataset, new: Dataset, context: Context, chosen: Fate) -> bool:
    uid = str(source.get("UID") or "").strip()
    kept = chosen is Fate.KEEP and context.action(0x0040A124, "UI") is Action.KEEP
    new.UID = uid if kept else context.replacer.uid(uid)
    return re.fullmatch(r"[0-9.]{1,64}", uid) is not None


def _number(source: Dataset, new: Dataset, context: Context, _chosen: Fate) -> bool:
    qualifier = public(first(source, "NumericValueQualifierCodeSequence"), context.needles)
    if qualifier is not None:
        new.NumericValueQualifierCodeSequence = [qualifier]
    measured = first(source, "MeasuredValueSequence")
    new.MeasuredValueSequence = []
    if measured is None:
        return True
    unit = public(first(measured, "MeasurementUnitsCodeSequence"), context.needles)
    value = str(measured.get("NumericValue") or "").strip()
    if unit is None or not _DECIMAL.fullmatch(value):
        return False
    kept = Dataset()
    aged = _brought_together(float(value), new, str(unit.get("CodeValue")))
    kept.NumericValue = value if aged is None else aged
    if "FloatingPointValue" in measured and aged is None and value == str(measured.NumericValue).strip():
        kept.FloatingPointValue = float(value)
    kept.MeasurementUnitsCodeSequence = [unit]
    new.MeasuredValueSequence = [kept]
    return True


def _brought_together(value: float, new: Dataset, unit: str) -> str | None:
    """The greatest age published, in ``unit``, when the item is an older one."""
    name = first(new, "ConceptNameCodeSequence")
    if name is None or concept(name) not in AGES or unit not in _YEARS:
        return None
    return str(int(OLDEST / _YEARS[unit])) if value * _YEARS[unit] > OLDEST else None


def _code(source: Dataset, new: Dataset, context: Context, _chosen: Fate) -> bool:
    value = public(first(source, "ConceptCodeSequence"), context.needles)
    if value is not None:
        new.ConceptCodeSequence = [value]
    return value is not None


def _reference(source: Dataset, new: Dataset, context: Context, _chosen: Fate) -> bool:
    pointed = first(source, "ReferencedSOPSequence")
    if pointed is None:
        return False
    new.ReferencedSOPSequence = [instance(pointed, context)]
    return True


def instance(source: Dataset, context: Context) -> Dataset:
    """A reference to an instance, to some of its frames, segments or channels, and to how it is shown."""
    new = Dataset()
    new.ReferencedSOPClassUID = context.replacer.uid(str(source.get("ReferencedSOPClassUID") or ""))
    new.ReferencedSOPInstanceUID = context.uid(source.get("ReferencedSOPInstanceUID"))
    for keyword in ("ReferencedFrameNumber", "ReferencedSegmentNumber", "ReferencedWaveformChannels"):
        numbers = _integers(source.get(keyword))
        if numbers:
            setattr(new, keyword, numbers)
    shown = first(source, "ReferencedSOPSequence")
    if shown is not None:
        new.ReferencedSOPSequence = [instance(shown, context)]
    return new


def _integers(value: Any) -> list[int]:
    return [int(number) for number in _listed(value) if abs(int(number)) < GREATEST]


def _listed(value: Any) -> list[Any]:
    if value in (None, ""):
        return []
    return list(value) if isinstance(value, (list, tuple)) or hasattr(value, "append") else [value]


def _coordinates(source: Dataset, new: Dataset, context: Context, _chosen: Fate) -> bool:
    graphic = str(source.get("GraphicType") or "").strip()
    if graphic not in _GRAPHICS or not source.get("GraphicData"):
        return False
    new.GraphicType, new.GraphicData = graphic, [float(number) for number in source.GraphicData]
    if source.get("PixelOriginInterpretation") in {"FRAME", "VOLUME"}:
        new.PixelOriginInterpretation = source.PixelOriginInterpretation
    for keyword in ("FiducialUID", "ReferencedFrameOfReferenceUID"):
        if source.get(keyword):
            setattr(new, keyword, context.uid(source.get(keyword)))
    return True


def _times(source: Dataset, new: Dataset, context: Context, _chosen: Fate) -> bool:
    graphic = str(source.get("TemporalRangeType") or "").strip()
    if graphic not in _GRAPHICS:
        return False
    new.TemporalRangeType = graphic
    samples = _integers(source.get("ReferencedSamplePositions"))
    if samples:
        new.ReferencedSamplePositions = samples
    offsets = [float(number) for number in _listed(source.get("ReferencedTimeOffsets"))]
    if offsets and max(map(abs, offsets)) < GREATEST:
        new.ReferencedTimeOffsets = offsets
    moment = context.dated(0x0040A13A, source.get("ReferencedDateTime") or "", "DT")
    if moment:
        new.ReferencedDateTime = moment
    return bool(samples or offsets or moment)


_VALUES: dict[str, Callable[[Dataset, Dataset, Context, Fate], bool]] = {
    "CONTAINER": _container, "TEXT": _text, "PNAME": _person, "DATE": _date, "TIME": _date, "DATETIME": _date,
    "UIDREF": _uid, "NUM": _number, "CODE": _code, "IMAGE": _reference, "COMPOSITE": _reference,
    "WAVEFORM": _reference, "SCOORD": _coordinates, "SCOORD3D": _coordinates, "TCOORD": _times,
}  # fmt: skip
"""Value type -> fills the value of the new item; False: the item has none that may stay."""
