"""Signals: electrocardiograms, electroencephalograms, pressures, breathing; never voices."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from pydicom import Dataset

from anonymize.dicom.pixels.risk import STORAGE
from anonymize.dicom.special.codes import first, public
from anonymize.dicom.special.interface import Finish, Mapper, Special
from profiles.dicom_model import Option

if TYPE_CHECKING:
    from anonymize.dicom.plan import Plan

_SIGNALS = ["1.1", "1.2", "1.3", "1.4", "2.1", "3.1", "5.1", "6.1", "6.2", "7.1", "7.2", "7.3", "7.4", "8.1"]
_NUMBERS = (
    "ReferencedWaveformChannels",
    "ReferencedSamplePositions",
    "ReferencedTimeOffsets",
    "AnnotationGroupNumber",
)
GREATEST = 10_000_000
"""Of a measurement; a longer number may be an identifier."""
_RANGES = frozenset({"POINT", "MULTIPOINT", "SEGMENT", "MULTISEGMENT", "BEGIN", "END"})


class Waveform(Special):
    """Notes on the signal leave, but for public codes and numbers under Clean Structured Content."""

    name = "waveform"
    sop_classes = tuple(f"{STORAGE}9.{suffix}" for suffix in _SIGNALS)

    def prepare(
        self, ds: "Dataset", plan: "Plan", replacer: Mapper, needles: Collection[str]
    ) -> Finish | None:
        """Take the annotations out; the finish puts back those that are codes and numbers."""
        notes = ds.get("WaveformAnnotationSequence") or []
        kept = [note for source in notes if (note := _note(source, needles)) is not None]
        if "WaveformAnnotationSequence" in ds:
            del ds.WaveformAnnotationSequence
        if not kept or Option.CLEAN_STRUCTURED_CONTENT not in plan.dicom.options:
            return None
        return lambda rewritten: setattr(rewritten, "WaveformAnnotationSequence", kept)


def _note(source: Dataset, needles: Collection[str]) -> Dataset | None:
    name = public(first(source, "ConceptNameCodeSequence"), needles)
    if name is None:
        return None
    new = Dataset()
    new.ConceptNameCodeSequence = [name]
    value = public(first(source, "ConceptCodeSequence"), needles)
    unit = public(first(source, "MeasurementUnitsCodeSequence"), needles)
    number = source.get("NumericValue")
    if value is not None:
        new.ConceptCodeSequence = [value]
    if unit is not None and isinstance(number, (int, float)) and abs(number) < GREATEST:
        new.NumericValue, new.MeasurementUnitsCodeSequence = number, [unit]
    if value is None and "NumericValue" not in new:
        return None
    if source.get("TemporalRangeType") in _RANGES:
        new.TemporalRangeType = source.TemporalRangeType
    for keyword in _NUMBERS:
        if keyword in source:
            setattr(new, keyword, source.get(keyword))
    return new
