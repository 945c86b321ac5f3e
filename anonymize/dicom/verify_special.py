"""What special objects may hold besides what the plan keeps: content that was written anew for them."""

from dataclasses import dataclass

from anonymize.dicom.standard.dictionary import tag_of

STORAGE = "1.2.840.10008.5.1.4.1.1."


@dataclass(frozen=True)
class Written:
    """Attributes of one family of objects that are not the source's own."""

    trees: frozenset[int] = frozenset()
    """Sequences of which every item was written anew, at the top of the file."""
    labels: frozenset[int] = frozenset()
    """Names of parts, at any depth."""


NOTHING = Written()


def _tags(*keywords: str) -> frozenset[int]:
    return frozenset(tag for keyword in keywords if (tag := tag_of(keyword)) is not None)


_REPORT = Written(
    _tags("ContentSequence", "ConceptNameCodeSequence", "ContentTemplateSequence"),
    _tags("ValueType", "ContinuityOfContent"),
)
_PRESENTATION = Written(
    _tags("GraphicAnnotationSequence", "GraphicLayerSequence"),
    _tags("ContentLabel", "PresentationCreationDate", "PresentationCreationTime"),
)
_SIGNAL = Written(_tags("WaveformAnnotationSequence"))
_THERAPY = Written(
    labels=_tags("ROIName", "BeamName", "StructureSetLabel", "RTPlanLabel", "UserContentLabel")
)
_SEGMENTS = Written(
    labels=_tags("SegmentLabel", "TrackingID", "SegmentAlgorithmName", "TrackSetLabel", "ContentLabel")
)
_GROUPS = Written(labels=_tags("AnnotationGroupLabel", "ContentLabel"))
FAMILIES = {
    STORAGE + "88.": _REPORT,
    STORAGE + "11.": _PRESENTATION,
    STORAGE + "9.": _SIGNAL,
    STORAGE + "481.": _THERAPY,
    "1.2.840.10008.5.1.4.34.": _THERAPY,
    STORAGE + "66.": _SEGMENTS,
    STORAGE + "91.": _GROUPS,
}
"""What a SOP class begins with -> what its objects may hold."""
ITEMS = _tags(
    "RelationshipType", "ValueType", "ConceptNameCodeSequence", "ContinuityOfContent",
    "ContentTemplateSequence", "MappingResource", "TemplateIdentifier", "TextValue", "PersonName",
    "Date", "Time", "DateTime", "UID", "MeasuredValueSequence", "NumericValue", "FloatingPointValue",
    "MeasurementUnitsCodeSequence", "NumericValueQualifierCodeSequence", "ConceptCodeSequence",
    "ReferencedSOPSequence", "ReferencedSOPClassUID", "ReferencedSOPInstanceUID",
    "ReferencedFrameNumber", "ReferencedSegmentNumber", "ReferencedWaveformChannels", "GraphicData",
    "GraphicType", "PixelOriginInterpretation", "FiducialUID", "ReferencedFrameOfReferenceUID",
    "TemporalRangeType", "ReferencedSamplePositions", "ReferencedTimeOffsets", "ReferencedDateTime",
    "ObservationDateTime", "ObservationUID", "ContentSequence", "ReferencedContentItemIdentifier",
    "CodeValue", "LongCodeValue", "URNCodeValue", "CodingSchemeDesignator", "CodingSchemeVersion",
    "CodeMeaning", "GraphicLayer", "GraphicLayerOrder", "GraphicObjectSequence",
    "ReferencedImageSequence", "GraphicAnnotationUnits", "GraphicDimensions", "NumberOfGraphicPoints",
    "GraphicFilled", "AnnotationGroupNumber",
)  # fmt: skip
"""All that an item written anew may hold."""


def written(sop_class: str) -> Written:
    """What objects of a SOP class may hold besides what the plan keeps."""
    return next((what for start, what in FAMILIES.items() if sop_class.startswith(start)), NOTHING)
