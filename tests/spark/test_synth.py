"""Synthetic persons drawn on Spark: the same bytes as on one machine; nothing of the source in its logs."""

import pickle
from pathlib import Path

import pytest

from profiles.errors import VitrailError
from synth.fitted.on_spark import DrawShard
from synth.tables import SHARD
from tables.spark.work import run_parts
from tests.factories import KEY, bytes_below, write_profile
from tests.release.synthetic_sets import RARE, cohort, document
from tests.spark.helpers import ENGINE, SHARED, needs_spark

pytestmark = needs_spark

PERSONS = 2 * SHARD + 700
"""Of three shards, the last one short."""


@pytest.mark.parametrize("synthesizer", ["cart", pytest.param("gaussian-copula", marks=pytest.mark.soak)])
def test_shards_of_spark_are_those_of_one_machine(synthesizer, spark, tmp_path, vitrail):
    wanted = {"persons": PERSONS, "synthesizer": synthesizer}
    profile = cohort(tmp_path / "jeu", 300, **wanted)
    assert vitrail("synth", profile, "--to", tmp_path / "local").code == 0
    write_profile(profile.parent, document(**wanted) | ENGINE)

    ran = vitrail("synth", profile, "--to", tmp_path / "spark")

    assert ran.code == 0, ran.said
    here, there = (bytes_below(tmp_path / name) for name in ("local", "spark"))
    told = {name for name in here if here[name] != there.get(name)}
    assert told <= {"candidate.json"}  # which names the profile by its digest
    assert set(here) == set(there)
    assert {entry.name for entry in profile.parent.iterdir()} == {"personnes.csv", "soins.csv", "profil.yaml"}
    events = SHARED.events()
    assert "MapInArrow" in events
    for found in (KEY, RARE, "canari", "Q90000", "A10BA02"):
        assert found not in events


def test_what_is_sent_to_workers_is_a_folder_and_numbers():
    sent = pickle.dumps(DrawShard(Path("/private"), 7, (5000, 200)))

    assert len(sent) < 400


def test_a_model_that_a_worker_cannot_read_stops_the_run_without_its_text(spark, tmp_path):
    with pytest.raises(VitrailError) as caught:
        run_parts(spark, DrawShard(tmp_path, 7, (10,)), 1, lambda _: None)

    assert caught.value.code == "synth-model-unreadable"


@pytest.mark.usefixtures("no_spark")
def test_a_spark_that_is_away_is_told_before_anything_is_read(tmp_path, vitrail):
    profile = cohort(tmp_path / "jeu", 60)
    write_profile(
        profile.parent,
        document() | {"engine": "spark", "spark": {"master": "spark://127.0.0.1:1", "timeout": 3}},
    )
    (profile.parent / "soins.csv").write_text("nir;date\n", encoding="utf-8")
    before = sorted(profile.parent.iterdir())

    ran = vitrail("synth", profile, "--to", tmp_path / "prive")

    assert ran.code == 2
    assert "Spark" in ran.said
    assert sorted(profile.parent.iterdir()) == before
    assert not (tmp_path / "prive").exists()
