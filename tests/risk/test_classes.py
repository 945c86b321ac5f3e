"""The prosecutor's attack on tables that can be checked by hand."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from profiles.catalogue import Lang
from risk.attackers.classes import Classes
from risk.findings import Decision
from risk.gate import Verdict
from risk.report.summary import row
from tables.candidate import PERSON
from tests.risk.factories import subject

ROLES = {"PEOPLE": {"AGE": "quasi", "SEX": "quasi"}}
KNOWN = {"risk": {"knowledge": ["PEOPLE.AGE"]}, "anonymity": {"k": 2, "why": "hand-checkable tables"}}


def run(folder, columns, roles=ROLES, nature="real", **more):
    return Classes().run(subject(folder, {"PEOPLE": columns}, roles, nature, **(KNOWN | more)))[0]


def test_nobody_below_k_is_accepted(tmp_path):
    found = run(tmp_path, {"AGE": [30, 30, 40, 40], "SEX": ["F", "F", "M", "M"]})
    assert (found.decision, found.estimate, found.threshold) == (Decision.ACCEPTED, 0.0, 0.0)
    assert (found.details["k"], found.details["classes"], found.details["columns"]) == (2, 2, 2)


def test_one_person_below_k_is_refused(tmp_path):
    found = run(tmp_path, {"AGE": [30, 30, 40], "SEX": ["F", "F", "M"]})
    assert found.decision is Decision.REFUSED
    assert found.reasons == ("reason.persons_below_k",)
    assert found.details["persons_below_k"] == 1
    assert found.lower == found.estimate == found.upper == pytest.approx(1 / 3)


def test_rows_do_not_count_persons_do(tmp_path):
    # one person with three visits must not pass for three persons alike
    tables = {"VISITS": {PERSON: ["a", "a", "a", "b"], "AREA": ["75", "75", "75", "13"]}}
    roles = {"VISITS": {"AREA": "quasi"}}
    more = {"risk": {"knowledge": ["VISITS.AREA"]}, "anonymity": KNOWN["anonymity"]}
    found = Classes().run(subject(tmp_path, tables, roles, **more))[0]
    assert found.decision is Decision.REFUSED
    assert found.details["persons_below_k"] == found.details["persons"] == 2


def test_events_that_are_not_declared_are_named_as_a_limit(tmp_path):
    tables = {
        "PEOPLE": {PERSON: ["a", "b"], "AGE": [30, 30], "SEX": ["F", "F"]},
        "VISITS": {PERSON: ["a", "a", "b"], "AREA": ["75", "13", "75"]},
    }
    found = Classes().run(subject(tmp_path, tables, ROLES | {"VISITS": {"AREA": "quasi"}}, **KNOWN))[0]
    assert found.decision is Decision.ACCEPTED
    assert found.details["columns_uncovered"] == "VISITS.AREA"


def test_a_person_entered_twice_does_not_hide_the_quasi_identifiers_of_all(tmp_path):
    persons = ["p000", *(f"p{number:03d}" for number in range(40))]
    columns = {PERSON: persons, "AGE": [99, *range(40)], "SEX": ["F"] * 41, "ID": persons}
    roles = {"PEOPLE": {"AGE": "quasi", "SEX": "quasi", "ID": "other"}}
    made = subject(tmp_path, {"PEOPLE": columns}, roles, risk={"knowledge": ["PEOPLE.SEX"]})
    table = made.profile.tables["PEOPLE"].model_copy(update={"person": ("ID",)})
    spec = made.profile.model_copy(update={"tables": {"PEOPLE": table}})
    named = replace(made, profile=spec, candidate=replace(made.candidate, profile=spec))
    found = Classes().run(named)[0]
    assert found.decision is Decision.REFUSED
    assert found.details["columns_uncovered"] is None
    assert found.details["persons_unique"] == 40


def test_a_quasi_identifier_repeated_beside_each_event_is_known(tmp_path):
    visits = {
        PERSON: [f"p{number // 2}" for number in range(80)],
        "AGE": [number // 2 for number in range(80)],
        "SEX": ["F"] * 80,
    }
    roles = {"VISITS": {"AGE": "quasi", "SEX": "quasi"}}
    risk = {"knowledge": ["VISITS.SEX"]}
    found = Classes().run(subject(tmp_path, {"VISITS": visits}, roles, risk=risk))[0]
    assert found.decision is Decision.REFUSED
    assert found.details["persons_unique"] == 40


def test_undeclared_knowledge_is_inconclusive_whatever_the_classes(tmp_path):
    found = run(tmp_path, {"AGE": [30, 30], "SEX": ["F", "F"]}, risk={})
    assert (found.decision, found.reasons) == (Decision.INCONCLUSIVE, ("reason.knowledge_undeclared",))


def test_nobody_left_is_inconclusive(tmp_path):
    found = run(tmp_path, {"AGE": [], "SEX": []})
    assert (found.decision, found.reasons) == (Decision.INCONCLUSIVE, ("reason.too_few_targets",))


def test_synthetic_persons_are_reported_and_do_not_gate(tmp_path):
    found = run(tmp_path, {"AGE": [30, 40], "SEX": ["F", "M"]}, nature="synthetic")
    assert not found.gates
    assert found.decision is Decision.REFUSED


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from([30, None]), st.sampled_from("FM")), min_size=1, max_size=30))
def test_k_and_the_persons_below_it_equal_brute_force(tmp_path, rows):
    ages, sexes = (list(column) for column in zip(*rows, strict=True))
    sizes = [rows.count(row) for row in rows]
    found = run(tmp_path, {"AGE": ages, "SEX": sexes})
    assert found.details["k"] == min(sizes)
    assert found.details["persons_below_k"] == sum(size < 2 for size in sizes)


FREQ_CALC = {
    "A": ["2", "3", "2", "2", "3", "3", "1", "2"],
    "B": ["3", "3", "3", "3", "3", "3", "4", "3"],
    "C": ["1", "3", None, "2", "1", "1", None, "1"],
}
"""Eight persons whose counts with wildcards are published: 3, 1, 4, 2, 2, 2, 1, 3."""


@pytest.mark.parametrize(
    ("missing", "k", "counts"),
    [("own-value", 2, (4, 1, 4)), ("wildcard", 2, (2, 1, 2)), ("wildcard", 3, (5, 1, 2))],
)
def test_a_missing_value_is_read_as_the_profile_says(tmp_path, missing, k, counts):
    roles = {"PEOPLE": dict.fromkeys("ABC", "quasi")}
    more = {
        "risk": {"knowledge": ["PEOPLE.A"]},
        "anonymity": {"k": k, "missing": missing, "why": "hand-checkable tables"},
    }
    found = run(tmp_path, FREQ_CALC, roles, **more)
    details = found.details
    assert (details["persons_below_k"], details["k"], details["persons_unique"]) == counts
    assert (found.decision, details["missing"]) == (Decision.REFUSED, missing)


def test_wildcards_can_make_everybody_resemble_two(tmp_path):
    roles = {"PEOPLE": {"A": "quasi", "B": "quasi"}}
    more = {"risk": {"knowledge": ["PEOPLE.A"]}}
    strict, loose = (
        {"k": 2, "missing": word, "why": "hand-checkable tables"} for word in ("own-value", "wildcard")
    )
    columns = {"A": ["x", None, "y", None], "B": ["1", "1", "2", "2"]}
    assert run(tmp_path, columns, roles, anonymity=strict, **more).decision is Decision.REFUSED
    found = run(tmp_path, columns, roles, anonymity=loose, **more)
    assert found.decision is Decision.ACCEPTED
    assert found.details["mean_risk"] == 0.5
    assert "any value" in row(found, Verdict(found.decision, (found,)), Lang.EN).result
