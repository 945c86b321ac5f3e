"""What cannot be made into synthetic tables, or attacked: the right exit code, a clear message, no value."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from profiles.catalogue import Lang
from tests.conftest import Ran
from tests.factories import bytes_below, profile, small_set, write_csv, write_profile
from tests.release.synthetic_sets import care, document, persons
from tests.synth.schema_only import folders

Spoil = Callable[[dict[str, Any]], dict[str, str] | None]
CANARY = "canari"


def cycle(tables: dict[str, Any]) -> None:
    tables["PATIENTS"]["foreignKeys"] = [folders.link(["PAT_NUM"], "VISITES")]


def nowhere(tables: dict[str, Any]) -> None:
    tables["VISITES"]["foreignKeys"].append(folders.link(["MOTIF"], "MOTIFS_R"))


def no_code(_tables: dict[str, Any]) -> dict[str, str]:
    return {**folders.LISTS, "MOTIFS": "COD;LIB\n"}


def no_person(tables: dict[str, Any]) -> None:
    tables["VENTES"] = {"name": "VENTES", "fields": [tables["HOPITAUX"]["fields"][1]]}


def contradiction(tables: dict[str, Any]) -> None:
    tables["VISITES"]["fields"][6]["constraints"] = {"minimum": 9, "maximum": 3}


SCHEMAS: dict[str, tuple[Spoil, int, str]] = {
    "a cycle": (cycle, 2, "VISITES"),
    "a foreign key to nowhere": (nowhere, 2, "MOTIFS_R"),
    "a nomenclature with no code": (no_code, 4, "MOTIFS"),
    "a table with no path to a person": (no_person, 2, "VENTES"),
    "a rule that contradicts another": (contradiction, 2, "VISITES"),
}


def said_without_traceback(vitrail: Callable[..., Ran], *command: str | Path) -> list[Ran]:
    """The same command in both languages: the same code, two texts, no value, no trace of ours."""
    found = [vitrail(*command, "--lang", lang.value) for lang in Lang]
    assert len({one.code for one in found}) == 1
    assert len({one.said for one in found}) == len(found)
    for one in found:
        assert "Traceback" not in one.said
        assert CANARY not in one.said
    return found


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_that_cannot_hold_is_refused_by_check_and_by_synth(
    name: str, tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    spoil, code, word = SCHEMAS[name]
    described = folders.tables()
    lists = spoil(described)
    folders.folder(tmp_path / "schema", described, lists)
    synth = {"engine": "schema", "schema": "schema", "persons": 50}
    made = {"version": 1, "id": "essai", "title": "Essai", "seed": 7, "synth": synth}
    path = write_profile(tmp_path, made)
    before = bytes_below(tmp_path)

    for command in (("check", path), ("synth", path, "--to", tmp_path / "sortie")):
        for ran in said_without_traceback(vitrail, *command):
            assert ran.code == code, ran.said
            assert word in ran.said
    assert bytes_below(tmp_path) == before


def with_lifeless_columns(folder: Path) -> Path:
    """The cohort with a constant and an empty column of each kind, in both tables."""
    people = [{**one, "region": CANARY, "vide": "", "note": "", "revu": ""} for one in persons(400)]
    visits = [{**one, "lieu": CANARY, "score": "", "poste": "3"} for one in care(persons(400))]
    folder.mkdir(parents=True)
    write_csv(folder / "personnes.csv", people)
    write_csv(folder / "soins.csv", visits)
    made = document()
    kept = {"transform": "keep"}
    made["tables"]["personnes"]["columns"] |= {
        "region": {"role": "quasi", **kept},
        "vide": {"role": "sensitive", **kept},
        "note": {"role": "other", "type": "number", **kept},
        "revu": {"role": "other", "type": "date", **kept},
    }
    made["tables"]["soins"]["columns"] |= {
        "lieu": {"role": "other", **kept},
        "score": {"role": "other", "type": "integer", **kept},
        "poste": {"role": "other", "type": "integer", **kept},
    }
    made["risk"]["secrets"] += ["personnes.vide", "personnes.region"]
    made["risk"] |= {"targets": 100, "timeout": {"mends": 0.001}}
    return write_profile(folder, made)


def test_columns_that_are_constant_or_empty_are_made_and_attacked(
    tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    path = with_lifeless_columns(tmp_path / "jeu")

    assert vitrail("check", path).code == 0
    made = vitrail("synth", path, "--to", tmp_path / "prive")
    assert made.code == 0, made.said
    people, visits = (
        pq.read_table(tmp_path / "prive" / f"{name}.parquet") for name in ("personnes", "soins")
    )
    assert set(people["region"].to_pylist()) == set(visits["lieu"].to_pylist()) == {CANARY}
    assert set(visits["poste"].to_pylist()) == {3}
    for table, column in ((people, "vide"), (people, "note"), (people, "revu"), (visits, "score")):
        assert table[column].null_count == table.num_rows

    ran = vitrail("assess", path, tmp_path / "prive", "--json")

    assert ran.code in (0, 1, 3), ran.said
    findings = {one["check"]: one for one in json.loads(ran.out)["findings"]}
    assert not [one for one in findings.values() if "reason.attack_failed" in one["reasons"]]
    assert CANARY not in ran.said
    for secret in ("vide", "region"):
        assert findings[f"inference:personnes.{secret}"]["decision"] != "refused"


BAD_RISK: dict[str, tuple[dict[str, Any], str]] = {
    "no declared knowledge": ({"knowledge": []}, "reason.knowledge_undeclared"),
    "an attack that times out": ({"timeout": {"residuals": 0.0001}}, "reason.timed_out"),
}


@pytest.mark.parametrize("name", BAD_RISK)
def test_what_cannot_be_attacked_is_inconclusive_and_nothing_is_exported(
    name: str, tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    changes, reason = BAD_RISK[name]
    path = small_set(tmp_path, **{f"risk__{key}": value for key, value in changes.items()})
    before = bytes_below(tmp_path)

    ran = vitrail("release", path, "--json")

    assert ran.code == 3, ran.said
    reasons = [found for one in json.loads(ran.out)["findings"] if one["gates"] for found in one["reasons"]]
    assert reason in reasons
    for shown in said_without_traceback(vitrail, "release", path):
        assert shown.code == 3
    assert bytes_below(tmp_path) == before


def test_a_constant_secret_tells_nothing_and_is_no_crash(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    path = small_set(tmp_path)
    lines = (tmp_path / "personnes.csv").read_text(encoding="utf-8").split("\n")
    same = [lines[0], *(f"{line.rpartition(';')[0]};1" for line in lines[1:] if line)]
    (tmp_path / "personnes.csv").write_text("\n".join([*same, ""]), encoding="utf-8")

    ran = vitrail("release", path, "--json")

    assert ran.code in (0, 3), ran.said
    found = next(
        one for one in json.loads(ran.out)["findings"] if one["check"] == "classes_inference:personnes.statut"
    )
    assert found["decision"] != "refused"
    assert (tmp_path / "publication").exists() is (ran.code == 0)


def test_a_secret_that_is_no_column_is_told_at_its_line(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    path = small_set(tmp_path, risk__secrets=["personnes.statu"])

    for ran in said_without_traceback(vitrail, "check", path):
        assert ran.code == 2
        assert "personnes.statut" in ran.said
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["id"] == profile()["id"]
