"""Persons kept away from the fit must be others than those fitted."""

from dataclasses import replace
from datetime import date

import pytest

from profiles.catalogue import Lang
from profiles.model import Waiver
from risk.assessment import assess
from risk.attackers.holdout import Holdout
from risk.attackers.registry import names
from risk.findings import Decision
from risk.gate import judge
from risk.report.summary import rows
from tests.risk.factories import candidate, subject

ROLES = {"P": {"age": "quasi"}, "E": {"code": "sensitive"}}


def tables(*persons, events=()):
    return {
        "P": {"__person": list(persons), "age": [40] * len(persons)},
        "E": {"__person": list(events), "code": ["x"] * len(events)},
    }


def made(folder, fitted, apart, nature="synthetic"):
    for name in ("candidate", "original", "holdout"):
        (folder / name).mkdir()
    base = subject(folder / "candidate", tables("s1", "s2"), ROLES, nature, risk={"knowledge": ["P.age"]})
    parts = {"original": fitted, "holdout": apart}
    return replace(
        base, **{name: candidate(folder / name, base.profile, part) for name, part in parts.items()}
    )


def test_one_person_on_both_sides_makes_the_verdict_inconclusive_and_is_not_named(tmp_path):
    of = made(tmp_path, tables("a", "b", "c"), tables("c", "d"))
    assessment = assess(of, [Holdout()])
    (found,) = assessment.findings
    assert (found.decision, found.gates) == (Decision.INCONCLUSIVE, True)
    assert found.reasons == ("reason.holdout_overlaps",)
    assert found.details == {"persons_shared": 1, "control_persons": 2}
    waiver = Waiver(check="holdout", until=date(2030, 1, 1), reason="nobody looks at it", approved_by="me")
    verdict = judge(assessment, [waiver], date(2026, 1, 1))
    assert verdict.decision is Decision.INCONCLUSIVE
    assert [note.problem for note in verdict.notes] == ["not_allowed"]
    for lang in Lang:
        assert "1" in next(iter(rows(assessment, verdict, lang))).result


def test_a_person_of_an_event_table_alone_counts_too(tmp_path):
    of = made(tmp_path, tables("a", events=["e"]), tables("b", events=["e", "e"]))
    assert Holdout().run(of)[0].details["persons_shared"] == 1


def test_persons_who_are_others_pass(tmp_path):
    of = made(tmp_path, tables("a", "b"), tables("c", "d", events=["c"]))
    (found,) = Holdout().run(of)
    assert (found.decision, found.estimate, found.targets) == (Decision.ACCEPTED, 0.0, 2)


@pytest.mark.parametrize("missing", ["original", "holdout"])
def test_it_applies_to_synthetic_tables_with_both_sides(tmp_path, missing):
    of = made(tmp_path, tables("a"), tables("b"))
    assert "holdout" in names()
    assert Holdout().applies(of)
    assert not Holdout().applies(replace(of, **{missing: None}))
    real = replace(of, candidate=replace(of.candidate, nature="real"))
    assert not Holdout().applies(real)
