"""Two releases of the same data, compared."""

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from profiles.policy import effective_policy
from release.previous import earlier_releases
from risk.attackers.previous_release import PreviousRelease
from risk.findings import Decision, Finding
from risk.previous.earlier import Earlier
from risk.previous.totals import cells
from risk.subject import Subject
from tests.risk.factories import candidate, profile
from tests.risk.registers import document, written

ROLES = {"p": {"age": "quasi", "dep": "quasi", "maladie": "sensitive"}}
Rows = list[tuple[str, str, str]]


def people(ages: dict[str, int], dep: str = "01") -> Rows:
    """So many persons of each age, one illness in two."""
    return [(age, dep, "AB"[place % 2]) for age, count in ages.items() for place in range(count)]


def kept(folder: Path, rows: Rows, names: tuple[str, ...] = ("age", "dep", "maladie")) -> Earlier:
    """An earlier release that holds ``rows``."""
    path = folder / "p.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\r\n").writerows([names, *rows])
    return Earlier(1, {"p": (path,)})


def found(folder: Path, rows: Rows, earlier: Earlier) -> Finding:
    """What the attacker says of a release of ``rows``."""
    spec = profile(
        ROLES, risk={"knowledge": ["p.age", "p.dep"], "secrets": ["p.maladie"], "previous": ["avant"]}
    )
    columns = dict(zip(("age", "dep", "maladie"), map(list, zip(*rows, strict=True)), strict=True))
    made = candidate(folder, spec, {"p": columns})
    subject = Subject(spec, effective_policy(spec), made, previous=(earlier,))
    return PreviousRelease().run(subject)[0]


def test_the_same_release_twice_tells_nothing_more(tmp_path: Path) -> None:
    rows = people({"30": 40, "40": 40})

    one = found(tmp_path, rows, kept(tmp_path, rows[::-1]))

    assert (one.decision, one.estimate) == (Decision.ACCEPTED, 0.0)


@pytest.mark.parametrize(("more", "decision"), [(1, "refused"), (10, "refused"), (11, "accepted")])
def test_who_came_in_between_must_be_as_many_as_k(tmp_path: Path, more: int, decision: str) -> None:
    before, after = people({"30": 40, "40": 40}), people({"30": 40, "40": 40}) + people({"30": more})

    one = found(tmp_path, after, kept(tmp_path, before))

    assert one.decision == decision
    assert one.details["persons_concerned"] == more
    assert one.details["persons_isolated"] == (more if more < 11 else 0)


def test_who_left_is_isolated_too(tmp_path: Path) -> None:
    before = people({"30": 40, "40": 40})

    one = found(tmp_path, before[1:], kept(tmp_path, before))

    assert one.decision is Decision.REFUSED
    assert one.details["persons_left"] == 1


def test_one_person_who_came_alone_does_not_hide_among_the_many_who_came_with_them(tmp_path: Path) -> None:
    before, after = people({"30": 40, "40": 40}), people({"30": 90, "40": 41})

    one = found(tmp_path, after, kept(tmp_path, before))

    assert (one.details["persons_concerned"], one.details["persons_isolated"]) == (51, 1)
    assert one.decision is Decision.REFUSED


def test_a_release_that_shares_no_column_is_inconclusive(tmp_path: Path) -> None:
    rows = people({"30": 40})

    one = found(tmp_path, rows, kept(tmp_path, rows, ("a", "b", "c")))

    assert one.reasons == ("reason.previous_nothing_shared",)


def test_cells_of_totals_that_differ_by_few_are_counted() -> None:
    def table(counts: list[float]) -> pa.Table:
        return pa.table({"dep": ["01", "02", "TOTAL"], "n": counts})

    assert cells(table([40, 60, 100]), table([37, 60, 97]), ["dep"], "n", 11) == (3, 3)
    assert cells(table([40, 60, 100]), table([20, 60, 80]), ["dep"], "n", 11) == (20, 0)
    assert cells(table([40, 60, 100]), table([40, 60, 100]), ["dep"], "n", 11) == (0, 0)


def release(folder: Path, *, summed: bool = True) -> Path:
    """A folder with a description, data and sums."""
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "p.csv").write_text("code\r\na\r\n", encoding="utf-8")
    described = {"resources": [{"name": "p", "path": "data/p.csv"}]}
    (folder / "datapackage.json").write_text(json.dumps(described), encoding="utf-8")
    if summed:
        names = ("data/p.csv", "datapackage.json")
        lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
        (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
    return folder


def read(folder: Path) -> Earlier:
    spec: dict[str, Any] = document({"code": {"role": "quasi"}}, previous=["avant"])
    (one,) = earlier_releases(written(folder, [{"nir": "1", "code": "a"}], None, spec))
    return one


def test_an_earlier_release_is_read_when_its_sums_hold(tmp_path: Path) -> None:
    release(tmp_path / "avant")

    one = read(tmp_path)

    assert (one.problem, one.summed) == (None, True)
    table = one.table("P")
    assert table is not None
    assert table.column("code").to_pylist() == ["a"]


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda folder: (folder / "data" / "p.csv").write_text("code\r\nb\r\n"), "previous_changed"),
        (lambda folder: (folder / "data" / "q.csv").write_text("x"), "previous_changed"),
        (lambda folder: (folder / "datapackage.json").unlink(), "previous_changed"),
        (lambda folder: [one.unlink() for one in folder.iterdir() if one.is_file()], "previous_unreadable"),
    ],
)
def test_a_damaged_release_is_not_compared(tmp_path: Path, damage: Any, problem: str) -> None:
    damage(release(tmp_path / "avant"))

    assert read(tmp_path).problem == problem


def test_a_release_without_sums_is_not_compared(tmp_path: Path) -> None:
    release(tmp_path / "avant", summed=False)

    assert read(tmp_path).problem == "previous_unsummed"


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    assert read(tmp_path).problem == "previous_unreadable"


def test_the_order_of_the_persons_does_not_matter(tmp_path: Path) -> None:
    before, after = people({"30": 40, "40": 40}), people({"30": 43, "40": 40})
    shuffled = [before[place] for place in np.random.default_rng(1).permutation(len(before))]

    assert found(tmp_path, after, kept(tmp_path, shuffled)).details["persons_isolated"] == 3
