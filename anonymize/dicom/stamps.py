"""What an output says of how it was de-identified (PS3.15 E.1, PS3.3 C.12.1)."""

from collections.abc import Iterable
from typing import Any

from anonymize.dicom.elements import Encoding, element, item
from anonymize.dicom.plan import Plan
from anonymize.dicom.standard.confidentiality import EDITION
from profiles.dicom_model import Base, Option

IDENTITY_REMOVED, METHOD, METHOD_CODES = 0x00120062, 0x00120063, 0x00120064
BURNED_IN, TIMES_MODIFIED = 0x00280301, 0x00280303
STAMPED = frozenset({IDENTITY_REMOVED, METHOD, METHOD_CODES, TIMES_MODIFIED})
"""Attributes whose value in the source never counts."""
CLEAN_PIXELS = ("113101", "DCM", "Clean Pixel Data Option")
LONGEST = 64
"""Characters of a value of LO."""


def method(plan: Plan) -> tuple[str, ...]:
    """Values of DeidentificationMethod: the tool, the profile of the standard, its options."""
    base = "allow list" if plan.dicom.base is Base.ALLOW_LIST else "Basic Profile"
    options = sorted(option.value for option in plan.dicom.options)
    return tuple(text[:LONGEST] for text in ("vitrail", f"DICOM PS3.15 {EDITION} Annex E {base}", *options))


def times_modified(plan: Plan) -> str:
    """Value of LongitudinalTemporalInformationModified."""
    if Option.RETAIN_FULL_DATES in plan.dicom.options:
        return "UNMODIFIED"
    return "MODIFIED" if Option.RETAIN_MODIFIED_DATES in plan.dicom.options else "REMOVED"


def stamp_values(plan: Plan, *, looked_at: bool = False) -> tuple[tuple[int, str, Any], ...]:
    """Tag, VR and value of each stamp, in the order of tags; codes as value, scheme and meaning.

    ``looked_at``: the pixels were checked for burned-in text.
    """
    codes = sorted({*plan.applied_codes(), *([CLEAN_PIXELS] if looked_at else [])})
    values = (
        (IDENTITY_REMOVED, "CS", "YES"),
        (METHOD, "LO", "\\".join(method(plan))),
        (METHOD_CODES, "SQ", codes),
        (BURNED_IN, "CS", "NO" if looked_at else ""),
        (TIMES_MODIFIED, "CS", times_modified(plan)),
    )
    return tuple(stamp for stamp in values if stamp[2])


def stamps(plan: Plan, encoding: Encoding) -> tuple[tuple[int, bytes], ...]:
    """Tags and elements of the stamps of a file whose pixels were not looked at."""
    values = (
        (tag, vr, code_items(value, encoding) if vr == "SQ" else value.encode())
        for tag, vr, value in stamp_values(plan)
    )
    return tuple((tag, element(tag, vr, value, encoding)) for tag, vr, value in values)


def code_items(codes: Iterable[tuple[str, str, str]], encoding: Encoding) -> bytes:
    """Items of a code sequence: value, scheme, meaning."""
    return b"".join(
        item(
            element(0x00080100, "SH", value.encode(), encoding)
            + element(0x00080102, "SH", scheme.encode(), encoding)
            + element(0x00080104, "LO", meaning.encode(), encoding),
            encoding,
        )
        for value, scheme, meaning in codes
    )
