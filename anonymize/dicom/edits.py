"""A rule applied to one value: bytes in, bytes out; both ways of rewriting go through here."""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from anonymize.dicom import cleaning, content, icc
from anonymize.dicom.actions import Action, Rule
from anonymize.dicom.charsets import PLAIN, Charset
from anonymize.dicom.elements import FREE_TEXT_VRS, TEXT_VRS, UNSPLIT_VRS, padded
from anonymize.dicom.plan import Plan
from anonymize.dicom.standard.dictionary import vr_of
from anonymize.dicom.standard.vocabulary import plausible
from anonymize.dicom.values import SHORT_LENGTH, STANDARD_UID, Replacer, dummy

AS_IS = "as-is"
"""Argument of KEEP where no vocabulary is asked."""
PERSON = "person"
"""Domain of the pseudonym of the person of the file, whatever the value of the attribute."""
FAMILIES = (
    frozenset("CS LO LT SH ST UC UT".split()),  # noqa: SIM905
    frozenset({"US", "SS", "OW"}),
    frozenset({"OB", "OW"}),
    frozenset({"DS", "IS"}),
    frozenset({"UL", "SL", "UV", "SV", "OV"}),
)
"""VRs that machines write in place of one another without harm: editions of the standard changed some."""
_AGE = re.compile(r"(\d{3})([DWMY])")
_DAYS = {"D": 1.0, "W": 7.0, "M": 30.4375, "Y": 365.25}
ICC_PROFILE = 0x00282000
PSEUDONYM_VRS = FREE_TEXT_VRS | {"CS", "AE"}
CLEANED_VRS = FREE_TEXT_VRS - {"PN"} | {"CS"}
_FORMATS = {"US": "H", "SS": "h", "UL": "L", "SL": "l", "FL": "f", "FD": "d", "SV": "q", "UV": "Q"}


@dataclass(frozen=True)
class Place:
    """Where an attribute stands, and how its text is written."""

    sop_class: str
    parents: tuple[int, ...] = ()
    charset: Charset = PLAIN

    def inside(self, tag: int) -> "Place":
        """The items of the sequence ``tag``."""
        return Place(self.sop_class, (*self.parents, tag), self.charset)


class Given(NamedTuple):
    """One value of the source, and what decides about it."""

    tag: int
    vr: str
    raw: bytes
    place: Place
    person: str = ""
    """Identifier of the person of the file."""
    scheme: str = ""
    """CodingSchemeDesignator of the item that holds the attribute."""

    @property
    def text(self) -> str | None:
        """The text without padding; None when it can't be read."""
        text = self.place.charset.decode(self.raw) if self.vr in FREE_TEXT_VRS else self.raw.decode("latin_1")
        return None if text is None else text.strip(" \0")


