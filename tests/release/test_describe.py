"""A source without profile is described, and nothing that few persons share is told."""

import csv
import json
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli import main
from profiles.catalogue import Lang
from release.describe import FLOOR, describe, words_of
from tests.anonymize.dicom.little import image, save


def described(source, tmp_path, **options):
    work = tmp_path / "work"
    work.mkdir(mode=0o700, exist_ok=True)
    found = describe(source, work, Lang.EN, **options)
    return found.structure, {each.nom: each for each in found.entries}


def table(tmp_path, rows, name="patients.csv", delimiter=","):
    path = tmp_path / name
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)
    return path


def test_kinds_of_columns_are_recognised(tmp_path):
    header = ("id", "age", "weight", "day", "french", "moment", "year", "alive", "code")
    rows = [
        (
            f"P{n:03}",
            n,
            f"{n},5",
            "2020-01-15",
            "15/01/2020",
            "2020-01-15T10:00:00",
            "2020",
            "true",
            f"0{n % 3}",
        )
        for n in range(30)
    ]
    _, found = described(table(tmp_path, [header, *rows], delimiter=";"), tmp_path)
    assert [found[name].type.split(" (")[0] for name in header] == [
        "text", "integer", "number", "date", "date", "date and time", "year", "true or false", "text",
    ]  # fmt: skip


def test_ends_and_values_that_few_share_are_not_told(tmp_path):
    rows = [(age, "common" if age < 60 else f"rare{age}") for age in range(100)]
    structure, found = described(table(tmp_path, [("age", "what"), *rows]), tmp_path)
    assert structure["rows"] == "100"
    assert found["age"].etendue == "10 to 89"
    assert found["what"].frequences == "common (60.0%)"
    assert "rare" not in str(found)


def test_with_a_column_of_persons_counts_are_of_persons(tmp_path):
    rows = [("one", "loud", 999)] * 50 + [(f"p{n}", "quiet", n) for n in range(20)]
    path = table(tmp_path, [("person", "what", "n"), *rows])
    _, by_rows = described(path, tmp_path)
    structure, by_persons = described(path, tmp_path, person="person")
    assert "loud" in by_rows["what"].valeurs
    assert by_persons["what"].frequences.startswith("quiet")
    assert "loud" not in str(by_persons)
    assert "999" not in str(by_persons)
    assert structure["persons"] == "21"


def test_columns_that_look_like_identifiers_are_not_shown(tmp_path):
    rows = [("dupont@chu-nantes.fr", "x")] * 40
    _, found = described(table(tmp_path, [("mail", "what"), *rows]), tmp_path)
    assert (found["mail"].valeurs, found["what"].valeurs) == ("", "x")
    assert "looks like an identifier" in found["mail"].remarques


def test_missing_values_are_told_when_enough_lack_them(tmp_path):
    rows = [(n if n % 2 else "", n or "") for n in range(100)]
    _, found = described(table(tmp_path, [("half", "one"), *rows]), tmp_path)
    assert found["half"].part_manquants == "50.0%"
    assert str(FLOOR) in found["one"].part_manquants


def test_other_formats_are_described_too(tmp_path):
    pq.write_table(pa.table({"n": list(range(40)), "t": ["a"] * 40}), tmp_path / "t.parquet")
    _, found = described(tmp_path / "t.parquet", tmp_path)
    assert (found["n"].type, found["t"].valeurs) == ("integer", "a")


def archive(source: Path, patients: int) -> None:
    for patient in range(1, patients + 1):
        age, part = f"{30 + patient:03}Y", "CHEST" if patient > 1 else "FOOT"
        save(image(1, patient, PatientAge=age, BodyPartExamined=part), source / f"{patient}.dcm")


def test_images_are_described_attribute_by_attribute(tmp_path):
    archive(tmp_path / "images", 30)
    (tmp_path / "images" / "notes.txt").write_text("x")
    structure, found = described(tmp_path / "images", tmp_path)
    assert structure == {
        "files": "30", "unread": "fewer than 11", "patients": "30", "studies": "30", "series": "30",
        "objects": "ct-image (30)",
    }  # fmt: skip
    assert (found["SliceThickness"].type, found["SliceThickness"].unite) == ("number", "mm")
    assert found["SliceThickness"].nomenclature == "(0018,0050) DS"
    assert found["PatientAge"].etendue == "41 to 50"
    assert found["BodyPartExamined"].frequences == "CHEST (96.7%)"
    assert found["Modality"].valeurs == "CT"
    told = str(found)
    for secret in ("HOSP", "Lef", "Vasseur", "Tilleuls", "FOOT", "ACC0", "19471130", "2.826"):
        assert secret not in told


def test_an_archive_says_what_its_folder_says(tmp_path):
    archive(tmp_path / "images", 12)
    with zipfile.ZipFile(tmp_path / "images.zip", "w", zipfile.ZIP_DEFLATED) as target:
        for path in sorted((tmp_path / "images").iterdir()):
            target.write(path, path.name)
    assert described(tmp_path / "images", tmp_path) == described(tmp_path / "images.zip", tmp_path)


def run(*arguments):
    with pytest.raises(SystemExit) as ended:
        main(list(map(str, arguments)))
    return ended.value.code


def test_the_command_writes_the_format_of_a_release_and_json(tmp_path, capsys):
    archive(tmp_path / "images", 12)
    assert run("describe", tmp_path / "images", "--to", tmp_path / "d.csv") == 0
    with (tmp_path / "d.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0])[:3] == ["table", "nom", "libelle"]
    assert {row["nom"] for row in rows} >= {"Modality", "Rows", "PatientID"}
    if sys.platform != "win32":
        assert (tmp_path / "d.csv").stat().st_mode & 0o077 == 0
    capsys.readouterr()
    assert run("describe", tmp_path / "images", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["floor"], told["structure"]["patients"]) == (FLOOR, "12")


@pytest.mark.parametrize(("arguments", "code"), [(("absent.csv",), 4), (("x.unknown",), 2)])
def test_what_cannot_be_described_is_refused(tmp_path, monkeypatch, arguments, code):
    monkeypatch.chdir(tmp_path)
    Path("x.unknown").write_text("x")
    assert run("describe", *arguments) == code


@pytest.mark.parametrize(
    ("keyword", "words"),
    [
        ("SliceThickness", "Slice thickness"),
        ("KVP", "KVP"),
        ("SOPClassUID", "SOP class UID"),
        ("Rows", "Rows"),
    ],
)
def test_keywords_are_read_as_words(keyword, words):
    assert words_of(keyword) == words
