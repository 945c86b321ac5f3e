"""A folder of the official form is read whole, repaired, or refused before anything is made."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from profiles.catalogue import error_text
from profiles.errors import VitrailError
from profiles.model import Kind
from synth.schema_only.generate import generate
from synth.schema_only.official import read_schema
from tests.synth.schema_only.folders import LISTS, folder, link, tables

Change = Callable[[dict[str, dict[str, Any]]], None]


def test_types_lengths_bounds_and_lists_are_those_of_the_files(tmp_path: Path) -> None:
    schema = read_schema(folder(tmp_path))
    visit = schema.tables["VISITES"].columns

    assert (visit["SCORE"].kind, visit["SCORE"].minimum, visit["SCORE"].maximum) == (Kind.NUMBER, -2, 15.5)
    assert (visit["SCORE"].length, visit["SCORE"].scale) == (4, 1)
    assert (visit["MOIS"].kind, visit["MOIS"].format) == (Kind.TEXT, "%m")
    assert schema.nomenclatures["MOTIFS"] == ("A1", "B2", "C3", "TROPLONG")
    assert not visit["DISPARU"].filled


def test_a_key_and_all_that_point_at_it_get_one_type_and_the_shortest_length(tmp_path: Path) -> None:
    schema = read_schema(folder(tmp_path))
    columns = [schema.tables[name].columns["PAT_NUM"] for name in ("PATIENTS", "VISITES", "ORDONNANCES")]
    hospital = [schema.tables[name].columns["ETA_NUM"] for name in ("HOPITAUX", "VISITES", "ORDONNANCES")]

    assert {(one.kind, one.length) for one in columns} == {(Kind.TEXT, 8)}
    assert {(one.kind, one.minimum) for one in hospital} == {(Kind.TEXT, 100_000_000)}
    listed = {(one.table, one.column) for one in schema.repairs if one.kind == "key-type"}
    assert listed == {
        ("PATIENTS", "PAT_NUM"),
        ("ORDONNANCES", "PAT_NUM"),
        ("VISITES", "ETA_NUM"),
        ("VISITES", "VIS_NUM"),
    }


def test_a_missing_key_is_completed_and_an_absent_list_dropped_and_both_are_told(tmp_path: Path) -> None:
    schema = read_schema(folder(tmp_path))
    told = {(one.table, one.kind) for one in schema.repairs}

    assert schema.tables["ORDONNANCES"].primary_key == ("PAT_NUM", "ETA_NUM", "VIS_NUM", "LIG_ORD_NUM")
    assert schema.tables["ORDONNANCES"].columns["ABSENTE"].nomenclature is None
    assert {("ORDONNANCES", "primary-key"), ("ORDONNANCES", "nomenclature-absent")} <= told


def test_columns_that_others_point_at_are_the_key_of_a_table_that_declares_none(tmp_path: Path) -> None:
    described = tables()
    number = {"name": "SEQ", "type": "string", "length": "3"}
    hospital = {"name": "ETA_NUM", "type": "string", "length": "9"}
    described["FACTURES"] = {
        "name": "FACTURES",
        "fields": [hospital, number],
        "foreignKeys": [link(["ETA_NUM"], "HOPITAUX")],
    }
    described["DETAILS"] = {
        "name": "DETAILS",
        "fields": [hospital, number],
        "primaryKey": ["ETA_NUM", "SEQ"],
        "foreignKeys": [link(["ETA_NUM", "SEQ"], "FACTURES"), link(["ETA_NUM"], "HOPITAUX")],
    }
    schema = read_schema(folder(tmp_path / "schema", described))

    made = generate(schema, 600, 3, tmp_path / "made")

    assert schema.tables["FACTURES"].primary_key == ("ETA_NUM", "SEQ")
    for name in ("FACTURES", "DETAILS"):
        keys = pq.read_table(made.tables[name], columns=["ETA_NUM", "SEQ"])
        assert keys.group_by(keys.column_names).aggregate([]).num_rows == keys.num_rows > 0


def _cycle(described: dict[str, dict[str, Any]]) -> None:
    described["PATIENTS"]["foreignKeys"] = [link(["PAT_NUM"], "VISITES")]


def _nowhere(described: dict[str, dict[str, Any]]) -> None:
    described["VISITES"]["foreignKeys"].append(link(["MOTIF"], "MOTIFS_R"))


def _no_column(described: dict[str, dict[str, Any]]) -> None:
    described["VISITES"]["foreignKeys"].append(link(["MOTIF"], "HOPITAUX", ["VILLE"]))


def _no_person(described: dict[str, dict[str, Any]]) -> None:
    described["VENTES"] = {"name": "VENTES", "fields": [described["HOPITAUX"]["fields"][1]]}


def _bounds(described: dict[str, dict[str, Any]]) -> None:
    described["VISITES"]["fields"][6]["constraints"] = {"minimum": 9, "maximum": 3}


def _enum(described: dict[str, dict[str, Any]]) -> None:
    described["VISITES"]["fields"][7] |= {"nomenclature": "-", "constraints": {"enum": ["TROPLONG"]}}


def _too_short(described: dict[str, dict[str, Any]]) -> None:
    described["HOPITAUX"]["fields"][1]["constraints"] = {"minLength": 5}


def _strange(described: dict[str, dict[str, Any]]) -> None:
    described["VISITES"]["fields"][3]["type"] = "calendar"


def _twice(described: dict[str, dict[str, Any]]) -> None:
    described["AUTRE"] = described["HOPITAUX"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_cycle, "synth-cycle"),
        (_nowhere, "synth-foreign-key-nowhere"),
        (_no_column, "synth-foreign-key-nowhere"),
        (_no_person, "synth-no-person"),
        (_bounds, "synth-rules-contradict"),
        (_enum, "synth-rules-contradict"),
        (_too_short, "synth-rules-contradict"),
        (_strange, "synth-schema-unreadable"),
        (_twice, "synth-table-twice"),
    ],
)
def test_a_schema_that_cannot_hold_is_refused(tmp_path: Path, change: Change, code: str) -> None:
    described = tables()
    change(described)

    with pytest.raises(VitrailError) as caught:
        read_schema(folder(tmp_path, described))

    assert caught.value.code == code
    for lang in ("fr", "en"):
        assert "{" not in error_text(caught.value, lang)


def test_a_list_without_a_code_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VitrailError) as caught:
        read_schema(folder(tmp_path, lists=LISTS | {"MOTIFS": "COD;LIB\n"}))

    assert caught.value.code == "synth-nomenclature-empty"
    assert caught.value.facts == {"nomenclature": "MOTIFS"}


@pytest.mark.parametrize("part", ["schemas", "nomenclatures"])
def test_a_folder_without_its_parts_is_refused(tmp_path: Path, part: str) -> None:
    folder(tmp_path)
    (tmp_path / part).rename(tmp_path / "ailleurs")

    with pytest.raises(VitrailError) as caught:
        read_schema(tmp_path)

    assert (caught.value.code, caught.value.facts) == ("synth-schema-missing", {"part": part})