class Editor:
    """Applies the rules of a plan to values, with the keys of its replacer."""

    def __init__(self, plan: Plan, replacer: Replacer) -> None:
        self.plan = plan
        self.replacer = replacer
        self._edits: dict[Action, Callable[[Rule, Given], bytes | None]] = {
            Action.KEEP: self._keep,
            Action.REMOVE: lambda _rule, _given: None,
            Action.EMPTY: lambda _rule, _given: b"",
            Action.DUMMY: lambda _rule, given: padded(dummy(given.tag, given.vr), given.vr),
            Action.UID: self._uid,
            Action.SHIFT: self._shift,
            Action.PSEUDONYM: self._pseudonym,
            Action.CLEAN: self._clean,
            Action.TOP_CODE: self._top_code,
            Action.REPLACE: self._replace,
        }

    def vr(self, tag: int, given: str) -> str:
        """The VR that counts: the one of the file where it agrees with the dictionary's, else the latter."""
        known = vr_of(tag)
        if known is None or known == given or any({known, given} <= family for family in FAMILIES):
            return given
        return known

    def rule(self, tag: int, given: str, place: Place, creator: str | None = None) -> Rule:
        """The plan's rule; what is written under a VR that is not the attribute's does not stay."""
        vr = self.vr(tag, given)
        rule = self.plan.rule(tag, vr, place.sop_class, place.parents, creator)
        if given in {vr, "UN"} or rule.action not in {Action.KEEP, Action.CLEAN}:
            return rule
        return self.fallback(tag, vr, place)

    def fallback(self, tag: int, vr: str, place: Place) -> Rule:
        """What replaces a value that may not stay."""
        return self.plan.fallback(tag, vr, place.sop_class, place.parents)

    def edit(self, rule: Rule, given: Given) -> bytes | None:
        """The new value, of even length; ``raw`` itself where it stays, None where the element goes."""
        return self._edits[rule.action](rule, given)

    def blank(self, tag: int, vr: str, place: Place) -> bytes | None:
        """The value that replaces one that may not stay."""
        return self.edit(self.fallback(tag, vr, place), Given(tag, vr, b"", place))

    def _blank(self, given: Given) -> bytes | None:
        return self.blank(given.tag, given.vr, given.place)

    def _keep(self, rule: Rule, given: Given) -> bytes | None:
        if len(given.raw) & 1 and (given.vr in TEXT_VRS or given.vr in {"OB", "UN"}):
            given = given._replace(raw=padded(given.raw, given.vr))
        return given.raw if _may_stay(rule, given) else self._blank(given)

    def _uid(self, _rule: Rule, given: Given) -> bytes:
        parts = given.raw.decode("latin_1").split("\\")
        return padded("\\".join(self.replacer.uid(part.strip(" \0")) for part in parts).encode(), "UI")

    def _shift(self, _rule: Rule, given: Given) -> bytes | None:
        text = given.raw.decode("latin_1").strip(" \0")
        if not text:
            return b""
        moved = ""
        if given.vr in {"DA", "DT"} or (given.vr == "TM" and content.in_grammar("TM", given.raw)):
            moved = self.replacer.shifted(given.person, text, given.vr)
        return padded(moved.encode(), given.vr) if moved else self._blank(given)

    def _pseudonym(self, rule: Rule, given: Given) -> bytes | None:
        if given.vr == "UI":
            return self._uid(rule, given)
        if given.vr not in PSEUDONYM_VRS:
            return self._blank(given)
        own = rule.argument == PERSON
        text = given.person if own and not given.place.parents else given.text
        if not text:
            return self._blank(given) if text is None else b""
        keyed = self.replacer.patient(text) if own else self.replacer.keyed(rule.argument, text)
        return (keyed[:SHORT_LENGTH] if given.vr in {"SH", "CS", "AE"} else keyed).encode()

    def _clean(self, _rule: Rule, given: Given) -> bytes | None:
        if given.tag == ICC_PROFILE:
            return icc.cleaned(given.raw) or self._blank(given)
        if given.vr not in CLEANED_VRS:
            return self._blank(given)
        text = given.text or ""
        parts = [text] if given.vr in UNSPLIT_VRS else text.split("\\")
        encoded = given.place.charset.encode("\\".join(map(cleaning.clean, parts)).strip("\\"))
        return padded(encoded, given.vr) if encoded else self._blank(given)

    def _top_code(self, rule: Rule, given: Given) -> bytes | None:
        text = given.raw.decode("latin_1").strip(" \0")
        if not text:
            return b""
        if given.vr == "AS":
            return _age(text, int(rule.argument)) or self._blank(given)
        if given.vr not in {"DS", "IS"} or not content.in_grammar(given.vr, given.raw):
            return self._blank(given)
        most = float(rule.argument)
        parts = (rule.argument if part.strip() and float(part) > most else part for part in text.split("\\"))
        return padded("\\".join(parts).encode(), given.vr)

    def _replace(self, rule: Rule, given: Given) -> bytes | None:
        if given.vr in TEXT_VRS:
            encoded = given.place.charset.encode(rule.argument)
            return padded(encoded, given.vr) if encoded is not None else self._blank(given)
        number = _packed(given.vr, rule.argument)
        return self._blank(given) if number is None else number


def _may_stay(rule: Rule, given: Given) -> bool:
    """Whether a kept value is what its VR, and its attribute, may hold."""
    tag, vr, raw, place, _, scheme = given
    if len(raw) & 1:
        return False
    if vr not in TEXT_VRS:
        return content.whole_numbers(tag, vr, len(raw)) and not content.hides_text(raw)
    if vr in content.GRAMMARS:
        return content.in_grammar(vr, raw)
    text = place.charset.decode(raw) if vr in FREE_TEXT_VRS or raw.isascii() else None
    if text is None or not content.is_clear(text.rstrip("\0")):
        return False
    text = text.strip(" \0")
    if vr == "UI":
        form = content.UID if rule.argument == AS_IS else STANDARD_UID
        return all(not part or form.fullmatch(part) for part in text.split("\\"))
    return not text or rule.argument == AS_IS or plausible(tag, vr, text, scheme)


def _age(text: str, most: int) -> bytes:
    """An age string (PS3.5 AS), brought down to ``most`` years; empty when it is none."""
    found = _AGE.fullmatch(text)
    if found is None:
        return b""
    years = int(found[1]) * _DAYS[found[2]] / _DAYS["Y"]
    return f"{most:03}Y".encode() if years >= most + 1 else text.encode()


def _packed(vr: str, argument: str) -> bytes | None:
    """A number of a profile as ``vr`` writes it, little endian; None when it is no such number."""
    code = _FORMATS.get(vr)
    if code is None:
        return None
    try:
        return struct.pack("<" + code, float(argument) if code in "fd" else int(argument))
    except (ValueError, OverflowError, struct.error):
        return None
