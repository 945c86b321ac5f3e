"""A rehearsal says what would happen to images, and nothing is written."""

import csv
import json

import pytest
import yaml

from cli import main
from tests.anonymize.dicom.little import image, save


@pytest.fixture
def profile(tmp_path, monkeypatch):
    monkeypatch.setenv("REHEARSAL_KEY", "5f4c2a90b1e8d7634f21c0ab98e7d6f5")
    for number in (1, 2):
        save(image(number), tmp_path / "images" / f"{number}.dcm")
    save(image(1, 2, SOPClassUID="1.2.3.4"), tmp_path / "images" / "odd.dcm")
    (tmp_path / "images" / "notes.txt").write_text("x")
    document = {
        "version": 1, "id": "rehearsal", "title": {"fr": "x", "en": "x"}, "seed": 1, "policy": "open-data",
        "secret": "${REHEARSAL_KEY}", "dicom": {"source": {"path": "images"}, "processes": 1},
    }  # fmt: skip
    (tmp_path / "profil.yaml").write_text(yaml.safe_dump(document))
    return tmp_path / "profil.yaml"


def run(*arguments):
    with pytest.raises(SystemExit) as ended:
        main(list(map(str, arguments)))
    return ended.value.code


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_what_would_happen_is_told_and_nothing_is_written(profile, capsys):
    before = names(profile.parent)
    assert run("anonymize", profile, "--dry-run", "--json") == 4
    told = json.loads(capsys.readouterr().out)
    assert names(profile.parent) == before
    assert (told["done"], told["set_aside"]) == (2, {"not-dicom": 1, "unknown-object": 1})
    assert told["classes"] == {"ct-image": 2}
    rules = {rule["attribute"]: rule for rule in told["rules"]}
    assert rules["PatientName"]["action"] == "pseudonym"
    assert told["actions"]["remove"] >= 2
    assert "HOSP" not in json.dumps(told)


def test_the_list_of_what_would_be_set_aside_is_written_on_demand(profile, capsys):
    target = profile.parent / "list.csv"
    assert run("anonymize", profile, "--dry-run", "--to", target, "--lang", "en") == 4
    assert (
        "Rehearsal: 2 files would be published (1 patients, 1 studies, 1 series)." in capsys.readouterr().out
    )
    with target.open(newline="") as stream:
        assert {row["file"]: row["reason"] for row in csv.DictReader(stream)} == {
            "notes.txt": "not-dicom",
            "odd.dcm": "unknown-object",
        }
    assert run("anonymize", profile, "--dry-run", "--to", target) == 2


def test_without_a_folder_or_without_images_the_command_says_what_is_missing(profile, capsys):
    assert run("anonymize", profile, "--lang", "en") == 2
    assert "--to" in capsys.readouterr().err
    document = yaml.safe_load(profile.read_text())
    del document["dicom"]
    table = {
        "source": {"path": "t.csv"},
        "columns": {"a": {"role": "other", "type": "text", "transform": "keep"}},
    }
    profile.write_text(yaml.safe_dump({**document, "tables": {"t": table}}))
    (profile.parent / "t.csv").write_text("a\nx\n")
    assert run("anonymize", profile, "--dry-run", "--lang", "en") == 2
    assert "images" in capsys.readouterr().err
