"""``datapackage.json``: Data Package v1 with one Table Schema per table (specs.frictionlessdata.io)."""

from collections.abc import Mapping, Sequence
from typing import Any

from profiles.catalogue import Lang
from profiles.model import Aggregate, Bilingual, Column, Kind
from release.aggregated import aggregated, resource
from release.csv_out import WrittenCsv
from release.facts import ColumnFacts, TableFacts
from release.licences import Licence
from release.release_facts import ReleaseFacts
from release.wording import word
from tables.candidate import AggregatedTable, OutputColumn

NAME = "datapackage.json"

TYPES = {
    Kind.TEXT: "string",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.DATE: "date",
    Kind.DATETIME: "datetime",
    Kind.YEAR: "year",
    Kind.BOOLEAN: "boolean",
}

_DIALECT = {
    "delimiter": ",",
    "lineTerminator": "\r\n",
    "quoteChar": '"',
    "doubleQuote": True,
    "skipInitialSpace": False,
    "header": True,
}
_CODED = {Kind.INTEGER: int, Kind.YEAR: int, Kind.NUMBER: float}

Json = dict[str, Any]


def datapackage(facts: ReleaseFacts, written: Mapping[str, WrittenCsv]) -> Json:
    """The descriptor of the whole package; ``written``: the CSV file of each table."""
    profile = facts.profile
    export = facts.export
    return _present(
        {
            "profile": "tabular-data-package",
            "name": profile.id,
            "id": profile.id,
            "title": french(profile.title),
            "description": _described(facts),
            "version": None,
            "created": f"{export.issued}T00:00:00Z" if export.issued else None,
            "keywords": list(export.keywords),
            "contributors": _contributors(facts),
            "licenses": [_licence(licence) for licence in facts.licences],
            "sources": _sources(facts),
            "resources": [
                *(_resource(facts, table, written[name]) for name, table in facts.tables.items()),
                *(_totals(facts, name, spec, table, written) for name, spec, table in aggregated(facts)),
            ],
        }
    )


def _described(facts: ReleaseFacts) -> str:
    """What the profile says, after what must not be missed: that the persons do not exist."""
    said = french(facts.profile.description)
    if facts.candidate.nature == "real":
        return said
    return f"{word('synthetic.package', Lang.FR)} {said}".rstrip()


def french(text: Bilingual | None) -> str:
    """The French text, else the English one, else nothing."""
    return text.get(Lang.FR) if text else ""


def _present(values: Json) -> Json:
    """Without what is empty: the format wants absent properties, not empty ones."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def _contributors(facts: ReleaseFacts) -> list[Json]:
    producer = facts.export.producer
    if producer is None:
        return []
    email = producer.contact if producer.contact and "@" in producer.contact else None
    return [_present({"title": producer.name, "email": email, "role": "publisher"})]


def _licence(licence: Licence) -> Json:
    return {"name": licence.id, "path": licence.url, "title": licence.title}


def _sources(facts: ReleaseFacts) -> list[Json]:
    titles = [french(spec.origin) for spec in facts.profile.tables.values()]
    return [{"title": title} for title in dict.fromkeys(titles) if title]


def _resource(facts: ReleaseFacts, table: TableFacts, written: WrittenCsv) -> Json:
    name = table.table.name
    spec = facts.profile.tables[name]
    return _present(
        {
            "profile": "tabular-data-resource",
            "name": facts.resource(name),
            "path": facts.csv_path(name),
            "title": french(spec.label) or name,
            "description": french(spec.description),
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": written.bytes,
            "hash": f"sha256:{written.sha256}",
            "dialect": _DIALECT,
            "schema": _schema(facts, table),
        }
    )


def _totals(
    facts: ReleaseFacts,
    name: str,
    spec: Aggregate,
    table: AggregatedTable,
    written: Mapping[str, WrittenCsv],
) -> Json:
    return resource(facts, name, spec, table, written[name]) | {"dialect": _DIALECT}


def _schema(facts: ReleaseFacts, table: TableFacts) -> Json:
    columns = facts.profile.tables[table.table.name].columns
    fields = [
        _field(column, columns[column.name], table.columns[column.name]) for column in table.table.columns
    ]
    schema: Json = {"fields": fields, "missingValues": [""]}
    if table.primary_key:
        schema["primaryKey"] = list(table.primary_key)
    if keys := [
        _foreign_key(facts, table, link.columns, link.references, link.to)
        for link in table.links
        if link.holds
    ]:
        schema["foreignKeys"] = keys
    return schema


def _foreign_key(
    facts: ReleaseFacts, table: TableFacts, columns: Sequence[str], references: str, to: Sequence[str]
) -> Json:
    """The empty name means the table itself, as the specification has it."""
    resource = "" if references == table.table.name else facts.resource(references)
    return {"fields": list(columns), "reference": {"resource": resource, "fields": list(to)}}


def _field(column: OutputColumn, spec: Column, facts: ColumnFacts) -> Json:
    return _present(
        {
            "name": column.name,
            "type": TYPES[column.kind],
            "format": _format(column, facts),
            "title": french(spec.label),
            "description": _description(column, spec),
            "constraints": _constraints(column, facts),
        }
    )


def _format(column: OutputColumn, facts: ColumnFacts) -> str:
    """No time zone is claimed, so the default format of datetimes (UTC) would be wrong."""
    if column.kind is not Kind.DATETIME:
        return "default"
    return "%Y-%m-%dT%H:%M:%S.%f" if facts.fractions else "%Y-%m-%dT%H:%M:%S"


def _description(column: OutputColumn, spec: Column) -> str:
    unit = f"Unité : {french(spec.unit)}." if spec.unit else ""
    done = " ; ".join(french(step) for step in column.transforms)
    treatment = f"Traitement : {done}." if done else ""
    texts = [french(spec.origin), french(spec.limits), unit, treatment]
    return " ".join(text for text in texts if text)


def _constraints(column: OutputColumn, facts: ColumnFacts) -> Json:
    constraints: Json = {"required": True} if facts.complete else {}
    if column.values:
        convert = _CODED.get(column.kind, str)
        constraints["enum"] = [convert(value) for value in column.values]
    return constraints
