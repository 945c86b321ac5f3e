"""A real cohort of 17,549 persons in three tables, from its CSV files to a verified release."""

import csv
import os
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from tests.factories import KEY

EXAMPLE = Path(__file__).parents[2] / "docs" / "exemples" / "nafld"


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def vitrail(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", *map(str, arguments)],
        env={**os.environ, "VITRAIL_KEY": KEY},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def source() -> Path:
    subprocess.run([sys.executable, str(EXAMPLE / "preparer.py")], check=True)
    return EXAMPLE / "donnees"


@pytest.fixture(scope="module")
def released(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("nafld") / "publication"
    done = vitrail("release", EXAMPLE / "profil.yaml", "--to", target)
    assert done.returncode == 0, done.stdout + done.stderr
    return target


def test_release_verifies_and_one_changed_byte_does_not(released: Path, tmp_path: Path) -> None:
    assert vitrail("verify", released).returncode == 0

    file = released / "data" / "nafld3.csv"
    original = file.read_bytes()
    changed = bytearray(original)
    changed[len(changed) // 2] ^= 1
    file.write_bytes(bytes(changed))
    try:
        assert vitrail("verify", released).returncode == 1
    finally:
        file.write_bytes(original)


def test_frictionless_accepts_the_package_against_its_bytes(released: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "frictionless", "validate", "datapackage.json"],
        cwd=released,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_join_is_intact(source: Path, released: Path) -> None:
    persons = {row["id"] for row in read(released / "data" / "nafld1.csv")}
    kept = len(persons) / len(read(source / "nafld1.csv"))

    assert kept >= 0.99
    for name in ("nafld2", "nafld3"):
        before, after = read(source / f"{name}.csv"), read(released / "data" / f"{name}.csv")
        assert {row["id"] for row in after} <= persons
        assert len(after) >= 0.98 * len(before)


def test_events_per_person_and_intervals_are_those_of_the_source(source: Path, released: Path) -> None:
    def profiles(rows: list[dict[str, str]]) -> Counter[tuple[tuple[int, str], ...]]:
        found: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for row in rows:
            found[row["id"]].append((int(row["days"]), row["event"]))
        return Counter(
            tuple((day - min(days)[0], event) for day, event in sorted(days)) for days in found.values()
        )

    before, after = profiles(read(source / "nafld3.csv")), profiles(read(released / "data" / "nafld3.csv"))

    assert after.total() >= 0.98 * before.total()
    assert not after - before


def test_every_class_has_at_least_eleven_persons(released: Path) -> None:
    classes = Counter((row["age"], row["male"], row["bmi"]) for row in read(released / "data" / "nafld1.csv"))

    assert min(classes.values()) >= 11


def test_matching_of_cases_and_controls_is_kept(source: Path, released: Path) -> None:
    def sizes(rows: list[dict[str, str]]) -> list[int]:
        return sorted(Counter(row["case.id"] for row in rows if row["case.id"]).values())

    before, after = sizes(read(source / "nafld1.csv")), sizes(read(released / "data" / "nafld1.csv"))

    assert abs(len(before) - len(after)) <= 0.02 * len(before)


def test_careless_profile_is_refused_and_leaves_no_file(source: Path, tmp_path: Path) -> None:
    home, target = tmp_path / "jeu", tmp_path / "publication"
    (home / "donnees").mkdir(parents=True)
    some = {row["id"] for number, row in enumerate(read(source / "nafld1.csv")) if number % 5 == 0}
    for path in sorted(source.iterdir()):  # one person in five is enough to be refused
        rows = read(path)
        with (home / "donnees" / path.name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0].keys())
            writer.writeheader()
            writer.writerows(row for row in rows if row["id"] in some)
    for name in ("profil", "profil-imprudent"):
        shutil.copy(EXAMPLE / f"{name}.yaml", home)
    with (home / "profil-imprudent.yaml").open("a", encoding="utf-8") as file:
        file.write("risk: {timeout: {mends: 0.001}}\n")  # what mends such refusals is told elsewhere

    done = vitrail("release", home / "profil-imprudent.yaml", "--to", target)

    assert done.returncode == 1, done.stdout + done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["jeu"]
    assert not (home / ".vitrail").exists()
