"""Columns and orders that name people one by one, whatever they are called."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from profiles.model import Column, Kind, Order, Profile
from risk.attackers.recoded import Recoded
from risk.findings import Decision, Finding
from risk.pointing import added_up, standing_out
from risk.subject import Subject
from tables.candidate import PERSON, OutputColumn, Staged, StagedTable
from tests.risk.factories import subject

PERSONS = 200
IDS = [f"{number:09d}" for number in np.random.default_rng(3).choice(10**9, PERSONS, replace=False)]


def run(folder: Path, columns: dict[str, Any], role: str = "other", **spec: Any) -> list[Finding]:
    return Recoded().run(made(folder, columns, role, **spec))


def made(folder: Path, columns: dict[str, Any], role: str = "other", **spec: Any) -> Subject:
    roles = {"T": dict.fromkeys((name for name in columns if name != PERSON), role)}
    one = subject(folder, {"T": columns}, roles)
    table = one.profile.tables["T"].model_copy(update=spec)
    changed = one.profile.model_copy(update={"tables": {"T": table}})
    return replace(one, profile=changed, candidate=replace(one.candidate, profile=changed))


@pytest.mark.parametrize(
    "values",
    [
        [hashlib.sha512(b"salt" + one.encode()).hexdigest() for one in IDS],
        [one[::-1] for one in IDS],
        [one[:6] for one in IDS],
        list(range(1, PERSONS + 1)),
        [float(one) / 7 for one in IDS],
    ],
    ids=["salted digest", "reversed", "first digits", "counter", "all digits of a measure"],
)
def test_a_column_that_nobody_shares_is_a_number_of_the_person(tmp_path, values):
    (found,) = run(tmp_path, {"KEY": values})
    assert (found.check, found.decision) == ("recoded:T.KEY", Decision.REFUSED)
    assert found.reasons == ("reason.recoded_column",)
    assert found.gates


def test_a_number_of_each_stay_is_one_too(tmp_path):
    persons = [f"p{number // 4:03d}" for number in range(PERSONS)]
    (found,) = run(tmp_path, {PERSON: persons, "STAY": IDS})
    assert (found.decision, found.details["persons"]) == (Decision.REFUSED, PERSONS // 4)


def test_what_many_share_passes(tmp_path):
    (found,) = run(tmp_path, {"WARD": [f"w{number % 9}" for number in range(PERSONS)]})
    assert (found.check, found.decision) == ("recoded", Decision.ACCEPTED)


def test_a_measure_that_a_third_has_alone_passes_and_a_text_does_not(tmp_path):
    alone = PERSONS // 3
    numbers = [*range(1000, 1000 + alone), *([7] * (PERSONS - alone))]
    (number,) = run(tmp_path, {"X": numbers}, role="sensitive")
    assert number.decision is Decision.ACCEPTED
    assert number.estimate == pytest.approx(alone / PERSONS)
    (text,) = run(tmp_path, {"X": [str(one) for one in numbers]})
    assert (text.decision, text.threshold) == (Decision.REFUSED, 0.09)


def test_a_few_rare_codes_among_many_events_name_nobody(tmp_path):
    persons = [f"p{number // 10:03d}" for number in range(10 * PERSONS)]
    codes = [f"rare{number}" if number % 10 == 0 else f"c{number % 10}" for number in range(10 * PERSONS)]
    (found,) = run(tmp_path, {PERSON: persons, "CODE": codes})
    assert (found.decision, found.estimate) == (Decision.ACCEPTED, 0.0)


def test_rows_in_the_order_of_a_hidden_number_are_refused(tmp_path):
    def ordered(order: Order, numbers: list[str]) -> Finding:
        one = made(tmp_path, {"WARD": ["a"] * PERSONS}, order=order)
        tables = one.profile.tables["T"].model_dump(exclude_unset=True)
        tables["columns"]["ID"] = {"role": "direct", "transform": "drop"}
        spec = Profile.model_validate(one.profile.model_dump(exclude_unset=True) | {"tables": {"T": tables}})
        path = tmp_path / "source.parquet"
        pq.write_table(pa.table({PERSON: numbers, "ID": numbers, "WARD": ["a"] * PERSONS}), path)
        staged = Staged(spec, tmp_path, {"T": StagedTable("T", path, PERSONS)})
        (found,) = Recoded().run(replace(one, profile=spec, source=staged))
        return found

    found = ordered(Order.INPUT, sorted(IDS))
    assert (found.check, found.decision) == ("row_order:T", Decision.REFUSED)
    assert (found.estimate, found.details["along"]) == (1.0, "ID")
    assert ordered(Order.INPUT, IDS).decision is Decision.ACCEPTED
    assert ordered(Order.PSEUDONYM, sorted(IDS)).decision is Decision.ACCEPTED


def test_invented_persons_are_not_concerned(tmp_path):
    one = subject(tmp_path, {"T": {"KEY": IDS}}, {"T": {"KEY": "other"}}, "synthetic")
    assert not Recoded().applies(one)


SAME = ["w"] * PERSONS


@pytest.mark.parametrize(
    "values",
    [
        ["VIP" if number == 7 else None for number in range(PERSONS)],
        [f"note {number}" if number < 5 else None for number in range(PERSONS)],
        [number == 7 for number in range(PERSONS)],
        [None if number < 2 else "town" for number in range(PERSONS)],
        [1.5 + number if number < 4 else None for number in range(PERSONS)],
    ],
    ids=["one flag", "five notes", "one true", "two without a value", "four numbers"],
)
def test_a_column_that_tells_only_a_few_from_the_others_points_at_them(tmp_path, values):
    (found,) = run(tmp_path, {"NOTE": values, "WARD": SAME})
    assert (found.check, found.decision) == ("few_told:T.NOTE", Decision.REFUSED)
    assert found.reasons == ("reason.recoded_few",)


@pytest.mark.parametrize(
    "values",
    [
        ["VIP" if number < 11 else None for number in range(PERSONS)],
        [("a", "b", "b", "rare")[min(number % 50, 3)] for number in range(PERSONS)],
        ["b" if number < 10 else "a" for number in range(PERSONS)],
        SAME,
    ],
    ids=["eleven flags", "several values", "a category of one in twenty", "constant"],
)
def test_a_column_that_says_something_of_enough_persons_passes(tmp_path, values):
    (found,) = run(tmp_path, {"NOTE": values})
    assert found.decision is Decision.ACCEPTED


def test_a_quantity_that_is_the_same_for_nearly_all_passes(tmp_path):
    one = made(tmp_path, {"BOXES": [2 if number < 5 else 1 for number in range(PERSONS)]})
    (table,) = one.candidate.tables.values()
    numbers = tuple(replace(column, kind=Kind.INTEGER) for column in table.columns)
    counted = replace(one.candidate, tables={"T": replace(table, columns=numbers)})
    (found,) = Recoded().run(replace(one, candidate=counted))
    assert found.decision is Decision.ACCEPTED


def test_a_rare_secret_is_a_matter_of_inference(tmp_path):
    values = [number == 7 for number in range(PERSONS)]
    (found,) = run(tmp_path, {"ILL": values}, role="sensitive")
    assert found.decision is Decision.ACCEPTED


def rows_of(counts: list[int]) -> dict[str, list[str]]:
    persons = [f"p{number:03d}" for number, count in enumerate(counts) for _ in range(count)]
    return {PERSON: persons, "WARD": ["w"] * len(persons)}


def test_somebody_with_far_more_rows_than_all_others_stands_out(tmp_path):
    usual = [1 + number % 8 for number in range(PERSONS)]
    (found,) = run(tmp_path, rows_of([*usual, 400]))
    assert (found.check, found.decision) == ("row_counts:T", Decision.REFUSED)
    assert found.reasons == ("reason.recoded_rows",)
    assert found.estimate == pytest.approx(1 / (PERSONS + 1))


def test_numbers_of_rows_with_an_ordinary_long_tail_pass(tmp_path):
    random = np.random.default_rng(4)
    tails = [random.lognormal(1, spread, 2000) for spread in (0.5, 1, 1.5) for _ in range(60)]
    tails += [1 + random.pareto(index, 2000) for index in (1.2, 2, 3) for _ in range(60)]
    falling = [np.sort(np.ceil(tail).astype(int))[::-1].tolist() for tail in tails]
    assert sum(standing_out(most, 2000, 11) > 0 for most in falling) <= 2
    assert all(standing_out([most[0] * 10**6, *most], 2001, 11) for most in falling)
    (few,) = run(tmp_path, rows_of([1] * PERSONS + [19]))
    assert few.decision is Decision.ACCEPTED


def staged(folder: Path, tables: dict[str, dict[str, Any]], spec: dict[str, Any]) -> Staged:
    """Tables of a source as they were read, under a profile that says ``spec`` of them."""
    found = {}
    for name, columns in tables.items():
        table = pa.table(columns)
        pq.write_table(table, folder / f"{name}.parquet")
        found[name] = StagedTable(name, folder / f"{name}.parquet", table.num_rows)
    document = {"version": 1, "id": "x", "title": "x", "seed": 1, "tables": spec}
    return Staged(Profile.model_validate(document), folder, found)


WEIGHTS = [40 + number % 60 for number in range(PERSONS)]
NAMES = [f"p{number:03d}" for number in range(PERSONS)]
HIDDEN = {
    "source": {"path": "P.csv"},
    "primary_key": ["id"],
    "person": ["id"],
    "columns": {
        "id": {"role": "direct", "transform": "drop"},
        "kg": {"role": "quasi", "type": "integer", "transform": "drop"},
    },
}
ROWS = {
    "source": {"path": "E.csv"},
    "foreign_keys": [{"columns": ["id"], "references": "P"}],
    "columns": {
        "id": {"role": "direct", "transform": "drop"},
        "part": {"role": "other", "type": "integer"},
    },
}


@pytest.mark.parametrize(
    ("copies", "parts", "said"),
    [
        (WEIGHTS, lambda _: 1, [(None, "P.kg")]),
        ([2] * PERSONS, lambda kg: kg // 2, [("part", "P.kg")]),
        ([1 + kg % 7 for kg in WEIGHTS], lambda kg: kg % 5, []),
    ],
    ids=["as many rows", "two halves", "neither"],
)
def test_what_rows_add_up_to_is_told_where_the_profile_hides_it(tmp_path, copies, parts, said):
    rows = [(name, parts(kg)) for name, kg, n in zip(NAMES, WEIGHTS, copies, strict=True) for _ in range(n)]
    owners, values = [name for name, _ in rows], [value for _, value in rows]
    persons = {PERSON: NAMES, "id": NAMES, "kg": WEIGHTS}
    events = {PERSON: owners, "id": owners, "part": values}
    one = staged(tmp_path, {"P": persons, "E": events}, {"P": HIDDEN, "E": ROWS})
    assert [(each.column, each.along) for each in added_up(one, 11)] == said


def test_rows_that_follow_a_hidden_column_of_the_rows_they_point_at_are_refused(tmp_path):
    order = np.argsort(WEIGHTS, kind="stable")
    owners = [NAMES[place] for place in order for _ in range(3)]
    persons = {PERSON: NAMES, "id": NAMES, "kg": WEIGHTS}
    events = {PERSON: owners, "id": owners, "part": [1] * len(owners)}
    spec = {"P": HIDDEN, "E": ROWS | {"order": "input"}}
    source = staged(tmp_path, {"P": persons, "E": events}, spec)
    (tmp_path / "shown").mkdir()
    shown = subject(
        tmp_path / "shown", {"E": {PERSON: owners, "part": [1] * len(owners)}}, {"E": {"part": "other"}}
    )
    one = replace(shown, profile=source.profile, source=source)
    (found,) = Recoded().run(replace(one, candidate=replace(one.candidate, profile=source.profile)))
    assert (found.check, found.details["along"]) == ("row_order:E", "P.kg")


@pytest.mark.parametrize(("grain", "decision"), [(1, Decision.REFUSED), (3600, Decision.ACCEPTED)])
@pytest.mark.parametrize("role", ["quasi", "other"])
def test_a_shift_leaves_the_time_of_day(tmp_path, role, grain, decision):
    start = np.datetime64("2013-01-01T00:00:00", "us")
    seconds = np.random.default_rng(8).integers(0, 10 * 365 * 86_400 // grain, 2000) * grain
    spec = Column.model_validate({"role": role, "type": "datetime", "transform": {"shift": {"days": 365}}})
    one = made(tmp_path, {"AT": pa.array(start + seconds.astype("timedelta64[s]"))}, role)
    table = one.profile.tables["T"].model_copy(update={"columns": {"AT": spec}})
    profile = one.profile.model_copy(update={"tables": {"T": table}})
    published = replace(one.candidate.tables["T"], columns=(OutputColumn("AT", Kind.DATETIME, spec.role),))
    (found,) = Recoded().run(
        replace(one, profile=profile, candidate=replace(one.candidate, tables={"T": published}))
    )
    assert found.decision is decision


@pytest.mark.parametrize(
    ("few", "role", "checks"),
    [(5, "other", ["few_rows:GRAFTS"]), (11, "other", ["recoded"]), (5, "sensitive", ["recoded"])],
)
def test_a_table_of_a_few_persons_points_at_them(tmp_path, few, role, checks):
    everybody = [f"p{number:06d}" for number in range(PERSONS)]
    tables = {
        "PEOPLE": {"AREA": ["75"] * PERSONS},
        "GRAFTS": {PERSON: everybody[:few], "ORGAN": ["kidney"] * few},
    }
    found = Recoded().run(subject(tmp_path, tables, {"PEOPLE": {"AREA": "quasi"}, "GRAFTS": {"ORGAN": role}}))
    assert [one.check for one in found] == checks
    assert [one.decision for one in found] == [
        Decision.REFUSED if few == 5 and role == "other" else Decision.ACCEPTED
    ]
