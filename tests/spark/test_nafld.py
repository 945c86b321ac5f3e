"""The real cohort on both engines: the same rows, before and after persons are left out."""

import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq

from anonymize.keys import Keys
from profiles.loading import load_profile
from profiles.secrets import read_secret
from release.engines import make
from tests.factories import KEY
from tests.spark.helpers import needs_spark

EXAMPLE = Path(__file__).parents[2] / "docs" / "exemples" / "nafld"
ENGINE = '\nengine: spark\nspark: {master: "local[2]", timeout: 300}\n'


@needs_spark
def test_nafld_is_the_same_on_spark(tmp_path, monkeypatch):
    monkeypatch.setenv("VITRAIL_KEY", KEY)
    subprocess.run([sys.executable, str(EXAMPLE / "preparer.py")], check=True)
    shutil.copytree(EXAMPLE, tmp_path / "nafld", ignore=shutil.ignore_patterns("publication*", ".vitrail"))
    written = tmp_path / "nafld" / "profil.yaml"
    engines = {}
    for name, more in (("local", ""), ("spark", ENGINE)):
        path = written.with_name(f"{name}.yaml")
        path.write_text(written.read_text("utf-8") + more, "utf-8")
        loaded = load_profile(path)
        _, engines[name] = make(loaded, Keys(read_secret(loaded), loaded.profile.id), tmp_path / name, None)

    for state in ("transformed", "candidate"):
        local, spark = (getattr(engines[name], state) for name in ("local", "spark"))
        assert local.persons == spark.persons
        for name, table in local.tables.items():
            assert pq.read_table(table.path) == pq.read_table(spark.tables[name].path), name
