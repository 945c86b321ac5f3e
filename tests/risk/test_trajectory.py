"""Known events: unicity on tables that a reader can check, and against a search by brute force."""

from datetime import date, timedelta
from itertools import combinations, pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.policy import effective_policy
from risk.attackers.trajectory import Trajectory
from risk.findings import Decision
from risk.labels import Labels
from risk.person_events import Events, Kind, read
from risk.subject import Subject
from risk.unicity import Index, among_alike, by_person, choose, matches
from tests.risk.factories import candidate, profile, subject

VISITS = {
    "__person": ["a", "a", "b", "b", "c", "c", "d"],
    "day": ["1", "2", "1", "2", "1", "3", "1"],
    "place": ["x", "x", "x", "y", "x", "x", "x"],
}
"""Everybody was at x on day 1; a also at x on day 2, b at y on day 2, c at x on day 3; d only once."""
ROLES = {"visits": {"day": "quasi", "place": "quasi"}}


def events(rows, persons):
    """Events from (person, what) or (person, what, day) rows; a day moves with its person."""
    full = sorted({(row[0], row[1], row[2] if len(row) > 2 else 0, int(len(row) > 2)) for row in rows})
    columns = [np.array(column, dtype=np.int64) for column in zip(*full, strict=True)]
    return Events(persons, *columns, kinds=int(columns[1].max()) + 1)


def unicity(found, known, window=0, below=2):
    able = np.flatnonzero(np.diff(found.starts) > 0)
    queries = choose(found, able, known, np.random.default_rng(1))
    counts = matches(Index(found, window), found, queries)
    return dict(zip(able.tolist(), by_person(counts, queries.target, below)[1].tolist(), strict=True))


def by_brute_force(rows, known):
    mine = {}
    for person, what in rows:
        mine.setdefault(person, set()).add(what)
    found = {}
    for person, known_of in mine.items():
        choices = list(combinations(sorted(known_of), min(known, len(known_of))))
        alone = [sum(set(choice) <= other for other in mine.values()) == 1 for choice in choices]
        found[person] = sum(alone) / len(alone)
    return found


def by_brute_force_shifted(rows, known, window):
    """The same where all days of a person moved by one unknown number."""
    mine = {}
    for person, what, day in rows:
        mine.setdefault(person, set()).add((what, day))
    found = {}
    for person, known_of in mine.items():
        choices = list(combinations(sorted(known_of), min(known, len(known_of))))
        moves = range(-window, window + 1)
        alone = [
            sum(any({(w, d + move) for w, d in choice} <= other for move in moves) for other in mine.values())
            for choice in choices
        ]
        found[person] = sum(count == 1 for count in alone) / len(alone)
    return found


pairs = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 5)), min_size=1, max_size=25)


@given(pairs, st.integers(1, 4))
def test_unicity_is_what_brute_force_finds(rows, known):
    expected = by_brute_force(rows, known)
    assert unicity(events(rows, 7), known) == pytest.approx(expected)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.integers(0, 9)), min_size=1, max_size=18),
    st.integers(1, 3),
    st.integers(0, 8),
)
def test_shifted_dates_identify_by_the_time_between_them(rows, known, window):
    rows = [row for index, row in enumerate(rows) if sum(other[0] == row[0] for other in rows[:index]) < 4]
    expected = by_brute_force_shifted(rows, known, window)
    assert unicity(events(rows, 5), known, window) == pytest.approx(expected)


@given(pairs)
def test_more_known_events_leave_more_persons_alone(rows):
    curve = [sum(unicity(events(rows, 7), known).values()) for known in (1, 2, 3, 4)]
    assert all(less <= more + 1e-9 for less, more in pairwise(curve))


def test_two_events_out_of_many_are_different_ones():
    found = events([(0, what) for what in range(40)], 1)
    queries = choose(found, np.array([0]), 4, np.random.default_rng(3))
    assert len(queries.events) == 10
    assert all(len(set(row)) == 4 for row in queries.events.tolist())


def test_what_lasts_of_a_person_tells_equal_events_apart():
    found = events([(0, 1), (1, 1), (2, 1)], 3)
    assert unicity(found, 1) == {0: 0.0, 1: 0.0, 2: 0.0}
    (told,) = among_alike([found], [Labels(np.array([0, 0, 1]), 2)])
    assert unicity(told, 1) == {0: 0.0, 1: 0.0, 2: 1.0}


