"""One command, from a profile to a released folder or to a refusal."""

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Ran
from tests.factories import KEY, bytes_below, events, people, small_set


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small set, released once for all the claims below."""
    folder = tmp_path_factory.mktemp("jeu")
    path = small_set(folder)
    done = subprocess.run(
        [sys.executable, "-m", "cli", "release", str(path)],
        env={**os.environ, "VITRAIL_KEY": KEY},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "publication"


def test_careful_profile_is_published_and_verified(released: Path, vitrail: Callable[..., Ran]) -> None:
    ran = vitrail("verify", released)

    assert ran.code == 0, ran.said
    assert {
        "data",
        "datapackage.json",
        "dictionnaire.csv",
        "rapport-risque.html",
        "rapport-risque.json",
        "attestation.json",
        "SHA256SUMS",
        "LISEZMOI.md",
    } <= {path.name for path in released.iterdir()}


def test_nothing_is_left_beside_the_release(released: Path) -> None:
    names = {path.name for path in released.parent.iterdir()}

    assert names == {"personnes.csv", "soins.csv", "profil.yaml", "publication"}


def test_no_identifier_nor_key_in_any_published_byte(released: Path) -> None:
    everything = b"\n".join(bytes_below(released).values())

    for person in people():
        assert person["nir"].encode() not in everything
        assert person["nom"].encode() not in everything
    assert KEY.encode() not in everything
    assert b"__person" not in everything


def test_two_tables_keep_their_join(released: Path) -> None:
    persons = {row["nir"] for row in read(released / "data" / "personnes.csv")}
    cared = {row["nir"] for row in read(released / "data" / "soins.csv")}

    assert cared
    assert cared <= persons
    assert len(persons) == len(read(released / "data" / "personnes.csv"))


def test_intervals_between_the_dates_of_a_person_are_exact(released: Path) -> None:
    from datetime import date

    def gaps(rows: list[tuple[str, date]]) -> list[tuple[int, ...]]:
        days: dict[str, list[date]] = defaultdict(list)
        for person, day in rows:
            days[person].append(day)
        return sorted(tuple((day - min(found)).days for day in sorted(found)) for found in days.values())

    before = [(row["nir"], date(*map(int, reversed(row["date"].split("/"))))) for row in events(people())]
    after = [(row["nir"], date.fromisoformat(row["date"])) for row in read(released / "data" / "soins.csv")]

    assert set(gaps(after)) <= set(gaps(before))
    assert sorted(day for _, day in before) != sorted(day for _, day in after)


def test_every_class_has_at_least_eleven_persons(released: Path) -> None:
    classes: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in read(released / "data" / "personnes.csv"):
        classes[row["naissance"], row["sexe"], row["dep"]].add(row["nir"])

    assert min(map(len, classes.values())) >= 11


def test_same_seed_same_bytes_and_another_seed_differs(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    first, second = small_set(tmp_path / "a"), small_set(tmp_path / "b")
    third = small_set(tmp_path / "c", seed=8)

    for path in (first, second, third):
        ran = vitrail("release", path)
        assert ran.code == 0, ran.said

    a, b, c = (bytes_below(path.parent / "publication") for path in (first, second, third))
    assert a == b
    assert a != c


def test_careless_profile_is_refused_and_leaves_no_file(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    path = small_set(tmp_path, tables__personnes__columns__naissance={"role": "quasi", "type": "year"})
    before = bytes_below(tmp_path)

    ran = vitrail("release", path)

    assert ran.code == 1, ran.said
    assert bytes_below(tmp_path) == before
    assert not list(tmp_path.glob(".*"))


def test_identifier_hidden_in_another_column_is_refused(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    path = small_set(tmp_path, tables__personnes__columns__nom={"role": "direct", "transform": "drop"})
    source = tmp_path / "personnes.csv"
    lines = source.read_text(encoding="utf-8").split("\n")
    cells = lines[3].split(";")
    cells[5] = people()[2]["nir"]
    lines[3] = ";".join(cells)
    source.write_text("\n".join(lines), encoding="utf-8")

    ran = vitrail("release", path)

    assert ran.code == 1, ran.said
    assert people()[2]["nir"] not in ran.said
    assert not (tmp_path / "publication").exists()


@pytest.mark.parametrize("missing", ["knowledge", "secrets"])
def test_undeclared_knowledge_or_secret_is_inconclusive(
    missing: str, tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    path = small_set(tmp_path, **{f"risk__{missing}": []})

    ran = vitrail("release", path)

    assert ran.code == 3, ran.said
    assert not (tmp_path / "publication").exists()


def test_columns_left_unread_let_nothing_be_published(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    path = small_set(tmp_path, unlisted_columns="drop", tables__personnes__columns__nom=None)

    ran = vitrail("release", path)

    assert ran.code == 3, ran.said
    assert "unlisted_columns" in ran.out
    assert not (tmp_path / "publication").exists()


def test_fewer_persons_than_any_attack_needs_is_never_accepted(
    tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    path = small_set(tmp_path, count=5)

    assert vitrail("release", path).code in (1, 3)
    assert not (tmp_path / "publication").exists()


def test_json_output_is_one_document(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    ran = vitrail("release", small_set(tmp_path), "--json")

    document = json.loads(ran.out)
    assert document["verdict"] == "accepted"
    assert document["exit_code"] == 0
    assert document["findings"]


def test_json_error_is_one_document(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    path = small_set(tmp_path, tables__soins__source__path="absent.csv")

    ran = vitrail("--json", "release", path)

    assert json.loads(ran.out)["exit_code"] == 4 == ran.code


@pytest.mark.parametrize(("lang", "word"), [("fr", "accepté"), ("en", "accepted")])
def test_summary_is_in_the_users_language(
    lang: str, word: str, tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    ran = vitrail("release", small_set(tmp_path), "--lang", lang)

    assert word in ran.said.lower()


def test_anonymize_then_assess_gives_the_same_verdict(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    path = small_set(tmp_path / "jeu")
    candidate = tmp_path / "candidat"

    assert vitrail("anonymize", path, "--to", candidate).code == 0
    assert vitrail("assess", path, candidate).code == 0
    assert candidate.stat().st_mode & 0o077 == 0


def test_changed_candidate_is_not_assessed(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    path = small_set(tmp_path / "jeu")
    candidate = tmp_path / "candidat"
    assert vitrail("anonymize", path, "--to", candidate).code == 0
    file = min(candidate.rglob("soins*.parquet"))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))

    ran = vitrail("assess", path, candidate)

    assert ran.code in (2, 4)


def test_nothing_is_left_in_the_system_temporary_folder(
    tmp_path: Path, vitrail: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    assert vitrail("release", small_set(tmp_path / "jeu")).code == 0

    assert not [path for path in temporary.rglob("*") if path.is_file()]
