"""Columns may be called what queries call their own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Ran
from tests.factories import events, people, profile, write_csv, write_profile

NAMES = {
    "nir": "person",
    "nom": "source",
    "naissance": "part",
    "sexe": "word",
    "dep": "v",
    "statut": "n",
    "date": "value",
    "code": "persons",
    "montant": "draw",
}


def renamed(value: Any) -> Any:
    """A profile in which every column has its other name."""
    if isinstance(value, dict):
        return {NAMES.get(key, key): renamed(item) for key, item in value.items()}
    if not isinstance(value, list):
        return value
    return [renamed(item) if isinstance(item, dict) else name(item) for item in value]


def name(listed: str) -> str:
    """The other name of a column that a list names, alone or after its table."""
    table, dot, column = listed.rpartition(".")
    return f"{table}{dot}{NAMES.get(column, column)}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small set under those names, with the transforms that ask for all rows."""
    persons = people()
    tables = {"personnes": persons, "soins": events(persons)}
    for name, rows in tables.items():
        write_csv(tmp_path / f"{name}.csv", [{NAMES[key]: cell for key, cell in row.items()} for row in rows])
    steps = {
        "tables__soins__columns__code__transform": {
            "suppress_rare": {"persons": 11, "replacement": "autre"},
            "generalize": {"prefix": 3},
        },
        "tables__soins__columns__montant__transform": {"swap": {"within": ["code"]}, "round": {"to": 1}},
    }
    write_profile(tmp_path, renamed(profile(**steps)))
    return tmp_path


def test_what_a_column_is_called_changes_nothing(folder: Path, vitrail: Callable[..., Ran]) -> None:
    ran = vitrail("release", folder / "profil.yaml")

    assert ran.code == 0, ran.said
    report = json.loads((folder / "publication" / "rapport-risque.json").read_text(encoding="utf-8"))
    assert {one["decision"] for one in report["findings"] if one["gates"]} == {"accepted"}
