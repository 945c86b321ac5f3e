"""What two releases of the same data tell together though each hides its persons well."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from profiles.policy import effective_policy
from risk.attackers.previous_release import PreviousRelease
from risk.findings import Decision, Finding
from risk.previous.earlier import Earlier
from risk.previous.regrouped import aligned, span
from risk.previous.same_persons import replaced
from risk.subject import Subject
from tests.risk.factories import candidate, profile

ILLNESSES = ("A", "B", "C", "D")
Table = dict[str, list[str]]


def people(count: int, **fixed: str) -> Table:
    """So many persons with these values, whose illnesses are as frequent each."""
    return {name: [value] * count for name, value in fixed.items()} | {
        "ill": [ILLNESSES[place % len(ILLNESSES)] for place in range(count)]
    }


def added(*tables: Table) -> Table:
    return {name: [value for table in tables for value in table[name]] for name in tables[0]}


def compared(folder: Path, now: Table, before: Table, *known: str, **roles: str) -> dict[str, Finding]:
    """The findings on a release of ``now``, kept beside one of ``before``; a column ``id`` is a pseudonym."""
    names = dict.fromkeys([*now, *before])
    columns: dict[str, Any] = {name: {"role": roles.get(name, "quasi")} for name in names}
    columns["ill"]["role"] = "sensitive"
    table: dict[str, Any] = {"source": {"path": "p.csv"}, "columns": columns}
    if "id" in names:
        columns["id"] = {"role": "direct", "transform": "pseudonymize"}
        table |= {"primary_key": ["id"], "person": ["id"]}
    for name in set(before) - set(now):
        columns[name]["transform"] = "drop"
    risk = {
        "knowledge": [f"p.{name}" for name in known],
        "secrets": ["p.ill"],
        "previous": ["before"],
    }
    spec = profile({"p": {}}, tables={"p": table}, risk=risk)
    path = folder / "p.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\r\n").writerows([before, *zip(*before.values(), strict=True)])
    made = candidate(folder, spec, {"p": now})
    of = Subject(spec, effective_policy(spec), made, previous=(Earlier(1, {"p": (path,)}),))
    return {found.check: found for found in PreviousRelease().run(of)}


def refused(found: dict[str, Finding]) -> list[str]:
    return [check for check, finding in found.items() if finding.decision is Decision.REFUSED]


BEFORE = added(people(40, age="30"), people(40, age="40"))


@pytest.mark.parametrize("side", ["came", "left"])
def test_eleven_who_share_a_secret_are_told_though_their_class_is_varied(tmp_path: Path, side: str) -> None:
    eleven = {"age": ["30"] * 11, "ill": ["B"] * 11}
    releases = added(BEFORE, eleven), BEFORE

    found = compared(tmp_path, *(releases if side == "came" else releases[::-1]), "age")

    assert refused(found) == ["previous_secrets:1"]
    told = found["previous_secrets:1"]
    assert told.reasons == ("reason.previous_secret_shared",)
    assert (told.details["persons_told"], told.details["column"]) == (11, "p.ill")


def test_eleven_who_came_with_as_varied_secrets_are_not_told(tmp_path: Path) -> None:
    found = compared(tmp_path, added(BEFORE, people(12, age="30")), BEFORE, "age")

    assert refused(found) == []
    assert found["previous_secrets:1"].decision is Decision.ACCEPTED


def test_eleven_do_not_hide_among_hundreds_who_came_elsewhere(tmp_path: Path) -> None:
    eleven = {"age": ["30"] * 11, "ill": ["B"] * 11}

    found = compared(tmp_path, added(BEFORE, eleven, people(600, age="40")), BEFORE, "age")

    assert refused(found) == ["previous_secrets:1"]


def test_what_the_class_tells_alone_is_not_told_by_the_comparison(tmp_path: Path) -> None:
    alike = {"age": ["50"] * 40, "ill": ["B"] * 40}
    more = {"age": ["50"] * 11, "ill": ["B"] * 11}

    found = compared(tmp_path, added(BEFORE, alike, more), added(BEFORE, alike), "age")

    assert refused(found) == []


def test_other_persons_in_another_year_are_not_taken_for_newcomers(tmp_path: Path) -> None:
    """Four hundred persons a class of another population: no two records are the same person's."""
    random = np.random.default_rng(1)

    def drawn() -> Table:
        ages = [str(age) for age in random.integers(0, 8, 3200)]
        return {"age": ages, "ill": [ILLNESSES[place] for place in random.integers(0, 4, 3200)]}

    found = compared(tmp_path, drawn(), drawn(), "age")

    assert found["previous_secrets:1"].decision is Decision.ACCEPTED


