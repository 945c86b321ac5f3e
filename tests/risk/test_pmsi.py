"""Stays as in the PMSI: four fields point at nearly everybody, the shipped open profile at nobody."""

import pytest

from anonymize.keys import Keys
from anonymize.pipeline import anonymize
from benchmarks import pmsi
from profiles.loading import load_profile
from profiles.policy import effective_policy
from profiles.secrets import read_secret
from risk.attackers.classes import Classes
from risk.attackers.population import Population
from risk.attackers.trajectory import Trajectory
from risk.findings import Decision
from risk.subject import Subject
from tables.staging import stage
from tests.factories import KEY


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("pmsi")
    pmsi.write(made, 20_000)
    return made


def attacked(folder, name, work):
    loaded = load_profile(folder / name, {"VITRAIL_KEY": KEY})
    staged = stage(loaded, work)
    keys = Keys(read_secret(loaded, {"VITRAIL_KEY": KEY}), loaded.profile.id)
    made = anonymize(loaded, staged, keys, work / "candidate")
    policy = effective_policy(loaded.profile)
    subject = Subject(loaded.profile, policy, made.candidate, original=made.transformed)
    attackers = (Classes(), Population(), Trajectory())
    return {one.check: one for attacker in attackers for one in attacker.run(subject)}


def test_the_simulator_is_as_unique_as_it_says():
    everybody, with_two_stays = pmsi.alone(pmsi.simulate(20_000)[1])
    assert everybody > 0.89
    assert with_two_stays > 0.95


def test_four_fields_point_at_nine_persons_in_ten(folder, tmp_path):
    found = attacked(folder, "tel-quel.yaml", tmp_path)
    assert {one.decision for one in found.values() if one.gates} == {Decision.REFUSED}
    assert found["trajectory:sejours"].estimate >= 0.85


def test_the_shipped_open_profile_points_at_fewer_than_one_in_a_hundred(folder, tmp_path):
    found = attacked(folder, "ouvert.yaml", tmp_path)
    assert {one.decision for one in found.values() if one.gates} == {Decision.ACCEPTED}
    assert found["trajectory:sejours"].upper < 0.01
    assert found["classes"].details["persons_unique"] == 0
