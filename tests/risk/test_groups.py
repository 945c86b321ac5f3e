"""Groups counted by SQL are those that are counted in memory: the same findings, whoever counts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.catalogue import Lang, text
from profiles.policy import effective_policy
from risk.assessment import assess, attack
from risk.attackers.registry import load
from risk.findings import Decision
from risk.groups.by_sql import SqlGroups
from risk.groups.counted import counted_view
from risk.groups.interface import GroupsLostError
from risk.groups.local import LocalGroups
from risk.known_events import attacked
from risk.labels import encode
from risk.subject import Subject
from tests.risk.duck_groups import DuckSql
from tests.risk.factories import candidate, profile, subject

COUNTING = ("classes", "population", "trajectory", "classes_inference")
ROLES = {
    "people": {"sex": "quasi", "born": "quasi", "weight": "quasi", "ill": "sensitive"},
    "visits": {"day": "quasi", "place": "quasi", "act": "sensitive", "seen": "other"},
    "drugs": {"code": "sensitive", "given": "quasi"},
}
DAY = date(2019, 12, 20)
NIGHT = datetime(1969, 12, 31, 20, tzinfo=UTC).replace(tzinfo=None)


def cohort(seed, persons=150, prefix="p"):
    """People with visits and drugs, some without any; values missing, minus zero, times, sets."""
    random = np.random.default_rng(seed)
    every = [f"{prefix}{number:04d}" for number in range(persons)]

    def holed(values):
        return [None if random.random() < 0.08 else value for value in values]

    def rows(times):
        return sorted(np.random.default_rng(seed + times).choice(every[5:], persons * times).tolist())

    visits, drugs = rows(3), rows(2)
    return {
        "people": {
            "__person": every,
            "sex": holed(random.choice(["F", "M"], persons).tolist()),
            "born": [int(year) for year in random.integers(1950, 1953, persons)],
            "weight": [float(value) for value in random.choice([0.0, -0.0, 1.5], persons)],
            "ill": holed(random.choice(["é", "e", "z", "E"], persons, p=[0.4, 0.3, 0.2, 0.1]).tolist()),
        },
        "visits": {
            "__person": visits,
            "day": holed([DAY + timedelta(int(n)) for n in random.integers(0, 40, len(visits))]),
            "place": holed(random.choice(["75056", "75112", "2A004", "13055"], len(visits)).tolist()),
            "act": holed(random.choice(["x", "y", "z"], len(visits)).tolist()),
            "seen": [NIGHT + timedelta(hours=int(n)) for n in random.integers(0, 9, len(visits))],
        },
        "drugs": {
            "__person": drugs,
            "code": random.choice(["A10", "C07", "N05", "J01"], len(drugs)).tolist(),
            "given": [int(n) for n in random.integers(0, 3, len(drugs))],
        },
    }  # fmt: skip


MORE = {
    "knowledge": ["people.sex", "people.born", "drugs.given"],
    "secrets": ["people.ill", "drugs.code", "people.weight"],
    "population": {"fraction": 0.3},
}


def both(one: Subject, folder) -> tuple[Subject, Subject]:
    """The same subject, counted in memory and by SQL."""
    sql = SqlGroups(DuckSql(folder / "sql"), folder / "groups")
    return replace(one, groups=LocalGroups()), replace(one, groups=sql)


def findings(one: Subject, names=COUNTING):
    return [found for name in names for found in attack(load(name), one)]


def test_every_finding_is_the_same_by_sql_and_in_memory(tmp_path):
    made = subject(tmp_path, cohort(1), ROLES, risk=MORE)
    here, there = both(made, tmp_path)

    assert findings(here) == findings(there)
    assert here.references == there.references
    assert {found.check for found in findings(here)} >= {
        "classes", "population", "trajectory", "trajectory:visits", "classes_inference:drugs.code",
        "l_diversity:people.ill", "t_closeness:people.weight", "trajectory_undeclared:visits",
    }  # fmt: skip
    assert not any("reason.engine_lost" in found.reasons for found in findings(there))


def test_wildcards_are_counted_alike(tmp_path):
    made = subject(tmp_path, cohort(2), ROLES, risk=MORE, anonymity={"k": 11, "missing": "wildcard"})
    here, there = both(made, tmp_path)

    assert findings(here, ["classes"]) == findings(there, ["classes"])


def test_dates_that_are_shifted_are_matched_by_what_lies_between_them(tmp_path):
    def column(name, role):
        if name not in {"day", "seen"}:
            return {"role": role}
        kind = "date" if name == "day" else "datetime"
        return {"role": "quasi", "type": kind, "transform": {"shift": {"days": 20}}}

    tables = {
        table: {
            "source": {"path": f"{table}.csv"},
            "columns": {name: column(name, role) for name, role in columns.items()},
        }
        for table, columns in ROLES.items()
    }
    spec = profile({}, tables=tables, risk=MORE)
    policy = effective_policy(spec)
    here, there = both(Subject(spec, policy, candidate(tmp_path, spec, cohort(3, 60))), tmp_path)
    kinds = attacked(here)
    owners, _ = here.groups.scene(here, kinds).owners(control=False)
    events = here.groups.scene(here, kinds).events(owners, control=False)

    assert findings(here, ["trajectory"]) == findings(there, ["trajectory"])
    assert events.when.min() < 18250 < events.when.max()
    assert set(events.moves.tolist()) == {0, 1}


@pytest.mark.parametrize("parts", [("original",), ("original", "holdout")])
def test_synthetic_persons_are_matched_with_the_events_of_real_ones(parts, tmp_path):
    sets = {}
    for number, name in enumerate(["candidate", *parts]):
        folder = tmp_path / name
        folder.mkdir()
        spec = profile(ROLES, risk=MORE)
        nature = "synthetic" if name == "candidate" else "real"
        sets[name] = candidate(folder, spec, cohort(5 + number, 80, name[0]), nature)
    made = Subject(spec, effective_policy(spec), **sets)
    here, there = both(made, tmp_path)

    assert findings(here, ["trajectory"]) == findings(there, ["trajectory"])


def test_no_value_of_the_data_is_in_any_text(tmp_path):
    made = subject(tmp_path, cohort(4), ROLES, risk=MORE)
    _, there = both(made, tmp_path)
    findings(there)
    asked = " ".join(there.groups.sql.asked)

    assert len(there.groups.sql.asked) > 20
    for value in ("75056", "2A004", "p0007", "A10", "C07", "'F'", "1950", "2019", "2020"):
        assert value not in asked


class Away(DuckSql):
    """An engine that is lost after some answers, with words that hold data."""

    left = 10**9

    def _count(self):
        type(self).left -= 1
        if type(self).left < 0:
            raise RuntimeError("CANARY of the data")

    def execute(self, sql):
        self._count()
        return super().execute(sql)

    def table(self, sql):
        self._count()
        return super().table(sql)

    def keep(self, *arguments):
        self._count()
        return super().keep(*arguments)


@pytest.mark.parametrize("answers", [0, 5, 9, 14])
def test_an_engine_that_goes_away_makes_its_attacks_inconclusive_and_no_others(
    answers, tmp_path, monkeypatch
):
    made = subject(tmp_path, cohort(6, 40), ROLES, risk=MORE | {"targets": 40})
    monkeypatch.setattr(Away, "left", answers)
    monkeypatch.setattr("risk.assessment.names", lambda: (*COUNTING, "holdout", "linkability"))
    there = replace(made, groups=SqlGroups(Away(tmp_path / "sql"), tmp_path / "groups"))
    done = assess(there)
    lost = [found for found in done.findings if "reason.engine_lost" in found.reasons]

    assert lost
    assert all(found.decision is Decision.INCONCLUSIVE and found.gates for found in lost)
    assert {found.attacker for found in lost} <= set(COUNTING)
    assert "CANARY" not in done.to_json()
    for lang in Lang:
        assert "Spark" in text("reason.engine_lost", lang)


def test_an_engine_that_was_left_in_the_middle_of_an_answer_is_not_asked_again(tmp_path):
    made = subject(tmp_path, cohort(6, 20), ROLES, risk=MORE)
    _, there = both(made, tmp_path)
    with pytest.raises(KeyboardInterrupt), there.groups.asking():
        raise KeyboardInterrupt

    with pytest.raises(GroupsLostError):
        there.sizes(("people.sex",))


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(["a", "é", None]), st.sampled_from([(), (1,), (1, 2), (10,)]))))
def test_the_order_of_combinations_depends_on_their_values_alone(rows):
    def seen(given_rows):
        frame = pa.table(
            {
                "t": pa.array([text_ for text_, _ in given_rows], pa.string()),
                "s": pa.array([list(members) for _, members in given_rows], pa.list_(pa.int64())),
            }
        )
        return counted_view(frame, np.arange(1, len(given_rows) + 1) * 0 + 2)

    distinct = list(dict.fromkeys(rows))
    one, other = seen(distinct), seen(distinct[::-1])

    assert one.frame.to_pylist() == other.frame.to_pylist()
    assert one.persons == 2 * len(distinct)
    keys = [(row["t"] is None, row["t"] or "", row["s"]) for row in one.frame.to_pylist()]
    assert keys == sorted(keys)
    assert one.codes("s").codes.tolist() == encode(one.column("s")).codes.tolist()
