"""``vitrail check`` beyond the tables: registers, earlier releases, synthetic persons; all at once."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from profiles.catalogue import Lang
from tests.cli.test_register_release import CANARY, MATCH, listed
from tests.conftest import Ran
from tests.factories import bytes_below, profile, small_set, write_csv, write_profile
from tests.release.synthetic_sets import cohort

Check = Callable[..., Ran]


def codes(ran: Ran) -> list[str]:
    """Codes of the problems that ``check --json`` tells."""
    return [one["code"] for one in json.loads(ran.out)["problems"]]


def spoilt(folder: Path) -> Path:
    """Two registers and two earlier releases, each wrong in its own way, and a table too."""
    small_set(folder)
    lines = listed(60)
    lines[5]["id"] = lines[4]["id"]
    lines[7]["annee"] = f"{CANARY}-1950"
    write_csv(folder / "registre.csv", lines)
    source = {"path": "registre.csv", "delimiter": ";"}
    wrong = {"source": source, "key": ["id"], "match": {**MATCH}}
    (folder / "avant").mkdir()
    made = profile(
        tables__soins__source__path="absent.csv",
        risk__registers=[
            wrong,
            {"name": "parti", "path": "parti.csv", "match": MATCH},
            {"name": "colonne", "source": {**source}, "match": {"personnes.sexe": "genre"}},
        ],
        risk__previous=["avant", "ailleurs"],
    )
    return write_profile(folder, made)


def test_registers_and_earlier_releases_are_looked_at_together_with_the_tables(
    tmp_path: Path, vitrail: Check
) -> None:
    path = spoilt(tmp_path)
    before = bytes_below(tmp_path)

    ran = vitrail("check", path, "--json")

    assert ran.code == 4
    assert codes(ran) == [
        "source-missing",
        "value-year",
        "register-key-repeated",
        "source-missing",
        "header-unknown",
        "previous-unreadable",
        "previous-unreadable",
    ]
    assert bytes_below(tmp_path) == before


@pytest.mark.parametrize("lang", list(Lang))
def test_no_value_of_a_register_is_shown(lang: Lang, tmp_path: Path, vitrail: Check) -> None:
    ran = vitrail("check", spoilt(tmp_path), "--lang", lang.value)

    assert "registre.csv" in ran.said
    assert CANARY not in ran.said
    assert "Traceback" not in ran.said


def test_an_earlier_release_that_was_changed_is_said(tmp_path: Path, vitrail: Check) -> None:
    path = small_set(tmp_path / "jeu")
    assert vitrail("release", path).code == 0
    (tmp_path / "jeu" / "publication").rename(tmp_path / "jeu" / "avant")
    write_profile(tmp_path / "jeu", profile(risk__previous=["avant"]))
    assert codes(vitrail("check", path, "--json")) == []
    with (tmp_path / "jeu" / "avant" / "data" / "soins.csv").open("a", encoding="utf-8") as stream:
        stream.write("\r\n")

    ran = vitrail("check", path, "--json")

    assert ran.code == 4
    assert codes(ran) == ["previous-changed"]


@pytest.mark.parametrize(
    ("persons", "code", "found"),
    [
        ((12, 0.5), 2, ["synth-too-few-persons"]),
        ((60, 0.1), 0, ["synth-holdout-small"]),
        ((400, 0.5), 0, []),
    ],
)
def test_persons_enough_to_learn_from_and_to_attack(
    persons: tuple[int, float], code: int, found: list[str], tmp_path: Path, vitrail: Check
) -> None:
    count, holdout = persons
    path = cohort(tmp_path, count, holdout=holdout)

    ran = vitrail("check", path, "--json")

    assert ran.code == code
    assert codes(ran) == found
    for lang in Lang:
        said = vitrail("check", path, "--lang", lang.value)
        assert (said.code, "Traceback" in said.said) == (code, False)


def test_an_earlier_release_is_looked_at_beside_invented_persons_too(tmp_path: Path, vitrail: Check) -> None:
    path = cohort(tmp_path, 400, holdout=0.5)
    made = yaml.safe_load(path.read_text(encoding="utf-8"))
    made.setdefault("risk", {})["previous"] = ["absent"]
    path.write_text(yaml.safe_dump(made, allow_unicode=True), encoding="utf-8")

    ran = vitrail("check", path, "--json")

    assert (ran.code, codes(ran)) == (4, ["previous-unreadable"])


def test_persons_that_do_not_fit_the_disk(
    tmp_path: Path, vitrail: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = cohort(tmp_path, 400, persons=10_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**8))

    ran = vitrail("check", path, "--json")

    assert ran.code == 2
    assert codes(ran) == ["synth-disk"]
    assert vitrail("synth", path, "--to", tmp_path / "prive").code == 2
    assert not (tmp_path / "prive").exists()


def test_a_schema_alone_is_checked_and_nothing_is_made(
    tmp_path: Path, vitrail: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {"version": 1, "id": "essai", "title": "Essai", "seed": 7}
    good = made | {"synth": {"engine": "schema", "persons": 50}}
    path = write_profile(tmp_path, good)
    assert codes(vitrail("check", path, "--json")) == []
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    assert codes(vitrail("check", path, "--json")) == ["synth-disk"]
    (tmp_path / "schema" / "schemas").mkdir(parents=True)
    path.write_text(yaml.safe_dump(made | {"synth": good["synth"] | {"schema": "schema"}}), encoding="utf-8")

    ran = vitrail("check", path, "--json")

    assert ran.code == 4
    assert codes(ran) == ["synth-schema-missing"]
