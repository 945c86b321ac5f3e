"""Counts the rows that each declared rule looks at, and those that break it."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from synth.catalogue.codes import items, stays
from synth.schema_only.generate import Generated
from synth.schema_only.rules import RULES, Rule
from synth.tables import SchemaSpec
from tables.duck import connect, quote, scan


@dataclass(frozen=True)
class Checked:
    """What became of a rule."""

    rule: Rule
    rows: int
    broken: int


def check_rules(
    generated: Generated, schema: SchemaSpec, rules: Sequence[Rule] = RULES
) -> tuple[Checked, ...]:
    """Counts of every rule whose columns are there and not left empty by the schema."""
    with tempfile.TemporaryDirectory(dir=generated.folder) as private, connect(Path(private)) as base:
        _catalogue(base)
        for name, path in generated.tables.items():
            base.execute(f"CREATE VIEW {quote(name)} AS SELECT * FROM {scan(path)}")
        found = [_checked(base, rule) for rule in rules if _told(rule, schema)]
    return tuple(found)


def _checked(base: duckdb.DuckDBPyConnection, rule: Rule) -> Checked:
    sql = f"SELECT count(*), count(*) FILTER (NOT coalesce({rule.holds}, true)) FROM {rule.rows}"
    rows, broken = base.execute(sql).fetchall()[0]
    return Checked(rule, int(rows), int(broken))


def _told(rule: Rule, schema: SchemaSpec) -> bool:
    for need in rule.needs:
        table, _, column = need.partition(".")
        spec = schema.tables.get(table)
        if spec is None or column not in spec.columns or not spec.columns[column].filled:
            return False
    return True


def _catalogue(base: duckdb.DuckDBPyConnection) -> None:
    known = [
        {
            "source": item.table,
            "code": item.cip13 if item.table == "ER_PHA_F" else item.code,
            "nature": item.nature,
            "sex": item.sex or 0,
            "low": item.ages[0],
            "high": item.ages[1],
            "prescribers": list(item.prescribers),
            "atc": item.atc,
        }
        for item in items()
    ]
    kinds = [
        {
            "ghm": kind.ghm,
            "principal": list(kind.principal),
            "associated": list(kind.associated),
            "acts": list(kind.acts),
            "sex": kind.sex or 0,
            "low": kind.ages[0],
            "high": kind.ages[1],
        }
        for kind in stays()
    ]
    for name, rows in (("items", known), ("stays", kinds)):
        base.register(f"{name}_given", pa.Table.from_pylist(rows))
        base.execute(f"CREATE TABLE {name} AS SELECT * FROM {name}_given")
