"""What a file says of how it was de-identified: codes of CID 7050 (scheme DCM)."""

from profiles.dicom_model import Dicom, Option

BASIC = ("113100", "DCM", "Basic Application Confidentiality Profile")
CODES = {
    Option.CLEAN_GRAPHICS: ("113103", "DCM", "Clean Graphics Option"),
    Option.CLEAN_STRUCTURED_CONTENT: ("113104", "DCM", "Clean Structured Content Option"),
    Option.CLEAN_DESCRIPTORS: ("113105", "DCM", "Clean Descriptors Option"),
    Option.RETAIN_FULL_DATES: (
        "113106",
        "DCM",
        "Retain Longitudinal Temporal Information Full Dates Option",
    ),
    Option.RETAIN_MODIFIED_DATES: (
        "113107",
        "DCM",
        "Retain Longitudinal Temporal Information Modified Dates Option",
    ),
    Option.RETAIN_PATIENT_CHARACTERISTICS: ("113108", "DCM", "Retain Patient Characteristics Option"),
    Option.RETAIN_DEVICE_IDENTITY: ("113109", "DCM", "Retain Device Identity Option"),
    Option.RETAIN_UIDS: ("113110", "DCM", "Retain UIDs Option"),
    Option.RETAIN_SAFE_PRIVATE: ("113111", "DCM", "Retain Safe Private Option"),
    Option.RETAIN_INSTITUTION_IDENTITY: ("113112", "DCM", "Retain Institution Identity Option"),
}
CLEAN_PIXEL_DATA = ("113101", "DCM", "Clean Pixel Data Option")
"""For files whose pixels were looked at and cleaned; the plan alone can't tell."""
LOOSE = frozenset({"keep", "shift", "clean", "top-code", "pseudonymize"})


def codes(dicom: Dicom) -> tuple[tuple[str, str, str], ...]:
    """What is applied to every file; the basic profile only where no line of the profile loosens it."""
    basic = () if any(item.action in LOOSE for item in dicom.attributes.values()) else (BASIC,)
    return (
        *basic,
        *(CODES[option] for option in sorted(set(dicom.options), key=lambda option: CODES[option])),
    )
