"""CSV files and a ``datapackage.json`` (Table Schema, as repaired) beside them, from generated Parquet."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from profiles.model import Kind
from synth.schema_only.generate import Generated
from synth.tables import ColumnSpec, Link, SchemaSpec, TableSpec

TYPES = {
    Kind.TEXT: "string",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.DATE: "date",
    Kind.DATETIME: "datetime",
    Kind.YEAR: "year",
    Kind.BOOLEAN: "boolean",
}


def write_package(generated: Generated, schema: SchemaSpec, folder: Path) -> Path:
    """Writes ``TABLE.csv`` and ``datapackage.json`` into ``folder``; returns the path of the latter.

    CSV is UTF-8 with commas; dates are written as the schema's format says. The repairs of the schema are
    listed under ``repairs``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in generated.tables.items():
        _write_csv(path, schema.tables[name], folder / f"{name}.csv")
    described = {
        "profile": "tabular-data-package",
        "name": "synthetic",
        "synthetic": True,
        "resources": [resource(schema.tables[name]) for name in generated.tables],
        "repairs": [
            {"table": one.table, "column": one.column, "defect": one.kind, "was": one.was, "now": one.now}
            for one in generated.repairs
        ],
    }
    target = folder / "datapackage.json"
    target.write_text(json.dumps(described, ensure_ascii=False, indent=1), encoding="utf-8")
    return target


def resource(table: TableSpec) -> dict[str, Any]:
    """One resource of a data package, with its Table Schema."""
    schema: dict[str, Any] = {"fields": [field(column) for column in table.columns.values()]}
    if table.primary_key:
        schema["primaryKey"] = list(table.primary_key)
    if table.links:
        schema["foreignKeys"] = [_foreign(link) for link in table.links]
    schema["missingValues"] = [""]
    return {
        "profile": "tabular-data-resource",
        "name": table.name.lower(),
        "title": table.label or table.name,
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def field(column: ColumnSpec) -> dict[str, Any]:
    """A field of Table Schema."""
    declared = column.declared or TYPES[column.kind]
    described: dict[str, Any] = {"name": column.name, "type": declared}
    if column.format and declared != "yearmonth":
        described["format"] = column.format
    limits: dict[str, Any] = {}
    if column.required:
        limits["required"] = True
    if column.unique:
        limits["unique"] = True
    if column.kind is Kind.BOOLEAN and column.allowed:
        described["trueValues"], described["falseValues"] = [column.allowed[0]], [column.allowed[1]]
    elif column.allowed:
        limits["enum"] = list(column.allowed)
    if column.kind in (Kind.INTEGER, Kind.NUMBER):
        whole = column.kind is Kind.INTEGER
        for name, bound in (("minimum", column.minimum), ("maximum", column.maximum)):
            if bound is not None:
                limits[name] = int(bound) if whole else bound
    if column.min_length and declared == "string":
        limits["minLength"] = column.min_length
    return described | ({"constraints": limits} if limits else {})


def _foreign(link: Link) -> dict[str, Any]:
    return {
        "fields": list(link.columns),
        "reference": {"resource": link.parent.lower(), "fields": list(link.to)},
    }


def _write_csv(source: Path, table: TableSpec, target: Path) -> None:
    names = list(table.columns)
    schema = pa.schema([(name, pa.string()) for name in names])
    with pq.ParquetFile(source) as read, pa_csv.CSVWriter(target, schema) as writer:
        for batch in read.iter_batches(columns=names):
            arrays = [_text(batch.column(name), table.columns[name]) for name in names]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))


def _text(values: pa.Array, column: ColumnSpec) -> pa.Array:
    if column.kind is Kind.DATETIME:
        return pc.strftime(values.cast(pa.timestamp("s")), format=column.format or "%Y-%m-%dT%H:%M:%S")
    if column.kind is Kind.BOOLEAN:
        yes, no = column.allowed[:2] if len(column.allowed) > 1 else ("1", "0")
        return pc.if_else(values, yes, no)
    if column.kind is Kind.NUMBER:
        return pc.cast(pc.cast(values, pa.decimal128(28, 5)), pa.string())
    return pc.cast(values, pa.string())
