"""What a run loads: only what its profile uses."""

import os
import subprocess
import sys
from pathlib import Path

from profiles.secrets import new_secret

PROFILE = """\
version: 1
id: essai
title: Essai
seed: 1
secret: ${VITRAIL_KEY}
tables:
  t:
    source: {path: t.csv}
    person: [id]
    columns:
      id: {role: direct, transform: pseudonymize}
      day: {role: quasi, type: date, transform: shift}
      age: {role: quasi, type: integer, transform: {bin: {width: 10}}}
"""
SCRIPT = """\
import sys
sys.argv = ["vitrail", "anonymize", "profil.yaml", "--to", "candidat"]
import cli
try:
    cli.main()
except SystemExit as end:
    assert not end.code, end.code
heavy = ("pandas", "scipy", "torch", "anonymize.text", "anonymize.search.local", "anonymize.aggregated")
print([name for name in heavy if name in sys.modules])
"""


def test_a_profile_of_plain_columns_loads_no_pandas_no_scipy_and_no_rules_for_texts(tmp_path: Path) -> None:
    (tmp_path / "profil.yaml").write_text(PROFILE, encoding="utf-8")
    (tmp_path / "t.csv").write_text("id,day,age\na,2020-01-31,41\nb,2020-02-29,52\n", encoding="utf-8")
    environment = {**os.environ, "VITRAIL_KEY": new_secret(), "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stdout


def test_pandas_still_works_with_arrow_once_kept_out() -> None:
    code = (
        "from tables.without_pandas import keep_pandas_out; keep_pandas_out()\n"
        "import sys, pyarrow as pa; pa.array([1]); assert 'pandas' not in sys.modules\n"
        "frame = pa.table({'a': [1, None]}).to_pandas(); assert pa.Table.from_pandas(frame).num_rows == 2\n"
        "assert pa.array(frame['a']).null_count == 1"
    )
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=True)
