"""One row a person, from tables with one row a person and tables with many."""

import pytest

from risk.person_view import build, references
from tables.candidate import PERSON
from tests.risk.factories import candidate, profile

ROLES = {
    "PEOPLE": {"AGE": "quasi", "SEX": "quasi", "DEATH": "sensitive"},
    "DRUGS": {"ATC": "sensitive", "DAY": "quasi"},
}
TABLES = {
    "PEOPLE": {PERSON: ["b", "a", "c"], "AGE": [40, 30, None], "SEX": ["F", "M", "F"]},
    "DRUGS": {PERSON: ["a", "a", "b", "a"], "ATC": ["N02", "A10", "N02", "N02"], "DAY": [1, 2, 3, 4]},
}
RISK = {"knowledge": ["PEOPLE.AGE"], "secrets": ["DRUGS.ATC", "PEOPLE.DEATH"]}


@pytest.fixture
def made(tmp_path):
    spec = profile(ROLES, risk=RISK)
    return spec, candidate(tmp_path, spec, TABLES)


def test_events_become_the_sorted_set_of_their_values(made):
    view = build(made[1], ["PEOPLE.AGE", "DRUGS.ATC"])
    assert view.frame.to_pylist() == [
        {PERSON: "a", "PEOPLE.AGE": 30, "DRUGS.ATC": ["A10", "N02"]},
        {PERSON: "b", "PEOPLE.AGE": 40, "DRUGS.ATC": ["N02"]},
        {PERSON: "c", "PEOPLE.AGE": None, "DRUGS.ATC": []},
    ]
    assert view.is_set("DRUGS.ATC")
    assert not view.is_set("PEOPLE.AGE")


def test_classes_are_built_on_sets_too(made):
    view = build(made[1], ["DRUGS.ATC", "PEOPLE.SEX"])
    assert view.classes(["DRUGS.ATC", "PEOPLE.SEX"]).sizes.tolist() == [1, 1, 1]
    assert view.classes(["PEOPLE.SEX"]).sizes.tolist() == [1, 2]
    assert view.classes([]).sizes.tolist() == [3]


def test_what_is_not_published_is_left_out(made):
    assert build(made[1], ["PEOPLE.DEATH", "PEOPLE.AGE"]).references == ("PEOPLE.AGE",)


def test_quasi_columns_of_one_row_a_person_are_known_without_being_declared(made):
    found = references(*made)
    assert found.knowledge == ("PEOPLE.AGE", "PEOPLE.SEX")
    assert found.secrets == ("DRUGS.ATC",)
    assert found.dropped == ("PEOPLE.DEATH",)
    assert found.uncovered == ("DRUGS.DAY",)


def test_columns_with_a_declared_l_or_t_are_gathered_as_secrets(tmp_path):
    spec = profile(ROLES, risk=RISK, anonymity={"k": 11, "t": {"PEOPLE.SEX": 0.2}})
    assert references(spec, candidate(tmp_path, spec, TABLES)).secrets == ("DRUGS.ATC", "PEOPLE.SEX")


def test_a_published_sensitive_column_is_a_secret_without_being_declared(tmp_path):
    spec = profile(ROLES | {"PEOPLE": ROLES["PEOPLE"] | {"SEX": "sensitive"}}, risk=RISK)
    assert references(spec, candidate(tmp_path, spec, TABLES)).secrets == ("DRUGS.ATC", "PEOPLE.SEX")
