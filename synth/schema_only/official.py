"""Reads a folder of the official form: ``schemas`` (Table Schema, one JSON a table) and ``nomenclatures``."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from profiles.errors import Place, SourceError
from profiles.model import Kind
from synth.catalogue.core import KINDS
from synth.schema_only.checks import check
from synth.schema_only.nomenclatures import NONE, nomenclatures
from synth.schema_only.repairs import repaired
from synth.tables import ColumnSpec, Link, SchemaSpec, TableSpec

YEARS = (2018, 2019)
"""First and last year of care: a column that the schema ended before, or begins after, stays empty."""


def read_schema(folder: Path, years: tuple[int, int] = YEARS, person: str | None = None) -> SchemaSpec:
    """The tables of ``folder``, repaired and checked; nothing is made from a schema that cannot hold.

    ``person`` names the table with one row a person; None: it is recognised.

    Raises SourceError ``synth-schema-missing``, ``synth-schema-unreadable``, ``synth-table-twice``,
    ``synth-nomenclature-empty``, and ProfileError of :func:`synth.schema_only.checks.check`.
    """
    schemas = sorted((folder / "schemas").rglob("*.json"))
    for part in ("schemas", "nomenclatures"):
        if not (folder / part).is_dir() or (part == "schemas" and not schemas):
            raise SourceError("synth-schema-missing", Place(file=str(folder)), part=part)
    tables: dict[str, TableSpec] = {}
    for path in schemas:
        table = _table(path, years)
        if table.name in tables:
            raise SourceError("synth-table-twice", Place(file=path.name, table=table.name))
        tables[table.name] = table
    listed = [
        column
        for table in tables.values()
        for column in table.columns.values()
        if column.nomenclature is not None
    ]
    names = {str(column.nomenclature) for column in listed}
    names |= {
        f"{column.nomenclature}:{column.name}" for column in listed if ":" not in str(column.nomenclature)
    }
    schema = repaired(SchemaSpec(tables, (), nomenclatures(folder / "nomenclatures", names), person))
    check(schema)
    return schema


def _table(path: Path, years: tuple[int, int]) -> TableSpec:
    try:
        described = json.loads(path.read_text(encoding="utf-8-sig"))
        columns = [_column(field, years) for field in described["fields"]]
        links = tuple(
            Link(_names(key["fields"]), str(key["reference"]["resource"]), _names(key["reference"]["fields"]))
            for key in described.get("foreignKeys", [])
        )
        return TableSpec(
            str(described["name"]),
            {column.name: column for column in columns},
            _names(described.get("primaryKey", [])),
            links,
            str(described.get("title", "")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = str(error.args[0]) if isinstance(error, KeyError) and error.args else "JSON, Table Schema"
        raise SourceError("synth-schema-unreadable", Place(file=path.name), reason=reason) from None


def _names(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _column(field: Mapping[str, Any], years: tuple[int, int]) -> ColumnSpec:
    declared = str(field["type"])
    kind = KINDS[declared]
    pattern = None if field.get("format") in (None, "default") else str(field["format"])
    if declared == "yearmonth":
        pattern = "%Y-%m"
    elif kind is Kind.DATE and pattern:
        kind = Kind.TEXT
    constraints = field.get("constraints", {})
    digits, _, scale = str(field.get("length") or "").partition(",")
    allowed = tuple(str(value) for value in constraints.get("enum", ()) if value not in NONE)
    if kind is Kind.BOOLEAN and "trueValues" in field:
        allowed = (str(field["trueValues"][0]), str(field["falseValues"][0]))
    return ColumnSpec(
        name=str(field["name"]),
        kind=kind,
        length=int(digits) if digits.isdigit() else None,
        format=pattern,
        required=bool(constraints.get("required", False)),
        nomenclature=None if field.get("nomenclature") in NONE else str(field["nomenclature"]),
        minimum=_bound(constraints.get("minimum")),
        maximum=_bound(constraints.get("maximum")),
        label=str(field.get("description", "")),
        declared=declared,
        scale=int(scale) if scale.isdigit() else 2,
        min_length=constraints.get("minLength"),
        allowed=allowed,
        unique=bool(constraints.get("unique", False)),
        filled=_filled(field, years),
    )


def _bound(value: object) -> float | None:
    return None if value in NONE else float(str(value))


def _filled(field: Mapping[str, Any], years: tuple[int, int]) -> bool:
    created, deleted = str(field.get("dateCreated") or ""), str(field.get("dateDeleted") or "")
    begun = not created[:4].isdigit() or int(created[:4]) <= years[0]
    return begun and (not deleted[:4].isdigit() or int(deleted[:4]) > years[1])
