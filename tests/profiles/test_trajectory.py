"""What a profile may say of known events and of the population."""

import pytest

from profiles.policy import effective_policy
from tests.profiles.factories import changed, codes, load

REASON = "personne ne connaît deux soins d'une personne"


def risk(*lines):
    return changed(("  secrets: [EVENTS.CODE]", "\n".join(["  secrets: [EVENTS.CODE]", *lines])))


def test_the_policy_says_how_many_events_are_known(tmp_path):
    assert effective_policy(load(tmp_path).profile).known_events == 4


def test_fewer_known_events_need_a_reason_beside_them(tmp_path):
    assert codes(tmp_path, risk("  trajectory: {known: 2}")) == ["policy-loosened"]
    reasoned = load(tmp_path, risk("  trajectory:", "    known: 2", f'    why: "{REASON}"')).profile
    assert effective_policy(reasoned).known_events == 2


@pytest.mark.parametrize("known", ["0", "5", "beaucoup"])
def test_one_to_four_events_are_known(tmp_path, known):
    assert len(codes(tmp_path, risk(f"  trajectory: {{known: {known}}}"))) == 1


def test_an_event_is_made_of_published_columns_each_once(tmp_path):
    def mistaken(table, columns):
        event = f"{{table: {table}, columns: {columns}}}"
        return codes(tmp_path, risk(f"  trajectory: {{events: [{event}]}}"))

    assert mistaken("EVENTS", "[CODE]") == []
    assert mistaken("EVENTS", "[CODE, CODE]") == ["column-repeated"]
    assert mistaken("EVENTS", "[CODES]") == ["reference-unknown-near"]
    assert len(mistaken("EVENTS", "[]")) == 1


@pytest.mark.parametrize(("fraction", "mistakes"), [("0.02", 0), ("1", 0), ("0", 1), ("1.5", 1)])
def test_a_source_is_a_part_of_the_population(tmp_path, fraction, mistakes):
    assert len(codes(tmp_path, risk(f"  population: {{fraction: {fraction}}}"))) == mistakes
