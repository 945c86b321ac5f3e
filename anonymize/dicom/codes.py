"""The codes of PS3.15 Table E.1-1, resolved by the options and by the attribute's type in its object."""

from collections.abc import Iterable

from anonymize.dicom.actions import Action, Rule
from anonymize.dicom.standard.confidentiality import Row
from profiles.dicom_model import Option

COLUMNS = {
    Option.RETAIN_SAFE_PRIVATE: "safe-private",
    Option.RETAIN_UIDS: "uids",
    Option.RETAIN_DEVICE_IDENTITY: "device-identity",
    Option.RETAIN_INSTITUTION_IDENTITY: "institution-identity",
    Option.RETAIN_PATIENT_CHARACTERISTICS: "patient-characteristics",
    Option.RETAIN_FULL_DATES: "longitudinal-full-dates",
    Option.RETAIN_MODIFIED_DATES: "longitudinal-modified-dates",
    Option.CLEAN_DESCRIPTORS: "descriptors",
    Option.CLEAN_STRUCTURED_CONTENT: "structured-content",
    Option.CLEAN_GRAPHICS: "graphics",
}
"""Option -> its column of the table."""
DATES = frozenset({"DA", "DT", "TM"})
AS_IS = "as-is"
"""Argument of KEEP where no vocabulary is asked: the profile wants the value itself."""
MOVED = Option.RETAIN_MODIFIED_DATES
"""Before the others: a date left where it is, such as that of a calibration, would tell the offset."""
REQUIRED = frozenset({"1", "1C"})
PRESENT = frozenset({"1", "1C", "2", "2C"})
ACTIONS = {"X": Action.REMOVE, "Z": Action.EMPTY, "D": Action.DUMMY, "U": Action.UID}


def resolve(code: str, kind: str) -> str:
    """The one letter X, Z, D or U that ``code`` comes to for an attribute of type ``kind``.

    The weakest letter that leaves the object whole (PS3.15 E.1.1): X where the attribute may be absent,
    Z where it may be empty, D where it needs a value. Z allows a value too, which type 1 needs.
    X/Z/U* comes to U whatever the type, so that references keep pointing at their targets.
    """
    if code.endswith("U*"):
        return "U"
    letters = code.split("/")
    if "X" in letters and (kind not in PRESENT or letters == ["X"]):
        return "X"
    if "Z" in letters and (kind not in REQUIRED):
        return "Z"
    return "D" if letters[0] != "U" else "U"


def basic(row: Row, kind: str, vr: str) -> Rule:
    """What the Basic Application Level Confidentiality Profile does with the attribute."""
    letter = resolve(row.basic, kind)
    reason = f"ps3.15:{row.basic}" if row.basic == letter else f"ps3.15:{row.basic}>{letter}"
    if letter == "U" and vr == "SQ":
        return Rule(Action.KEEP, reason=reason)
    return Rule(ACTIONS[letter], reason=reason)


def by_option(row: Row, vr: str, options: Iterable[Option]) -> Rule | None:
    """What the options of the profile do with the attribute; None when none of them speaks of it."""
    given = {option: row.options[column] for option, column in COLUMNS.items() if column in row.options}
    chosen = {option: code for option, code in given.items() if option in options}
    for option, code in sorted(chosen.items(), key=lambda item: (item[0] is not MOVED, item[1] != "K")):
        rule = _retained(vr, option) if code == "K" else _cleaned(vr, option)
        if rule is not None:
            return rule
    return None


def _retained(vr: str, option: Option) -> Rule | None:
    """KEEP; timestamps in binary, which hold signatures and names of clocks, are no dates."""
    if option is Option.RETAIN_FULL_DATES and vr not in {*DATES, "SH"}:
        return None
    wanted = option in {Option.RETAIN_DEVICE_IDENTITY, Option.RETAIN_INSTITUTION_IDENTITY, Option.RETAIN_UIDS}
    as_is = vr in DATES or (wanted and vr != "SQ")
    return Rule(Action.KEEP, AS_IS if as_is else "", f"option:{option}")


def _cleaned(vr: str, option: Option) -> Rule | None:
    if option is Option.RETAIN_MODIFIED_DATES:
        return Rule(Action.SHIFT, reason=f"option:{option}") if vr in DATES else None
    return Rule(Action.CLEAN, reason=f"option:{option}")
