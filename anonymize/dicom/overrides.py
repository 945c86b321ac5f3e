"""What a profile says of attributes by name: an exact tag before a mask, a mask before a VR."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from anonymize.dicom.actions import Action, Rule
from profiles.dicom_model import Override
from profiles.dicom_selectors import Selector, parse

ACTIONS = {
    "keep": Action.KEEP,
    "remove": Action.REMOVE,
    "empty": Action.EMPTY,
    "dummy": Action.DUMMY,
    "uid": Action.UID,
    "shift": Action.SHIFT,
    "pseudonymize": Action.PSEUDONYM,
    "clean": Action.CLEAN,
    "top-code": Action.TOP_CODE,
    "replace": Action.REPLACE,
}
REASON = "profile"
CORE = frozenset(
    {0x00080005, 0x00080016, 0x00080018, 0x0020000D, 0x0020000E}
    | {0x00280002, 0x00280004, 0x00280006, 0x00280008, 0x00280010, 0x00280011}
    | {0x00280100, 0x00280101, 0x00280102, 0x00280103}
    | {0x7FE00001, 0x7FE00002, 0x7FE00008, 0x7FE00009, 0x7FE00010}
)
"""Character set, UIDs of the file, its pixels and their description: no mask and no VR speaks of them."""


PERSON = "person"
PSEUDONYMS = {0x00100020: PERSON, 0x00100010: PERSON, 0x00080050: "accession", 0x00200010: "study-id"}
"""Attributes of which a pseudonym is the usual replacement, and its domain."""


@dataclass(frozen=True)
class Overrides:
    """The lines of a profile, the most precise first."""

    entries: tuple[tuple[Selector, Override], ...]

    @cached_property
    def _exact(self) -> dict[int, tuple[Selector, Override]]:
        return {entry[0].value: entry for entry in reversed(self.entries) if entry[0].exact}

    def find(self, tag: int, vr: str) -> Rule | None:
        """The rule of the most precise line that covers the attribute; None when there is none."""
        named = self._exact.get(tag)
        if named is not None:
            return _rule(*named)
        if tag in CORE:
            return None
        found = (entry for entry in self.entries if entry[0].covers(tag, vr))
        entry = next(found, None)
        return _rule(*entry) if entry else None


def compile_overrides(attributes: Mapping[str, Override]) -> Overrides:
    """The overrides of a profile whose names have been checked; unknown ones are a mistake of the caller."""
    entries = []
    for written, override in attributes.items():
        selector = parse(written)
        if selector is None:
            raise ValueError("unchecked-profile")
        entries.append((selector, override))
    return Overrides(tuple(sorted(entries, key=lambda entry: -entry[0].rank)))


def _rule(selector: Selector, override: Override) -> Rule:
    action = ACTIONS[override.action]
    if action is Action.KEEP:
        return Rule(action, "as-is", REASON)
    if action is Action.PSEUDONYM:
        domain = PSEUDONYMS.get(selector.value, selector.written) if selector.exact else selector.written
        return Rule(action, domain, REASON)
    return Rule(action, override.value or "", REASON)
