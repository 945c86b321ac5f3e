"""Whatever a user gets wrong: one clear message, the right exit code, nothing written, no value shown."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from release import publish_folder
from tests.conftest import Ran
from tests.factories import KEY, bytes_below, people, profile, small_set, write_csv, write_profile

CANARY = "canari"
Spoil = Callable[[Path, dict[str, Any]], Any]


def rewrite(name: str, change: Callable[[list[str]], list[str]]) -> Spoil:
    """Change the lines of a source file."""

    def spoil(folder: Path, document: dict[str, Any]) -> None:
        path = folder / name
        path.write_text("\n".join(change(path.read_text(encoding="utf-8").split("\n"))), encoding="utf-8")

    return spoil


def set_key(**changes: Any) -> Spoil:
    """Change the profile."""
    return lambda folder, document: profile(**changes)


def replace_cell(line: int, column: int, value: str) -> Callable[[list[str]], list[str]]:
    def change(lines: list[str]) -> list[str]:
        cells = lines[line].split(";")
        cells[column] = value
        return [*lines[:line], ";".join(cells), *lines[line + 1 :]]

    return change


def bomb(folder: Path, document: dict[str, Any]) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    return "\n".join(lines)


def link_out(folder: Path, document: dict[str, Any]) -> None:
    outside = folder.parent / "dehors.csv"
    (folder / "personnes.csv").rename(outside)
    (folder / "personnes.csv").symlink_to(outside)


def empty_rows(folder: Path, document: dict[str, Any]) -> None:
    path = folder / "soins.csv"
    path.write_text(path.read_text(encoding="utf-8").split("\n")[0] + "\n", encoding="utf-8")


CASES: dict[str, tuple[Spoil, int, str]] = {
    "unknown profile key": (set_key(anonimity={"k": 11}), 2, "anonymity"),
    "unknown role": (set_key(tables__personnes__columns__dep={"role": "quazi"}), 2, "quasi"),
    "unlisted column": (set_key(tables__personnes__columns__nom=None), 4, "nom"),
    "column missing from the data": (
        set_key(tables__personnes__columns__email={"role": "other", "transform": "keep"}),
        4,
        "email",
    ),
    "code outside its declared values": (
        rewrite("personnes.csv", replace_cell(5, 3, f"{CANARY}9")),
        4,
        "sexe",
    ),
    "invalid date": (rewrite("soins.csv", replace_cell(3, 1, "31/02/2020")), 4, "date"),
    "broken foreign key": (rewrite("soins.csv", replace_cell(3, 0, f"Q{CANARY}")), 4, "personnes"),
    "duplicate primary key": (
        rewrite("personnes.csv", lambda lines: [*lines[:3], lines[2], *lines[3:]]),
        4,
        "nir",
    ),
    "null in a key": (rewrite("personnes.csv", replace_cell(4, 0, "")), 4, "nir"),
    "null in a foreign key": (rewrite("soins.csv", replace_cell(4, 0, "")), 4, "nir"),
    "ragged line": (
        rewrite("soins.csv", lambda lines: [*lines[:4], lines[4] + f";{CANARY}", *lines[5:]]),
        4,
        "4",
    ),
    "wrong encoding": (
        lambda folder, document: (
            (folder / "personnes.csv").write_bytes(
                (folder / "personnes.csv").read_bytes().replace(b"canari", b"\xe9canari", 1)
            )
            and None
        ),
        4,
        "personnes",
    ),
    "empty table": (empty_rows, 4, "soins"),
    "zero-byte file": (lambda folder, document: (folder / "soins.csv").write_bytes(b"") and None, 4, "soins"),
    "missing file": (lambda folder, document: (folder / "soins.csv").unlink(), 4, "soins"),
    "truncated gzip": (
        lambda folder, document: (
            (folder / "soins.csv.gz").write_bytes(gzip.compress((folder / "soins.csv").read_bytes())[:-200])
            and profile(tables__soins__source__path="soins.csv.gz")
        ),
        4,
        "soins",
    ),
    "profile that is not a mapping": (lambda folder, document: "- a\n- b\n", 2, "profil.yaml"),
    "alias bomb": (bomb, 2, "profil.yaml"),
    "profile of 10 MB": (lambda folder, document: "# " + "x" * 10_000_000, 2, "profil.yaml"),
    "broken YAML": (lambda folder, document: "version: 1\ntables: {a: [", 2, "profil.yaml"),
    "path with ..": (set_key(tables__personnes__source__path="../personnes.csv"), 2, "personnes"),
    "absolute path": (set_key(tables__personnes__source__path="/etc/passwd"), 2, "personnes"),
    "path out by a link": (link_out, 2, "personnes"),
    "export path with ..": (set_key(export__to="../publication"), 2, "export"),
    "direct identifier kept": (
        set_key(tables__personnes__columns__nom={"role": "direct", "transform": "keep"}),
        2,
        "nom",
    ),
    "literal secret": (set_key(secret=f"{CANARY}-0123456789abcdef0123456789"), 2, "secret"),
    "secret variable that is not set": (
        set_key(secret="${VITRAIL_NOT_SET?demandez la clé au délégué}"),
        2,
        "délégué",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_named_and_nothing_is_written(
    name: str, tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    spoil, code, word = CASES[name]
    folder = tmp_path / "jeu"
    path = small_set(folder, count=60)
    document = spoil(folder, profile())
    if isinstance(document, dict):
        write_profile(folder, document)
    elif isinstance(document, str):
        path.write_text(document, encoding="utf-8")
    before = bytes_below(tmp_path)

    ran = vitrail("release", path)

    assert ran.code == code, ran.said
    assert word in ran.err
    assert CANARY not in ran.said
    assert KEY not in ran.said
    assert "Traceback" not in ran.said
    assert bytes_below(tmp_path) == before
    assert not (folder / "publication").exists()


@pytest.mark.parametrize("secret", ["", "motdepasse", "0" * 64, "abababababababababababababababab"])
def test_weak_secret_is_refused_and_not_shown(
    secret: str, tmp_path: Path, vitrail: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small_set(tmp_path, count=60)
    monkeypatch.setenv("VITRAIL_KEY", secret)

    ran = vitrail("release", path)

    assert ran.code == 2
    assert "vitrail key new" in ran.err
    assert not secret or secret not in ran.said


def test_existing_target_is_left_as_it_is(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    path = small_set(tmp_path, count=60)
    (tmp_path / "publication").mkdir()
    (tmp_path / "publication" / "ancien.txt").write_text("ancien")

    ran = vitrail("release", path)

    assert ran.code == 2
    assert "publication" in ran.err
    assert bytes_below(tmp_path / "publication") == {"ancien.txt": b"ancien"}


def test_unwritable_target_is_said_before_any_work(
    tmp_path: Path, vitrail: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small_set(tmp_path / "jeu", count=60)
    closed = tmp_path / "ferme"
    closed.mkdir()
    # The system's own answer for a user without rights; root, who runs some tests, has them all.
    monkeypatch.setattr(publish_folder.os, "access", lambda path, _mode, **_: Path(path) != closed)

    ran = vitrail("release", path, "--to", closed / "publication")

    assert ran.code == 2
    assert "ferme" in ran.err
    assert list(closed.iterdir()) == []


def test_target_below_a_file_is_a_usage_error(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    path = small_set(tmp_path / "jeu", count=60)
    (tmp_path / "fichier").write_text("x")

    ran = vitrail("release", path, "--to", tmp_path / "fichier" / "publication")

    assert ran.code == 2
    assert "Traceback" not in ran.said


def test_unknown_option_is_a_usage_error(vitrail: Callable[..., Ran]) -> None:
    assert vitrail("release", "--nonsense").code == 2
    assert vitrail("nonsense").code == 2
    assert vitrail("release").code == 2


def test_unknown_language_is_a_usage_error(vitrail: Callable[..., Ran]) -> None:
    ran = vitrail("--lang", "de", "doctor")

    assert ran.code == 2
    assert "fr, en" in ran.err


def test_missing_profile_is_a_profile_error(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    ran = vitrail("release", tmp_path / "absent.yaml")

    assert ran.code == 2
    assert "absent.yaml" in ran.err


def test_wrong_delimiter_gets_advice(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    folder = tmp_path / "jeu"
    small_set(folder, count=60, tables__personnes__source={"path": "personnes.csv", "delimiter": ","})
    write_csv(folder / "personnes.csv", people(60))

    ran = vitrail("release", folder / "profil.yaml")

    assert ran.code == 4
    assert ";" in ran.err
