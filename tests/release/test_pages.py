"""The dictionary and the pages to read say what was published, and nothing that must not be."""

import csv
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from profiles.catalogue import Lang
from release.package import build
from release.wording import cell, floored, listed
from tables.candidate import PERSON
from tests.release.factories import PROFILE, candidate_of, loaded_profile, patients, small_candidate


def made(folder: Path, text: str = PROFILE, **changes) -> Path:
    loaded = loaded_profile(folder, text)
    build(replace(small_candidate(loaded, folder / "work"), **changes), loaded, folder / "out")
    return folder / "out"


def page(folder: Path, name: str = "LISEZMOI.md") -> str:
    return (folder / name).read_text(encoding="utf-8")


def dictionary(folder: Path) -> dict[tuple[str, str], dict[str, str]]:
    with (folder / "dictionnaire.csv").open(encoding="utf-8", newline="") as file:
        return {(row["table"], row["nom"]): row for row in csv.DictReader(file)}


def test_the_dictionary_has_one_row_a_published_column(tmp_path):
    rows = dictionary(made(tmp_path))
    published = [
        (name, column)
        for name in ("PATIENTS", "STAYS", "ACTS")
        for column in pq.read_schema(tmp_path / "work" / f"{name}.parquet").names
        if column != PERSON
    ]
    assert list(rows) == published
    assert rows["PATIENTS", "SEX"]["valeurs"] == "1 = homme ; 2 = femme"
    assert rows["PATIENTS", "SEX"]["frequences"] == "1 = homme (50,0\u202f%) ; 2 = femme (50,0\u202f%)"
    assert rows["PATIENTS", "SEX"]["part_manquants"] == "aucune"
    assert rows["PATIENTS", "ID"]["libelle_en"] == "number"
    assert rows["PATIENTS", "BORN"]["etendue"] == "de 1950 à 1953"
    assert rows["STAYS", "COST"]["unite"] == "euros"
    assert rows["STAYS", "START"]["traitement"] == "étape shift"


def test_the_dictionary_shows_no_value_that_fewer_than_eleven_persons_carry(tmp_path):
    folder = made(tmp_path)
    assert dictionary(folder)["ACTS", "CODE"]["frequences"].startswith("A01")
    for name in ("dictionnaire.csv", "dictionnaire.md"):
        assert "B12" not in page(folder, name)
        assert "1940" not in page(folder, name)


def test_a_share_carried_by_fewer_persons_than_the_floor_is_hidden(tmp_path):
    assert "moins de 11" in dictionary(made(tmp_path))["PATIENTS", "ALIVE"]["part_manquants"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "LISEZMOI.md",
            [
                "Séjours d'essai",
                "Les patients",
                "Registre d'essai.",
                "`STAYS` (ID) renvoie à `PATIENTS` (ID)",
            ],
        ),
        ("README.md", ["Test stays", "Patients", "Test register.", "`STAYS` (ID) refers to `PATIENTS` (ID)"]),
    ],
)
def test_each_page_is_in_its_language(tmp_path, name, expected):
    text = page(made(tmp_path), name)
    assert [part for part in expected if part not in text] == []
    assert "{{" not in text
    assert "{%" not in text
    assert "None" not in text


def test_few_persons_left_out_are_not_counted_exactly(tmp_path):
    assert "moins de 11" in page(made(tmp_path, suppressed_persons=3))


def test_many_persons_left_out_are_counted(tmp_path):
    assert "y parvenir : 1\u202f234." in page(made(tmp_path, suppressed_persons=1234))


def test_nobody_left_out_is_told(tmp_path):
    assert "Aucune personne n'a dû être retirée" in page(made(tmp_path, suppressed_persons=0))


def test_quasi_columns_that_no_class_covers_are_a_limit(tmp_path):
    limits = page(made(tmp_path)).split("## Limites")[1]
    assert "`STAYS.START`" in limits
    assert "`PATIENTS.SEX`" not in limits


def test_dropped_columns_are_named(tmp_path):
    assert "ne sont pas publiées : `NAME`" in page(made(tmp_path))


def test_a_link_that_is_lost_is_told(tmp_path):
    loaded = loaded_profile(tmp_path)
    tables = {
        name: pq.read_table(table.path)
        for name, table in small_candidate(loaded, tmp_path / "w").tables.items()
    }
    tables["PATIENTS"] = patients().slice(1)
    build(candidate_of(loaded, tmp_path / "work", tables), loaded, tmp_path / "out")
    lost = page(tmp_path / "out").split("ne peuvent plus être suivis")[1].split("## Origine")[0]
    assert "`STAYS` (ID) renvoie à `PATIENTS` (ID)" in lost
    assert "`STAYS` (ID) renvoie à `PATIENTS` (ID)" not in page(tmp_path / "out").split("ne peuvent plus")[0]


def test_synthetic_persons_are_called_fictitious(tmp_path):
    assert "personnes **fictives**" in page(made(tmp_path, nature="synthetic"))


def test_rows_that_were_not_written_are_told(tmp_path):
    loaded = loaded_profile(tmp_path)
    blank = pa.table(
        {
            PERSON: ["a", "b"],
            "SEX": ["1", None],
            "BORN": pa.array([1950, None], pa.int64()),
        }
    )
    build(candidate_of(loaded, tmp_path / "work", {"PATIENTS": blank}), loaded, tmp_path / "out")
    assert "elles n'ont pas été écrites : moins de 11" in page(tmp_path / "out")


def test_what_was_taken_out_is_counted_above_the_floor(tmp_path):
    notes = {
        "suppressed_values:ACTS.CODE": 1200,
        "nulled_references:ACTS.STAY": 4,
        "suppressed_values:STAYS.NOTE": 0,
    }
    quality = page(made(tmp_path, notes=notes)).split("## Qualité")[1].split("## Limites")[0]
    assert (
        "`ACTS.CODE` : valeurs que trop peu de personnes portent, remplacées sur ces lignes : 1\u202f200\n"
        in quality
    )
    assert "`ACTS.STAY` : renvois à une personne retirée, effacés sur ces lignes : moins de 11\n" in quality
    assert "NOTE" not in quality


def test_a_value_cannot_break_a_markdown_table():
    assert cell("a|b\n<script>") == "a\\|b &lt;script&gt;"


def test_a_long_list_of_values_is_cut_with_its_number(tmp_path):
    values = loaded_profile(tmp_path).profile.tables["PATIENTS"].columns["SEX"].values
    assert listed(values, Lang.FR, 1) == "1 = homme ; … (2 valeurs en tout)"
    assert listed(values, Lang.FR, 2) == "1 = homme ; 2 = femme"


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (1, "moins de 11"), (10, "moins de 11"), (11, "11")])
def test_counts_of_persons_obey_the_floor(number, text):
    assert floored(number, 11, Lang.FR) == text
