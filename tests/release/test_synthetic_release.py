"""Invented persons from their source to a verified folder, and to a refusal. About 40 seconds."""

import csv
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from profiles.errors import ProfileError
from release import synthetic_grain
from synth import engines
from tests.conftest import Ran
from tests.factories import bytes_below
from tests.release.synthetic_sets import RARE, cohort, document, persons
from tests.release.test_datapackage import FRICTIONLESS

COUNT = 5000


@dataclass(frozen=True)
class Made:
    """What one profile gave."""

    profile: Path
    folder: Path
    code: int
    said: str


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Made:
    home = tmp_path_factory.mktemp("cohorte")
    profile = cohort(home / "jeu", COUNT)
    ran = command("release", profile, "--to", home / "publication", "--lang", "en")
    return Made(profile, home / "publication", ran.returncode, ran.stdout + ran.stderr)


def test_invented_persons_that_withstand_the_attacks_are_published(released: Made) -> None:
    assert released.code == 0, released.said
    assert "5000 synthetic persons" in released.said
    assert command("verify", released.folder).returncode == 0
    checked = subprocess.run(
        [FRICTIONLESS, "validate", "datapackage.json"], cwd=released.folder, capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


def test_documents_say_that_nobody_in_them_exists(released: Made) -> None:
    page = (released.folder / "LISEZMOI.md").read_text(encoding="utf-8")
    english = (released.folder / "README.md").read_text(encoding="utf-8")
    stated = json.loads((released.folder / "attestation.json").read_text())["predicate"]["vitrail"]
    report = json.loads((released.folder / "rapport-risque.json").read_text())

    assert "n'existent pas" in page
    assert "do not exist" in english
    assert "2,500 real persons" in english
    assert re.search(r"graine 8\b", page)
    told = {
        "engine": "pathway",
        "seed": 8,
        "persons_learnt_from": 2500,
        "persons_kept_apart": 2500,
        "floor": 11,
        "privacy": None,
    }
    assert stated["nature"] == "synthetic"
    assert stated["synthetic"] == report["synthetic"] == told
    assert "synthétiques" in json.loads((released.folder / "datapackage.json").read_text())["description"]


def test_no_byte_of_the_source_that_points_at_a_person_is_published(released: Made) -> None:
    everything = b"".join(bytes_below(released.folder).values())

    assert b"A10BA02" in everything  # a code of many persons: the search sees what is there
    assert RARE.encode() not in everything
    assert b"canari" not in everything.replace(str(released.profile).encode(), b"")
    for person in persons(COUNT):
        assert person["nir"].encode() not in everything
        assert person["nom"].encode() not in everything


def test_release_publishes_the_very_tables_that_synth_makes(released: Made, tmp_path: Path) -> None:
    ran = command("synth", released.profile, "--to", tmp_path / "prive")

    assert ran.returncode == 0, ran.stderr
    for name in ("personnes", "soins"):
        table = pq.read_table(tmp_path / "prive" / f"{name}.parquet").drop_columns("__person")
        with (released.folder / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == table.num_rows
        for column in ("nir", "sexe", "code", "date"):
            if column in table.column_names:
                made = ["" if value is None else str(value) for value in table.column(column).to_pylist()]
                assert [row[column] for row in rows] == made


def test_without_the_floor_the_gate_refuses_the_same_profile(
    tmp_path: Path, vitrail: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = engines.FitSettings
    monkeypatch.setattr(engines, "FitSettings", lambda **told: real(**{**told, "floor": 1, "leaf": 1}))

    profile = cohort(tmp_path / "jeu", COUNT // 4)
    ran = vitrail("release", profile, "--to", tmp_path / "publication", "--json")

    assert ran.code == 1
    assert not (tmp_path / "publication").exists()
    findings = json.loads(ran.out)["findings"]
    refusing = {one["check"] for one in findings if one["gates"] and one["decision"] == "refused"}
    assert "residuals" in refusing
    assert RARE not in ran.said


def test_saved_tables_are_attacked_as_they_are(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    profile = cohort(tmp_path / "jeu", 300)
    assert vitrail("synth", profile, "--to", tmp_path / "prive").code == 0

    saved = vitrail("assess", profile, tmp_path / "prive", "--to", tmp_path / "un.json")
    anew = vitrail("assess", profile, "--to", tmp_path / "deux.json")

    assert saved.code == anew.code
    assert (tmp_path / "un.json").read_bytes() == (tmp_path / "deux.json").read_bytes()
    other = tmp_path / "prive" / "soins.parquet"
    other.write_bytes(other.read_bytes()[:-9] + b"tampered!")
    assert vitrail("assess", profile, tmp_path / "prive").code == 2
    profile.write_text(profile.read_text().replace("holdout: 0.5", "holdout: 0.4"))
    assert vitrail("assess", profile, tmp_path / "prive").code == 2
    assert vitrail("assess", profile, tmp_path / "jeu").code == 2


def test_too_few_persons_kept_apart_are_no_proof(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    profile = cohort(tmp_path / "jeu", 1000, holdout=0.03)

    ran = vitrail("release", profile, "--to", tmp_path / "publication", "--lang", "en")

    assert ran.code == 3, ran.said
    assert "“synth.holdout”" in ran.out
    assert "0.001 s, “risk.timeout.mends”) ended after 0 trial(s)" in ran.out
    assert not (tmp_path / "publication").exists()
    left = sorted(path.name for path in profile.parent.iterdir())
    assert left == ["personnes.csv", "profil.yaml", "soins.csv"]


@pytest.mark.soak  # five fits of a cohort, each attacked
def test_what_is_proposed_for_invented_persons_was_drawn_again_and_passes(
    tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    profile = cohort(tmp_path / "jeu", 4000, holdout=0.05)
    profile.write_text(profile.read_text().replace("mends: 0.001", "mends: 900"))

    refused = vitrail("assess", profile, "--json")

    assert refused.code == 3, refused.said
    plan = json.loads(refused.out)["refusal"]["plans"][0]
    assert plan["whole"]
    mended = profile.with_name("remede.yaml")
    mended.write_text(f"extends: {profile.name}\n{plan['snippet']}\n", encoding="utf-8")
    accepted = vitrail("assess", mended, "--json")
    assert accepted.code == 0, accepted.said
    made = {one["check"]: one["estimate"] for one in json.loads(accepted.out)["findings"]}
    for effect in plan["effects"]:
        assert made[effect["check"]] == pytest.approx(effect["after"], abs=1e-6)


def test_fewer_persons_than_the_floor_are_not_learnt_from(
    tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    ran = vitrail("release", cohort(tmp_path / "jeu", 12), "--to", tmp_path / "publication")

    assert ran.code == 2
    assert "11" in ran.err
    assert not (tmp_path / "publication").exists()


def test_key_that_is_learnt_keeps_its_transform_and_needs_the_secret(
    tmp_path: Path, vitrail: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = stays(tmp_path)

    ran = vitrail("synth", profile, "--to", tmp_path / "sortie")

    assert ran.code == 0, ran.said
    made = pq.read_table(tmp_path / "sortie" / "sejours.parquet")
    hospitals = set(made.column("hopital").to_pylist())
    assert len(hospitals) == 3
    assert not hospitals & {"750000001", "750000002", "750000003"}
    assert not any(name.encode() in b"".join(bytes_below(tmp_path / "sortie").values()) for name in REAL)
    monkeypatch.delenv("VITRAIL_KEY")
    assert vitrail("synth", profile, "--to", tmp_path / "encore").code == 2


def test_plan_that_fails_for_another_reason_says_so_and_reads_no_secret(
    tmp_path: Path, vitrail: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise ProfileError("noise-no-room")

    profile = stays(tmp_path)
    monkeypatch.setattr(synthetic_grain, "plan", full)
    monkeypatch.delenv("VITRAIL_KEY")

    ran = vitrail("synth", profile, "--to", tmp_path / "sortie", "--json")

    assert json.loads(ran.out)["errors"][0]["code"] == "noise-no-room"


def test_keys_that_are_dropped_still_join_what_is_drawn(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    profile = cohort(tmp_path / "jeu", 400)
    text = document()
    text["tables"]["personnes"]["columns"]["nir"]["transform"] = "drop"
    profile.write_text(yaml.safe_dump(text), encoding="utf-8")

    ran = vitrail("synth", profile, "--to", tmp_path / "sortie")

    assert ran.code == 0, ran.said
    for name in ("personnes", "soins"):
        assert "nir" not in pq.read_table(tmp_path / "sortie" / f"{name}.parquet").column_names


def test_order_of_days_that_a_transform_undoes_is_said(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    rules = [{"before": "personnes.naissance", "after": "soins.date"}]
    profile = cohort(tmp_path / "jeu", 400, rules=rules)

    ran = vitrail("release", profile, "--to", tmp_path / "publication", "--json")

    assert ran.code == 2
    assert json.loads(ran.out)["errors"][0]["code"] == "synth-rule-transformed"


REAL = ("750000001", "750000002", "750000003")


def stays(folder: Path) -> Path:
    """Persons, and stays that a hospital's number and a rank name; the number is made a pseudonym."""
    profile = cohort(folder / "jeu", 400)
    lines = ["nir,hopital,rang"]
    lines += [f"{one['nir']},{REAL[number % 3]},{number}" for number, one in enumerate(persons(400))]
    (folder / "jeu" / "sejours.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = document()
    text["secret"] = "${VITRAIL_KEY?la clé manque}"
    text["tables"]["sejours"] = {
        "source": {"path": "sejours.csv"},
        "primary_key": ["hopital", "rang"],
        "foreign_keys": [{"columns": ["nir"], "references": "personnes"}],
        "columns": {
            "nir": {"role": "direct", "transform": "inherit"},
            "hopital": {"role": "other", "transform": "pseudonymize"},
            "rang": {"role": "direct", "type": "integer", "transform": "pseudonymize"},
        },
    }
    profile.write_text(yaml.safe_dump(text, allow_unicode=True), encoding="utf-8")
    return profile
