"""Registers and earlier releases from the command line: exit codes, and no value left anywhere."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Ran
from tests.factories import bytes_below, people, profile, small_set, write_csv, write_profile

CANARY = "canari-du-registre"
MATCH = {"personnes.naissance": "annee", "personnes.sexe": "sexe", "personnes.dep": "dep"}


def listed(count: int = 600) -> list[dict[str, str]]:
    """A register of the people of the small set."""
    return [
        {
            "id": f"{CANARY}{place}",
            "annee": one["naissance"],
            "sexe": one["sexe"],
            "dep": one["dep"],
            "nir": one["nir"],
        }
        for place, one in enumerate(people(count))
    ]


def with_register(folder: Path, lines: list[dict[str, str]], **changes: Any) -> Path:
    """The small set, a register beside it, and a profile that declares it."""
    small_set(folder)
    write_csv(folder / "registre.csv", lines)
    declared = {
        "name": "deces",
        "source": {"path": "registre.csv", "delimiter": ";"},
        "key": ["id"],
        "match": MATCH,
        "truth": {"personnes.nir": "nir"},
    } | changes
    return write_profile(folder, profile(risk__registers=[declared]))


def left(folder: Path) -> dict[str, bytes]:
    """Every file but the register itself."""
    return {name: content for name, content in bytes_below(folder).items() if name != "registre.csv"}


def test_a_release_that_a_register_cannot_open_is_published(
    tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    path = with_register(tmp_path, listed())

    ran = vitrail("release", path, "--lang", "en")

    assert ran.code == 0, ran.said
    assert "register:deces" in ran.said
    assert CANARY not in ran.said
    assert [name for name, content in left(tmp_path).items() if CANARY.encode() in content] == []


def test_a_repeated_key_publishes_nothing_and_shows_nothing(
    tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    lines = listed()
    lines[5]["id"] = lines[4]["id"]
    path = with_register(tmp_path, lines)

    ran = vitrail("release", path)

    assert ran.code == 3, ran.said
    assert not (tmp_path / "publication").exists()
    assert CANARY not in ran.said
    assert [name for name, content in left(tmp_path).items() if CANARY.encode() in content] == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"match": {"personnes.sexe": "absente"}}, 4),
        ({"match": {"personnes.naissance": {"column": "id", "type": "date"}}}, 4),
        ({"source": {"path": "ailleurs.csv"}}, 4),
        ({"source": {"path": "../ailleurs.csv"}}, 2),
        ({"match": {"personnes.absente": "sexe"}}, 2),
    ],
)
def test_a_register_that_cannot_be_used_stops_the_run(
    tmp_path: Path, vitrail: Callable[..., Ran], changes: dict[str, Any], code: int
) -> None:
    path = with_register(tmp_path, listed(), **changes)
    before = bytes_below(tmp_path)

    ran = vitrail("release", path)

    assert ran.code == code, ran.said
    assert CANARY not in ran.said
    assert bytes_below(tmp_path) == before


def test_an_earlier_release_with_three_persons_more_is_a_refusal(
    tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    path = small_set(tmp_path)
    assert vitrail("release", path).code == 0
    shutil.move(tmp_path / "publication", tmp_path / "avant")
    rows = (tmp_path / "personnes.csv").read_text(encoding="utf-8").splitlines()
    gone = {row.split(";")[0] for row in rows[-3:]}
    care = (tmp_path / "soins.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "personnes.csv").write_text("\n".join(rows[:-3]) + "\n", encoding="utf-8")
    kept = [row for row in care if row.split(";")[0] not in gone]
    (tmp_path / "soins.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    write_profile(tmp_path, profile(risk__previous=["avant"]))

    ran = vitrail("release", path, "--lang", "en")

    assert ran.code == 1, ran.said
    assert "previous_release:1" in ran.said
    assert not (tmp_path / "publication").exists()
    assert any((tmp_path / "avant").iterdir())
