"""``vitrail quality``: figures on the terminal, a report in a private file, clear errors. 15 seconds."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.conftest import Ran
from tests.factories import bytes_below, people, small_set

PATHWAY = {"engine": "pathway", "persons": 300, "holdout": 0.2, "floor": 11}


def test_folder_of_synth_is_measured_and_the_report_is_private(
    tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    path = small_set(tmp_path / "jeu", synth=PATHWAY)
    (tmp_path / "soins.sql").write_text("SELECT DISTINCT __person FROM soins;", encoding="utf-8")
    assert vitrail("synth", path, "--to", tmp_path / "sortie").code == 0
    before = bytes_below(tmp_path / "sortie")

    ran = vitrail(
        "quality", path, "--synthetic", tmp_path / "sortie", "--to", tmp_path / "qualite.html",
        "--indicator", f"soignés={tmp_path / 'soins.sql'}",
    )  # fmt: skip

    assert ran.code == 0, ran.said
    assert "Deux moitiés du réel" in ran.out
    assert "soignés" in ran.out
    assert bytes_below(tmp_path / "sortie") == before
    told = json.loads((tmp_path / "qualite.json").read_text(encoding="utf-8"))
    assert told["persons"] == {"real": 600, "synthetic": 300}
    assert told["held"]["keys_repeated"] == told["held"]["keys_pointing_nowhere"] == 0
    assert set(told["held"]["codes_below_floor"].values()) == {0}
    assert told["resemblance"]["margins"]["synthetic"] > 0.9
    page = (tmp_path / "qualite.html").read_bytes()
    for file in ("qualite.html", "qualite.json"):
        assert stat.S_IMODE((tmp_path / file).stat().st_mode) == 0o600
    everything = page + (tmp_path / "qualite.json").read_bytes() + ran.said.encode()
    assert b"canari" not in everything
    for person in people(600):
        assert person["nir"].encode() not in everything


def test_without_a_folder_the_tables_are_made_for_the_occasion(
    tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    path = small_set(tmp_path / "jeu", 300, synth=PATHWAY)

    ran = vitrail("quality", path, "--json", "--target", "soins.code")

    assert ran.code == 0, ran.said
    assert [one["target"] for one in json.loads(ran.out)["predictions"]] == ["soins.code"]
    assert not (path.parent / ".vitrail").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["--synthetic", "nulle-part"], 4, "personnes"),
        (["--target", "soins.absente"], 2, "soins.absente"),
        (["--indicator", "absent.sql"], 2, "absent.sql"),
        (["--indicator", "=absent.sql"], 2, "NAME=FILE"),
        (["--indicator", "absent="], 2, "NAME=FILE"),
        (["--indicator", ""], 2, "NAME=FILE"),
        (["--to", "profil.yaml"], 2, "profil.yaml"),
        (["--to", "nulle-part/q.json"], 2, "q.json"),
    ],
)
def test_bad_input_is_named(
    arguments: list[str], code: int, word: str, *, tmp_path: Path, vitrail: Callable[..., Ran],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    path = small_set(tmp_path, 100, synth=PATHWAY)
    monkeypatch.chdir(tmp_path)

    ran = vitrail("quality", path, *arguments, "--lang", "en")

    assert ran.code == code, ran.said
    assert word in ran.err
    assert "Traceback" not in ran.said


def test_a_profile_that_reads_nothing_real_has_nothing_to_compare(
    tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    path = tmp_path / "profil.yaml"
    synth = {"engine": "schema", "schema": "core", "persons": 5}
    path.write_text(yaml.safe_dump({"version": 1, "id": "c", "title": "C", "seed": 1, "synth": synth}))

    assert vitrail("quality", path).code == 2
    assert vitrail("quality", small_set(tmp_path / "jeu", 60)).code == 2
