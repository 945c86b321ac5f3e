"""The core of the SNDS in a compact form of our own (``data/core.csv``, ``data/core.toml``)."""

import csv
import tomllib
from functools import cache
from importlib import resources

from profiles.model import Kind
from synth.tables import ColumnSpec, Link, SchemaSpec, TableSpec

KINDS = {
    "string": Kind.TEXT,
    "integer": Kind.INTEGER,
    "number": Kind.NUMBER,
    "date": Kind.DATE,
    "datetime": Kind.DATETIME,
    "boolean": Kind.BOOLEAN,
    "year": Kind.YEAR,
    "yearmonth": Kind.TEXT,
}
"""Logical type of each type of Table Schema."""


@cache
def core_schema() -> SchemaSpec:
    """Beneficiaries, DCIR, MCO stays, causes of death, DAMIR and the pathology map: 21 tables.

    Facts of schema-snds, edition of 2020-12-15 (Health Data Hub and DREES, MPL-2.0): names, types, lengths,
    bounds, a few codes of each list, keys and links, with the repairs that the whole schema needs already
    made. IR_PHA_R, which that edition lacks, has the drugs of ``data/items.csv``.
    """
    folder = resources.files("synth.catalogue") / "data"
    columns: dict[str, dict[str, ColumnSpec]] = {}
    keys: dict[str, list[str]] = {}
    lists: dict[str, tuple[str, ...]] = {}
    for row in csv.DictReader((folder / "core.csv").read_text(encoding="utf-8").splitlines(), delimiter=";"):
        column = _column(row)
        columns.setdefault(row["table"], {})[column.name] = column
        if column.nomenclature:
            lists[column.nomenclature] = tuple(row["codes"].split("|"))
        if "p" in row["key"]:
            keys.setdefault(row["table"], []).append(column.name)
    links: dict[str, list[Link]] = {}
    for one in tomllib.loads((folder / "core.toml").read_text(encoding="utf-8"))["link"]:
        link = Link(tuple(one["columns"]), one["parent"], tuple(one["to"]))
        links.setdefault(one["table"], []).append(link)
    tables = {
        name: TableSpec(name, held, tuple(keys.get(name, ())), tuple(links.get(name, ())))
        for name, held in columns.items()
    }
    return SchemaSpec(tables, (), lists)


def _column(row: dict[str, str]) -> ColumnSpec:
    kind = KINDS[row["type"]]
    dated = kind is Kind.DATE and row["format"]
    digits, _, scale = row["length"].partition(",")
    boolean = kind is Kind.BOOLEAN and row["codes"]
    return ColumnSpec(
        name=row["column"],
        kind=Kind.TEXT if dated else kind,
        length=int(digits) if digits else None,
        format="%Y-%m" if row["type"] == "yearmonth" else row["format"] or None,
        nomenclature=f"{row['table']}.{row['column']}" if row["codes"] and not boolean else None,
        minimum=float(row["minimum"]) if row["minimum"] else None,
        maximum=float(row["maximum"]) if row["maximum"] else None,
        declared=row["type"],
        scale=int(scale) if scale else 2,
        min_length=int(row["shortest"]) if row["shortest"] else None,
        allowed=tuple(row["codes"].split("|")) if boolean else (),
        unique="u" in row["key"],
    )
