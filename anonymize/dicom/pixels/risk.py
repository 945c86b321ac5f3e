"""Which images may show text that names a person: all but those that are known not to.

CT, MR, PET and NM images, segmentations, dose grids and whole slides are made of measured values;
everything else (ultrasound, angiography, endoscopy, photographs, screenshots, radiographs, mammograms)
may carry a banner, and is never passed unseen. Within the former, what is drawn rather than measured
is told by its form (colour, eight bits) and by its ImageType (0008,0008) or description.
"""

import re
from functools import cache

from anonymize.dicom.pixels.facts import Facts

MEASURED = frozenset({"CT", "MR", "PT", "NM", "SEG", "RTDOSE", "SM"})
"""Modalities whose images are values, not screens."""

STORAGE = "1.2.840.10008.5.1.4.1.1."
MEASURED_CLASSES = frozenset(
    STORAGE + suffix
    for suffix in (
        "2", "2.1", "2.2",  # CT
        "4", "4.1", "4.4",  # MR
        "5", "20",  # NM
        "30",  # parametric map
        "66.4", "66.7",  # segmentation, label map
        "77.1.6",  # whole slide
        "128", "128.1", "130",  # PET
        "481.2",  # RT dose
    )
)  # fmt: skip
"""SOP classes of such images; any other class of image is at risk whatever the modality says."""

SLIDE = STORAGE + "77.1.6"
GREY_CLASSES = MEASURED_CLASSES - {SLIDE, STORAGE + "66.4", STORAGE + "66.7"}
"""Classes whose images are grey by definition: one in colour is a screen."""
DEEP_CLASSES = frozenset(STORAGE + suffix for suffix in ("2", "2.1", "2.2", "4", "4.1", "4.4", "128", "130"))
"""Classes whose images have more than eight bits: one of eight is a screen."""

LABELLED = frozenset({"LABEL", "OVERVIEW", "THUMBNAIL"})
"""ImageType of photographs of a slide's label, bar code included."""

_SCREEN_WORDS = frozenset({
    "SCREEN", "SCREENSAVE", "SCREENSHOT", "SCREENCAPTURE", "DOSE", "PROTOCOL", "PROT", "CAPTURE", "CAPTURED",
    "SNAPSHOT", "REPORT", "SUMMARY", "GRAPH", "CHART", "PRINT", "PRINTED", "FILM", "TEXT", "PAGE", "RESULT",
    "RESULTS", "DISPLAY", "VIDEO", "SCANNED",
})  # fmt: skip
"""Words of ImageType that tell a screen kept as an image."""
_SCREEN_PHRASES = (
    "SCREEN SAVE", "SCREENSAVE", "SCREEN SHOT", "SCREENSHOT", "SCREEN CAPTURE", "DOSE REPORT", "DOSE INFO",
    "DOSE RECORD", "DOSE SUMMARY", "DOSE SHEET", "DOSE PAGE", "RAPPORT DE DOSE", "RAPPORT DOSE", "INFO DOSE",
    "PATIENT PROTOCOL", "PROTOCOLE PATIENT", "SCANNED", "SNAPSHOT", "CAPTURE D ECRAN",
)  # fmt: skip
"""The same in a description, where one word alone says little ("low dose chest")."""

