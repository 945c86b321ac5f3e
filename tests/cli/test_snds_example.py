"""The whole way of the SNDS example, with few persons, in its own process. About 20 seconds."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_example_runs_from_the_schema_to_the_algorithm_on_both_sides(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "docs/exemples/snds/enchainer.py"), str(tmp_path / "sortie")]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}

    done = subprocess.run(
        [*command, "--persons", "400"], env=environ, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "| ensemble | |" in done.stdout
    assert "écart d'ensemble" in done.stdout
    told = json.loads((tmp_path / "sortie" / "qualite.json").read_text(encoding="utf-8"))
    assert told["persons"] == {"real": 400, "synthetic": 400}
    assert told["held"]["keys_repeated"] == told["held"]["keys_pointing_nowhere"] == 0
    assert (
        set(told["held"]["codes_below_floor"].values()) == set(told["held"]["rules_broken"].values()) == {0}
    )
    assert [one["name"] for one in told["indicators"]] == ["diabete"]
