"""What the documents say of a table of totals."""

from collections.abc import Iterator
from typing import Any

from profiles.catalogue import Lang, text
from profiles.model import Aggregate, Bilingual, Kind
from release.csv_out import WrittenCsv
from release.release_facts import ReleaseFacts
from release.wording import SEPARATOR, floored
from risk.report.summary import number
from tables.candidate import AggregatedTable, OutputColumn

TYPES = {Kind.TEXT: "string", Kind.INTEGER: "integer", Kind.NUMBER: "number"}


def aggregated(facts: ReleaseFacts) -> Iterator[tuple[str, Aggregate, AggregatedTable]]:
    """Every table of totals: its name, what the profile says, what was made."""
    for name, table in facts.candidate.aggregated.items():
        yield name, facts.profile.aggregate[name], table


def describe(facts: ReleaseFacts, spec: Aggregate, table: AggregatedTable, lang: Lang) -> str:
    """The profile's own words, then how to read any table of totals."""
    own = spec.description.get(lang).strip() if spec.description else ""
    hidden = floored(table.suppressed, facts.policy.persons_floor, lang)
    return " ".join(filter(None, [own, text("aggregate.reading", lang, hidden=hidden)]))


def page_entry(
    facts: ReleaseFacts, name: str, spec: Aggregate, table: AggregatedTable, lang: Lang
) -> dict[str, Any]:
    """A table of totals as the read-me shows tables."""
    return {
        "name": name,
        "path": facts.csv_path(name),
        "label": (spec.label.get(lang) if spec.label else "") or name,
        "description": describe(facts, spec, table, lang),
        "rows": number(table.rows, lang),
        "width": len(table.columns),
        "columns": [{"name": column.name, "treatment": _steps(column, lang)} for column in table.columns],
        "dropped": "",
    }


def resource(
    facts: ReleaseFacts, name: str, spec: Aggregate, table: AggregatedTable, written: WrittenCsv
) -> dict[str, Any]:
    """A table of totals in ``datapackage.json``."""
    return {
        "profile": "tabular-data-resource",
        "name": facts.resource(name),
        "path": facts.csv_path(name),
        "title": (_french(spec.label) or name),
        "description": describe(facts, spec, table, Lang.FR),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": written.bytes,
        "hash": f"sha256:{written.sha256}",
        "schema": {"fields": [_field(column) for column in table.columns], "missingValues": [""]},
    }


def _field(column: OutputColumn) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": TYPES[column.kind],
        "format": "default",
        "description": _steps(column, Lang.FR),
    }
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    constraints |= {"enum": list(column.values)} if column.values else {}
    return field | ({"constraints": constraints} if constraints else {})


def _steps(column: OutputColumn, lang: Lang) -> str:
    return SEPARATOR[lang].join(step.get(lang) for step in column.transforms)


def _french(item: Bilingual | None) -> str:
    return item.get(Lang.FR) if item else ""
