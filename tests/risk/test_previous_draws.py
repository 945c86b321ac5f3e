"""Earlier releases beside invented persons: more draws, and what real ones said before."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from risk.attackers.previous_release import PreviousRelease
from risk.findings import Decision, Finding
from risk.previous.draws import said_before, together
from risk.previous.earlier import Earlier
from risk.subject import Subject
from tests.risk.factories import candidate, subject
from tests.risk.leaks import People, leaking, people


def run(of: Subject) -> dict[str, Finding]:
    return {found.check: found for found in PreviousRelease().run(of)}


def kept(folder: Path, of: People, nature: str | None, number: int = 1) -> Earlier:
    """An earlier release of persons without events."""
    path = folder / f"P{number}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = zip(*(values.tolist() for values in of.persons.values()), strict=True)
        csv.writer(stream, lineterminator="\r\n").writerows([of.persons, *rows])
    return Earlier(number, {"p": (path,)}, nature=nature)


def invented(folder: Path, made: People, fitted: People, apart: People) -> Subject:
    """Synthetic persons of one table."""
    roles = {"P": {"age": "quasi", "sex": "quasi", "town": "other", "ill": "sensitive", "cost": "other"}}
    risk = {"knowledge": ["P.age", "P.sex"], "secrets": ["P.ill"], "targets": 400, "previous": ["before"]}

    def table(name: str, of: People) -> dict[str, dict[str, list[str]]]:
        (folder / name).mkdir()
        return {"P": {column: [str(each) for each in of.persons[column]] for column in roles["P"]}}

    base = subject(folder / "candidate", table("candidate", made), roles, "synthetic", risk=risk)
    original = candidate(folder / "original", base.profile, table("original", fitted))
    holdout = candidate(folder / "holdout", base.profile, table("holdout", apart))
    return replace(base, original=original, holdout=holdout)


def test_who_was_learnt_from_stands_out_of_all_draws_together(tmp_path: Path) -> None:
    """This draw copies nobody; the earlier one copied a third of the persons."""
    fitted, apart = people(400, 1), people(200, 2)
    of = invented(tmp_path, people(400, 3), fitted, apart)

    found = run(replace(of, previous=(kept(tmp_path, leaking(0.3, fitted, 400, 4), "synthetic"),)))

    assert found["previous_copies"].decision is Decision.REFUSED
    assert found["previous_copies"].gates
    assert found["previous_copies"].details["draws"] == 2
    assert found["previous_membership"].details["persons"] == 800


def test_draws_that_copy_nobody_are_accepted_together(tmp_path: Path) -> None:
    of = invented(tmp_path, people(500, 3), people(500, 1), people(400, 2))
    draws = tuple(kept(tmp_path, people(500, 5, number), "synthetic", number) for number in (1, 2))

    found = run(replace(of, previous=draws))

    assert set(found) == {"previous_copies", "previous_membership"}
    assert {one.decision for one in found.values() if one.gates} <= {Decision.ACCEPTED, Decision.INCONCLUSIVE}
    assert found["previous_copies"].decision is Decision.ACCEPTED


def test_all_draws_are_one_candidate_and_leave_no_file(tmp_path: Path) -> None:
    of = invented(tmp_path, people(30, 3), people(30, 1), people(30, 2))

    with together(of, [kept(tmp_path, people(20, 4), "synthetic")]) as union:
        assert union is not None
        assert (union.candidate.persons, union.candidate.tables["P"].rows) == (50, 50)
        assert [one.name for one in union.candidate.tables["P"].columns] == [
            "age",
            "sex",
            "town",
            "ill",
            "cost",
        ]
        folder = union.candidate.folder
    assert not folder.exists()


@pytest.mark.parametrize(("nature", "problem"), [(None, None), ("synthetic", "previous_unsummed")])
def test_what_cannot_be_told_of_an_earlier_release_stops_the_new_one(
    tmp_path: Path, nature: str | None, problem: str | None
) -> None:
    of = invented(tmp_path, people(30, 3), people(30, 1), people(30, 2))
    earlier = replace(kept(tmp_path, people(20, 4), nature), problem=problem)

    (found,) = run(replace(of, previous=(earlier,))).values()

    assert (found.decision, found.gates) == (Decision.INCONCLUSIVE, True)
    assert found.reasons == (f"reason.{problem or 'previous_nature_unknown'}",)


def test_what_an_earlier_release_says_is_known_when_secrets_are_guessed(tmp_path: Path) -> None:
    """Town and cost tell the illness of whoever was learnt from; nobody was said to know them."""
    random = np.random.default_rng(1)
    fitted, apart, made = people(600, 1), people(600, 2), people(600, 3)
    for part, number in ((fitted, 1), (apart, 2)):
        part.persons["town"] = np.array([f"w{number}{place}" for place in range(600)])
        part.persons["ill"] = random.choice(["yes", "no"], 600)
    made.persons.update({name: fitted.persons[name] for name in ("town", "cost", "ill")})
    of = invented(tmp_path, made, fitted, apart)
    earlier = kept(tmp_path, fitted, "real")

    found = run(replace(of, previous=(earlier,)))["previous_inference:1"]

    assert said_before(of, earlier) == ("P.age", "P.sex", "P.town", "P.cost")
    assert found.decision is Decision.REFUSED
    assert found.gates
    assert found.details["columns_added"] == 2


def test_an_earlier_draw_beside_real_persons_informs(tmp_path: Path) -> None:
    of = invented(tmp_path, people(30, 3), people(30, 1), people(30, 2))
    real = replace(of, candidate=replace(of.candidate, nature="real"))

    (found,) = run(replace(real, previous=(kept(tmp_path, people(20, 4), "synthetic"),))).values()

    assert not found.gates
    assert found.reasons == ("reason.previous_invented",)
