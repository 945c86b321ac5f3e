"""What happens to an attribute that the profile does not name: by the standard's table, then its nature."""

from collections.abc import Collection
from dataclasses import dataclass

from anonymize.dicom import codes
from anonymize.dicom.actions import Action, Rule
from anonymize.dicom.overrides import PSEUDONYMS
from anonymize.dicom.standard import bulk, safe_private, vocabulary
from anonymize.dicom.standard.confidentiality import row_of
from profiles.dicom_model import Option
from profiles.dicom_names import entry_of

PATIENT_NAME, PATIENT_AGE, TOP_AGE = 0x00100010, 0x00101010, "89"
ALIASES = {0x00020003: 0x00080018}
"""Attribute of the file meta -> the attribute of the object that it repeats."""
META = frozenset({0x00020000, 0x00020001, 0x00020002, 0x00020010, 0x00020012, 0x00020013})
STAMPS = frozenset({0x00120062, 0x00120063, 0x00120064, 0x00280303})
"""What vitrail writes itself of what it did: the source's own values leave."""
LEAKS = frozenset(
    {0x00080001, 0x00080300, 0x04000500, 0x04000510, 0x04000520, 0x4FFE0001, 0x00081190, 0x0040E010}
)
"""Not in the table: lengths, names of private attributes, encrypted copies, signatures, addresses."""
PIXELS = frozenset({0x0028, 0x7FE0})
"""Groups of pixels and their colours. Other measures stay only in objects that have them: elsewhere they
hold anything."""
NUMBERS = frozenset({"AT", "DS", "FD", "FL", "IS", "SL", "SS", "SV", "UL", "US", "UV"})
TEXTS = frozenset({"CS", "LO", "LT", "SH", "ST", "UC", "UT"})
NAMING = frozenset({"AE", "AS", "PN", "UR"})
BULK = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
FAMILIES = (NUMBERS, TEXTS, BULK, frozenset({"US", "SS", "OW"}), frozenset({"DA", "DT", "TM"}))


@dataclass(frozen=True)
class Where:
    """One attribute in one place."""

    tag: int
    vr: str
    sop_class: str
    parents: tuple[int, ...]


def never_published(tag: int) -> Rule | None:
    """The rule of what leaves whatever the profile says: file meta, lengths, curves, our own stamps."""
    group = tag >> 16
    if group == 0x0002:
        return _meta(tag)
    if group < 0x0008 or tag & 0xFFFF == 0 or group >> 8 == 0x50 or 0x7F00 <= group < 0x7FE0 or tag in LEAKS:
        return Rule(Action.REMOVE, reason="extra")
    return Rule(Action.REMOVE, reason="stamp") if tag in STAMPS else None


def _meta(tag: int) -> Rule:
    kept = tag in META
    return Rule(Action.KEEP if kept else Action.REMOVE, reason="file-meta" if kept else "extra")


def capped(tag: int, vr: str, rule: Rule) -> Rule:
    """``rule``, with ages over 89 brought together whatever asked to keep them."""
    if (tag == PATIENT_AGE or vr == "AS") and rule.action is Action.KEEP:
        return Rule(Action.TOP_CODE, TOP_AGE, rule.reason)
    return rule


def private(tag: int, vr: str, creator: str | None, options: Collection[Option]) -> Rule:
    """Private attributes leave, but those that the standard calls safe under that option."""
    if creator is None or Option.RETAIN_SAFE_PRIVATE not in options:
        return Rule(Action.REMOVE, reason="private")
    if not safe_private.is_safe(creator, tag, vr):
        return Rule(Action.REMOVE, reason="private")
    words = vr in TEXTS and tag & 0xFFFF >= 0x0100
    return Rule(Action.KEEP, "" if words else codes.AS_IS, f"option:{Option.RETAIN_SAFE_PRIVATE}")


def by_table(where: Where, kind: str, options: Collection[Option]) -> Rule | None:
    """What Table E.1-1 says under the options; None when it does not list the attribute."""
    row = row_of(where.tag)
    if row is None:
        return None
    rule = codes.by_option(row, where.vr, options) or codes.basic(row, kind, where.vr)
    if where.tag in PSEUDONYMS and not rule.reason.startswith("option:"):
        return _pseudonym(where, rule)
    return capped(where.tag, where.vr, rule)


def _pseudonym(where: Where, rule: Rule) -> Rule:
    if where.tag == PATIENT_NAME and where.parents:
        return rule
    return Rule(Action.PSEUDONYM, PSEUDONYMS[where.tag], rule.reason)


def by_nature(where: Where, kind: str, options: Collection[Option]) -> Rule:
    """What happens to an attribute that the table does not list, by its VR and what is known of it."""
    why = _unwanted(where, kind)
    if why:
        return _gone(kind, why)
    if where.vr in codes.DATES:
        return _date(kind, options)
    if where.vr == "UI":
        return _uid(options)
    return bulk.rule(where.tag) or Rule(Action.KEEP, reason="not-listed")


def _unwanted(where: Where, kind: str) -> str:
    """Why the attribute leaves whatever it holds; empty when it may stay."""
    known, _, retired = entry_of(where.tag) or ("", "", True)
    if not _agrees(where.vr, known):
        return "wrong-vr"
    if where.vr in NAMING or (retired and where.vr == "SQ"):
        return "naming"
    if where.vr in BULK and (bulk.rule(where.tag) is None or not (kind or where.tag >> 16 in PIXELS)):
        return "unknown-content"
    if where.vr in TEXTS and not vocabulary.speaks_of(where.tag, where.vr):
        return "free-text"
    return ""


def _uid(options: Collection[Option]) -> Rule:
    if Option.RETAIN_UIDS in options:
        return Rule(Action.KEEP, codes.AS_IS, f"option:{Option.RETAIN_UIDS}")
    return Rule(Action.UID, reason="extra:uid")


def _agrees(given: str, known: str) -> bool:
    return given == known or any({given, known} <= family for family in FAMILIES)


def _gone(kind: str, why: str) -> Rule:
    letter = codes.resolve("X/Z/D", kind)
    return Rule(codes.ACTIONS[letter], reason=f"extra:{why}")


def _date(kind: str, options: Collection[Option]) -> Rule:
    if Option.RETAIN_FULL_DATES in options:
        return Rule(Action.KEEP, codes.AS_IS, f"option:{Option.RETAIN_FULL_DATES}")
    if Option.RETAIN_MODIFIED_DATES in options:
        return Rule(Action.SHIFT, reason=f"option:{Option.RETAIN_MODIFIED_DATES}")
    return _gone(kind, "date")


def overlay(tag: int, *, kept: bool) -> Rule:
    """Overlays leave whole: a bitmap can hold words that are drawn, and the others say what is in it.

    ``kept``: the profile keeps the bitmap of this group, which then needs its geometry.
    """
    if kept and tag & 0xFFFF in bulk.OVERLAY:
        return Rule(Action.KEEP, reason="profile")
    return Rule(Action.REMOVE, reason="extra:overlay")
