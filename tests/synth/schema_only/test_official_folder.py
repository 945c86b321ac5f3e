"""The official folder, when the variable SNDS names it: all its tables, validated one by one: a minute."""

import os
import time
from pathlib import Path

import pytest

from synth.schema_only.checker import check_rules
from synth.schema_only.generate import generate
from synth.schema_only.official import read_schema
from synth.schema_only.package import write_package
from tests.synth.schema_only.test_package import problems

OFFICIAL = os.environ.get("SNDS", "")


@pytest.mark.skipif(not OFFICIAL, reason="the variable SNDS names no folder with schemas and nomenclatures")
def test_every_table_of_the_official_folder_validates_for_fifty_persons(tmp_path: Path) -> None:
    schema = read_schema(Path(OFFICIAL))
    before = time.process_time()
    made = generate(schema, 50, 3, tmp_path / "parquet")
    spent = time.process_time() - before

    assert len(made.tables) == len(schema.tables) >= 188
    assert [one.rule.name for one in check_rules(made, schema) if one.broken] == []
    assert problems(write_package(made, schema, tmp_path / "csv")) == []
    assert {"key-type", "primary-key"} <= {one.kind for one in schema.repairs}
    assert spent <= 20
