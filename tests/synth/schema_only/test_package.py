"""CSV and datapackage.json validate, table by table, by somebody else's reader."""

import csv
import json
from pathlib import Path

import pytest
from frictionless import Package

from synth.catalogue.core import core_schema
from synth.schema_only.generate import generate
from synth.schema_only.official import read_schema
from synth.schema_only.package import write_package
from synth.tables import SchemaSpec
from tests.synth.schema_only.folders import folder


def packaged(schema: SchemaSpec, base: Path, persons: int) -> Path:
    generated = generate(schema, persons, 9, base / "parquet")
    return write_package(generated, schema, base / "csv")


def problems(described: Path) -> list[object]:
    found: list[object] = []
    for resource in Package(str(described)).resources:
        report = resource.validate()
        found.extend((resource.name, *error) for error in report.flatten(["type", "fieldName", "note"]))
    return found


def test_every_core_table_validates(tmp_path: Path) -> None:
    assert problems(packaged(core_schema(), tmp_path, 25)) == []


def test_a_repaired_schema_validates_and_its_repairs_are_listed(tmp_path: Path) -> None:
    described = packaged(read_schema(folder(tmp_path / "schema")), tmp_path, 80)
    listed = json.loads(described.read_text(encoding="utf-8"))["repairs"]

    assert problems(described) == []
    assert {
        "table": "PATIENTS",
        "column": "PAT_NUM",
        "defect": "key-type",
        "was": "integer 9",
        "now": "string 8",
    } in listed


@pytest.mark.parametrize(
    ("column", "value"), [("PAT_NUM", "inconnu"), ("ETA_NUM", "000000000"), ("SCORE", "99")]
)
def test_a_spoiled_value_does_not_validate(tmp_path: Path, column: str, value: str) -> None:
    described = packaged(read_schema(folder(tmp_path / "schema")), tmp_path, 20)
    path = described.parent / "VISITES.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows[3][column] = value
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

    assert problems(described)
