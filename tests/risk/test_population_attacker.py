"""Population uniques as a finding: what is declared, what is drawn, what decides."""

from dataclasses import replace

import numpy as np
import pytest

from risk.attackers.population import Population, sampled_fraction
from risk.findings import Decision
from risk.subject import Subject
from tables.sampled import Sampled
from tests.risk.factories import subject

ROLES = {"people": {"age": "quasi"}}


def ages(alone, together):
    """``alone`` persons of an age of their own, ``together`` of one age."""
    return {"people": {"age": [str(1000 + number) for number in range(alone)] + ["40"] * together}}


def run(folder, tables, **risk):
    one = subject(folder, tables, ROLES, risk={"knowledge": ["people.age"], **risk})
    return one, Population().run(one)[0]


@pytest.mark.parametrize(("alone", "decision"), [(9, Decision.ACCEPTED), (10, Decision.REFUSED)])
def test_a_population_that_nobody_declared_is_the_release_itself(tmp_path, alone, decision):
    _, found = run(tmp_path, ages(alone, 100 - alone))
    assert (found.decision, found.estimate, found.confidence) == (decision, alone / 100, None)
    assert (found.details["fraction"], found.details["declared"]) == (1.0, False)


def test_a_declared_part_of_the_population_lowers_the_estimate(tmp_path):
    random = np.random.default_rng(3)
    tables = {"people": {"age": random.zipf(1.4, 3000).clip(0, 10**6).astype(str).tolist()}}
    _, whole = run(tmp_path, tables)
    _, part = run(tmp_path, tables, population={"fraction": 0.01})
    assert part.upper < whole.estimate
    assert (part.details["model"], part.details["declared"]) == ("pitman", True)
    assert part.lower < part.estimate < part.upper


def test_the_sample_that_the_profile_draws_counts(tmp_path):
    one, _ = run(tmp_path, ages(5, 95), population={"fraction": 0.5})
    drawn = replace(one.candidate, sampled=Sampled(0.2, persons=100, source_persons=400))
    assert sampled_fraction(Subject(one.profile, one.policy, drawn)) == 0.125


def test_a_synthetic_table_holds_nobody_of_the_population(tmp_path):
    one = subject(tmp_path, ages(5, 95), ROLES, "synthetic", risk={"knowledge": ["people.age"]})
    assert not Population().applies(one)


def test_knowledge_that_nobody_declared_is_inconclusive(tmp_path):
    found = Population().run(subject(tmp_path, ages(0, 50), ROLES))[0]
    assert (found.decision, found.reasons) == (Decision.INCONCLUSIVE, ("reason.knowledge_undeclared",))
