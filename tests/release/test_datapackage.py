"""The public validator accepts the package against its bytes, and refuses it when a key breaks."""

import hashlib
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from release.package import build
from tables.candidate import PERSON
from tests.release.factories import candidate_of, loaded_profile, patients, small_candidate

FRICTIONLESS = Path(sys.executable).with_name("frictionless")


def validate(folder: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [FRICTIONLESS, "validate", "--json", "datapackage.json"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def described(folder: Path) -> dict:
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


def fields(folder: Path, table: int = 0) -> dict:
    return {field["name"]: field for field in described(folder)["resources"][table]["schema"]["fields"]}


@pytest.fixture
def package(tmp_path):
    loaded = loaded_profile(tmp_path)
    build(small_candidate(loaded, tmp_path / "work"), loaded, tmp_path / "out")
    return tmp_path / "out"


def test_frictionless_accepts_the_package(package):
    result = validate(package)
    assert result.returncode == 0, result.stdout
    tasks = json.loads(result.stdout)["tasks"]
    assert [(task["name"], task["stats"]["rows"]) for task in tasks] == [
        ("patients", 24),
        ("stays", 48),
        ("acts", 24),
    ]


@pytest.mark.parametrize(
    ("path", "old", "new", "error"),
    [
        ("data/STAYS.csv", b"p003,1,", b"zzzz,1,", "foreign-key"),
        ("data/STAYS.csv", b"p003,2,", b"p003,1,", "primary-key"),
        ("data/ACTS.csv", b"2,p002,p002,1,1,", b"2,p002,p002,9,1,", "foreign-key"),
        ("data/ACTS.csv", b"2,p002,p002,1,1,", b"2,p002,p002,1,77,", "foreign-key"),
        ("data/PATIENTS.csv", b"p001,2,", b"p001,3,", "constraint-error"),
        ("data/PATIENTS.csv", b"p001,2,", b"p001,,", "constraint-error"),
    ],
)
def test_frictionless_sees_what_breaks_a_promise(package, path, old, new, error):
    """So the acceptance above is worth something: keys and values are really declared."""
    data = (package / path).read_bytes()
    assert old in data
    changed = data.replace(old, new, 1)
    (package / path).write_bytes(changed)
    descriptor = (package / "datapackage.json").read_text(encoding="utf-8")
    descriptor = descriptor.replace(hashlib.sha256(data).hexdigest(), hashlib.sha256(changed).hexdigest())
    descriptor = descriptor.replace(f'"bytes": {len(data)}', f'"bytes": {len(changed)}')
    (package / "datapackage.json").write_text(descriptor, encoding="utf-8")
    result = validate(package)
    assert result.returncode == 1
    assert {item["type"] for task in json.loads(result.stdout)["tasks"] for item in task["errors"]} == {error}


def test_frictionless_sees_a_changed_byte(package):
    data = (package / "data/ACTS.csv").read_bytes()
    (package / "data/ACTS.csv").write_bytes(data.replace(b"A01", b"A02", 1))
    assert "hash-count" in validate(package).stdout


ODD = """
version: 1
id: essai
title: essai
seed: 1
tables:
  "Séjours d été":
    source: {path: t.csv}
    person: ["Nom, long"]
    columns:
      "Nom, long": {role: other}
      T: {role: other, type: datetime}
      N: {role: other, type: number}
      W: {role: other, type: integer, values: {"01": nord, "2": sud}}
      B: {role: other, type: boolean}
  VIDE:
    source: {path: v.csv}
    foreign_keys: [{columns: [X], references: "Séjours d été", to: ["Nom, long"]}]
    columns:
      X: {role: other}
export: {to: publication}
"""


def test_frictionless_accepts_odd_names_texts_numbers_and_an_empty_table(tmp_path):
    texts = [' "a', "'", "b,c\r\nd", "=1+1", "\t", "é\u2028", "x;y", "NA"]
    count = len(texts)
    odd = pa.table(
        {
            PERSON: [f"row:{n}" for n in range(count)],
            "Nom, long": texts,
            "T": pa.array([datetime.fromisoformat(f"2020-01-01T01:02:03.00000{n}") for n in range(count)]),
            "N": [1e22, 1e-7, -0.0, 0.1 + 0.2, None, 3.0, float("nan"), float("inf")],
            "W": pa.array([1, 2, None, 1, 2, 1, 2, 1], pa.int64()),
            "B": [True, False, None, None, True, True, True, True],
        }
    )
    empty = pa.table({PERSON: pa.array([], pa.string()), "X": pa.array([], pa.string())})
    loaded = loaded_profile(tmp_path, ODD)
    build(
        candidate_of(loaded, tmp_path / "work", {"Séjours d été": odd, "VIDE": empty}),
        loaded,
        tmp_path / "out",
    )
    result = validate(tmp_path / "out")
    assert result.returncode == 0, result.stdout
    assert (tmp_path / "out" / "data" / "Sejours_d_ete.csv").is_file()
    assert fields(tmp_path / "out")["T"]["format"] == "%Y-%m-%dT%H:%M:%S.%f"
    assert fields(tmp_path / "out")["W"]["constraints"] == {"enum": [1, 2]}


def test_only_columns_without_a_gap_are_required(package):
    assert fields(package)["ID"]["constraints"] == {"required": True}
    assert "constraints" not in fields(package)["ALIVE"]


def test_a_link_that_does_not_hold_is_not_promised(tmp_path):
    loaded = loaded_profile(tmp_path)
    whole = small_candidate(loaded, tmp_path / "work")
    tables = {name: pa.parquet.read_table(table.path) for name, table in whole.tables.items()}
    tables["PATIENTS"] = patients().slice(1)
    build(candidate_of(loaded, tmp_path / "work2", tables), loaded, tmp_path / "out")
    schema = described(tmp_path / "out")["resources"][1]["schema"]
    assert "foreignKeys" not in schema
    assert validate(tmp_path / "out").returncode == 0


def test_licence_producer_and_origin_come_from_the_profile(package):
    descriptor = described(package)
    assert [licence["name"] for licence in descriptor["licenses"]] == ["etalab-2.0", "CC-BY-4.0"]
    assert descriptor["contributors"] == [
        {"title": "CHU d'exemple", "email": "dpo@example.org", "role": "publisher"}
    ]
    assert descriptor["sources"] == [{"title": "Registre d'essai."}]
    assert (package / "LICENCE-CC-BY-4.0.txt").read_text().splitlines()[
        1
    ] == "SPDX-License-Identifier: CC-BY-4.0"
