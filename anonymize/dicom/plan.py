"""A profile's ``dicom:`` resolved: one rule for each attribute, wherever it stands in a file.

Order of precedence: file meta and groups that never leave, private attributes, what the profile names
(exact tag, mask, VR), what the standard's table says under the options, leaks that the table does not
list, and what the attribute is by its VR. A rule never holds a conditional code.
"""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from anonymize.dicom import codes, defaults, stamped
from anonymize.dicom.actions import Action, Rule
from anonymize.dicom.overrides import Overrides, compile_overrides
from anonymize.dicom.standard.coding import CODED
from anonymize.dicom.standard.confidentiality import EDITION, row_of
from anonymize.dicom.standard.iod import known_sop_class, requirement
from profiles.dicom_model import Base, Dicom
from profiles.dicom_names import allow_lists, entry_of
from profiles.dicom_selectors import Selector, parse

CACHED = 65_536
RULES = f"{EDITION}.1"
"""Edition of the tables, and of what is made of them: a run that was cut short goes on under the same one."""


@dataclass(frozen=True)
class Plan:
    """What happens to each attribute. Holds no secret, and can be sent to other processes."""

    dicom: Dicom
    digest: str
    """SHA-256 of all that decides: the ``dicom:`` key, the shift and the edition of the tables."""
    shift_days: int
    """Greatest move of a date, in days."""
    _rules: dict[tuple[Any, ...], Rule] = field(default_factory=dict, compare=False, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        return {"dicom": self.dicom, "digest": self.digest, "shift_days": self.shift_days, "_rules": {}}

    @cached_property
    def overrides(self) -> Overrides:
        """What the profile says of attributes by name."""
        return compile_overrides(self.dicom.attributes)

    @cached_property
    def allowed(self) -> tuple[Selector, ...]:
        """What an allow list keeps."""
        return tuple(filter(None, (parse(name) for name in self.dicom.allow)))

    @cached_property
    def _listed(self) -> frozenset[int]:
        return frozenset(tag for name in self.dicom.allow for tag in allow_lists().get(name, ()))

    def rule(
        self, tag: int, vr: str, sop_class: str, parents: tuple[int, ...] = (), creator: str | None = None
    ) -> Rule:
        """What happens to ``tag`` in the sequences ``parents`` (from the outside in) of an object.

        ``vr``: the one of the file, or of the dictionary when the file gives none. ``creator``: of a
        private attribute, the private creator of its block (of a creator itself, its own value).
        KEEP with the argument ``as-is`` asks for no vocabulary; without, the value must be plausible.
        """
        key = (tag, vr, sop_class, parents, creator)
        rule = self._rules.get(key)
        if rule is None:
            if len(self._rules) >= CACHED:
                self._rules.clear()
            same = defaults.ALIASES.get(tag, tag)
            rule = self._rules[key] = self._decide(same, vr, sop_class, parents, creator)
        return rule

    def fallback(self, tag: int, _vr: str, sop_class: str, parents: tuple[int, ...] = ()) -> Rule:
        """What replaces a value that may not stay: nothing, an empty value or a dummy, by its type."""
        kind = requirement(sop_class, parents, tag)
        reason = f"fallback:{kind or 'absent'}"
        if kind in {"1", "1C"}:
            return Rule(Action.DUMMY, reason=reason)
        return Rule(Action.EMPTY if kind in {"2", "2C"} else Action.REMOVE, reason=reason)

    def applied_codes(self) -> tuple[tuple[str, str, str], ...]:
        """Items of DeidentificationMethodCodeSequence (value, scheme, meaning) that hold for every file."""
        return stamped.codes(self.dicom)

    def _decide(
        self, tag: int, vr: str, sop_class: str, parents: tuple[int, ...], creator: str | None
    ) -> Rule:
        rule = defaults.never_published(tag) or self.overrides.find(tag, vr)
        if rule is not None:
            return defaults.capped(tag, vr, rule)
        if tag >> 16 & 1:
            return defaults.private(tag, vr, creator, self.dicom.options)
        if tag >> 24 == 0x60:
            data = self.overrides.find(tag & 0xFFFF0000 | 0x3000, "OW")
            return defaults.overlay(tag, kept=data is not None and data.action is Action.KEEP)
        entry = entry_of(tag)
        if entry is None:
            return Rule(Action.REMOVE, reason="unknown")
        return self._standard(defaults.Where(tag, entry[0] if vr in {"", "UN"} else vr, sop_class, parents))

    def _standard(self, where: defaults.Where) -> Rule:
        """The rule of an attribute of the dictionary that no line of the profile names."""
        kind = requirement(where.sop_class, where.parents, where.tag)
        if self.dicom.base is Base.ALLOW_LIST and kind in {"", "3"} and not self._allows(where.tag, where.vr):
            return Rule(Action.REMOVE, reason="allow-list")
        if not kind and not known_sop_class(where.sop_class):
            kind = "1"
        if where.tag in CODED and any(map(self._retained, where.parents)):
            return Rule(Action.KEEP, codes.AS_IS, "retained-code")
        options = self.dicom.options
        return defaults.by_table(where, kind, options) or defaults.by_nature(where, kind, options)

    def _retained(self, sequence: int) -> bool:
        """Whether a sequence stays because the profile wants what it says: its local codes stay too."""
        named = self.overrides.find(sequence, "SQ")
        if named is not None:
            return named.action is Action.KEEP
        row = row_of(sequence)
        rule = row and codes.by_option(row, "SQ", self.dicom.options)
        return bool(rule and rule.action is Action.KEEP and row and not row.options.get("uids"))

    def _allows(self, tag: int, vr: str) -> bool:
        return tag in self._listed or any(selector.covers(tag, vr) for selector in self.allowed)


def compile_plan(dicom: Dicom, shift_days: int = 365) -> Plan:
    """The plan of a profile's images; ``dicom.shift_days`` before ``shift_days``.

    Raises:
        ProfileError: a name that no dictionary knows, options that contradict each other, a direct
            identifier that would stay.
    """
    from profiles.rules_dicom import first_mistake  # noqa: PLC0415 - workers get the plan, not the profile

    mistake = first_mistake(dicom)
    if mistake is not None:
        raise mistake
    days = dicom.shift_days or shift_days
    decisive = dicom.model_dump_json(exclude={"source", "processes", "why", "columns", "table"})
    digest = hashlib.sha256(f"{RULES}\n{days}\n{decisive}".encode()).hexdigest()
    return Plan(dicom, digest, days)
