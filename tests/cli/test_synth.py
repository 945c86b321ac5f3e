"""Synthetic tables by one command: whole, private, the same each time, never published. About 20 seconds."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml

from release import synthesis
from synth import engines
from synth.fitted.model import Model
from synth.schema_only.checker import Checked
from synth.schema_only.rules import RULES
from tables.demo.generate import generate
from tests.conftest import Ran
from tests.factories import KEY, bytes_below, people, small_set, write_profile

ROOT = Path(__file__).parents[2]
CORE = {"engine": "schema", "schema": "core", "persons": 50, "scenarios": ["general", "diabetes"]}
PATHWAY = {"engine": "pathway", "persons": 200, "holdout": 0.2, "floor": 11}


def schema_profile(folder: Path, **synth: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "profil.yaml"
    document = {"version": 1, "id": "coeur", "title": "Coeur", "seed": 7, "synth": {**CORE, **synth}}
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path


def count(sql: str) -> int:
    with duckdb.connect() as base:
        return int(base.execute(sql).fetchall()[0][0])


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}


def test_core_of_the_snds_from_its_schema_alone(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    path = schema_profile(tmp_path / "jeu")

    ran = vitrail("synth", path, "--to", tmp_path / "sortie", "--json")

    told = json.loads(ran.out)
    assert (ran.code, told["persons"], told["attacked"]) == (0, 50, False)
    assert told["rules"]
    assert {rule["broken"] for rule in told["rules"].values()} == {0}
    described = json.loads((tmp_path / "sortie" / "datapackage.json").read_text(encoding="utf-8"))
    assert {one["path"] for one in described["resources"]} == {f"{name}.csv" for name in told["tables"]}
    for name, rows in told["tables"].items():
        assert pq.read_metadata(tmp_path / "sortie" / f"{name}.parquet").num_rows == rows
        assert (
            count(f"SELECT count(*) FROM read_csv('{tmp_path}/sortie/{name}.csv', all_varchar=true)") == rows
        )
    assert told["tables"]["IR_BEN_R"] == 50
    assert stat.S_IMODE((tmp_path / "sortie").stat().st_mode) == 0o700
    assert modes(tmp_path / "sortie") == {0o600}
    assert [entry.name for entry in path.parent.iterdir()] == ["profil.yaml"]


def test_own_schema_folder_and_own_scenario(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    path = schema_profile(tmp_path, schema="officiel", persons=5, scenarios=["general", "mien.yaml"])
    shipped = resources.files("synth") / "scenarios" / "stroke.yaml"
    (tmp_path / "mien.yaml").write_bytes(shipped.read_bytes())
    for part in ("schemas", "nomenclatures"):
        (tmp_path / "officiel" / part).mkdir(parents=True)
    table = {
        "name": "PATIENTS",
        "primaryKey": ["ID"],
        "fields": [{"name": "ID", "type": "string", "length": "9"}, {"name": "SEXE", "type": "integer"}],
    }
    (tmp_path / "officiel" / "schemas" / "PATIENTS.json").write_text(json.dumps(table))

    ran = vitrail("synth", path, "--to", tmp_path / "sortie")

    assert ran.code == 0, ran.said
    assert pq.read_table(tmp_path / "sortie" / "PATIENTS.parquet").num_rows == 5
    assert vitrail("synth", schema_profile(tmp_path, schema="absent"), "--to", tmp_path / "o").code == 4


def test_persons_learnt_from_real_tables(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    path = small_set(tmp_path / "jeu", synth=PATHWAY)

    ran = vitrail("synth", path, "--to", tmp_path / "sortie", "--lang", "en")

    assert ran.code == 0, ran.said
    assert "480 real persons; 120 kept apart" in ran.out
    assert "soins.montant" in ran.out
    assert "must not be published" in ran.err
    assert pq.read_table(tmp_path / "sortie" / "personnes.parquet").num_rows == 200
    assert Model.load(tmp_path / "sortie" / engines.MODEL).floor == 11
    assert stat.S_IMODE((tmp_path / "sortie").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "sortie" / "model").stat().st_mode) == 0o700
    assert modes(tmp_path / "sortie") == {0o600}


def test_no_identifier_of_the_source_is_in_any_byte(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    path = small_set(tmp_path / "jeu", synth=PATHWAY)

    ran = vitrail("synth", path, "--to", tmp_path / "sortie")

    everything = b"".join(bytes_below(tmp_path / "sortie").values()) + ran.said.encode()
    arrays = np.load(tmp_path / "sortie" / "model" / "model.npz", allow_pickle=False)
    everything += b"".join(str(array.tolist()).encode() for array in arrays.values())
    assert b"A10" in everything  # a code of many persons: the search sees what is there
    assert b"A10BA02" not in everything  # the profile keeps three characters of it
    for person in people(600):
        assert person["nir"].encode() not in everything
        assert person["nom"].encode() not in everything
    assert b"canari" not in everything
    assert KEY.encode() not in everything


def test_six_tables_of_the_demonstration_keep_keys_joins_and_rules(
    tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    generate(tmp_path / "extraction")
    rules = [
        {"before": "ER_PRS_F.PRE_PRE_DTD", "after": "ER_PRS_F.EXE_SOI_DTD"},
        {"before": "T_MCOaaC.ENT_DAT", "after": "T_MCOaaC.SOR_DAT"},
    ]
    shipped = (resources.files("tables.demo") / "profiles" / "prudent.yaml").read_text(encoding="utf-8")
    document = yaml.load(shipped, yaml.BaseLoader) | {"synth": {**PATHWAY, "rules": rules}}
    for rule in rules:
        for reference in rule.values():
            table, column = reference.split(".")
            document["tables"][table]["columns"][column]["transform"] = "shift"
    path = write_profile(tmp_path, document)

    ran = vitrail("synth", path, "--to", tmp_path / "sortie", "--json")

    assert ran.code == 0, ran.said
    assert vitrail("check", path).code == 0
    assert vitrail("explain", path).code == 0
    tables = json.loads(ran.out)["tables"]
    assert len(tables) == 6
    from profiles.loading import load_profile

    profile = load_profile(path, {"VITRAIL_KEY": KEY}).profile
    for name, spec in profile.tables.items():
        if spec.primary_key:
            key = ", ".join(spec.primary_key)
            known = " AND ".join(f"{column} IS NOT NULL" for column in spec.primary_key)
            source = f"read_parquet('{tmp_path}/sortie/{name}.parquet')"
            assert (
                count(f"SELECT count(*) FROM (SELECT DISTINCT {key} FROM {source} WHERE {known})")
                == tables[name]
            )
        for link in spec.foreign_keys:
            own = ", ".join(link.columns)
            to = ", ".join(link.to or profile.tables[link.references].primary_key)
            pointed = f"SELECT {to} FROM read_parquet('{tmp_path}/sortie/{link.references}.parquet')"
            assert count(f"SELECT count(*) FROM {source} WHERE ({own}) NOT IN ({pointed})") == 0


@pytest.mark.parametrize("engine", ["schema", "pathway"])
def test_same_seed_same_bytes(engine: str, tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    for run in ("un", "deux"):
        folder = tmp_path / run / "jeu"
        path = schema_profile(folder) if engine == "schema" else small_set(folder, 300, synth=PATHWAY)
        assert vitrail("synth", path, "--to", tmp_path / run / "sortie").code == 0

    assert bytes_below(tmp_path / "un" / "sortie") == bytes_below(tmp_path / "deux" / "sortie")


@pytest.mark.parametrize("command", ["release", "anonymize", "assess"])
def test_tables_of_a_schema_alone_are_not_attested(
    command: str, tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    path = schema_profile(tmp_path)
    before = bytes_below(tmp_path)

    ran = vitrail(command, path, "--to", tmp_path / "publication", "--lang", "en")

    assert ran.code == 2
    assert "vitrail synth" in ran.err
    assert bytes_below(tmp_path) == before


def test_anonymize_points_at_the_commands_for_synthetic_persons(
    tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    path = small_set(tmp_path, 60, synth=PATHWAY)
    before = bytes_below(tmp_path)

    ran = vitrail("anonymize", path, "--to", tmp_path / "publication", "--lang", "en")

    assert ran.code == 2
    assert "vitrail synth" in ran.err
    assert "vitrail release" in ran.err
    assert bytes_below(tmp_path) == before


WRONG: dict[str, tuple[dict[str, Any], int, str]] = {
    "floor under that of the policy": ({**PATHWAY, "floor": 3}, 2, "11"),
    "fewer persons than the floor": ({**PATHWAY, "floor": 400}, 2, "240"),
    "unknown scenario": ({**CORE, "scenarios": ["strok"]}, 2, "stroke"),
    "differential privacy": ({"engine": "dp"}, 2, "dp"),
    "more persons than the disk holds": ({**CORE, "persons": 10**11}, 2, ""),
    "rules in a circle": (
        {
            **PATHWAY,
            "rules": [
                {"before": "soins.date", "after": "personnes.naissance"},
                {"before": "personnes.naissance", "after": "soins.date"},
            ],
        },
        2,
        "rules",
    ),
    "schema that is not there": ({**CORE, "schema": "absent"}, 4, "absent"),
}


@pytest.mark.parametrize("name", WRONG)
def test_bad_input_is_named_and_nothing_is_written(
    name: str, tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    synth, code, word = WRONG[name]
    path = small_set(tmp_path / "jeu", 300, synth=synth)
    before = bytes_below(tmp_path)

    ran = vitrail("synth", path, "--to", tmp_path / "sortie")

    assert ran.code == code, ran.said
    assert word in ran.err
    assert "Traceback" not in ran.said
    assert "canari" not in ran.said
    assert bytes_below(tmp_path) == before
    assert not (tmp_path / "sortie").exists()


def test_folder_must_be_named_and_new(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    path = schema_profile(tmp_path)
    (tmp_path / "sortie").mkdir()

    assert "--to" in vitrail("synth", path).err
    assert vitrail("synth", path).code == 2
    assert vitrail("synth", path, "--to", tmp_path / "sortie").code == 2
    assert list((tmp_path / "sortie").iterdir()) == []


def test_profile_without_synthesis_is_told_what_to_add(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    ran = vitrail("synth", small_set(tmp_path, 60), "--to", tmp_path / "sortie")

    assert ran.code == 2
    assert "synth: {engine: schema, persons: 100}" in ran.err


def test_broken_rule_of_the_schema_stops_everything(
    tmp_path: Path, vitrail: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synthesis, "check_rules", lambda made, schema: (Checked(RULES[0], 100, 3),))
    path = schema_profile(tmp_path / "jeu")

    ran = vitrail("synth", path, "--to", tmp_path / "sortie")

    assert ran.code == 1
    assert f"{RULES[0].name} (3/100)" in ran.err
    assert not (tmp_path / "sortie").exists()


def test_order_that_the_rows_break_stops_everything(
    tmp_path: Path, vitrail: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The fit is told of no order here; the source has care long after birth.
    rules = [{"before": "soins.date", "after": "personnes.naissance"}]
    monkeypatch.setattr(engines, "FitSettings", lambda floor, leaf, **_: KEPT(floor=floor, leaf=leaf))
    path = small_set(
        tmp_path / "jeu",
        300,
        synth={**PATHWAY, "rules": rules},
        tables__personnes__columns__naissance__transform="keep",
    )

    ran = vitrail("synth", path, "--to", tmp_path / "sortie")

    assert ran.code == 1
    assert "soins.date ≤ personnes.naissance" in ran.err
    assert not (tmp_path / "sortie").exists()


KEPT = engines.FitSettings
KILLED = """\
import os, signal, sys
import cli, importlib
target = importlib.import_module(sys.argv[1])
setattr(target, sys.argv[2], lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL))
sys.argv = ["vitrail", "synth", *sys.argv[3:]]
cli.main()
"""


@pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")
@pytest.mark.parametrize(
    ("module", "name"), [("release.synthesis", "write_package"), ("release.publish_folder", "_rename")]
)
def test_killed_run_leaves_nothing_and_the_next_one_is_whole(
    module: str, name: str, tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    path = schema_profile(tmp_path / "jeu", persons=5)
    command = [sys.executable, "-c", KILLED, module, name, str(path), "--to", str(tmp_path / "sortie")]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}

    done = subprocess.run(command, env=environ, capture_output=True, check=False)

    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not (tmp_path / "sortie").exists()
    assert vitrail("synth", path, "--to", tmp_path / "sortie").code == 0
    assert [entry.name for entry in path.parent.iterdir()] == ["profil.yaml"]
