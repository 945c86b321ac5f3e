"""``LISEZMOI.md`` and ``README.md``: what the data are, what was done to them, and their limits."""

from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from profiles.catalogue import Lang, has
from profiles.model import Bilingual
from release.aggregated import aggregated, page_entry
from release.csv_out import WrittenCsv
from release.facts import TableFacts
from release.images_section import images_section
from release.keys import Link
from release.release_facts import ReleaseFacts
from release.search_section import search_section
from release.synthetic_section import synthetic_section
from release.wording import SEPARATOR, cell, floored, word
from risk.report.registry import FORMATS, report_format
from risk.report.summary import number
from tables.sampled import Sampled

NAMES = {Lang.FR: "LISEZMOI.md", Lang.EN: "README.md"}

RISK_MARKER = "<!-- vitrail:risk -->"
"""Where the result of the attacks goes once it is known; the rest is attacked as it stands."""


def readme(facts: ReleaseFacts, written: Mapping[str, WrittenCsv], lang: Lang) -> str:
    """The page in ``lang``, with :data:`RISK_MARKER` in place of the result of the attacks."""
    environment = Environment(
        loader=PackageLoader("release"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - Markdown, not HTML
    )
    environment.filters["cell"] = cell
    page = environment.get_template(f"{NAMES[lang]}.j2").render(_context(facts, written, lang))
    return _without_double_blank_lines(page)


def _without_double_blank_lines(page: str) -> str:
    lines = page.split("\n")
    kept = [line for number, line in enumerate(lines) if line or number == 0 or lines[number - 1]]
    return "\n".join(kept).rstrip("\n") + "\n"


def _context(facts: ReleaseFacts, written: Mapping[str, WrittenCsv], lang: Lang) -> dict[str, Any]:
    profile, export, candidate = facts.profile, facts.export, facts.candidate
    floor = facts.policy.persons_floor
    blank = sum(item.blank_rows for item in written.values())
    return {
        "id": profile.id,
        "title": profile.title.get(lang),
        "description": _text(profile.description, lang),
        "producer": export.producer.name if export.producer else "",
        "contact": (export.producer.contact or "") if export.producer else "",
        "licences": facts.licences,
        "issued": export.issued.isoformat() if export.issued else "",
        "frequency": word(f"frequency.{export.frequency}", lang) if export.frequency else "",
        "keywords": ", ".join(export.keywords),
        "synthetic": candidate.nature == "synthetic",
        "persons": number(candidate.persons, lang),
        "tables": [
            *(_table(facts, table, written[name], lang) for name, table in facts.tables.items()),
            *(page_entry(facts, name, spec, table, lang) for name, spec, table in aggregated(facts)),
        ],
        "has_parquet": export.parquet,
        "kept_links": _links(facts, lang, holds=True),
        "lost_links": _links(facts, lang, holds=False),
        "origins": _texts((table.origin for table in profile.tables.values()), lang),
        "context": _text(export.context, lang),
        "method": _text(export.method, lang),
        "made": synthetic_section(candidate, lang),
        "k": facts.policy.k if profile.anonymity else None,
        "sample": _sample(candidate.sampled, lang),
        "suppressed": floored(candidate.suppressed_persons, floor, lang),
        "images": images_section(candidate.images, floor, lang),
        "search": search_section(candidate.searched, floor, lang),
        "knowledge": _columns(facts.references.knowledge),
        "secrets": _columns(facts.references.secrets),
        "uncovered": _columns(facts.references.uncovered),
        "reports": [report_format(name).filename for name in FORMATS],
        "risk_marker": RISK_MARKER,
        "quality": _text(export.quality, lang),
        "floor": floor,
        "notes": _notes(facts, lang),
        "blank_rows": floored(blank, floor, lang) if blank else "",
        "limits": _texts([export.limits, *(table.limits for table in profile.tables.values())], lang),
    }


def _sample(sampled: Sampled | None, lang: Lang) -> str:
    if sampled is None:
        return ""
    share = f"{100 * sampled.share:g}"
    return word(
        "sample",
        lang,
        share=share.replace(".", ",") if lang is Lang.FR else share,
        persons=number(sampled.persons, lang),
    )


def _table(facts: ReleaseFacts, found: TableFacts, written: WrittenCsv, lang: Lang) -> dict[str, Any]:
    name = found.table.name
    spec = facts.profile.tables[name]
    published = {column.name for column in found.table.columns}
    return {
        "name": name,
        "path": facts.csv_path(name),
        "label": _text(spec.label, lang) or name,
        "description": _text(spec.description, lang),
        "rows": number(written.rows, lang),
        "width": len(published),
        "columns": [
            {"name": column.name, "treatment": _treatment(column.transforms, lang)}
            for column in found.table.columns
        ],
        "dropped": _columns(column for column in spec.columns if column not in published),
    }


def _notes(facts: ReleaseFacts, lang: Lang) -> list[str]:
    """What was taken out to protect persons, as ``notes`` of the candidate count it."""
    lines = []
    for note, rows in sorted(facts.candidate.notes.items()):
        kind, _, column = note.partition(":")
        if rows and has(f"release.note.{kind}"):
            shown = floored(rows, facts.policy.persons_floor, lang)
            lines.append(word(f"note.{kind}", lang, column=column, rows=shown))
    return lines


def _treatment(steps: Iterable[Bilingual], lang: Lang) -> str:
    return SEPARATOR[lang].join(step.get(lang) for step in steps) or word("unchanged", lang)


def _links(facts: ReleaseFacts, lang: Lang, *, holds: bool) -> list[str]:
    return [
        _link(name, link, lang)
        for name, table in facts.tables.items()
        for link in table.links
        if link.holds is holds
    ]


def _link(table: str, link: Link, lang: Lang) -> str:
    child, parent = f"`{table}` ({', '.join(link.columns)})", f"`{link.references}` ({', '.join(link.to)})"
    return word("link", lang, child=child, parent=parent)


def _columns(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _text(item: Bilingual | None, lang: Lang) -> str:
    return item.get(lang).strip() if item else ""


def _texts(items: Iterable[Bilingual | None], lang: Lang) -> list[str]:
    """Each text once, in order."""
    return [text for text in dict.fromkeys(_text(item, lang) for item in items) if text]
