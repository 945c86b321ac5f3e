"""A refusal is explained, and what it proposes makes the release pass."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Ran
from tests.factories import people, write_csv

PROFILE = """version: 1
id: refuse
title: {fr: "Jeu refusé"}
seed: 7
secret: ${VITRAIL_KEY?clé}
tables:
  personnes:
    source: {path: personnes.csv, delimiter: ";"}
    primary_key: [nir]
    person: [nir]
    columns:
      nir: {role: direct, transform: pseudonymize}
      nom: {role: direct, transform: drop}
      naissance: {role: quasi, type: year, transform: keep}
      sexe: {role: quasi}
      dep: {role: quasi}
      statut: {role: sensitive}
anonymity: {k: 11}
risk:
  knowledge: [personnes.naissance, personnes.sexe, personnes.dep]
  secrets: [personnes.statut]
  targets: 100
export: {to: publication}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("refus")
    write_csv(made / "personnes.csv", people())
    (made / "profil.yaml").write_text(PROFILE, encoding="utf-8")
    return made


@pytest.fixture
def refused(folder: Path, vitrail: Callable[..., Ran]) -> dict:
    ran = vitrail("release", folder / "profil.yaml", "--json")
    assert ran.code == 1, ran.said
    assert not (folder / "publication").exists()
    return json.loads(ran.out)


def test_a_refusal_names_the_columns_and_counts_the_persons(refused: dict) -> None:
    (classes,) = [one for one in refused["refusal"]["findings"] if one["check"] == "classes"]
    measured = next(one for one in refused["findings"] if one["check"] == "classes")
    assert classes["knowledge"] == ["personnes.naissance", "personnes.sexe", "personnes.dep"]
    assert classes["fell"] == measured["details"]["persons_below_k"]
    assert sum(one["share"] for one in classes["causes"]) == pytest.approx(1)
    assert classes["causes"][0]["column"] == "personnes.naissance"


def test_the_changes_that_are_proposed_make_the_release_pass(
    refused: dict, folder: Path, vitrail: Callable[..., Ran], tmp_path: Path
) -> None:
    plan = refused["refusal"]["plans"][0]
    assert plan["whole"]
    assert plan["passes"]
    mended = folder / "profil-remede.yaml"
    mended.write_text(f"extends: profil.yaml\nid: remede\n{plan['snippet']}\n", encoding="utf-8")
    ran = vitrail("release", mended, "--to", tmp_path / "publication", "--json")
    assert ran.code == 0, ran.said
    made = {one["check"]: one for one in json.loads(ran.out)["findings"]}
    for effect in plan["effects"]:
        assert made[effect["check"]]["estimate"] == pytest.approx(effect["after"])
    assert json.loads(ran.out)["persons_left_out"] in {plan["left_out"], None}


def test_a_single_mend_does_what_it_says(refused: dict, folder: Path, vitrail: Callable[..., Ran]) -> None:
    (classes,) = [one for one in refused["refusal"]["findings"] if one["check"] == "classes"]
    assert classes["mends"], "widening the years is enough for the classes"
    for mend in classes["mends"]:
        (effect,) = mend["effects"]
        single = folder / "profil-seul.yaml"
        single.write_text(f"extends: profil.yaml\nid: seul\n{mend['snippet']}\n", encoding="utf-8")
        ran = vitrail("assess", single, "--json")
        (made,) = [one for one in json.loads(ran.out)["findings"] if one["check"] == "classes"]
        assert made["decision"] == "accepted"
        assert made["estimate"] == pytest.approx(effect["after"])
    losses = [mend["loss"] for mend in classes["mends"]]
    assert losses == sorted(losses)


def test_the_same_refusal_is_explained_in_the_same_words(
    refused: dict, folder: Path, vitrail: Callable[..., Ran]
) -> None:
    again = json.loads(vitrail("release", folder / "profil.yaml", "--json").out)
    assert again["refusal"] == refused["refusal"]


@pytest.mark.parametrize(("lang", "said"), [("fr", "perte"), ("en", "loss")])
def test_a_refusal_is_explained_to_a_reader_without_a_value(
    folder: Path, vitrail: Callable[..., Ran], lang: str, said: str, tmp_path: Path
) -> None:
    ran = vitrail("assess", folder / "profil.yaml", "--lang", lang, "--to", tmp_path / "constats.json")
    assert ran.code == 1
    assert said in ran.out
    assert "personnes.naissance" in ran.out
    told = ran.said + "".join(path.read_text(encoding="utf-8") for path in sorted(tmp_path.iterdir()))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["constats-refus.json", "constats.json"]
    for person in people():
        assert person["nom"] not in told
        assert person["nir"] not in told


def test_assessments_of_the_same_data_are_counted(
    folder: Path, vitrail: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VITRAIL_LEDGER", str(tmp_path / "registre"))
    careful = PROFILE.replace("type: year, transform: keep", "type: year, transform: {bin: {width: 40}}")
    (folder / "prudent.yaml").write_text(careful.replace("id: refuse", "id: prudent"), encoding="utf-8")
    assert vitrail("assess", folder / "profil.yaml", "--json").code == 1
    assert vitrail("assess", folder / "profil.yaml", "--json").code == 1
    first = vitrail("release", folder / "prudent.yaml", "--to", tmp_path / "un", "--json")
    assert first.code == 0, first.said
    assert json.loads(first.out)["assessed_before"] == 1
    again = vitrail("release", folder / "prudent.yaml", "--to", tmp_path / "deux", "--json")
    assert again.code == 0
    for name in ("attestation.json", "rapport-risque.json", "rapport-risque.html"):
        assert (tmp_path / "un" / name).read_bytes() == (tmp_path / "deux" / name).read_bytes()
    history = json.loads(vitrail("history", folder / "prudent.yaml", "--json").out)
    assert [one["verdict"] for one in history["assessments"]] == [
        "refused",
        "refused",
        "accepted",
        "accepted",
    ]
    assert history["profiles"] == 2


def test_a_damaged_ledger_stops_the_run(
    folder: Path, vitrail: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tmp_path / "registre"
    monkeypatch.setenv("VITRAIL_LEDGER", str(book))
    assert vitrail("assess", folder / "profil.yaml").code == 1
    (book / "assessments.jsonl").write_bytes(b"{}\n")
    ran = vitrail("assess", folder / "profil.yaml")
    assert ran.code == 2
    assert "registre" in ran.said