_REWORKED = frozenset({
    "", "OTHER", "AXIAL", "LOCALIZER", "REFORMATTED", "MPR", "CSA MPR", "MIP", "CSA MIP", "MINIP", "MEAN",
    "AVERAGE", "PROJECTION IMAGE", "CSAPARALLEL", "CSARADIAL", "ADD", "SUBTRACT", "SUBTRACTION", "MULTIPLY",
    "DIVISION", "DIFFUSION", "ADC", "FA", "TRACEW", "TRACE", "EXP", "EADC", "ISOTROPIC", "PERFUSION", "CBF",
    "CBV", "MTT", "TTP", "TMAX", "RCBF", "RCBV", "PBP", "GBP", "M", "P", "R", "I", "M_FFE", "M_SE", "M_IR",
    "FFE", "SE", "IR", "ND", "NORM", "DIS2D", "DIS3D", "DIS3D2D", "MFSPLIT", "MOSAIC", "MEAN_B", "COMPOSED",
    "CMP", "FM", "FIL", "PHASE MAP", "PHASE", "VELOCITY", "MAGNITUDE", "T1", "T2", "T1 MAP", "T2 MAP",
    "T2_STAR MAP", "WATER", "FAT", "IN_PHASE", "OUT_PHASE", "OPP_PHASE", "MNIP", "SWI", "RESAMPLED", "NONE",
    "VOLUME", "EMISSION", "TRANSMISSION", "STATIC", "DYNAMIC", "GATED", "WHOLE BODY", "TOMO", "RECON TOMO",
    "GATED TOMO", "RECON GATED TOMO", "CT_SOM5 MPR", "CT_SOM5 MIP", "CT_SOM5 SPI", "CT_SOM5 SEQ",
    "CT_SOM5 TOP", "AVG", "MIXED", "ENERGY", "MONO", "DE", "SOURCE", "BASE",
})  # fmt: skip
"""ImageType values, third and later, of images computed from measured ones."""

_VIDEO_ROOT = "1.2.840.10008.1.2.4.10"
_LIVE_ROOT = "1.2.840.10008.1.2.7."
_VIDEO_CLASSES = frozenset(STORAGE + f"77.1.{suffix}" for suffix in ("1.1", "2.1", "4.1"))


def is_video(facts: Facts) -> bool:
    """Whether the pixels are a film in a codec of films (MPEG-2, H.264, H.265, SMPTE ST 2110)."""
    return facts.transfer_syntax.startswith((_VIDEO_ROOT, _LIVE_ROOT)) or facts.sop_class in _VIDEO_CLASSES


def is_label(facts: Facts) -> bool:
    """Whether the image shows the label of a slide: its bar code says what no reader of text sees."""
    shown = LABELLED.intersection(value.upper() for value in facts.image_type)
    return bool(shown) and (facts.sop_class == SLIDE or facts.modality.upper() == "SM")


def says_text(facts: Facts) -> str:
    """Why no word of a steward about a modality covers this image; empty: it may.

    The file itself says that text is in it, or the image is the photograph of a label.
    """
    if facts.burned_in.upper() == "YES":
        return "BurnedInAnnotation"
    return "ImageType" if is_label(facts) else ""


def risk(facts: Facts) -> str:
    """Name of the attribute that makes this image one at risk; empty: its pixels are measured values."""
    checks = (
        (says_text(facts), bool(says_text(facts))),
        ("Modality", facts.modality.upper() not in MEASURED),
        ("SOPClassUID", facts.sop_class not in MEASURED_CLASSES),
        ("PhotometricInterpretation", _coloured(facts)),
        ("BitsStored", facts.sop_class in DEEP_CLASSES and 0 < facts.bits_stored <= 8),
        ("ImageType", _captured(facts)),
        ("SeriesDescription", _described_as_screen(facts.description)),
    )
    return next((name for name, found in checks if found), "")


def _coloured(facts: Facts) -> bool:
    return facts.sop_class in GREY_CLASSES and not facts.photometric.upper().startswith("MONOCHROME")


def _captured(facts: Facts) -> bool:
    """A secondary image is passed only when its type says that it was computed, not captured."""
    kinds = tuple(value.strip().upper() for value in facts.image_type)
    if any(_SCREEN_WORDS.intersection(_words(kind)) for kind in kinds[2:]):
        return True
    return "SECONDARY" in kinds[:2] and (len(kinds) < 3 or any(kind not in _REWORKED for kind in kinds[2:]))


def _described_as_screen(description: str) -> bool:
    padded = f" {' '.join(_words(description))} "
    return any(f" {phrase} " in padded for phrase in _SCREEN_PHRASES)


def _words(text: str) -> list[str]:
    return re.split(r"[^0-9A-Z]+", text.upper())


def class_uid(name: str) -> str:
    """UID of a SOP class given by UID or keyword; the text itself when no dictionary knows it."""
    return _by_keyword().get(name.casefold(), name)


@cache
def _by_keyword() -> dict[str, str]:
    from pydicom._uid_dict import UID_dictionary

    return {entry[4].casefold(): uid for uid, entry in UID_dictionary.items() if entry[1] == "SOP Class"}
