"""A column of any role that says again what is known is known too."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from profiles.model import Profile
from risk.agreement import agreement
from risk.attackers.classes import Classes
from risk.findings import Decision
from risk.known_events import attacked
from risk.retold import retold
from risk.subject import Subject
from tables.candidate import PERSON, Staged, StagedTable
from tests.risk.factories import subject

PERSONS = 600
RANDOM = np.random.default_rng(5)
AGES = RANDOM.integers(18, 90, PERSONS)
DAYS = [date(2022, 1, 1) + timedelta(days=int(day)) for day in RANDOM.integers(0, 365, PERSONS)]
STAYS = RANDOM.integers(0, 40, PERSONS)


def staged(folder: Path, tables: dict[str, dict[str, tuple[str, str, Any]]], **more: Any) -> Staged:
    """A source of columns, each with its role, its type and its values."""
    specs, written = {}, {}
    for name, columns in tables.items():
        specs[name] = {
            "source": {"path": f"{name}.csv"},
            "columns": {
                column: {"role": role, "type": kind, **more.get(column, {})}
                for column, (role, kind, _) in columns.items()
                if column != PERSON
            },
        }
        values = {column: pa.array(list(found)) for column, (_, _, found) in columns.items()}
        rows = len(next(iter(values.values())))
        own = pa.array([f"p{number:04d}" for number in range(rows)])
        path = folder / f"staged-{name}.parquet"
        pq.write_table(pa.table({PERSON: values.pop(PERSON, own), **values}), path)
        written[name] = StagedTable(name, path, rows)
    start = {"version": 1, "id": "test", "title": "test", "seed": 7, "tables": specs}
    return Staged(Profile.model_validate(start), folder, written)


def found(folder: Path, **columns: tuple[str, str, Any]) -> dict[str, str]:
    return {one.reference: one.of for one in retold(staged(folder, {"T": columns}))}


AGE = ("quasi", "integer", [int(age) for age in AGES])


@pytest.mark.parametrize(
    "values",
    [
        ("integer", [2022 - int(age) for age in AGES]),
        ("integer", [12 * int(age) + number % 12 for number, age in enumerate(AGES)]),
        ("text", [f"{age} ans" for age in AGES]),
        ("text", [f"classe {age // 5}" for age in AGES]),
        ("number", [float(age) ** 2 + RANDOM.random() / 1000 for age in AGES]),
    ],
    ids=["year of birth", "age in months", "in words", "class of age", "a function, with all digits"],
)
def test_what_follows_from_an_age_or_tells_it_is_known(tmp_path, values):
    assert found(tmp_path, AGE=AGE, X=("other", *values)) == {"T.X": "T.AGE"}


def test_the_day_of_the_week_and_the_hour_are_known_with_the_time(tmp_path):
    times = [
        datetime.combine(day, datetime.min.time()) + timedelta(minutes=7 * n) for n, day in enumerate(DAYS)
    ]
    told = found(
        tmp_path,
        ADMISSION=("quasi", "datetime", times),
        WEEKDAY=("other", "text", [f"{one:%A}" for one in times]),
        HOUR=("other", "text", [f"{one:%H} h" for one in times]),
        MONTH=("other", "integer", [one.month for one in times]),
    )
    assert set(told) == {"T.WEEKDAY", "T.HOUR", "T.MONTH"}


def test_the_length_of_a_stay_is_known_with_its_two_dates(tmp_path):
    ends = [day + timedelta(days=int(stay)) for day, stay in zip(DAYS, STAYS, strict=True)]
    told = found(
        tmp_path,
        START=("quasi", "date", DAYS),
        END=("quasi", "date", ends),
        HOURS=("other", "integer", [24 * int(stay) + 3 for stay in STAYS]),
        COST=("other", "number", [float(cost) for cost in RANDOM.gamma(2, 900, PERSONS)]),
    )
    assert told == {"T.HOURS": "T.START"}


def test_a_date_helps_to_recognise_whatever_its_role_unless_it_is_shifted(tmp_path):
    columns = {"SEEN": ("other", "date", DAYS)}
    assert [one.of for one in retold(staged(tmp_path, {"T": columns}))] == ["T.SEEN"]
    shifted = staged(tmp_path, {"U": columns}, SEEN={"transform": {"shift": {"days": 90}}})
    assert retold(shifted) == ()


def test_what_lasts_of_a_person_is_known_beside_their_events(tmp_path):
    rows = np.repeat(np.arange(PERSONS), 2)
    persons = [f"p{number:04d}" for number in rows]
    visits = {
        PERSON: ("other", "text", persons),
        "AGE_THEN": ("other", "integer", [int(AGES[row]) for row in rows]),
    }
    source = staged(tmp_path, {"PEOPLE": {"AGE": AGE}, "VISITS": visits})
    assert [one.reference for one in retold(source)] == ["VISITS.AGE_THEN"]


def test_what_has_nothing_to_do_with_it_is_not_known(tmp_path):
    told = found(
        tmp_path,
        AGE=AGE,
        SEX=("quasi", "text", list(RANDOM.choice(["F", "M"], PERSONS))),
        WEIGHT=(
            "other",
            "number",
            [float(kg) for kg in np.round(50 + AGES / 5 + RANDOM.normal(0, 12, PERSONS))],
        ),
        WARD=("other", "text", list(RANDOM.choice(["a", "b", "c"], PERSONS))),
        ALONE=("other", "text", [f"n{number}" for number in range(PERSONS)]),
        USUAL=("other", "text", ["yes"] * (PERSONS - 5) + ["no"] * 5),
    )
    assert told == {}


def test_a_secret_stays_a_secret(tmp_path):
    codes = RANDOM.integers(0, 60, PERSONS)
    wards = ("quasi", "text", [f"ward {code // 10}" for code in codes])
    diagnosis = ("sensitive", "text", [f"D{code}" for code in codes])
    assert found(tmp_path, WARD=wards, DIAGNOSIS=diagnosis) == {}
    again = ("sensitive", "text", [f"W{code // 10}" for code in codes])
    assert found(tmp_path, WARD=wards, AGAIN=again) == {}
    assert found(tmp_path, WARD=wards, AGAIN=("other", *again[1:])) == {"T.AGAIN": "T.WARD"}


def test_a_measure_with_all_its_digits_is_not_known_exactly(tmp_path):
    height, weight = 1.5 + RANDOM.random(PERSONS) / 2, np.round(RANDOM.normal(75, 12, PERSONS))
    mass = np.repeat((weight / height**2)[::2], 2)
    columns = {
        "BMI": ("quasi", "number", list(mass)),
        "KG": ("other", "number", list(np.repeat(weight[::2], 2))),
    }
    assert found(tmp_path, **columns) == {}


def test_agreement_is_counted_beyond_chance():
    persons = np.arange(80)
    halves = persons // 40
    assert agreement(persons, halves, halves) == pytest.approx(1.0)
    # Each half of the given holds as many of each told: two others are alike in 19 of 39 cases.
    assert agreement(persons, halves, persons % 2) == pytest.approx((19 / 39 - 39 / 79) / (1 - 39 / 79))
    assert agreement(persons[:30], halves[:30], halves[:30]) == 0.0


def test_classes_count_the_year_of_birth_that_nobody_declared(tmp_path):
    ages, births = [int(age) for age in AGES], [2022 - int(age) for age in AGES]
    bands = [f"{age // 40}" for age in ages]
    roles = {"T": {"AGE": "quasi", "BIRTH": "other"}}
    more = {"risk": {"knowledge": ["T.AGE"]}}
    made: Subject = subject(tmp_path, {"T": {"AGE": bands, "BIRTH": births}}, roles, **more)
    assert Classes().run(made)[0].decision is Decision.ACCEPTED
    source = staged(tmp_path, {"T": {"AGE": AGE, "BIRTH": ("other", "integer", births)}})
    refused = Classes().run(replace(made, source=source, _views={}))[0]
    assert refused.decision is Decision.REFUSED
    assert refused.reasons == ("reason.persons_below_k_repeated",)
    assert refused.details["columns_repeating"] == "T.BIRTH"


def test_events_count_the_day_that_nobody_declared(tmp_path):
    persons = [f"p{number // 2:04d}" for number in range(PERSONS)]
    days = [f"{day:%Y-%m-%d}" for day in DAYS]
    columns = {PERSON: persons, "DAY": days}
    made = subject(tmp_path, {"T": columns}, {"T": {"DAY": "other"}}, risk={"knowledge": []})
    assert attacked(made) == []
    source = staged(tmp_path, {"T": {PERSON: ("other", "text", persons), "DAY": ("other", "date", DAYS)}})
    assert [kind.columns for kind in attacked(replace(made, source=source, _views={}))] == [("DAY",)]
