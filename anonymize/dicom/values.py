"""What stands in place of a value: keyed (UIDs, pseudonyms, moved dates) or a dummy that tells nothing."""

import re
from base64 import b32decode
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from anonymize.derivation import Derivation
from anonymize.dicom.elements import NUMBERS
from anonymize.dicom.plan import Plan

UID_DOMAIN = "dicom-uid"
SHORT_LENGTH = 16
"""Characters of SH: 80 bits of a pseudonym."""
CACHED = 8192
STANDARD_UID = re.compile(r"1\.2\.840\.10008(?:\.(?:0|[1-9]\d{0,3})){1,10}")
"""UIDs of the standard itself, which name classes and syntaxes; a number of five digits is none of them."""

_DATE = re.compile(r"(\d{4})(\.?)(\d{2})\2(\d{2})")
_DATETIME = re.compile(r"(\d{8})((?:\d{2}(?:\d{2}(?:\d{2}(?:\.\d{1,6})?)?)?)?(?:[+-]\d{4})?)")

DUMMIES = {
    "AE": "ANONYMIZED", "AS": "000Y", "CS": "ANONYMIZED", "DA": "19000101", "DS": "0",
    "DT": "19000101000000", "IS": "0", "LO": "ANONYMIZED", "LT": "ANONYMIZED", "PN": "ANONYMIZED",
    "SH": "ANONYMIZED", "ST": "ANONYMIZED", "TM": "000000", "UC": "ANONYMIZED", "UI": "2.25.0",
    "UR": "urn:uuid:00000000-0000-0000-0000-000000000000", "UT": "ANONYMIZED",
}  # fmt: skip
"""VR of text -> value of the right form."""
BINARY_DUMMY = {"OB": 2, "OD": 8, "OF": 4, "OL": 4, "OV": 8, "OW": 2, "UN": 2} | NUMBERS
"""VR of bytes -> how many zeros."""
DUMMY_OF = {0x00100040: "O", 0x00080060: "OT", 0x00080064: "WSD"}
"""Attributes whose value must be one of a few: sex, modality, conversion type."""


def dummy(tag: int, vr: str) -> bytes:
    """A value of the form that ``vr`` asks for, which tells nothing; even length for binary VRs."""
    if vr in BINARY_DUMMY:
        return bytes(BINARY_DUMMY[vr])
    return DUMMY_OF.get(tag, DUMMIES.get(vr, "")).encode()


class Replacer:
    """Keyed replacements of one profile; made in each worker, since keys are never written down."""

    def __init__(self, keys: Derivation, plan: Plan, person_domain: str) -> None:
        """``person_domain``: the domain of the person's key in the tables, so that pseudonyms agree."""
        self._keys = keys
        self._person = keys.pseudonym(person_domain)
        self._uid = keys.pseudonym(UID_DOMAIN)
        self._offset = keys.offset(plan.shift_days)
        self._domains: dict[str, Callable[[str], str]] = {}
        self._uids: dict[str, str] = {}
        self._patients: dict[str, str] = {}
        self._offsets: dict[str, int] = {}
        self.learnt: Any = None
        """What :mod:`anonymize.dicom.rewriting` keeps from one file to the next."""

    def uid(self, uid: str) -> str:
        """``2.25.`` and a UUID of 122 keyed bits (RFC 9562 version 8); UIDs of the standard and "" stay."""
        known = self._uids.get(uid)
        if known is None:
            if len(self._uids) >= CACHED:
                self._uids.clear()
            known = self._uids[uid] = uid if not uid or STANDARD_UID.fullmatch(uid) else self._new_uid(uid)
        return known

    def _new_uid(self, uid: str) -> str:
        number = int.from_bytes(b32decode(self._uid(uid) + "======"))
        number = number & ~(0xF000 << 64) | 0x8000 << 64
        return f"2.25.{number & ~(0xC000 << 48) | 0x8000 << 48}"

    def patient(self, identifier: str) -> str:
        """The pseudonym of a person: that of the tables."""
        known = self._patients.get(identifier)
        if known is None:
            if len(self._patients) >= CACHED:
                self._patients.clear()
            known = self._patients[identifier] = self._person(identifier)
        return known

    def keyed(self, domain: str, value: str) -> str:
        """Pseudonym of ``value`` in ``domain``: 26 characters A-Z, 2-7."""
        if domain not in self._domains:
            self._domains[domain] = self._keys.pseudonym(domain)
        return self._domains[domain](value)

    def short(self, domain: str, value: str) -> str:
        """Its first 16 characters, for SH and CS."""
        return self.keyed(domain, value)[:SHORT_LENGTH]

    def days(self, person: str) -> int:
        """Offset of a person's dates."""
        known = self._offsets.get(person)
        if known is None:
            if len(self._offsets) >= CACHED:
                self._offsets.clear()
            known = self._offsets[person] = self._offset(person)
        return known

    def shifted(self, person: str, value: str, vr: str) -> str:
        """DA or DT moved by the person's offset, each of several; TM as it is; "" when one is no date."""
        if vr == "TM":
            return value
        moved = [_moved(part.strip(" \0"), self.days(person), vr) for part in value.split("\\")]
        return "" if None in moved else "\\".join(part or "" for part in moved)


def _moved(value: str, days: int, vr: str) -> str | None:
    """None when ``value`` is no date to the day; a shorter one can't be moved exactly."""
    if not value:
        return ""
    found = (_DATETIME if vr == "DT" else _DATE).fullmatch(value)
    if found is None:
        return None
    digits, rest = (found[1], found[2]) if vr == "DT" else (found[1] + found[3] + found[4], "")
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return f"{day.year:04}{day.month:02}{day.day:02}{rest}"
