"""A rule applied to one value: bytes in, bytes out; both ways of rewriting go through here."""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from anonymize.dicom import cleaning, content
from anonymize.dicom.actions import Action, Rule
from anonymize.dicom.charsets import PLAIN, Charset
from anonymize.dicom.elements import FREE_TEXT_VRS, NUMBERS, TEXT_VRS, UNSPLIT_VRS, padded
from anonymize.dicom.plan import PERSON, Plan
from anonymize.dicom.standard.dictionary import vr_of
from anonymize.dicom.standard.vocabulary import plausible
from anonymize.dicom.values import STANDARD_UID, Replacer, dummy

AS_IS = "as-is"
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
_FORMATS = {"US": "H", "SS": "h", "UL": "L", "SL": "l", "FL": "f", "FD": "d", "SV": "q", "UV": "Q"}


@dataclass(frozen=True)
class Place:
    """Where an attribute stands, and how its text is written."""

    sop_class: str
    parents: tuple[int, ...] = ()
    charset: Charset = PLAIN
    order: str = "<"
    """Of :mod:`struct`."""

    def inside(self, tag: int) -> "Place":
        """The items of the sequence ``tag``."""
        return Place(self.sop_class, (*self.parents, tag), self.charset, self.order)


@dataclass
class Editor:
    """Applies the rules of a plan to values, with the keys of its replacer."""

    plan: Plan
    replacer: Replacer
    _edits: dict[Action, Callable[..., bytes | None]] = field(init=False)

    def __post_init__(self) -> None:
        self._edits = {
            Action.KEEP: self._keep,
            Action.REMOVE: lambda *_: None,
            Action.EMPTY: lambda *_: b"",
            Action.DUMMY: lambda _rule, tag, vr, *_: padded(dummy(tag, vr), vr),
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
        """The plan's rule; a value kept under a VR that is not the attribute's is not kept."""
        rule = self.plan.rule(tag, given, place.sop_class, place.parents, creator)
        vr = self.vr(tag, given)
        if vr == given:
            return rule
        rule = self.plan.rule(tag, vr, place.sop_class, place.parents, creator)
        return self.fallback(tag, vr, place) if rule.action in {Action.KEEP, Action.CLEAN} else rule

    def fallback(self, tag: int, vr: str, place: Place) -> Rule:
        """What replaces a value that may not stay."""
        return self.plan.fallback(tag, vr, place.sop_class, place.parents)

    def edit(
        self, rule: Rule, tag: int, vr: str, raw: bytes, place: Place, person: str, scheme: str = ""
    ) -> bytes | None:
        """The new value, of even length; ``raw`` itself where it stays, None where the element goes.

        ``scheme``: the CodingSchemeDesignator of the item that holds the attribute.
        """
        return self._edits[rule.action](rule, tag, vr, raw, place, person, scheme)

    def blank(self, tag: int, vr: str, place: Place) -> bytes | None:
        """The value that replaces one that may not stay."""
        return self.edit(self.fallback(tag, vr, place), tag, vr, b"", place, "")

    def _keep(
        self, rule: Rule, tag: int, vr: str, raw: bytes, place: Place, _person: str, scheme: str
    ) -> bytes | None:
        return raw if self._may_stay(rule, tag, vr, raw, place, scheme) else self.blank(tag, vr, place)

    def _may_stay(self, rule: Rule, tag: int, vr: str, raw: bytes, place: Place, scheme: str) -> bool:
        if len(raw) & 1:
            return False
        if vr not in TEXT_VRS:
            return content.whole_numbers(tag, vr, len(raw))
        if vr in content.GRAMMARS:
            return content.in_grammar(vr, raw)
        text = place.charset.decode(raw) if vr in FREE_TEXT_VRS else _ascii(raw)
        if text is None or not content.is_clear(text.rstrip("\0")):
            return False
        if rule.argument == AS_IS:
            return True
        text = text.strip(" \0")
        if vr == "UI":
            return all(not part or STANDARD_UID.fullmatch(part) for part in text.split("\\"))
        return not text or plausible(tag, vr, text, scheme)

    def text(self, vr: str, raw: bytes, place: Place) -> str | None:
        """The text of a value without padding; None when it can't be read."""
        text = place.charset.decode(raw) if vr in FREE_TEXT_VRS else raw.decode("latin_1")
        return None if text is None else text.strip(" \0")

    def _uid(
        self, _rule: Rule, _tag: int, _vr: str, raw: bytes, _place: Place, _person: str, _scheme: str
    ) -> bytes:
        parts = raw.decode("latin_1").split("\\")
        return padded("\\".join(self.replacer.uid(part.strip(" \0")) for part in parts).encode(), "UI")

    def _shift(
        self, _rule: Rule, tag: int, vr: str, raw: bytes, place: Place, person: str, _scheme: str
    ) -> bytes | None:
        text = raw.decode("latin_1").strip(" \0")
        if not text:
            return b""
        moved = ""
        if vr in {"DA", "DT"} or (vr == "TM" and content.in_grammar(vr, raw)):
            moved = self.replacer.shifted(person, text, vr)
        return padded(moved.encode(), vr) if moved else self.blank(tag, vr, place)

    def _pseudonym(
        self, rule: Rule, tag: int, vr: str, raw: bytes, place: Place, person: str, _scheme: str
    ) -> bytes | None:
        if vr == "UI":
            return self._uid(rule, tag, vr, raw, place, person, "")
        if vr not in FREE_TEXT_VRS and vr not in {"CS", "AE"}:
            return self.blank(tag, vr, place)
        if rule.argument == PERSON and not place.parents:
            return self.replacer.patient(person).encode()
        text = self.text(vr, raw, place)
        if text is None:
            return self.blank(tag, vr, place)
        if not text:
            return b""
        short = vr in {"SH", "CS", "AE"}
        if rule.argument == PERSON:
            keyed = self.replacer.patient(text)
        else:
            keyed = self.replacer.keyed(rule.argument, text)
        return (keyed[:16] if short else keyed).encode()

    def _clean(
        self, rule: Rule, tag: int, vr: str, raw: bytes, place: Place, person: str, scheme: str
    ) -> bytes | None:
        if vr == "PN" or vr not in FREE_TEXT_VRS | {"CS"}:
            return self.blank(tag, vr, place)
        text = self.text(vr, raw, place)
        parts = [text or ""] if vr in UNSPLIT_VRS else (text or "").split("\\")
        cleaned = "\\".join(map(cleaning.clean, parts)).strip("\\")
        encoded = place.charset.encode(cleaned)
        return padded(encoded, vr) if encoded else self.blank(tag, vr, place)

    def _top_code(
        self, rule: Rule, tag: int, vr: str, raw: bytes, place: Place, _person: str, _scheme: str
    ) -> bytes | None:
        text = raw.decode("latin_1").strip(" \0")
        if vr == "AS":
            return self._age(text, float(rule.argument)) or (b"" if not text else self.blank(tag, vr, place))
        if vr not in {"DS", "IS"} or not content.in_grammar(vr, raw):
            return self.blank(tag, vr, place)
        parts = [
            rule.argument if part.strip() and float(part) > float(rule.argument) else part
            for part in text.split("\\")
        ]
        return padded("\\".join(parts).encode(), vr)

    @staticmethod
    def _age(text: str, most: float) -> bytes:
        found = _AGE.fullmatch(text)
        if found is None:
            return b""
        years = int(found[1]) * _DAYS[found[2]] / _DAYS["Y"]
        return f"{int(most):03}Y".encode() if years >= most + 1 else text.encode()

    def _replace(
        self, rule: Rule, tag: int, vr: str, _raw: bytes, place: Place, _person: str, _scheme: str
    ) -> bytes | None:
        if vr in TEXT_VRS:
            encoded = place.charset.encode(rule.argument)
            return padded(encoded, vr) if encoded is not None else self.blank(tag, vr, place)
        if vr not in NUMBERS or vr == "AT":
            return self.blank(tag, vr, place)
        code = _FORMATS[vr]
        try:
            number = float(rule.argument) if code in "fd" else int(rule.argument)
            return struct.pack(place.order + code, number)
        except (ValueError, OverflowError, struct.error):
            return self.blank(tag, vr, place)


def _ascii(raw: bytes) -> str | None:
    return raw.decode("ascii") if raw.isascii() else None
