"""``docs/dicom-conformance.md`` as the code does it: ``python -m tests.docs.conformance`` writes it."""

from pathlib import Path

from anonymize.dicom import codes, defaults, stamped
from anonymize.dicom.actions import Action, Rule
from anonymize.dicom.special.registry import handler
from anonymize.dicom.special.unknown import Unknown
from anonymize.dicom.standard import bulk, coding, confidentiality, iod, safe_private
from anonymize.dicom.standard.confidentiality import Row
from anonymize.dicom.standard.dictionary import keyword_of, vr_of
from profiles.dicom_model import Option
from profiles.dicom_names import allow_lists
from profiles.rules_dicom import IDENTIFIERS

PAGE = Path(__file__).parents[2] / "docs" / "dicom-conformance.md"
TYPES = ("3", "2", "1")
DONE = {
    Action.KEEP: "kept",
    Action.REMOVE: "removed",
    Action.EMPTY: "emptied",
    Action.DUMMY: "dummy",
    Action.UID: "UID mapped",
    Action.SHIFT: "moved",
    Action.PSEUDONYM: "pseudonym",
    Action.CLEAN: "cleaned",
    Action.TOP_CODE: "kept, 89 at most",
    Action.REPLACE: "replaced",
}
SHORT = {
    Option.RETAIN_SAFE_PRIVATE: "safe private",
    Option.RETAIN_UIDS: "UIDs",
    Option.RETAIN_DEVICE_IDENTITY: "device",
    Option.RETAIN_INSTITUTION_IDENTITY: "institution",
    Option.RETAIN_PATIENT_CHARACTERISTICS: "characteristics",
    Option.RETAIN_FULL_DATES: "full dates",
    Option.RETAIN_MODIFIED_DATES: "modified dates",
    Option.CLEAN_DESCRIPTORS: "descriptors",
    Option.CLEAN_STRUCTURED_CONTENT: "structured content",
    Option.CLEAN_GRAPHICS: "graphics",
}
TEMPLATE = Path(__file__).with_name("conformance.template")


def outcome(rules: dict[str, Rule]) -> str:
    """What is done for each type, in a few words."""
    by_action: dict[str, list[str]] = {}
    for kind, rule in rules.items():
        by_action.setdefault(DONE[rule.action], []).append(kind)
    if len(by_action) == 1:
        return next(iter(by_action))
    return ", ".join(f"{what} (type {', '.join(kinds)})" for what, kinds in by_action.items())


def rules_of(tag: int, options: tuple[Option, ...]) -> dict[str, Rule]:
    """The rule of an attribute of the table for each type that it may have."""
    tag = defaults.ALIASES.get(tag, tag)
    always = defaults.never_published(tag)
    if always is None and tag >> 24 == 0x60:
        always = defaults.overlay(tag, kept=False)
    where = defaults.Where(tag, vr_of(tag) or "", "", ())
    found = {kind: always or defaults.by_table(where, kind, options) for kind in TYPES}
    return {kind: rule for kind, rule in found.items() if rule is not None}


def line(row: Row) -> str:
    """One row of the table."""
    if row.tag == confidentiality.PRIVATE:
        kept = "safe private: kept where known to be safe"
        return f"| (gggg,eeee), odd group | private attributes | {row.basic} | removed | {kept} |"
    tag = int(row.tag.replace("x", "0"), 16)
    name = "curves" if row.tag.startswith("50") else keyword_of(tag)
    plain = outcome(rules_of(tag, ()))
    changed = []
    for option, column in codes.COLUMNS.items():
        if column in row.options:
            found = outcome(rules_of(tag, (option,)))
            changed.append(f"{SHORT[option]} ({row.options[column]}): {found}")
    shown = f"({row.tag[:4]},{row.tag[4:]})"
    return f"| {shown} | {name} | {row.basic} | {plain} | {'; '.join(changed)} |"


def classes() -> list[str]:
    """How each SOP class is dealt with."""
    lines = []
    for uid in sorted(iod.sop_classes(), key=lambda uid: [int(part) for part in uid.split(".")]):
        special = handler(uid)
        how = "rules only" if special is None else f"handler {special.name}"
        how = "set aside" if isinstance(special, Unknown) else how
        lines.append(f"| {uid} | {iod.object_name(uid)} | {how} |")
    return lines


def page() -> str:
    """The whole page."""
    applied = stamped.CODES.items()
    options = [f"| `{option.value}` | {code} | {meaning} |" for option, (code, _, meaning) in applied]
    table = confidentiality.table()
    return TEMPLATE.read_text(encoding="utf-8").format(
        edition=confidentiality.EDITION,
        options="\n".join(options),
        private=safe_private.count(),
        objects=len(iod.sop_classes()),
        bulk=len(bulk.measured()),
        schemes=", ".join(sorted(coding.SCHEMES)),
        identifiers=", ".join(sorted(IDENTIFIERS.split())),
        lists=", ".join(f"`{name}` ({len(tags)} attributes)" for name, tags in allow_lists().items()),
        count=len(table),
        rows="\n".join(map(line, table)),
        classes="\n".join(classes()),
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
