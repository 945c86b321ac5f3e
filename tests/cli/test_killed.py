"""A release killed at any moment and started again has the bytes of one that was left in peace.

Two or three runs of the whole command a case: about half a minute in all.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories import KEY, bytes_below, small_set

resource = pytest.importorskip("resource", reason="signals and limits are those of POSIX")

ROOT = Path(__file__).parents[2]
RUN = [sys.executable, "-m", "cli", "release"]
KILLED = """\
import importlib, os, signal, sys
import cli
place, name, call, profile = sys.argv[1:]
module, _, owner = place.partition(":")
target = importlib.import_module(module)
target = getattr(target, owner) if owner else target
kept, left = getattr(target, name), int(call)
def counted(*arguments, **named):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return kept(*arguments, **named)
setattr(target, name, counted)
sys.argv = ["vitrail", "release", profile]
cli.main()
"""
MOMENTS = {
    "a table is half read": ("pyarrow.parquet:ParquetWriter", "close", 1),
    "tables are half transformed": ("pyarrow.parquet:ParquetWriter", "close", 3),
    "rows are half in order": ("pyarrow.parquet:ParquetWriter", "close", 5),
    "some attacks have run": ("risk.attackers.residuals:Residuals", "run", 1),
    "the report is to be written": ("release.run", "finish", 1),
    "the folder is to be renamed": ("release.publish_folder", "_rename", 1),
}


def environment() -> dict[str, str]:
    return {**os.environ, "VITRAIL_KEY": KEY, "PYTHONPATH": str(ROOT)}


def finished(path: Path) -> dict[str, bytes]:
    """The release that a run left in peace makes."""
    done = subprocess.run([*RUN, str(path)], env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return bytes_below(path.parent / "publication")


@pytest.fixture(scope="module")
def in_peace(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], float]:
    """Bytes of an uninterrupted release, and its seconds of computing."""
    path = small_set(tmp_path_factory.mktemp("peace") / "jeu")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    made = finished(path)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return made, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


RARELY = (
    "a table is half read",
    "tables are half transformed",
    "rows are half in order",
    "some attacks have run",
    "the report is to be written",
)
"""Moments that are tried when there is time."""


@pytest.mark.parametrize(
    "moment", [pytest.param(one, marks=pytest.mark.soak if one in RARELY else ()) for one in MOMENTS]
)
def test_killed_when(moment: str, tmp_path: Path, in_peace: tuple[dict[str, bytes], float]) -> None:
    place, name, call = MOMENTS[moment]
    path = small_set(tmp_path / "jeu")
    before = set(path.parent.iterdir())
    command = [sys.executable, "-c", KILLED, place, name, str(call), str(path)]

    killed = subprocess.run(command, env=environment(), capture_output=True, check=False)

    assert killed.returncode == -signal.SIGKILL
    assert {entry.name for entry in set(path.parent.iterdir()) - before} == {".vitrail"}
    assert finished(path) == in_peace[0]
    assert set(path.parent.iterdir()) - before == {path.parent / "publication"}


def test_killed_at_half_its_time(tmp_path: Path, in_peace: tuple[dict[str, bytes], float]) -> None:
    path = small_set(tmp_path / "jeu")
    half = max(1, int(in_peace[1] / 2))

    killed = subprocess.run(
        [*RUN, str(path)],
        env=environment(),
        capture_output=True,
        check=False,
        # The system kills at so many seconds of computing, however busy the machine is.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (half, half)),
    )

    assert killed.returncode == -signal.SIGKILL
    assert not (path.parent / "publication").exists()
    assert finished(path) == in_peace[0]
