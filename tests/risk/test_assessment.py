"""Attackers run in isolation; the assessment can be written, read and traced."""

import json
import signal
import threading
import time
from typing import ClassVar

import pytest

from profiles.errors import ProfileError, SourceError
from risk.assessment import Assessment, assess, attack
from risk.attackers import registry
from risk.attackers.classes import Classes
from risk.attackers.classes_inference import ClassesInference
from risk.attackers.interface import Attacker
from risk.deadline import Expired, within
from risk.findings import Criterion, Decision
from tests.risk.factories import subject

ROLES = {"PEOPLE": {"AREA": "quasi", "ILL": "sensitive"}}
COLUMNS = {"AREA": ["75"] * 12 + ["13"] * 12, "ILL": ["yes", "no", "no"] * 8}
RISK = {"knowledge": ["PEOPLE.AREA"], "secrets": ["PEOPLE.ILL"]}


def made(folder, **more):
    return subject(folder, {"PEOPLE": COLUMNS}, ROLES, **({"risk": RISK} | more))


def attacker_that(does):
    class Broken(Attacker):
        name: ClassVar[str] = "broken"
        criterion: ClassVar[Criterion] = Criterion.LINKABILITY

        def gates(self, nature):
            return nature == "real"

        def run(self, subject):
            return does()

    return Broken()


def raising(error):
    def does():
        raise error

    return does


@pytest.mark.parametrize(
    ("error", "reason", "details"),
    [
        (ValueError("DUPONT 1 85 05 78 006 084"), "reason.attack_failed", {"error": "ValueError"}),
        (ProfileError("bad-word"), "reason.attack_failed", {"error": "ProfileError"}),
        (RecursionError(), "reason.attack_failed", {"error": "RecursionError"}),
        (MemoryError(), "reason.out_of_memory", {}),
    ],
)
def test_an_attack_that_fails_is_inconclusive_and_tells_only_the_type_of_error(
    tmp_path, error, reason, details
):
    (found,) = attack(attacker_that(raising(error)), made(tmp_path))
    assert (found.check, found.decision, found.gates) == ("broken", Decision.INCONCLUSIVE, True)
    assert (found.reasons, found.details) == ((reason,), details)
    assert "DUPONT" not in repr(found)


def test_an_interruption_by_the_user_is_not_a_finding(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        attack(attacker_that(raising(KeyboardInterrupt())), made(tmp_path))


def test_an_attack_without_findings_is_inconclusive(tmp_path):
    (found,) = attack(attacker_that(list), made(tmp_path))
    assert (found.decision, found.reasons) == (Decision.INCONCLUSIVE, ("reason.not_measured",))


def swallowing():
    try:
        time.sleep(5)
    except Exception:  # noqa: BLE001 - what a library might do
        return []


def test_an_attack_that_takes_too_long_is_inconclusive_even_if_it_swallows_errors(tmp_path):
    started = time.monotonic()
    (found,) = attack(attacker_that(swallowing), made(tmp_path, risk=RISK | {"timeout": 0.2}))
    assert found.reasons == ("reason.timed_out",)
    assert time.monotonic() - started < 3


def test_outside_the_main_thread_a_late_call_is_given_up():
    outcomes = []

    def call():
        try:
            within(0.2, lambda: time.sleep(2))
        except Expired:
            outcomes.append("expired")

    thread = threading.Thread(target=call)
    thread.start()
    thread.join(1.5)
    assert outcomes == ["expired"]


def test_outside_the_main_thread_results_and_errors_come_through():
    outcomes = []

    def call():
        outcomes.append(within(5, lambda: 42))
        try:
            within(5, raising(ValueError()))
        except ValueError:
            outcomes.append("error")

    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
    assert outcomes == [42, "error"]


def test_an_alarm_that_was_already_set_still_rings():
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(True))
    pending = signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        assert within(5, lambda: 42) == 42
        time.sleep(0.5)
        assert rung == [True]
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, *pending)


def test_one_failure_does_not_stop_the_others(tmp_path):
    broken = attacker_that(raising(ValueError()))
    found = assess(made(tmp_path), [broken, Classes(), ClassesInference()])
    assert [item.attacker for item in found.findings] == ["broken", "classes", *["classes_inference"] * 3]


def test_an_assessment_survives_its_json(tmp_path):
    found = assess(made(tmp_path), [Classes(), ClassesInference()])
    again = Assessment.from_json(found.to_json())
    assert again.to_json() == found.to_json()
    assert [item.check for item in again.findings] == [item.check for item in found.findings]
    assert again.findings[0].details["max_risk"] == 0.083333
    assert [item.reasons for item in again.findings] == [item.reasons for item in found.findings]


def test_the_same_subject_gives_the_same_bytes_and_another_seed_does_not(tmp_path):
    attackers = [Classes(), ClassesInference()]
    texts = [assess(made(tmp_path, seed=seed), attackers).to_json() for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]


def test_the_assessment_names_the_exact_tables_it_attacked(tmp_path):
    target = made(tmp_path)
    before = assess(target, []).tables
    path = target.candidate.tables["PEOPLE"].path
    path.write_bytes(path.read_bytes() + b" ")
    assert assess(target, []).tables != before


def test_floats_are_written_with_six_decimals(tmp_path):
    columns = {"AREA": ["75", "75", "13"], "ILL": ["a", "b", "c"]}
    found = assess(subject(tmp_path, {"PEOPLE": columns}, ROLES, risk=RISK), [Classes()])
    assert json.loads(found.to_json())["findings"][0]["details"]["mean_risk"] == 0.666667


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 2}'])
def test_something_else_is_not_an_assessment(text):
    with pytest.raises(SourceError) as caught:
        Assessment.from_json(text)
    assert caught.value.code == "assessment-unreadable"


def test_an_attacker_that_cannot_be_loaded_blocks_the_release(tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "ATTACKERS", {"lost": "risk.attackers.no_such_module:Lost"})
    (found,) = assess(made(tmp_path)).findings
    assert (found.check, found.gates, found.decision) == ("lost", True, Decision.INCONCLUSIVE)
    assert found.details == {"error": "ModuleNotFoundError"}


def test_every_registered_attacker_has_its_own_name():
    assert [registry.attacker(name).name for name in registry.names()] == list(registry.names())