@pytest.mark.parametrize(("ours", "theirs", "hidden"), [
    ([5] * 12, [5] * 12, 0.0),
    ([5] * 12, [9] * 3 + [5] * 9, 0.0),
    ([9, 1] * 6, [1, 9] * 6, 1.0),
    ([9] * 12, [1] * 12, 0.0),
    ([9, 1] * 6, [18, 2] * 6, 0.0),
    ([9] * 3, [1] * 3, 0.0),
])  # fmt: skip
def test_strangers_are_known_by_how_numbers_of_equal_records_differ(
    ours: list[int], theirs: list[int], hidden: float
) -> None:
    assert replaced(np.array(ours), np.array(theirs)) == hidden


def test_who_came_is_seen_though_everybody_is_a_year_older(tmp_path: Path) -> None:
    def aged(year: int) -> Table:
        return added(*(people(40, age=str(birth + year), town=town) for birth in range(20) for town in "xyz"))

    more = {"age": ["7", "8", "9"], "town": ["x"] * 3, "ill": ["B"] * 3}

    assert refused(compared(tmp_path, aged(1), aged(0), "age", "town")) == []
    assert refused(compared(tmp_path, added(aged(1), more), aged(0), "age", "town")) == ["previous_release:1"]


@pytest.mark.parametrize(("text", "bounds"), [
    ("10-14", (10, 15)), ("[-5;-1]", (-5, 0)), ("[10;12.5[", (10, 12.5)), ("<18", (-np.inf, 18)),
    ("90+", (90, np.inf)), (">=90", (90, np.inf)), ("-3", (-3, -2)), ("12.5", None), ("Ain", None),
])  # fmt: skip
def test_intervals_are_read_as_releases_write_them(text: str, bounds: object) -> None:
    assert span(text) == bounds


def test_intervals_are_brought_to_the_bounds_that_both_respect() -> None:
    fine, coarse = pa.array(["0-4", "5-9", "10-14", None]), pa.array(["0-9", "10-19"])

    assert [one.to_pylist() for one in aligned(fine, coarse) or ()] == [["1", "1", "2", None], ["1", "2"]]
    assert aligned(pa.array(["0-9", "10-19"]), pa.array(["5-14"])) is None


def test_who_came_is_seen_though_ages_are_grouped_otherwise(tmp_path: Path) -> None:
    before = added(people(40, age="30-34"), people(40, age="35-39"), people(40, age="40-44"))
    same = added(people(80, age="30-39"), people(40, age="40-49"))
    one = {"age": ["30-39"], "ill": ["B"]}

    assert refused(compared(tmp_path, same, before, "age")) == []
    assert refused(compared(tmp_path, added(same, one), before, "age")) == ["previous_release:1"]


@pytest.mark.parametrize(("between", "told"), [(3, True), (40, False)])
def test_bounds_that_are_shifted_set_few_persons_apart(tmp_path: Path, between: int, told: bool) -> None:
    """Of ages 0 to 9, ``between`` persons are 5 to 9: neither release has that cell, both together do."""
    now = added(people(40 + between, age="0-9"), people(40, age="10-19"))
    before = added(people(40, age="0-4"), people(between + 40, age="5-19"))

    found = compared(tmp_path, now, before, "age")

    assert refused(found) == (["previous_release:1"] if told else [])
    assert found["previous_release:1"].details["persons_isolated"] == (between if told else 0)


def numbered(count: int, start: int = 0) -> list[str]:
    return [str(number) for number in range(start, start + count)]


@pytest.mark.parametrize("joined", ["id", "cost"])
def test_what_only_the_earlier_release_says_of_a_person_is_joined(tmp_path: Path, joined: str) -> None:
    """Forty of each town before, about forty of each age now; three are of town x and of age 30."""
    towns = ["x"] * 40 + ["y"] * 40
    ages = ["30"] * 3 + ["40"] * 37 + ["30"] * 40
    ill = people(80)["ill"]
    who = {joined: numbered(80)}
    known = ("town", "age") if joined == "id" else ("age",)

    found = compared(
        tmp_path, {**who, "age": ages, "ill": ill}, {**who, "town": towns, "ill": ill}, *known, cost="other"
    )

    assert refused(found)[0] == "previous_release:1"
    assert found["previous_release:1"].details["persons_isolated"] == 3