def test_a_budget_leaves_out_the_last_targets_only():
    found = events([(person, what) for person in range(50) for what in (1, 2)], 50)
    queries = choose(found, np.arange(50), 2, np.random.default_rng(1))
    assert matches(Index(found, 0), found, queries).tolist() == [50] * 50
    assert len(matches(Index(found, 0), found, queries, limit=1000)) == 20


def findings(folder, tables=None, roles=None, **more):
    one = subject(folder, tables or {"visits": VISITS}, roles or ROLES, **more)
    return {found.check: found for found in Trajectory().run(one)}


def test_the_curve_is_the_one_counted_by_hand(tmp_path):
    found = findings(tmp_path)["trajectory:visits"]
    # With one event: nobody by day 1 at x, everybody but d by the other one.
    assert found.details["unicity_1"] == pytest.approx((0.5 + 0.5 + 0.5 + 0) / 4)
    assert found.details["unicity_2"] == pytest.approx(0.75)
    assert (found.estimate, found.upper, found.confidence) == (0.75, 0.75, None)
    assert (found.decision, found.reasons) == (Decision.REFUSED, ("reason.known_events",))
    assert found.details["unicity_below_k"] == 1.0


def test_the_curve_does_not_depend_on_the_order_of_rows_nor_on_repeated_rows(tmp_path):
    order = [6, 3, 0, 5, 1, 4, 2, 0, 3]
    shuffled = {name: [values[row] for row in order] for name, values in VISITS.items()}
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    one, other = findings(tmp_path / "one"), findings(tmp_path / "other", {"visits": shuffled})
    assert one == other


NEVER_LASTING = {
    "trajectory": {"events": [{"table": "visits", "columns": ["day"]}], "why": "whatever it says of a person"}
}


def many(persons=300, tables=("visits",)):
    random = np.random.default_rng(4)
    who = np.repeat(np.arange(persons), 3)
    found = {
        "__person": [f"p{person:04d}" for person in who],
        "day": random.integers(0, 1000, len(who)).astype(str).tolist(),
        "place": random.integers(0, 1000, len(who)).astype(str).tolist(),
    }
    return dict.fromkeys(tables, found)


def test_events_that_all_share_are_accepted_and_events_of_ones_own_are_refused(tmp_path):
    shared = {"__person": [f"p{n:03d}" for n in range(200) for _ in "ab"], "day": ["1", "2"] * 200}
    (tmp_path / "shared").mkdir()
    one = findings(tmp_path / "shared", {"visits": shared}, {"visits": {"day": "quasi"}})
    assert one["trajectory:visits"].decision is Decision.ACCEPTED
    assert findings(tmp_path, many())["trajectory:visits"].decision is Decision.REFUSED


def test_a_column_that_nobody_declared_is_attacked_for_information(tmp_path):
    found = findings(tmp_path, many(), {"visits": {"day": "other", "place": "sensitive"}})
    assert list(found) == ["trajectory_undeclared:visits"]
    informing = found["trajectory_undeclared:visits"]
    assert (informing.gates, informing.estimate) == (False, 1.0)
    assert informing.details["event_columns"] == "visits.day, visits.place"


def test_declared_events_leave_out_a_quasi_identifier_only_with_a_reason(tmp_path):
    declared = {"events": [{"table": "visits", "columns": ["place"]}]}
    roles = {"visits": {"day": "quasi", "place": "other"}}
    without = findings(tmp_path, many(), roles, risk={"trajectory": declared})
    assert without["trajectory:visits"].details["event_columns"] == "visits.place, visits.day"
    declared |= {"why": "the days are made up, nobody can know them"}
    reasoned = findings(tmp_path, many(), roles, risk={"trajectory": declared})
    assert reasoned["trajectory:visits"].details["event_columns"] == "visits.place"
    assert reasoned["trajectory:visits"].details["events_chosen_because"] == declared["why"]
    assert without["trajectory:visits"].details["events_chosen_because"] is None
    assert reasoned["trajectory_undeclared:visits"].details["event_columns"] == "visits.day, visits.place"


def test_two_kinds_of_events_of_one_table_have_findings_of_their_own(tmp_path):
    events_of = [{"table": "visits", "columns": ["day"]}, {"table": "visits", "columns": ["place"]}]
    told = {"trajectory": {"events": events_of, "why": "two kinds of knowledge"}}
    found = findings(tmp_path, many(), ROLES, risk=told)
    assert list(found)[:3] == ["trajectory:visits", "trajectory:visits:2", "trajectory"]


