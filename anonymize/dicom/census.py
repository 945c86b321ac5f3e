"""Which rule each attribute of a file meets: for a dry run, where nothing is written."""

from pathlib import Path

from anonymize.dicom.actions import Action
from anonymize.dicom.plan import Plan
from anonymize.dicom.standard.dictionary import keyword_of
from anonymize.dicom.verify_contexts import PIXEL_TAGS, Remembering, tag_of
from anonymize.dicom.verify_parser import ENTER, PIXELS, SKIP, Context, Unreadable, Walk, open_content

Met = tuple[str, str, str]
"""Attribute with the sequences around it, action, reason."""
PRIVATE, UNKNOWN = "private", "unknown"


class _Place(Remembering):
    """The attributes of one file in one place."""

    def __init__(self, plan: Plan, sop_class: str, parents: tuple[int, ...], met: set[Met]) -> None:
        super().__init__()
        self._plan = plan
        self._sop_class = sop_class
        self._parents = parents
        self._met = met
        self._children: dict[int, Context] = {}

    def inside(self, key: bytes) -> Context:
        """Items of a sequence."""
        tag = tag_of(key)
        if tag not in self._children:
            place = (*self._parents, tag)
            self._children[tag] = _Place(self._plan, self._sop_class, place, self._met)
        return self._children[tag]

    def meaning(self, key: bytes, tag: int, vr: str) -> tuple[int, Context | None]:
        """Notes the rule; a sequence that leaves is not entered."""
        rule = self._plan.rule(tag, vr, self._sop_class, self._parents)
        names = [*self._parents, tag]
        self._met.add((".".join(map(_name, names)), rule.action.value, rule.reason))
        if tag in PIXEL_TAGS:
            return PIXELS, None
        if vr != "SQ":
            return SKIP, None
        return ENTER, _Gone() if rule.action is Action.REMOVE else self.inside(key)


class _Gone(Remembering):
    """Items that leave with their sequence."""

    def inside(self, key: bytes) -> Context:
        """The same at any depth."""
        del key
        return self

    def meaning(self, key: bytes, tag: int, vr: str) -> tuple[int, Context | None]:
        """Nothing to note."""
        del key
        return (PIXELS, None) if tag in PIXEL_TAGS else (ENTER, self) if vr == "SQ" else (SKIP, None)


def _name(tag: int) -> str:
    return keyword_of(tag) or (PRIVATE if tag >> 16 & 1 else UNKNOWN)


def census(source: Path, plan: Plan, sop_class: str) -> set[Met]:
    """The rules that the attributes of ``source`` meet, as far as it can be read."""
    met: set[Met] = set()
    try:
        content = open_content(source)
    except Unreadable:
        return met
    with content.stream:
        try:
            Walk(content).all(_Place(plan, sop_class, (), met))
        except (Unreadable, RecursionError):
            return met
    return met
