"""What classes tell of the declared secrets, on tables that can be checked by hand."""

import pyarrow as pa
import pytest

from profiles.catalogue import Lang
from risk.attackers.classes_inference import ClassesInference
from risk.findings import Decision, Finding
from risk.gate import Verdict
from risk.report.summary import row
from tables.candidate import PERSON
from tests.risk.factories import subject

ROLES = {"PEOPLE": {"AREA": "quasi", "ILL": "sensitive", "COST": "sensitive"}}
RISK = {"knowledge": ["PEOPLE.AREA"], "secrets": ["PEOPLE.ILL"]}
SMALL = {"k": 2, "why": "hand-checkable tables"}
TOLD = {"AREA": ["75"] * 20 + ["13"] * 20, "ILL": ["yes"] * 20 + ["no"] * 20}
MIXED = {"AREA": ["75"] * 20 + ["13"] * 20, "ILL": ["yes", "no"] * 20}


def run(folder, columns, roles=ROLES, tables=None, **more):
    start = {"risk": RISK, "anonymity": SMALL}
    target = subject(folder, tables or {"PEOPLE": columns}, roles, **(start | more))
    return {finding.check: finding for finding in ClassesInference().run(target)}


def judge_nothing(found: Finding) -> Verdict:
    return Verdict(found.decision, (found,))


def test_a_secret_that_follows_from_the_class_is_refused(tmp_path):
    found = run(tmp_path, TOLD)["classes_inference:PEOPLE.ILL"]
    assert (found.decision, found.estimate, found.baseline) == (
        Decision.REFUSED,
        1.0,
        pytest.approx(0.5, abs=0.1),
    )
    assert found.reasons == ("reason.secret_certain",)
    assert found.targets == found.attempted == 40


def test_a_secret_spread_evenly_is_accepted(tmp_path):
    found = run(tmp_path, MIXED)["classes_inference:PEOPLE.ILL"]
    assert (found.decision, found.estimate) == (Decision.ACCEPTED, 0.0)


def test_a_secret_that_most_of_a_class_shares_is_refused(tmp_path):
    columns = {"AREA": ["75"] * 20 + ["13"] * 20, "ILL": ["yes"] * 17 + ["no"] * 20 + ["yes"] * 3}
    found = run(tmp_path, columns)["classes_inference:PEOPLE.ILL"]
    assert (found.decision, found.reasons) == (Decision.REFUSED, ("reason.secret_guessed",))


def test_l_and_t_only_inform_until_a_limit_is_declared(tmp_path):
    found = run(tmp_path, TOLD)
    for check in ("l_diversity:PEOPLE.ILL", "t_closeness:PEOPLE.ILL"):
        assert not found[check].gates
        assert found[check].reasons == ("reason.no_limit_declared",)
    assert found["l_diversity:PEOPLE.ILL"].details["l"] == 1
    assert found["t_closeness:PEOPLE.ILL"].details["t"] == 0.5


def test_a_declared_l_refuses_a_class_with_one_secret(tmp_path):
    found = run(tmp_path, TOLD, anonymity=SMALL | {"l": {"PEOPLE.ILL": 2}})["l_diversity:PEOPLE.ILL"]
    assert found.gates
    assert (found.decision, found.estimate) == (Decision.REFUSED, 1.0)


def test_a_declared_l_accepts_two_secrets_in_each_class(tmp_path):
    found = run(tmp_path, MIXED, anonymity=SMALL | {"l": {"PEOPLE.ILL": 2}})["l_diversity:PEOPLE.ILL"]
    assert (found.decision, found.details["l"], found.details["entropy_l"]) == (
        Decision.ACCEPTED,
        2,
        pytest.approx(2),
    )


@pytest.mark.parametrize(("limit", "decision"), [(0.4, Decision.REFUSED), (0.5, Decision.ACCEPTED)])
def test_a_declared_t_is_the_limit_of_the_distance(tmp_path, limit, decision):
    found = run(tmp_path, TOLD, anonymity=SMALL | {"t": {"PEOPLE.ILL": limit}})["t_closeness:PEOPLE.ILL"]
    assert (found.gates, found.decision, found.threshold) == (True, decision, limit)


def test_numbers_are_compared_in_their_order(tmp_path):
    columns = {"AREA": ["75", "75", "13", "13"], "COST": [1, 2, 3, 4]}
    found = run(tmp_path, columns, risk=RISK | {"secrets": ["PEOPLE.COST"]})["t_closeness:PEOPLE.COST"]
    # class {1, 2} against {1, 2, 3, 4}: (1/4 + 2/4 + 1/4 + 0) / 3
    assert found.details["t"] == pytest.approx(1 / 3)
    assert found.details["ordered"]


