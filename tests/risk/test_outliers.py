"""The rarest persons are attacked apart, and only their leaks are seen."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import ttest_ind

from risk.attackers.outliers import Outliers
from risk.findings import Decision, Finding
from risk.gathering import traits
from risk.rarity import banded, rarest, uniqueness
from risk.statistics import excess_of_means
from risk.subject import Subject
from risk.traits import traits_of
from tests.risk.factories import candidate, subject
from tests.risk.leaks import ROLES, attacked, people

PARTS = ("outliers_singling_out", "outliers_copies")


def run(of: Subject) -> dict[str, Finding]:
    return {found.check: found for found in Outliers().run(of)}


def test_only_the_rarest_are_copied_and_that_is_refused(tmp_path):
    """A tenth of the synthetic persons are copies: those of the rarest; on average nothing much is seen."""
    fitted, apart = people(3000, 1), people(1000, 2)
    of = attacked(tmp_path / "first", people(10, 3), fitted, apart)
    rare = rarest(traits(of), 39, 7).original
    found = run(attacked(tmp_path / "second", people(2900, 3) + fitted.take(rare), fitted, apart))

    for check in PARTS:
        assert found[check].gates
        assert found[check].decision is Decision.REFUSED
        assert found[check].targets >= 39


def test_an_independent_draw_tells_nothing_of_the_rarest(tmp_path):
    found = run(attacked(tmp_path, people(3000, 3), people(3000, 1), people(1000, 2)))

    assert [check for check, finding in found.items() if finding.gates] == list(PARTS)
    assert all(found[check].decision is Decision.ACCEPTED for check in PARTS)
    assert {"outliers_inference:P.ill", "outliers_inference:E.code"} <= set(found)


def test_the_rarest_are_those_who_stand_out(tmp_path):
    """A person beyond all others on three columns is among the rarest one per cent."""
    fitted = people(3000, 1)
    for name, value in (("age", 119), ("weight", 248.0), ("cost", 990_000.0)):
        fitted.persons[name][0] = value
    of = attacked(tmp_path, people(10, 3), fitted, people(1000, 2))
    rare = rarest(traits(of), 5, 7)

    assert 0 in rare.original
    assert rare.share == pytest.approx(0.01, abs=0.004)


def test_there_are_as_many_rare_persons_as_a_result_needs(tmp_path):
    of = attacked(tmp_path, people(10, 3), people(500, 1), people(200, 2))
    rare = rarest(traits(of), 39, 7)

    assert min(len(rare.original), len(rare.control)) >= 39
    assert min(len(rare.original), len(rare.control)) == 39


def test_too_few_persons_are_inconclusive(tmp_path):
    found = run(attacked(tmp_path, people(60, 3), people(60, 1), people(20, 2)))

    for check in PARTS:
        assert found[check].decision is Decision.INCONCLUSIVE
        assert "reason.too_few_targets" in found[check].reasons


def test_who_is_alone_on_up_to_three_columns_is_counted_by_hand():
    """Of four persons one is alone on the first column, and all are alone on both."""
    table = pa.table({"a": ["x", "x", "x", "y"], "b": ["1", "2", "3", "3"]})

    assert uniqueness(banded(traits_of(table, table))).tolist() == [2, 2, 1, 2]


def test_on_real_tables_it_informs(tmp_path):
    data = people(300, 1)
    of = subject(tmp_path, data.tables(), ROLES, "real", risk={"knowledge": ["P.age", "P.sex", "P.town"]})
    found = run(of)["outliers"]
    rows = list(zip(*(data.persons[name].tolist() for name in ("age", "sex", "town")), strict=True))
    alone = [
        any(
            sum(all(row[place] == other[place] for place in places) for other in rows) == 1
            for places in ((0, 1, 2),)
        )
        for row in rows
    ]

    assert not found.gates
    assert found.details["alone"] >= sum(alone)
    assert found.estimate == found.details["alone"] / 300


def test_averages_differ_as_the_test_of_welch_says():
    random = np.random.default_rng(3)
    attack, control = random.random(60) * 0.5 + 0.1, random.random(40) * 0.4
    found = excess_of_means(attack, control, 0.95)
    known = ttest_ind(attack, control, equal_var=False)
    borderline = excess_of_means(attack, control, 1 - known.pvalue)

    assert found.estimate == pytest.approx((attack.mean() - control.mean()) / (1 - control.mean()))
    assert borderline.lower == pytest.approx(0, abs=0.05)


def test_averages_at_the_limit_pass_no_more_often_than_the_confidence_says():
    """A few persons wholly found, the others hardly: a sample without the few hardly varies."""
    passed = 0
    for seed in range(1000):
        random = np.random.default_rng(seed)
        attack = np.where(random.random(60) < 0.097, random.uniform(0.9, 1, 60), random.uniform(0, 0.002, 60))
        passed += excess_of_means(attack, random.uniform(0, 0.002, 60), 0.95).upper <= 0.09

    assert passed <= 0.035 * 1000


def test_averages_without_any_spread_are_no_certainty():
    found = excess_of_means(np.full(39, 0.001), np.full(39, 0.001), 0.95)

    assert 0.05 < found.upper < 0.09


def test_a_sensitive_column_that_nobody_declared_a_secret_is_guessed_too(tmp_path):
    of = attacked(tmp_path, people(600, 3), people(600, 1), people(300, 2), secrets=["P.ill"])

    assert "outliers_inference:E.code" in run(of)


def test_a_secret_that_could_not_be_guessed_is_told(tmp_path):
    """The holdout lacks a table in which the candidate has a person more."""
    made, apart = people(600, 3), people(300, 2)
    made.owner[-1] = 600
    of = attacked(tmp_path, made, people(600, 1), apart)
    (tmp_path / "less").mkdir()
    less = candidate(tmp_path / "less", of.profile, {"P": apart.tables()["P"]})
    found = run(replace(of, holdout=less))["outliers_inference"]

    assert found.gates
    assert found.decision is Decision.INCONCLUSIVE
