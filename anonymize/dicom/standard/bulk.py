"""Binary attributes whose content is measured or computed: pixels, curves of colours, signals, meshes."""

from functools import cache

from anonymize.dicom.actions import Action, Rule
from anonymize.dicom.standard.dictionary import tag_of

MEASURED = (
    "PixelData FloatPixelData DoubleFloatPixelData ExtendedOffsetTable ExtendedOffsetTableLengths "
    "RedPaletteColorLookupTableData GreenPaletteColorLookupTableData BluePaletteColorLookupTableData "
    "AlphaPaletteColorLookupTableData SegmentedRedPaletteColorLookupTableData "
    "SegmentedGreenPaletteColorLookupTableData SegmentedBluePaletteColorLookupTableData "
    "SegmentedAlphaPaletteColorLookupTableData BlendingLookupTableData LUTData "
    "VerticesOfThePolygonalOutline TwoDimensionalToThreeDimensionalMapData FilterLookupTableData "
    "VectorGridData PointCoordinatesData VectorCoordinateData DoublePointCoordinatesData "
    "TrianglePointIndexList EdgePointIndexList VertexPointIndexList PrimitivePointIndexList "
    "LongPrimitivePointIndexList LongTrianglePointIndexList LongEdgePointIndexList "
    "LongVertexPointIndexList RecommendedDisplayCIELabValueList FloatingPointValues TrackPointIndexList "
    "AnnotationIndexList VolumetricCurvePoints VolumetricCurveUpDirections UValueData VValueData "
    "CompensatorProximalThicknessMap CompensatorDistalThicknessMap BlockEdgeData "
    "ChannelMinimumValue ChannelMaximumValue WaveformPaddingValue WaveformData "
    "FirstOrderPhaseCorrectionAngle SpectroscopyData"
)
ICC_PROFILE = 0x00282000
OVERLAY = frozenset({0x0010, 0x0011, 0x0015, 0x0040, 0x0050, 0x0051, 0x0100, 0x0102, 0x3000})
"""Elements of a group 60xx that describe or hold its bitmap."""


@cache
def measured() -> frozenset[int]:
    """Their tags."""
    return frozenset(tag for tag in map(tag_of, MEASURED.split()) if tag is not None)


def rule(tag: int) -> Rule | None:
    """KEEP for what is measured; CLEAN for a colour profile, whose words must be read; None for all else."""
    if tag == ICC_PROFILE:
        return Rule(Action.CLEAN, reason="extra:colour-profile")
    return Rule(Action.KEEP, reason="not-listed") if tag in measured() else None
