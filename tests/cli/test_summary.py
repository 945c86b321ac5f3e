"""What a steward reads at the end of a run: what happened, what to do, what decides and what does not."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Ran
from tests.factories import KEY, small_set


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The lines of an accepted run, both streams in one pipe, in a folder with a space in its name."""
    path = small_set(tmp_path_factory.mktemp("jeu") / "jeu d'été")
    done = subprocess.run(
        [sys.executable, "-m", "cli", "release", str(path)],
        env={**os.environ, "VITRAIL_KEY": KEY},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_verdict_comes_last_in_a_log_of_both_streams(accepted: list[str]) -> None:
    assert [line.split()[0] for line in accepted[-4:]] == ["ACCEPTÉ", "Limites", "Publié", "À"]


def test_what_an_accepted_verdict_does_not_say_takes_one_line(accepted: list[str]) -> None:
    (line,) = (line for line in accepted if line.startswith("Limites de ce verdict"))

    assert "risk.knowledge" in line
    assert "risk.secrets" in line


def test_attacks_that_decide_nothing_stand_apart_and_say_why(accepted: list[str]) -> None:
    (why,) = (number for number, line in enumerate(accepted) if line.startswith("Pour information"))
    decides, informs = "\n".join(accepted[:why]), "\n".join(accepted[why:])

    assert "residuals" in decides
    assert "singling_out_univariate" not in decides
    assert "singling_out_univariate" in informs
    assert "au plus 9,0" not in informs
    assert "ne décident pas" in accepted[why]


def test_table_of_a_log_fits_a_hundred_columns(accepted: list[str]) -> None:
    tables = [line for line in accepted if line.endswith((" ", "─"))]

    assert tables
    assert max(map(len, tables)) <= 100


def test_command_to_recheck_can_be_pasted(accepted: list[str]) -> None:
    command = accepted[-1].partition("vitrail ")[2]

    done = subprocess.run(
        f"{sys.executable} -m cli {command}",
        shell=True,
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_refusal_names_where_identifiers_are_and_what_to_do(
    tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    path = small_set(tmp_path, tables__personnes__columns__nom={"role": "other", "transform": "keep"})
    source = tmp_path / "personnes.csv"
    lines = [line.split(";") for line in source.read_text(encoding="utf-8").splitlines()]
    for cells in lines[1:]:
        cells[1] = cells[0]
    source.write_text("\n".join(";".join(cells) for cells in lines) + "\n", encoding="utf-8")

    ran = vitrail("release", path)

    assert ran.code == 1, ran.said
    assert "personnes.nom" in ran.out
    assert "Rien n'a été publié" in ran.err
    assert "relancez" in ran.err
    assert "Limites de ce verdict" not in ran.said


def test_findings_are_written_in_a_folder_that_does_not_exist_yet(
    tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    path = small_set(tmp_path / "jeu", count=60)
    findings = tmp_path / "constats" / "2024" / "constats.json"

    ran = vitrail("assess", path, "--to", findings)

    assert ran.code in (0, 1, 3), ran.said
    assert findings.stat().st_size > 0
