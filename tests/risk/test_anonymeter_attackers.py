"""From a subject to findings: what gates, what is inconclusive, and what is compared with what."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from profiles.catalogue import Lang, has
from risk.assessment import assess
from risk.attackers.inference import Inference
from risk.attackers.linkability import Linkability
from risk.attackers.singling_out import SinglingOut
from risk.findings import Decision, Finding
from risk.gate import judge
from risk.report.summary import rows
from risk.subject import Subject
from tests.risk.factories import Columns, candidate, subject

ROLES = {
    "P": {"age": "quasi", "town": "quasi", "job": "quasi", "weight": "quasi", "ill": "sensitive"},
    "E": {"code": "sensitive"},
}
RISK = {
    "knowledge": ["P.age", "P.town", "P.job", "P.weight"],
    "secrets": ["P.ill", "E.code"],
    "targets": 300,
}
ALL = (SinglingOut, Linkability, Inference)


def tables(count: int, seed: int) -> dict[str, Columns]:
    """Persons, and for each of them one to three events."""
    random = np.random.default_rng(seed)
    events = np.repeat(np.arange(count), random.integers(1, 4, count))
    return {
        "P": {
            "age": random.integers(18, 95, count).tolist(),
            "town": random.choice([f"l'x{number}" for number in range(40)], count).tolist(),
            "job": random.choice([f"j{number}" for number in range(12)], count).tolist(),
            "weight": random.normal(70, 12, count).round(1).tolist(),
            "ill": random.choice(["a", "b", "c"], count, p=[0.5, 0.3, 0.2]).tolist(),
        },
        "E": {
            "__person": [f"p{person:06d}" for person in events],
            "code": random.choice(["u", "v", "w", "rare"], len(events), p=[0.4, 0.3, 0.295, 0.005]).tolist(),
        },
    }


def folder(path: Path, name: str) -> Path:
    (path / name).mkdir()
    return path / name


def made(
    path: Path,
    nature: Any,
    published: dict[str, Columns],
    original: Any = None,
    holdout: Any = None,
    **risk: Any,
) -> Subject:
    """A subject of one nature with its tables."""
    base = subject(folder(path, "candidate"), published, ROLES, nature, risk=RISK | risk)
    parts = {
        name: candidate(folder(path, name), base.profile, part)
        for name, part in (("original", original), ("holdout", holdout))
        if part is not None
    }
    return replace(base, **parts)


def run(of: Subject) -> dict[str, Finding]:
    return {found.check: found for each in ALL for found in each().run(of)}


CHECKS = [
    "singling_out_univariate",
    "singling_out_multivariate",
    "linkability",
    "inference:P.ill",
    "inference:E.code",
]


def test_a_synthetic_copy_is_refused_by_every_attack(tmp_path):
    data = tables(1200, 1)
    found = run(made(tmp_path, "synthetic", data, data, tables(400, 2)))

    assert list(found) == CHECKS
    for finding in found.values():
        assert finding.decision is Decision.REFUSED, finding
        assert finding.gates
        more = 3 if finding.attacker == "singling_out" else 1  # the control is a third of the original
        assert more * 300 >= finding.targets == finding.attempted >= 39
        assert finding.lower > finding.threshold


def test_synthetic_persons_that_resemble_nobody_are_not_refused(tmp_path):
    found = run(made(tmp_path, "synthetic", tables(1200, 1), tables(1200, 2), tables(1200, 3)))

    assert found["linkability"].decision is Decision.ACCEPTED
    assert all(finding.lower == 0 for finding in found.values())


def test_without_a_holdout_synthetic_tables_are_inconclusive(tmp_path):
    found = run(made(tmp_path, "synthetic", tables(1200, 1), tables(1200, 2)))

    for finding in found.values():
        assert finding.decision is Decision.INCONCLUSIVE
        assert "reason.no_holdout" in finding.reasons


def test_real_tables_are_compared_with_a_stranger_and_do_not_gate(tmp_path):
    data = tables(1200, 1)
    found = run(made(tmp_path, "real", data, data))

    for finding in found.values():
        assert not finding.gates
        assert finding.decision is Decision.REFUSED
        assert finding.baseline is not None
        assert "control_success" not in finding.details


def test_classes_of_eleven_single_nobody_out_and_join_at_most_one_in_eleven(tmp_path):
    data = tables(100, 1)
    table = {name: [value for value in values for _ in range(11)] for name, values in data["P"].items()}
    codes = {"__person": [f"p{number:06d}" for number in range(1100)], "code": ["u", "v"] * 550}
    published = {"P": table, "E": codes | {"code": ["u"] * 1100}}
    found = run(made(tmp_path, "real", published, published, secrets=["P.ill"]))

    for check in CHECKS[:2]:
        assert found[check].estimate == 0
        assert found[check].decision is Decision.ACCEPTED
    assert found["linkability"].estimate < 0.15


@pytest.mark.parametrize(
    ("missing", "checks", "reason"),
    [
        ("knowledge", CHECKS, "reason.knowledge_undeclared"),
        ("secrets", ["inference"], "reason.secrets_undeclared"),
    ],
)
def test_what_is_not_declared_makes_a_finding_inconclusive(tmp_path, missing, checks, reason):
    data = tables(200, 1)
    found = run(made(tmp_path, "synthetic", data, data, tables(100, 2), **{missing: []}))

    for check in checks:
        assert found[check].decision is Decision.INCONCLUSIVE
        assert reason in found[check].reasons


def test_without_the_original_nothing_is_measured(tmp_path):
    found = run(made(tmp_path, "synthetic", tables(100, 1)))

    assert {finding.reasons for finding in found.values()} == {("reason.no_original",)}


def test_too_few_persons_for_any_result_to_pass_are_inconclusive(tmp_path):
    found = run(made(tmp_path, "synthetic", tables(30, 1), tables(30, 2), tables(30, 3)))

    assert "reason.too_few_targets" in found["linkability"].reasons
    assert found["linkability"].decision is Decision.INCONCLUSIVE


def test_a_secret_that_is_not_published_gives_nothing_away(tmp_path):
    data = tables(300, 1)
    published = {"P": {name: values for name, values in data["P"].items() if name != "ill"}, "E": data["E"]}
    found = run(made(tmp_path, "real", published, published))

    assert found["inference:P.ill"].estimate == 0
    assert found["inference:P.ill"].details["published"] is False


def test_a_secret_that_is_the_same_for_everybody_has_nothing_to_guess(tmp_path):
    data = tables(300, 1)
    data["P"] = {**data["P"], "ill": ["a"] * 300}
    found = run(made(tmp_path, "real", data, data))

    assert found["inference:P.ill"].decision is Decision.ACCEPTED


def test_a_set_is_attacked_code_by_code_and_no_code_is_named(tmp_path):
    data = tables(1200, 1)
    finding = run(made(tmp_path, "real", data, data))["inference:E.code"]

    assert finding.details["guessed"] == 3
    assert "rare" not in repr(finding)
    assert finding.details["recall"] == 1


def with_rare_codes(count: int, seed: int) -> dict[str, Columns]:
    """Codes of which none is that of one person in twenty."""
    random, data = np.random.default_rng([seed, 5]), tables(count, seed)
    codes = [f"c{number:02d}" for number in random.integers(0, 40, len(data["E"]["code"]))]
    return {**data, "E": {**data["E"], "code": codes}}


def test_rare_codes_of_synthetic_persons_are_attacked_too(tmp_path):
    own, apart = with_rare_codes(600, 1), with_rare_codes(600, 2)
    copied = run(made(folder(tmp_path, "copied"), "synthetic", own, own, apart))["inference:E.code"]
    drawn = run(made(folder(tmp_path, "drawn"), "synthetic", with_rare_codes(600, 3), own, apart))

    assert copied.decision is Decision.REFUSED
    assert drawn["inference:E.code"].decision is not Decision.REFUSED
    assert drawn["inference:E.code"].details["guessed"] == 40


def test_a_sensitive_column_that_nobody_declared_may_refuse_synthetic_persons(tmp_path):
    own, apart, drawn = tables(600, 1), tables(600, 2), tables(600, 3)
    copied = run(made(folder(tmp_path, "a"), "synthetic", own, own, apart, secrets=["E.code"]))
    fresh = run(made(folder(tmp_path, "b"), "synthetic", drawn, own, apart, secrets=["E.code"]))

    assert copied["inference:P.ill"].decision is Decision.REFUSED
    assert copied["inference:P.ill"].gates
    assert fresh["inference:P.ill"].decision is not Decision.REFUSED


def test_few_unique_values_inform_unless_they_show_a_risk(tmp_path):
    def with_outliers(seed: int, outliers: list[int]) -> dict[str, Columns]:
        data = tables(500, seed)
        common = np.random.default_rng(seed).integers(0, 4, 500)
        values = [f"c{number}" for number in common]
        table = dict.fromkeys(("town", "job", "ill"), values) | {
            "age": common.tolist(),
            "weight": common.tolist(),
        }
        town = [f"only{number}" for number in outliers] + values[len(outliers) :]
        return {"P": table | {"town": town}, "E": data["E"] | {"code": ["u"] * len(data["E"]["code"])}}

    ours, others, third = (
        with_outliers(1, [*range(20)]),
        with_outliers(2, [*range(50, 70)]),
        with_outliers(3, []),
    )
    (tmp_path / "few").mkdir()
    harmless = run(made(tmp_path / "few", "synthetic", ours, others, third))["singling_out_univariate"]
    assert not harmless.gates
    (tmp_path / "copy").mkdir()
    harmful = run(made(tmp_path / "copy", "synthetic", ours, ours, third))["singling_out_univariate"]
    assert harmful.gates
    assert harmful.decision is Decision.INCONCLUSIVE
    assert harmful.targets == 20


def test_two_assessments_are_equal_and_another_seed_differs(tmp_path):
    data = (tables(300, 1), tables(300, 2), tables(200, 3))
    of = made(tmp_path, "synthetic", *data)
    attackers = [each() for each in ALL]

    first = assess(of, attackers).to_json()
    fresh = replace(of, _views={})
    assert assess(fresh, attackers[::-1]).findings != ()
    assert assess(fresh, attackers).to_json() == first
    other = replace(of, profile=of.profile.model_copy(update={"seed": 8}), _views={})
    assert assess(other, attackers).findings != assess(of, attackers).findings


def test_every_finding_has_its_words_in_both_languages(tmp_path):
    data = tables(300, 1)
    assessment = assess(made(tmp_path, "synthetic", data, data, tables(200, 2)), [each() for each in ALL])

    for finding in assessment.findings:
        assert has(f"attack.{finding.check.partition(':')[0]}")
        assert all(has(reason) for reason in finding.reasons)
    for lang in Lang:
        for row in rows(assessment, judge(assessment, (), date(2026, 1, 1)), lang):
            assert "«" not in row.tried
            assert "%" in row.result


def test_the_attackers_import_neither_pandas_nor_anonymeter_before_they_run():
    code = (
        "import sys, risk.attackers.singling_out, risk.attackers.linkability, risk.attackers.inference\n"
        "slow = ('pandas', 'polars', 'anonymeter', 'numba', 'sklearn')\n"
        "print([name for name in slow if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
