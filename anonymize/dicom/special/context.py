"""What the cleaning of one object depends on: the plan, its keys, its person, its own identifiers."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anonymize.dicom.actions import Action
from anonymize.dicom.special.concepts import Fate
from anonymize.dicom.special.interface import Mapper
from profiles.dicom_model import Option

if TYPE_CHECKING:
    from anonymize.dicom.plan import Plan

CONTENT = 0x0040A730
"""ContentSequence."""
_DATE_SHAPES = {
    "DA": re.compile(r"\d{8}"),
    "TM": re.compile(r"\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?"),
    "DT": re.compile(r"\d{4}(\d{2}){0,5}(\.\d{1,6})?([+-]\d{4})?"),
}


@dataclass(frozen=True)
class Context:
    """What the cleaning of one report depends on."""

    plan: "Plan"
    replacer: Mapper
    needles: Collection[str]
    person: str
    sop_class: str

    @property
    def options(self) -> tuple[Option, ...]:
        """Options of the profile."""
        return self.plan.dicom.options

    def uid(self, uid: object) -> str:
        """The UID that is published for one of the source."""
        text = str(uid or "").strip()
        return text if Option.RETAIN_UIDS in self.options else self.replacer.uid(text)

    def date(self, value: str, vr: str, chosen: Fate) -> str:
        """A date or time that is kept or moved; empty when it is not written as ``vr`` asks."""
        if not _DATE_SHAPES[vr].fullmatch(value):
            return ""
        return self.replacer.shifted(self.person, value, vr) if chosen is Fate.SHIFT else value

    def dated(self, tag: int, value: object, vr: str) -> str:
        """The same for a date that is an attribute of its own: as the plan says; empty when it leaves."""
        chosen = {Action.KEEP: Fate.KEEP, Action.SHIFT: Fate.SHIFT}.get(self.action(tag, vr))
        return self.date(str(value).strip(), vr, chosen) if chosen is not None else ""

    def action(self, tag: int, vr: str) -> Action:
        """What the plan does with an attribute of a content item."""
        return self.plan.rule(tag, vr, self.sop_class, (CONTENT,)).action

    def names_someone(self, text: str) -> bool:
        """Whether a text holds an identifier of the file."""
        low = text.casefold()
        return any(needle.casefold() in low for needle in self.needles if len(needle) > 2)
