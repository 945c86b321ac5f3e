"""Which words and shapes each text attribute may have, by keyword; and which ones are not read at all."""

import re
from collections.abc import Callable

from anonymize.dicom.standard import shapes
from anonymize.dicom.standard.dictionary import tag_of

PEOPLES = frozenset({"EthnicGroup", "EthnicGroups"})
LARGE = frozenset({0x00181074, 0x00181077, 0x00541322})
"""Total dose of a radionuclide, specific activity, calibration factor: numbers of nine digits or more."""
MAKERS = frozenset(
    "Manufacturer SecondaryCaptureDeviceManufacturer DetectorManufacturerName ApplicationManufacturer "  # noqa: SIM905
    "ReceiveCoilManufacturerName TransmitCoilManufacturerName IOLManufacturer ApplicationSetupManufacturer "
    "SourceApplicatorManufacturer WedgeManufacturerName AlgorithmSource".split()
)
MACHINES = frozenset(
    "ManufacturerModelName SecondaryCaptureDeviceManufacturerModelName DetectorManufacturerModelName "  # noqa: SIM905
    "ManufacturerRelatedModelGroup SecondaryCaptureDeviceSoftwareVersions SoftwareVersions ApplicationName "
    "ApplicationVersion AlgorithmName AlgorithmVersion ManufacturerModelVersion TransducerData "
    "ReceiveCoilName TransmitCoilName MultiCoilConfiguration MultiCoilElementName PrinterName".split()
)
SHAPES: dict[str, Callable[[str], bool]] = {
    "ConvolutionKernel": shapes.is_kernel,
    "SequenceName": shapes.is_sequence_name,
    "PulseSequenceName": shapes.is_sequence_name,
    "SoftwareVersions": shapes.is_version,
    "SecondaryCaptureDeviceSoftwareVersions": shapes.is_version,
    "ApplicationVersion": shapes.is_version,
    "AlgorithmVersion": shapes.is_version,
    "ManufacturerModelVersion": shapes.is_version,
    "ReceiveCoilName": shapes.is_coil,
    "TransmitCoilName": shapes.is_coil,
    "ImagedNucleus": shapes.is_nucleus,
    "ResonantNucleus": shapes.is_nucleus,
    "SpecificCharacterSet": lambda value: (
        re.fullmatch(r"(ISO_IR|ISO 2022 IR) \d{1,3}|GB18030|GBK", value) is not None
    ),
    "ContextIdentifier": lambda value: re.fullmatch(r"(?!19\d\d$)[1-9]\d{0,4}", value) is not None,
    "TemplateIdentifier": lambda value: re.fullmatch(r"(?!19\d\d$)[1-9]\d{0,4}", value) is not None,
    "LossyImageCompressionMethod": lambda value: re.fullmatch(r"ISO_\d{5}_\d{1,2}", value) is not None,
    "PatientOrientation": lambda value: re.fullmatch(r"[APRLHF]{1,3}|[A-Z]{2}", value) is not None,
    "TimezoneOffsetFromUTC": lambda value: re.fullmatch(r"[+-](0\d|1[0-4])[0-5]\d", value) is not None,
    "DimensionDescriptionLabel": lambda value: tag_of(value) is not None,
}
"""Keyword -> a shape that is accepted beside technical words."""
FREE = re.compile(
    r"Comments?$|Notes?$|Organization|Address|Owner|Lot(Number|Identifier)|Registration|StockNumber|"
    r"^(Hanging|Selector|Inventory|Transaction|Storage|Printer|HL7|LocalNamespace|UniversalEntity|Contact|"
    r"Strain|Breed|RouteOf|Itinerary|Boarding|Carrier|NTPSource|BarcodeValue|Route|PTO|OOI)|"
    r"FileSetID|ReferencedFileID|FileSetDescriptorFileID|Directory|InAlternativeCalendar$|SystemStatus"
)
"""Keywords of attributes that people fill in with what they like, or that speak of places."""
FREE_GROUPS = frozenset({0x0014, 0x4010, 0x2100, 0x2110, 0x2120, 0x2130, 0x2200, 0x0074, 0x0038, 0x0032})