def test_those_who_stayed_while_others_came_and_left_are_told_by_their_pseudonyms(tmp_path: Path) -> None:
    before = people(40, age="30") | {"id": numbered(40)}
    after = people(40, age="30") | {"id": [*numbered(5), *numbered(35, 100)]}

    found = compared(tmp_path, after, before, "age")

    assert found["previous_release:1"].details["persons_isolated"] == 5


def test_a_secret_that_only_the_earlier_release_said_is_told_by_joining(tmp_path: Path) -> None:
    """The town was not known before, the illness is not said any more; pseudonyms join both."""
    now = {"id": numbered(80), "town": ["x"] * 20 + ["y"] * 60, "cost": numbered(80)}
    before = {"id": numbered(80), "ill": ["A"] * 20 + people(60)["ill"]}

    found = compared(tmp_path, now, before, "town", cost="other")

    assert refused(found) == ["previous_secrets:1"]
    assert found["previous_secrets:1"].details["persons_told"] == 20


@pytest.mark.parametrize("named", [True, False])
def test_an_event_that_few_had_since_tells_of_them(tmp_path: Path, named: bool) -> None:
    """Three of forty have another illness than before."""
    more = {"id": numbered(80)} if named else {}
    after = {**BEFORE, "ill": ["D"] * 3 + BEFORE["ill"][3:]}

    found = compared(tmp_path, {**more, **after}, {**more, **BEFORE}, "age")

    assert refused(found) == ["previous_release:1"]


def test_codes_of_events_are_secrets_of_those_who_came(tmp_path: Path) -> None:
    """Everybody has two events; the eleven who came all have the code X among theirs."""
    spec = profile(
        {"P": {"who": "direct", "age": "quasi"}, "E": {"who": "direct", "code": "sensitive"}},
        risk={"knowledge": ["P.age"], "secrets": ["E.code"], "previous": ["before"]},
        tables=two_tables(),
    )
    before, came = [f"old{number}" for number in range(80)], [f"new{number}" for number in range(11)]
    codes = [ILLNESSES[number % 4] for number in range(80)]
    events = {"who": [*before, *before], "code": [*codes, *["Y"] * 80]}
    files = {
        "p": written(tmp_path / "P.csv", {"who": before, "age": ["30"] * 80}),
        "e": written(tmp_path / "E.csv", events),
    }
    now = {
        "P": {"who": before + came, "age": ["30"] * 91},
        "E": {
            "who": [*events["who"], *came, *came],
            "code": [*events["code"], *(ILLNESSES[number % 4] for number in range(11)), *["X"] * 11],
        },
    }
    made = candidate(
        tmp_path, spec, {name: {"__person": table["who"], **table} for name, table in now.items()}
    )
    of = Subject(spec, effective_policy(spec), made, previous=(Earlier(1, files),))

    found = {one.check: one for one in PreviousRelease().run(of)}

    assert refused(found) == ["previous_secrets:1"]
    assert found["previous_secrets:1"].details["persons_told"] == 11


def two_tables() -> dict[str, Any]:
    """Persons, and their events."""
    key = {"columns": ["who"], "references": "P"}
    who = {"role": "direct", "transform": "pseudonymize"}
    return {
        "P": {
            "source": {"path": "P.csv"},
            "primary_key": ["who"],
            "person": ["who"],
            "columns": {"who": who, "age": {"role": "quasi"}},
        },
        "E": {
            "source": {"path": "E.csv"},
            "foreign_keys": [key],
            "columns": {"who": {"role": "direct", "transform": "inherit"}, "code": {"role": "sensitive"}},
        },
    }


def written(path: Path, table: Table) -> tuple[Path, ...]:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\r\n").writerows([table, *zip(*table.values(), strict=True)])
    return (path,)


def test_exact_numbers_of_other_persons_are_not_taken_for_another_grouping() -> None:
    """Costs are nearly all different; regions of the one release are departments of the other."""
    costs = [pa.array([str(number) for number in range(start, start + 60)]) for start in (0, 1000)]
    places = pa.array(["north"] * 30 + ["south"] * 30), pa.array(["59"] * 30 + ["13"] * 30)

    assert aligned(*costs) is not None
    assert aligned(*places) is None
