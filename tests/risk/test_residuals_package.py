"""Every byte of a release folder is searched, whatever its format."""

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from profiles.catalogue import Lang, catalogue
from risk.findings import Decision
from risk.residuals.result import Manner, ResidualResult
from risk.residuals.search import search_package
from tests.risk.residual_sets import (
    COUNT,
    PROFILE,
    Columns,
    World,
    nir,
    profile,
    published,
    source,
    surname,
    world,
)

NIR = nir(7)


@pytest.fixture
def made(tmp_path: Path) -> World:
    return world(tmp_path / "private")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A clean release folder."""
    folder = tmp_path / "package"
    (folder / "data").mkdir(parents=True)
    for name, columns in published().items():
        write_csv(folder / "data" / f"{name}.csv", columns)
    (folder / "datapackage.json").write_text(json.dumps({"name": "restes", "title": "Jeu d'essai"}))
    (folder / "LISEZMOI.md").write_text("# Jeu d'essai\n\nQuarante personnes.\n", encoding="utf-8")
    (folder / "rapport.html").write_text("<p>Aucun risque mesur&eacute;</p>\n")
    (folder / "LICENCE").write_text("Licence ouverte\n")
    return folder


def write_csv(path: Path, columns: Columns) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def append(path: Path, content: str | bytes) -> None:
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(path.read_bytes() + data)


def traces(result: ResidualResult) -> list[tuple[str, Manner]]:
    return [(trace.place, trace.manner) for trace in result.traces]


def test_a_clean_folder_passes(made: World, package: Path) -> None:
    result = search_package(made.staged, package)
    assert result.decision is Decision.ACCEPTED
    assert (result.traces, result.unreadable, result.linked) == ((), (), None)


@pytest.mark.parametrize(
    "name", ["LISEZMOI.md", "datapackage.json", "rapport.html", "LICENCE", "data/visites.csv"]
)
def test_an_identifier_appended_to_any_file_is_found(made: World, package: Path, name: str) -> None:
    append(package / name, f"\nvoir {NIR}\n")
    result = search_package(made.staged, package)
    assert result.decision is Decision.REFUSED
    assert {place for place, _ in traces(result)} <= {name, "visites.nir"}


@pytest.mark.parametrize("column", ["nir", "jours", "libelle"])
def test_an_identifier_in_any_cell_of_a_csv_is_found_and_its_column_named(
    made: World, package: Path, column: str
) -> None:
    columns = published()["visites"]
    columns[column] = [*columns[column][:-1], f'"{NIR[:5]}, {NIR[5:]}"\nfin']
    write_csv(package / "data" / "visites.csv", columns)
    result = search_package(made.staged, package)
    assert (f"visites.{column}", Manner.INSIDE) in traces(result)


def test_what_stands_on_both_sides_of_a_border_is_no_identifier(made: World, package: Path) -> None:
    number, backwards = NIR[1:], NIR[::-1].lower()
    (package / "rapport.json").write_text(f'{{"seq": 0.{number[1:]}, "n": 2}}')
    (package / "rapport.html").write_text(f"<h1>“{backwards[:4]}”: {backwards[4:-1]} quelconques</h1>\n")
    (package / "table.md").write_text(f"| q | {number[:6]} | {number[6:]} |\n")
    assert (number[0], backwards[-1]) == ("0", "q")
    assert search_package(made.staged, package).decision is Decision.ACCEPTED

    (package / "table.md").write_text(f"| q | {NIR[:6]} {NIR[6:]} |\n")
    assert search_package(made.staged, package).decision is Decision.REFUSED


def test_an_identifier_in_latin_1_is_found(made: World, package: Path) -> None:
    (package / "notes.txt").write_bytes(f"été {NIR} né\n".encode("latin-1"))
    assert traces(search_package(made.staged, package)) == [("notes.txt", Manner.WHOLE)]


def test_escapes_of_json_and_entities_of_html_hide_nothing(made: World, package: Path) -> None:
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in NIR)
    (package / "x.json").write_text(f'{{"a": [{{"b": "{escaped}"}}]}}')
    entities = "".join(f"&#{ord(letter)};" for letter in NIR)
    (package / "x.html").write_text(f"<p>{entities}</p>\n")
    (package / "y.html").write_text(f"<p>{NIR[:6]}<b>{NIR[6:]}</b></p>\n")
    assert traces(search_package(made.staged, package)) == [
        ("x.html", Manner.WHOLE),
        ("x.json", Manner.WHOLE),
        ("y.html", Manner.WHOLE),
    ]


def test_a_broken_json_is_still_searched_as_text(made: World, package: Path) -> None:
    (package / "x.json").write_text(f'{{"a": "{NIR}"')
    assert traces(search_package(made.staged, package)) == [("x.json", Manner.WHOLE)]


def test_a_parquet_copy_is_searched_cell_by_cell_and_in_its_metadata(made: World, package: Path) -> None:
    cells = pa.table({"a": [1, 2], "note": [["x", f"y{NIR}"], ["z"]]})
    pq.write_table(cells, package / "data" / "cells.parquet")
    notes = pa.table({"a": [1]}).replace_schema_metadata({"origin": f"dossier de {NIR}"})
    pq.write_table(notes, package / "data" / "notes.parquet")
    assert traces(search_package(made.staged, package)) == [
        ("data/cells.parquet:#2", Manner.INSIDE),
        ("data/notes.parquet", Manner.WHOLE),
    ]
    pq.write_table(cells, package / "data" / "personnes.parquet")
    assert ("personnes.note", Manner.INSIDE) in traces(search_package(made.staged, package))


def test_a_surname_in_the_documentation_is_found(made: World, package: Path) -> None:
    append(package / "LISEZMOI.md", f"\nMerci à {surname(4)} pour son aide.\n")
    assert traces(search_package(made.staged, package)) == [("LISEZMOI.md", Manner.NAME)]


def test_a_surname_that_the_profile_itself_writes_is_no_leak(tmp_path: Path, package: Path) -> None:
    spec = profile().model_copy(update={"id": "restes-kerbrat"})
    made = world(tmp_path / "private", spec=spec)
    append(package / "LISEZMOI.md", "\nJeu restes-kerbrat\n")
    assert search_package(made.staged, package).decision is Decision.ACCEPTED


def test_a_hidden_name_of_a_hospital_that_the_profile_itself_writes_is_no_leak(
    tmp_path: Path, package: Path
) -> None:
    hospital = "Centre hospitalier d'Exemple"
    described = {**PROFILE["tables"]["personnes"], "description": f"Personnes suivies au {hospital}."}
    hidden = {name: dict(columns) for name, columns in _source_at(hospital).items()}
    made = world(tmp_path / "private", hidden=hidden, spec=profile(personnes=described))
    append(package / "LISEZMOI.md", f"\nPersonnes suivies au {hospital}.\n")
    assert search_package(made.staged, package).decision is Decision.ACCEPTED
    write_csv(package / "data" / "visites.csv", {"libelle": [f"venu au {hospital}"]})
    assert search_package(made.staged, package).decision is Decision.REFUSED


def _source_at(hospital: str) -> dict[str, Columns]:
    hidden = source()
    hidden["personnes"]["nom"] = [hospital] * COUNT
    return hidden


def test_a_word_of_a_coded_column_may_be_explained_in_the_documentation(
    tmp_path: Path, package: Path
) -> None:
    hidden = source()
    hidden["personnes"]["nom"][0] = "Bretagne"
    made = world(tmp_path / "private", hidden=hidden)
    columns = published()["personnes"]
    write_csv(package / "data" / "personnes.csv", {**columns, "sexe": ["Bretagne"] * COUNT})
    append(package / "LISEZMOI.md", "\nRégions : Bretagne\n")
    assert search_package(made.staged, package).decision is Decision.ACCEPTED
    write_csv(package / "data" / "personnes.csv", columns)
    assert search_package(made.staged, package).decision is Decision.REFUSED


def test_words_of_our_own_texts_are_no_names(tmp_path: Path, package: Path) -> None:
    hidden = source()
    hidden["personnes"]["nom"][:3] = ["Danger", "Groupe", "Valeur"]
    made = world(tmp_path / "private", hidden=hidden)
    append(package / "LISEZMOI.md", "\n".join(entry[Lang.FR] for entry in catalogue().values()))
    assert search_package(made.staged, package).decision is Decision.ACCEPTED


def test_a_surname_in_a_column_of_free_text_is_found(made: World, package: Path) -> None:
    columns = published()["visites"]
    columns["libelle"][3] = f"accompagné par {surname(20).upper()}"
    write_csv(package / "data" / "visites.csv", columns)
    assert traces(search_package(made.staged, package)) == [("visites.libelle", Manner.NAME)]


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\x00\x00", bytes(range(256)), b"PK\x03\x04"])
def test_bytes_that_cannot_be_read_are_inconclusive(made: World, package: Path, content: bytes) -> None:
    (package / "image.png").write_bytes(content)
    result = search_package(made.staged, package)
    assert result.decision is Decision.INCONCLUSIVE
    assert result.unreadable == ("image.png",)
    assert result.reasons == ("reason.residual_unreadable",)


def test_a_file_that_is_no_parquet_is_inconclusive(made: World, package: Path) -> None:
    (package / "data" / "x.parquet").write_bytes(b"PAR1 nothing PAR1")
    assert search_package(made.staged, package).decision is Decision.INCONCLUSIVE


def test_a_link_is_never_followed(made: World, package: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("rien")
    (package / "link.txt").symlink_to(tmp_path / "outside.txt")
    assert search_package(made.staged, package).decision is Decision.INCONCLUSIVE


def test_the_names_of_files_are_searched_too(made: World, package: Path) -> None:
    (package / f"{NIR}.txt").write_text("rien")
    result = search_package(made.staged, package)
    assert result.decision is Decision.REFUSED
    assert all(NIR not in trace.place for trace in result.traces)


def test_a_column_named_after_a_person_is_found_and_not_named(made: World, package: Path) -> None:
    write_csv(package / "data" / "visites.csv", {"libelle": ["rien"], f"patient {NIR}": [NIR]})
    assert traces(search_package(made.staged, package)) == [
        ("data/visites.csv", Manner.WHOLE),
        ("data/visites.csv:#2", Manner.WHOLE),
    ]


def test_a_leak_in_a_file_whose_name_is_a_patient_s_common_name_is_still_found(
    tmp_path: Path, package: Path
) -> None:
    hidden = source()
    hidden["personnes"]["nom"][0] = "Rapport"
    made = world(tmp_path / "private", hidden=hidden)
    append(package / "LICENCE", NIR)
    assert search_package(made.staged, package).decision is Decision.REFUSED