def test_a_rare_code_among_events_is_seen(tmp_path):
    persons = [f"p{number:03d}" for number in range(240)]
    tables = {
        "PEOPLE": {PERSON: persons, "AREA": [str(number // 20) for number in range(240)]},
        "CARE": {
            PERSON: [person for person in persons for _ in range(2)],
            "CODE": [
                code for n in range(240) for code in ("flu" if n % 3 else "cold", "hiv" if n < 20 else "flu")
            ],
        },
    }
    roles = {"PEOPLE": {"AREA": "quasi"}, "CARE": {"CODE": "sensitive"}}
    risk = {"knowledge": ["PEOPLE.AREA"], "secrets": ["CARE.CODE"]}
    found = run(tmp_path, {}, roles, tables, risk=risk, anonymity={"k": 11})
    gain, diversity = found["classes_inference:CARE.CODE"], found["l_diversity:CARE.CODE"]
    assert (gain.decision, gain.details["certain_persons"]) == (Decision.REFUSED, 20)
    assert diversity.details["l"] == 1
    assert diversity.details["persons_below_l"] == 20
    shown = str([gain, diversity, found["t_closeness:CARE.CODE"]])
    assert not any(code in shown for code in ("hiv", "flu", "cold"))


def test_a_secret_that_is_not_published_tells_nothing(tmp_path):
    found = run(tmp_path, {"AREA": ["75", "13"]})["classes_inference:PEOPLE.ILL"]
    assert (found.decision, found.details) == (Decision.ACCEPTED, {"published": False})


def test_a_secret_is_not_part_of_the_classes_that_should_reveal_it(tmp_path):
    roles = {"PEOPLE": {"AREA": "quasi", "ILL": "quasi"}}
    found = run(tmp_path, MIXED, roles)["classes_inference:PEOPLE.ILL"]
    assert found.decision is Decision.ACCEPTED


def test_a_published_sensitive_column_that_is_no_declared_secret_gates_too(tmp_path):
    columns = MIXED | {"COST": ["high"] * 20 + ["low"] * 20}
    found = run(tmp_path, columns)["classes_inference:PEOPLE.COST"]
    assert found.gates
    assert found.decision is Decision.REFUSED


def test_undeclared_secrets_are_inconclusive(tmp_path):
    found = run(tmp_path, MIXED, risk={"knowledge": ["PEOPLE.AREA"]})
    assert found["classes_inference"].gates
    assert found["classes_inference"].reasons == ("reason.secrets_undeclared",)


def test_undeclared_knowledge_is_inconclusive(tmp_path):
    found = run(tmp_path, TOLD, risk={"secrets": ["PEOPLE.ILL"]})["classes_inference:PEOPLE.ILL"]
    assert (found.decision, found.reasons) == (Decision.INCONCLUSIVE, ("reason.knowledge_undeclared",))


def test_nobody_left_is_inconclusive(tmp_path):
    found = run(tmp_path, {"AREA": [], "ILL": []})["classes_inference:PEOPLE.ILL"]
    assert found.reasons == ("reason.too_few_targets",)


def test_it_gates_on_real_tables_only():
    assert ClassesInference().gates("real")
    assert not ClassesInference().gates("synthetic")


UNEVEN = {"AREA": ["75"] * 6 + ["13"] * 6, "ILL": list("aaabbc") + list("aabbcc")}


@pytest.mark.parametrize(
    ("asked", "share"),
    [
        # Class 75 holds 3, 2, 1: exp(entropy) = 6 / (27 * 4)^(1/6) = 2.75; class 13 holds 2, 2, 2: 3.
        ({"entropy": 2.74}, 0.0),
        ({"entropy": 2.76}, 0.5),
        ({"entropy": 3}, 0.5),
        # l = 2: 3 against 2 + 1, and 2 against 4. l = 3: 3 against 1, and 2 against 2.
        ({"recursive": {"c": 1, "l": 2}}, 0.5),
        ({"recursive": {"c": 1.1, "l": 2}}, 0.0),
        ({"recursive": {"c": 1, "l": 3}}, 1.0),
        ({"recursive": {"c": 3, "l": 3}}, 0.5),
        ({"recursive": {"c": 100, "l": 4}}, 1.0),
        ({"distinct": 3}, 0.0),
    ],
)
def test_a_declared_diversity_is_counted_in_what_is_published(tmp_path, asked, share):
    found = run(tmp_path, UNEVEN, anonymity=SMALL | {"l": {"PEOPLE.ILL": asked}})["l_diversity:PEOPLE.ILL"]
    assert (found.gates, found.estimate) == (True, share)
    assert found.decision is (Decision.REFUSED if share else Decision.ACCEPTED)
    said = row(found, judge_nothing(found), Lang.EN).limit
    assert {"entropy": "entropy", "recursive": "rarer", "distinct": "at least 3"}[next(iter(asked))] in said


def test_the_values_as_published_count_for_l_even_when_they_are_near(tmp_path):
    columns = {"AREA": ["75"] * 30, "COST": list(range(30))}
    found = run(tmp_path, columns, anonymity=SMALL | {"l": {"PEOPLE.COST": 30}})["l_diversity:PEOPLE.COST"]
    assert (found.decision, found.details["l"]) == (Decision.ACCEPTED, 30)


def test_a_declared_secret_that_everybody_has_is_inconclusive(tmp_path):
    columns = MIXED | {"ILL": ["yes"] * 40}
    found = run(tmp_path, columns)["classes_inference:PEOPLE.ILL"]
    assert (found.decision, found.gates) == (Decision.INCONCLUSIVE, True)
    assert found.reasons == ("reason.secret_constant",)
    nobody_asked = run(tmp_path, columns, risk={"knowledge": ["PEOPLE.AREA"], "secrets": []})
    assert nobody_asked["classes_inference:PEOPLE.ILL"].decision is Decision.ACCEPTED
    nothing = run(tmp_path, MIXED | {"ILL": pa.nulls(40, pa.string()).to_pylist()})
    assert nothing["classes_inference:PEOPLE.ILL"].decision is Decision.ACCEPTED


def test_the_same_set_of_codes_for_everybody_is_inconclusive_too(tmp_path):
    persons = [f"p{number // 2:02d}" for number in range(80)]
    visits = {PERSON: persons, "CODE": ["A", "B"] * 40}
    tables = {"PEOPLE": {PERSON: persons[::2], "AREA": MIXED["AREA"]}, "VISITS": visits}
    roles = {"PEOPLE": {"AREA": "quasi"}, "VISITS": {"CODE": "sensitive"}}
    risk = {"knowledge": ["PEOPLE.AREA"], "secrets": ["VISITS.CODE"]}
    found = run(tmp_path, {}, roles, tables, risk=risk)["classes_inference:VISITS.CODE"]
    assert found.reasons == ("reason.secret_constant",)
