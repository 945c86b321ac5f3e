"""The real cohort on both engines: the same rows before and after persons are left out, the same findings."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from anonymize.keys import Keys
from profiles.loading import load_profile
from profiles.policy import effective_policy
from profiles.secrets import read_secret
from release.engines import make
from risk.assessment import assess
from risk.attackers.registry import load
from risk.groups.by_sql import SqlGroups
from risk.subject import Subject
from tables.spark.sql import SparkSql
from tests.spark.helpers import LOCAL, needs_spark

EXAMPLE = Path(__file__).parents[2] / "docs" / "exemples" / "nafld"
LINES = f'\nengine: spark\nspark: {{master: "{LOCAL.master}", timeout: {LOCAL.timeout}}}\n'


@pytest.mark.soak
@needs_spark
def test_nafld_is_the_same_on_spark(spark, tmp_path):
    subprocess.run([sys.executable, str(EXAMPLE / "preparer.py")], check=True)
    shutil.copytree(EXAMPLE, tmp_path / "nafld", ignore=shutil.ignore_patterns("publication*", ".vitrail"))
    written = tmp_path / "nafld" / "profil.yaml"
    engines = {}
    for name, more in (("local", ""), ("spark", LINES)):
        path = written.with_name(f"{name}.yaml")
        path.write_text(written.read_text("utf-8") + more, "utf-8")
        loaded = load_profile(path)
        _, engines[name] = make(loaded, Keys(read_secret(loaded), loaded.profile.id), tmp_path / name, None)

    counted = [load(name) for name in ("classes", "population", "classes_inference")]
    made = [Subject(loaded.profile, effective_policy(loaded.profile), engines["local"].candidate)] * 2
    made[1] = replace(made[1], groups=SqlGroups(SparkSql(spark), tmp_path / "groups"))
    here, there = (assess(one, counted).to_json() for one in made)
    assert here == there
    assert "engine_lost" not in there

    for state in ("transformed", "candidate"):
        local, other = (getattr(engines[name], state) for name in ("local", "spark"))
        assert local.persons == other.persons
        for name, table in local.tables.items():
            assert pq.read_table(table.path) == pq.read_table(other.tables[name].path), name
