"""Persons counted by group on Spark: the findings of this machine, to the byte, or none at all."""

import json
from dataclasses import replace

from release.engines import counting
from risk.assessment import assess
from risk.attackers.registry import load
from risk.groups.by_sql import SqlGroups
from risk.groups.local import LocalGroups
from tables.spark.sql import SparkSql
from tests.anonymize import example
from tests.risk.factories import subject
from tests.risk.test_groups import COUNTING, MORE, ROLES, cohort
from tests.spark.helpers import ENGINE, SHARED, needs_spark

pytestmark = needs_spark


def on_spark(one, session, folder):
    return replace(one, groups=SqlGroups(SparkSql(session), folder))


def attackers():
    return [load(name) for name in COUNTING]


def test_findings_are_those_of_this_machine_to_the_byte(spark, tmp_path, monkeypatch):
    monkeypatch.setattr("risk.attackers.trajectory.MOST", 2)
    data = {name: values for name, values in cohort(11, 60, "CANARY").items() if name != "visits"}
    data["drugs"]["code"] = [f"CANARY-{code}" for code in data["drugs"]["code"]]
    made = subject(tmp_path, data, {name: ROLES[name] for name in data}, risk=MORE)
    here = assess(made, attackers())
    there = assess(on_spark(made, spark, tmp_path / "groups"), attackers())

    assert there.to_json() == here.to_json()
    assert len(there.findings) > 8
    text = SHARED.events()
    assert "WindowExec" in text or "Window" in text
    assert "CANARY" not in text


def test_a_command_attacks_with_the_spark_of_its_profile(spark, tmp_path, vitrail, monkeypatch):
    asked = []
    monkeypatch.setenv("CANARY_KEY", example.SECRET)
    monkeypatch.setattr("risk.assessment.names", lambda: ("classes", "population", "classes_inference"))
    sizes = SqlGroups.sizes
    monkeypatch.setattr(SqlGroups, "sizes", lambda *given: asked.append(1) or sizes(*given))
    said = {}
    for name, more in (("local", {}), ("spark", ENGINE)):
        folder = tmp_path / name
        folder.mkdir()
        example.write(folder, example.document() | {"export": {"to": "out"}} | more, example.tables(24))
        ran = vitrail("assess", folder / "profile.yaml", "--to", folder / "findings.json")
        assert ran.code == 0, ran.said
        said[name] = json.loads((folder / "findings.json").read_text("utf-8"))
        said[name].pop("profile_digest")

    assert asked
    assert said["local"] == said["spark"]
    assert [one for one in (tmp_path / "spark").rglob("*") if "groups" in one.name] == []


def test_the_profile_chooses_who_counts(tmp_path):
    loaded = example.write(tmp_path, example.document(), example.tables(12))
    with counting(loaded, tmp_path / "groups") as groups:
        assert isinstance(groups, LocalGroups)


def test_a_spark_that_dies_makes_its_attacks_inconclusive_and_never_falls_back(doomed_spark, tmp_path):
    made = subject(tmp_path, {"people": cohort(12, 30)["people"]}, {"people": ROLES["people"]}, risk=MORE)
    there = on_spark(made, doomed_spark, tmp_path / "groups")
    assert there.persons == 30
    doomed_spark.sparkContext._gateway.proc.kill()
    done = assess(there, attackers()[:2])

    assert {one.attacker for one in done.findings} == {"classes", "population"}
    assert all(one.reasons == ("reason.engine_lost",) and one.estimate is None for one in done.findings)