def test_an_event_of_which_nothing_is_published_is_not_known(tmp_path):
    rows = {"__person": ["a", "a", "b", "b", "c", "c"], "day": [None, "1", None, "1", None, None]}
    found = findings(tmp_path, {"visits": rows}, {"visits": {"day": "quasi"}}, risk=NEVER_LASTING)
    assert found["trajectory:visits"].targets == 2


def test_nothing_is_attacked_where_no_event_is_published(tmp_path):
    persons = {"__person": ["a", "b"], "sex": ["1", "2"]}
    one = subject(tmp_path, {"persons": persons}, {"persons": {"sex": "quasi"}})
    assert not Trajectory().applies(one)


def test_several_tables_are_attacked_each_and_together(tmp_path):
    columns = {"day": "quasi", "place": "quasi"}
    found = findings(tmp_path, many(tables=("visits", "stays")), {"visits": columns, "stays": columns})
    assert list(found) == ["trajectory:visits", "trajectory:stays", "trajectory"]


def test_fewer_known_events_decide_when_the_profile_says_so_with_a_reason(tmp_path):
    known = {"trajectory": {"known": 1, "why": "nobody knows two visits of a person"}}
    found = findings(tmp_path, risk=known)["trajectory:visits"]
    assert (found.details["known_events"], found.estimate) == (1, 0.375)


SHIFTED = {"visits": {"day": {"role": "quasi", "type": "date", "transform": "shift"}}}


def shifted(folder, rows):
    tables = {name: {"source": {"path": "x.csv"}, "columns": spec} for name, spec in SHIFTED.items()}
    base = profile({"visits": {"day": "quasi"}})
    spec = type(base).model_validate({"version": 1, "id": "t", "title": "t", "seed": 7, "tables": tables})
    days = [date(2023, 1, 1) + timedelta(days=day) for _, day in rows]
    values = {"visits": {"__person": [person for person, _ in rows], "day": days}}
    return Subject(spec, effective_policy(spec), candidate(folder, spec, values))


def test_one_shifted_date_says_nothing_and_two_tell_the_interval(tmp_path):
    rows = [(f"p{n:03d}", day) for n in range(60) for day in (n, n + 7)] + [("q", 5), ("q", 18)]
    found = {one.check: one for one in Trajectory().run(shifted(tmp_path, rows))}["trajectory:visits"]
    assert found.details["unicity_1"] == 0.0
    assert found.details["unicity_2"] == pytest.approx(1 / 61)


def test_events_of_two_groups_are_numbered_alike(tmp_path):
    spec = profile(ROLES)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one = candidate(tmp_path / "one", spec, {"visits": VISITS})
    two = candidate(tmp_path / "two", spec, {"visits": {key: values[::-1] for key, values in VISITS.items()}})
    persons = pa.chunked_array([["a", "b", "c", "d"]])
    first, second = read([(one, persons), (two, persons)], [Kind("visits", ("day", "place"))])
    assert first.what.tolist() == second.what.tolist()
    assert first.who.tolist() == second.who.tolist() == [0, 0, 1, 1, 2, 2, 3]


def synthetic(folder, published, original, holdout):
    spec = profile(ROLES, risk={"knowledge": ["visits.place"]})
    made = {}
    for name, rows in (("candidate", published), ("original", original), ("holdout", holdout)):
        (folder / name).mkdir()
        nature = "synthetic" if name == "candidate" else "real"
        made[name] = None if rows is None else candidate(folder / name, spec, {"visits": rows}, nature)
    return Subject(spec, effective_policy(spec), **made)


def drawn(seed, persons=300):
    random = np.random.default_rng(seed)
    who = np.repeat(np.arange(persons), 3)
    return {
        "__person": [f"{seed}-{person:04d}" for person in who],
        "day": random.integers(0, 30, len(who)).astype(str).tolist(),
        "place": random.integers(0, 20, len(who)).astype(str).tolist(),
    }


def test_synthetic_persons_that_copy_real_ones_are_refused_and_independent_ones_are_not(tmp_path):
    for name in ("copied", "drawn", "alone"):
        (tmp_path / name).mkdir()
    copied = Trajectory().run(synthetic(tmp_path / "copied", drawn(1), drawn(1), drawn(2)))[0]
    apart = Trajectory().run(synthetic(tmp_path / "drawn", drawn(3), drawn(1), drawn(2)))[0]
    assert (copied.decision, apart.decision) == (Decision.REFUSED, Decision.ACCEPTED)
    alone = Trajectory().run(synthetic(tmp_path / "alone", drawn(3), drawn(1), None))[0]
    assert (alone.decision, alone.reasons) == (Decision.INCONCLUSIVE, ("reason.no_holdout",))
