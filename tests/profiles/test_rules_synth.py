import pytest

from profiles.catalogue import Lang, error_text
from profiles.model import Profile
from profiles.synth_model import Synth
from profiles.vocabulary import SCENARIOS
from synth.schema_only.scenarios import shipped
from tests.profiles.factories import PROFILE, changed, codes, line_of, load, mistakes

AFTER_BIRTH = "{before: PERSONS.BORN, after: EVENTS.WHEN}"
BEFORE_DEATH = "{before: EVENTS.WHEN, after: PERSONS.DIED}"
HEAD = "version: 1\nid: essai\ntitle: Essai\nseed: 7\n"


def test_a_schema_alone_needs_no_table(tmp_path):
    profile = load(tmp_path, HEAD + "synth: {engine: schema, persons: 50}\n").profile
    assert profile.tables == {}
    assert profile.synth.catalogue == "core"
    assert profile.synth.period == (2018, 2019)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["missing-key"]),
        ("synth: {engine: pathway}\n", ["missing-key"]),
        ("tables: {}\n", ["empty-list"]),
        ("tables: {}\nsynth: {engine: pathway}\n", ["empty-list"]),
    ],
)
def test_anything_else_does(tmp_path, text, expected):
    assert codes(tmp_path, HEAD + text) == expected


@pytest.mark.parametrize(
    ("synth", "code", "key"),
    [
        ("{engine: pathwai}", "bad-word-near", "synth.engine"),
        ("{persons: 0}", "too-small", "synth.persons"),
        ("{persons: -3}", "too-small", "synth.persons"),
        ("{persons: many}", "not-integer", "synth.persons"),
        ("{holdout: 0}", "not-above", "synth.holdout"),
        ("{holdout: 1}", "not-below", "synth.holdout"),
        ("{floor: 1}", "too-small", "synth.floor"),
        ("{floor: 10}", "too-small", "synth.floor"),
        ("{flor: 11}", "unknown-key-near", "synth.flor"),
        ("{engine: schema}", "missing-key", "synth"),
        ("{engine: schema, persons: 5, floor: 11}", "synth-other-engine", "synth.floor"),
        ("{engine: schema, persons: 5, holdout: 0.1}", "synth-other-engine", "synth.holdout"),
        ("{engine: schema, persons: 5, scheme: core}", "unknown-key-near", "synth.scheme"),
        ("{schema: core}", "synth-other-engine", "synth.schema"),
        ("{years: [2018, 2019]}", "synth-other-engine", "synth.years"),
        ("{engine: schema, persons: 5, years: [2019, 2018]}", "synth-years", "synth.years"),
        ("{engine: schema, persons: 5, years: [2019]}", "synth-years", "synth.years"),
        ("{engine: schema, persons: 5, years: [18, 2019]}", "too-small", "synth.years.0"),
        ("{engine: schema, persons: 5, years: [2018, 2099]}", "too-large", "synth.years.1"),
        ("{engine: schema, persons: 5, scenarios: []}", "empty-list", "synth.scenarios"),
        (
            "{engine: schema, persons: 5, scenarios: [diabete]}",
            "synth-scenario-unknown-near",
            "synth.scenarios.0",
        ),
        ("{engine: schema, persons: 5, scenarios: [zzz]}", "synth-scenario-unknown", "synth.scenarios.0"),
        (
            "{engine: schema, persons: 5, scenarios: [stroke, stroke]}",
            "synth-scenario-twice",
            "synth.scenarios.1",
        ),
        ("{engine: schema, persons: 5, schema: ../x}", "path-parent", "synth.schema"),
        ("{engine: schema, persons: 5, scenarios: [../x.yaml]}", "path-parent", "synth.scenarios.0"),
        ("{synthesizer: copula}", "bad-word-near", "synth.synthesizer"),
        ("{engine: sdv-ctgan}", "synth-sdv-single", "synth.engine"),
        ("{engine: dp}", "not-available", "synth.engine"),
        ("{rules: [{before: EVENTS.WEN, after: PERSONS.DIED}]}", "reference-unknown-near", "before"),
        ("{rules: [{before: EVENTS.CODE, after: PERSONS.DIED}]}", "synth-rule-days", "before"),
        ("{rules: [{before: EVENTS.WHEN}]}", "missing-key", "synth.rules.0"),
        (
            f"{{rules: [{AFTER_BIRTH}, {BEFORE_DEATH}, {{before: PERSONS.DIED, after: PERSONS.BORN}}]}}",
            "synth-orders-contradict",
            "synth.rules.2",
        ),
        ("{rules: [{before: EVENTS.WHEN, after: EVENTS.WHEN}]}", "synth-orders-contradict", "synth.rules.0"),
    ],
)
def test_each_mistake_is_told_at_its_line(tmp_path, synth, code, key):
    text = f"{PROFILE}synth: {synth}\n"
    (mistake,) = mistakes(tmp_path, text)
    assert mistake.code == code
    assert mistake.place.line == line_of(text, "synth:")
    assert mistake.place.key.endswith(key)
    for lang in Lang:
        assert error_text(mistake, lang)


@pytest.mark.parametrize(
    "part",
    [
        "sample: 0.5",
        "aggregate: {care: {table: EVENTS, dimensions: {sex: PERSONS.SEX}, measures: {n: persons}}}",
    ],
)
def test_what_would_be_ignored_is_refused(tmp_path, part):
    found = codes(tmp_path, f"{PROFILE}synth: {{engine: pathway}}\n{part}\n")
    assert found == ["synth-alone"]


@pytest.mark.parametrize(
    ("synth", "expected"),
    [
        ("{engine: pathway}", []),
        ("{engine: pathway, synthesizer: gaussian-copula}", []),
        ("{engine: sdv-hma}", ["synth-hma-key", "synth-alone"]),
        ("{engine: schema, persons: 50}", ["synth-alone"]),
    ],
)
def test_spark_draws_what_is_drawn_in_shards_and_nothing_else(tmp_path, synth, expected):
    assert codes(tmp_path, f"{PROFILE}synth: {synth}\nengine: spark\n") == expected


def test_rows_of_two_tables_of_events_have_no_order(tmp_path):
    more = """\
  STAYS:
    source: {path: stays.csv}
    foreign_keys: [{columns: [ID, RANK], references: PERSONS}]
    columns:
      ID: {role: direct, transform: inherit}
      RANK: {role: direct, transform: inherit}
      ENTERED: {role: quasi, type: date, transform: shift}
risk:"""
    rule = "synth: {rules: [{before: EVENTS.WHEN, after: STAYS.ENTERED}]}\n"
    assert codes(tmp_path, changed(("risk:", more)) + rule) == ["synth-rule-apart"]


def test_a_good_synthesis_says_what_it_says(tmp_path):
    rules = f"rules: [{AFTER_BIRTH}, {BEFORE_DEATH}]"
    text = f"{PROFILE}synth: {{engine: pathway, persons: 300, holdout: 0.25, floor: 12, {rules}}}\n"
    synth = load(tmp_path, text).profile.synth
    assert (synth.persons, synth.holdout, synth.floor, len(synth.rules)) == (300, 0.25, 12, 2)


def test_scenarios_of_the_format_are_those_that_ship():
    assert shipped() == SCENARIOS


def test_the_scenarios_that_are_files_are_told_from_names():
    synth = Synth.model_validate({"engine": "schema", "persons": "5", "scenarios": ["stroke", "a/b.yaml"]})
    assert dict(synth.scenario_files) == {1: "a/b.yaml"}
    assert Profile.model_fields["synth"].default is None
