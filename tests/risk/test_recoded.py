"""Columns and orders that name people one by one, whatever they are called."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from profiles.model import Order, Profile
from risk.attackers.recoded import Recoded
from risk.findings import Decision, Finding
from risk.subject import Subject
from tables.candidate import PERSON, Staged, StagedTable
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
