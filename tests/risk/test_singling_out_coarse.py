"""A release of few broad categories: hardly anybody in it can be isolated, and that is no want of proof."""

from dataclasses import replace
from pathlib import Path

import pytest

from risk.attackers.singling_out import SinglingOut
from risk.findings import Decision, Finding
from risk.subject import Subject
from tests.risk.factories import Columns, candidate, subject

ROLES = {"P": {"town": "quasi", "age": "quasi", "ill": "sensitive"}}
RISK = {"knowledge": ["P.town", "P.age"], "secrets": ["P.ill"], "targets": 2000}
PERSONS = 2000


def coarse(alone: int, mark: str) -> dict[str, Columns]:
    """Sixteen groups of persons, and ``alone`` who have a town for themselves, named after ``mark``."""
    crowd = range(PERSONS - alone)
    return {
        "P": {
            "town": [f"t{one % 4}" for one in crowd] + [f"{mark}{one}" for one in range(alone)],
            "age": [f"{30 + 20 * (one // 4 % 4)}" for one in range(PERSONS)],
            "ill": ["yes" if one % 3 else "no" for one in range(PERSONS)],
        }
    }


def attacked(folder: Path, made: dict[str, Columns], fitted: dict[str, Columns]) -> Subject:
    for name in ("candidate", "original", "holdout"):
        (folder / name).mkdir()
    base = subject(folder / "candidate", made, ROLES, "synthetic", risk=RISK)
    original = candidate(folder / "original", base.profile, fitted)
    holdout = candidate(folder / "holdout", base.profile, coarse(20, "h"))
    return replace(base, original=original, holdout=holdout)


def combined(of: Subject) -> Finding:
    return next(one for one in SinglingOut().run(of) if one.check == "singling_out_multivariate")


def test_few_who_could_be_isolated_and_are_not_do_not_stop_a_release(tmp_path: Path) -> None:
    one = combined(attacked(tmp_path, coarse(20, "s"), coarse(20, "f")))

    assert "reason.attempts_exhausted" in one.reasons
    assert one.details["persons_alone"] == 20
    assert not one.gates


@pytest.mark.parametrize(("alone", "mark"), [(20, "f"), (400, "s")])
def test_who_is_isolated_indeed_or_many_who_could_be_do(tmp_path: Path, alone: int, mark: str) -> None:
    one = combined(attacked(tmp_path, coarse(alone, mark), coarse(20, "f")))

    assert one.gates or one.decision is Decision.ACCEPTED
    assert not (mark == "f" and one.decision is Decision.ACCEPTED)


def test_descriptions_that_are_fewer_than_asked_for_decide_when_they_are_enough(tmp_path: Path) -> None:
    """With 400 persons alone, some 400 descriptions exist: the bounds say what they prove."""
    (tmp_path / "safe").mkdir()
    (tmp_path / "leak").mkdir()
    safe = combined(attacked(tmp_path / "safe", coarse(400, "s"), coarse(400, "f")))
    leak = combined(attacked(tmp_path / "leak", coarse(400, "f"), coarse(400, "f")))

    assert safe.targets < 0.8 * 2000
    assert (safe.decision, leak.decision) == (Decision.ACCEPTED, Decision.REFUSED)
