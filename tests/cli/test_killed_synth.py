"""A release of invented persons, killed at any moment and started again, has the bytes of one left in peace.

Two runs of the whole command a case.
"""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.cli.test_killed import KILLED, environment, finished
from tests.release.synthetic_sets import cohort, document

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")

WAIVED = (
    "register",
    "singling_out_univariate",
    "singling_out_multivariate",
    "inference:personnes.fume",
    "membership",
    "outliers_singling_out",
    "outliers_copies",
    "outliers_inference:personnes.fume",
)
"""Checks to which 600 persons are too few: the set has to be accepted fast, not to be attacked well."""
MOMENTS = {
    "the source is half read": ("pyarrow.parquet:ParquetWriter", "close", 2),
    "persons are being drawn": ("synth.fitted.sampling", "draw_tables", 1),
    "what was learnt is being saved": ("synth.fitted.storage", "save", 1),
    "some attacks have run": ("risk.attackers.residuals:Residuals", "run", 1),
    "the folder is to be renamed": ("release.publish_folder", "_rename", 1),
}


def small_cohort(folder: Path) -> Path:
    """Six hundred persons that are published, whatever is not known of them."""
    path = cohort(folder, 600)
    made = document()
    made["risk"]["targets"] = 100
    waiver = {"until": "2999-12-31", "reason": "too few persons to tell", "approved_by": "tests"}
    made["waivers"] = [{"check": check, **waiver} for check in WAIVED]
    path.write_text(yaml.safe_dump(made, allow_unicode=True), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def in_peace(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Bytes of an uninterrupted release."""
    return finished(small_cohort(tmp_path_factory.mktemp("peace") / "jeu"))


RARELY = (
    "the source is half read",
    "persons are being drawn",
    "what was learnt is being saved",
    "the folder is to be renamed",
)
"""Moments that are tried when there is time."""


@pytest.mark.parametrize(
    "moment", [pytest.param(one, marks=pytest.mark.soak if one in RARELY else ()) for one in MOMENTS]
)
def test_synthetic_release_killed_when(moment: str, tmp_path: Path, in_peace: dict[str, bytes]) -> None:
    place, name, call = MOMENTS[moment]
    path = small_cohort(tmp_path / "jeu")
    before = set(path.parent.iterdir())
    command = [sys.executable, "-c", KILLED, place, name, str(call), str(path)]

    killed = subprocess.run(command, env=environment(), capture_output=True, check=False)

    assert killed.returncode == -signal.SIGKILL
    assert {entry.name for entry in set(path.parent.iterdir()) - before} == {".vitrail"}
    assert finished(path) == in_peace
    assert set(path.parent.iterdir()) - before == {path.parent / "publication"}
