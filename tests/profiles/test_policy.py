import pytest

from profiles.errors import ProfileError
from profiles.policy import CRITERIA, effective_policy, load_policy, policy_names
from profiles.policy_model import compare
from tests.profiles.factories import PROFILE, changed, codes, line_of, load, mistakes, write

REASON = "validé par le DPO le 3 mars"


def gate(words, why=""):
    reason = f"\n  why: {why}" if why else ""
    return changed(("  secrets: [EVENTS.CODE]", f"  secrets: [EVENTS.CODE]\n  gate: {words}{reason}"))


def test_the_default_policy_has_the_published_numbers():
    policy = load_policy("open-data")
    assert (policy.k, policy.persons_floor, policy.confidence, policy.minimum_share) == (11, 11, 0.95, 0.8)
    assert dict(policy.limits) == dict.fromkeys(CRITERIA, 0.09)


def test_the_strict_policy_is_nowhere_looser():
    strict, default = load_policy("strict"), load_policy("open-data")
    assert (strict.k, set(strict.limits.values())) == (20, {0.05})
    assert strict.persons_floor >= default.persons_floor


@pytest.mark.parametrize("name", policy_names())
def test_every_number_of_a_policy_has_its_source(name):
    policy = load_policy(name)
    assert policy.name == name
    sourced = {"k", "limits", "confidence", "persons_floor", "minimum_share", "known_events"}
    assert set(policy.sources) == sourced
    assert all(origin.text and origin.date for origin in policy.sources.values())


def test_a_limit_never_exceeds_one_person_in_k():
    for name in policy_names():
        policy = load_policy(name)
        assert max(policy.limits.values()) <= 1 / policy.k


def test_an_unknown_policy_is_refused(tmp_path):
    with pytest.raises(ProfileError):
        load_policy("opendata")
    (mistake,) = mistakes(tmp_path, PROFILE + "policy: opendata\n")
    assert (mistake.code, mistake.facts["near"]) == ("bad-word-near", "open-data")


def test_a_profile_tightens_the_policy_freely(tmp_path):
    text = gate("{inference: 0.05, confidence: 0.99}") + "anonymity: {k: 15}\n"
    policy = effective_policy(load(tmp_path, text).profile)
    assert dict(policy.limits) == {"singling_out": 0.09, "linkability": 0.09, "inference": 0.05}
    assert (policy.k, policy.confidence, policy.persons_floor) == (15, 0.99, 11)


@pytest.mark.parametrize("name", [*CRITERIA, "confidence"])
def test_a_looser_threshold_needs_a_written_reason(tmp_path, name):
    words = f"{{{name}: {0.5 if name == 'confidence' else 0.2}}}"
    text = gate(words)
    (mistake,) = mistakes(tmp_path, text)
    assert (mistake.code, mistake.place.line) == ("policy-loosened", line_of(text, "gate:"))
    assert codes(tmp_path, gate(words, "bof")) == ["policy-loosened"]
    assert codes(tmp_path, gate(words, REASON)) == []


@pytest.mark.parametrize("words", ["coverage: 0.5", "missing: 0.2", "wrong: 0.9", "columns: [PERSONS.SEX]"])
def test_a_weaker_simulated_register_needs_its_own_reason(tmp_path, words):
    def said(more):
        line = f"  secrets: [EVENTS.CODE]\n  register_simulation: {{{words}{more}}}"
        return codes(tmp_path, changed(("  secrets: [EVENTS.CODE]", line)))

    assert said("") == ["policy-loosened"]
    assert said(f", why: {REASON}") == []


def test_a_simulated_register_that_knows_more_needs_no_reason(tmp_path):
    known = "[PERSONS.SEX, PERSONS.BORN, EVENTS.CODE]"
    line = f"  secrets: [EVENTS.CODE]\n  register_simulation: {{columns: {known}}}"
    assert codes(tmp_path, changed(("  secrets: [EVENTS.CODE]", line))) == []


def test_a_smaller_k_needs_its_own_reason(tmp_path):
    assert codes(tmp_path, PROFILE + "anonymity: {k: 5}\n") == ["policy-loosened"]
    assert codes(tmp_path, gate("{}", REASON) + "anonymity: {k: 5}\n") == ["policy-loosened"]
    loaded = load(tmp_path, PROFILE + f"anonymity: {{k: 5, why: {REASON}}}\n")
    assert effective_policy(loaded.profile).k == 5


def test_the_effective_policy_refuses_what_loading_would(tmp_path):
    profile = load(tmp_path, gate("{inference: 0.2}", REASON)).profile
    bare = profile.model_copy(update={"risk": profile.risk.model_copy(update={"why": None})})
    with pytest.raises(ProfileError) as caught:
        effective_policy(bare)
    assert (caught.value.code, caught.value.place.key) == ("policy-loosened", "risk.gate.inference")


def test_an_anonymity_that_says_no_k_takes_that_of_the_policy(tmp_path):
    loaded = load(tmp_path, PROFILE + "policy: strict\nanonymity: {suppression: 0.1}\n")
    assert loaded.profile.anonymity.k == effective_policy(loaded.profile).k == 20


OWN = """name: politique-du-chu
extends: open-data
k: 15
limits: {inference: 0.05}
sources:
  k: {text: "Décision du comité de publication", date: 2026-03-03}
  limits: {text: "Décision du comité de publication", date: 2026-03-03}
"""


def with_own(tmp_path, own):
    (tmp_path / "ma-politique.yaml").write_text(own, encoding="utf-8")
    return load(tmp_path, PROFILE + "policy: ma-politique.yaml\n")


def test_a_policy_of_ones_own_inherits_and_tightens(tmp_path):
    policy = effective_policy(with_own(tmp_path, OWN).profile)
    assert (policy.name, policy.base, policy.k) == ("politique-du-chu", "open-data", 15)
    assert dict(policy.limits) == {"singling_out": 0.09, "linkability": 0.09, "inference": 0.05}
    assert policy.loosened == ()
    assert policy.sources["k"].date == "2026-03-03"
    assert policy.sources["confidence"] == load_policy("open-data").sources["confidence"]


def test_a_profile_is_held_to_its_own_policy(tmp_path):
    (tmp_path / "ma-politique.yaml").write_text(OWN, encoding="utf-8")
    text = PROFILE + "policy: ma-politique.yaml\nanonymity: {k: 11}\n"
    assert codes(tmp_path, text) == ["policy-loosened"]


def test_the_digest_of_a_profile_covers_its_policy(tmp_path):
    first = with_own(tmp_path, OWN).digest
    assert first != with_own(tmp_path, OWN.replace("k: 15", "k: 16")).digest


def test_a_looser_number_of_a_policy_needs_its_reason_and_shows_it(tmp_path):
    looser = OWN.replace("k: 15", "k: 5")
    with pytest.raises(ProfileError) as caught:
        with_own(tmp_path, looser)
    assert (caught.value.code, caught.value.place.line) == ("policy-loosened", 3)
    policy = with_own(tmp_path, looser + "reasons: {k: convention signée avec chaque destinataire}\n").profile
    (one,) = effective_policy(policy).loosened
    assert (one.name, one.base, one.own) == ("k", 11, 5)
    assert one.reason.fr == "convention signée avec chaque destinataire"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("extends: open-data", "extends: opendata"), "policy-base-unknown"),
        (("sources:", "confidence: 0.99\nsources:"), "policy-without-source"),
        (("sources:", "reasons: {persons_floor: un reste du texte}\nsources:"), "policy-number-unknown"),
        (("k: 15", "k: beaucoup"), "not-integer"),
        (("k: 15", "K: 15"), "unknown-key"),
        (("date: 2026-03-03", "date: hier"), "bad-identifier"),
    ],
)
def test_a_policy_that_is_not_one_is_refused_with_its_line(tmp_path, change, code):
    with pytest.raises(ProfileError) as caught:
        with_own(tmp_path, OWN.replace(*change, 1))
    assert caught.value.code == code
    assert caught.value.place.file.endswith("ma-politique.yaml")
    assert caught.value.place.line


@pytest.mark.parametrize("path", ["../ma-politique.yaml", "/etc/ma-politique.yaml"])
def test_a_policy_stays_in_the_folder_of_its_profile(tmp_path, path):
    with pytest.raises(ProfileError) as caught:
        load(tmp_path, PROFILE + f"policy: {path}\n")
    assert caught.value.code.startswith("path-")


def test_a_policy_file_that_is_missing_is_said(tmp_path):
    with pytest.raises(ProfileError) as caught:
        load(tmp_path, PROFILE + "policy: ma-politique.yaml\n")
    assert caught.value.code == "policy-missing"


def test_what_a_profile_loosens_is_kept_with_its_reason(tmp_path):
    profile = load(tmp_path, gate("{inference: 0.2}", REASON)).profile
    (one,) = effective_policy(profile).loosened
    assert (one.name, one.base, one.own, one.reason.fr) == ("inference", 0.09, 0.2, REASON)


def test_of_two_policies_the_tighter_is_said_number_by_number():
    found = {one.name: one.tighter for one in compare(load_policy("open-data"), load_policy("strict"))}
    assert found["k"] == found["inference"] == found["persons_floor"] == "second"
    assert found["confidence"] == "same"
    shared = compare(load_policy("shared"), load_policy("open-data"))
    assert {one.tighter for one in shared} == {"second", "same"}


REASONED = "risk: {{knowledge: [PERSONS.SEX, PERSONS.BORN], secrets: [EVENTS.CODE], why: '{why}'{more}}}\n"


EVENTS = "events: [{table: EVENTS, columns: [CODE]}]"


def on_a_base(base_more, own):
    """A base whose ``risk`` has a reason of its own, and a profile that changes it."""
    head, _ = PROFILE.split("risk:\n")
    return head + REASONED.format(why=REASON, more=base_more), f"extends: base.yaml\nrisk: {{{own}}}\n"


@pytest.mark.parametrize(
    ("base_more", "own", "expected"),
    [
        (", gate: {inference: 0.2}", "targets: 500", []),
        ("", "gate: {inference: 0.2}", ["policy-loosened"]),
        (", gate: {inference: 0.2}", "gate: {inference: 0.5}", ["policy-loosened"]),
        ("", f"gate: {{inference: 0.2}}, why: '{REASON}'", []),
        ("", "trajectory: {known: 2}", ["policy-loosened"]),
        ("", f"trajectory: {{{EVENTS}}}", []),
        (f", trajectory: {{why: '{REASON}'}}", f"trajectory: {{{EVENTS}}}", ["policy-loosened"]),
        (f", trajectory: {{{EVENTS}, why: '{REASON}'}}", "targets: 500", []),
        (
            f", register_simulation: {{coverage: 0.9, why: '{REASON}'}}",
            "register_simulation: {coverage: 0.1}",
            ["policy-loosened"],
        ),
        (f", register_simulation: {{coverage: 0.9, why: '{REASON}'}}", "targets: 500", []),
    ],
)
def test_the_reason_of_a_base_is_for_its_own_numbers(tmp_path, base_more, own, expected):
    base, profile = on_a_base(base_more, own)
    write(tmp_path, base, "base.yaml")
    assert codes(tmp_path, profile) == expected


def test_what_a_profile_assumes_in_place_of_the_worst_case_is_shown_with_its_reason(tmp_path):
    simulation = f"register_simulation: {{coverage: 0.8, columns: [PERSONS.SEX], why: '{REASON}'}}"
    text = PROFILE + f"  {simulation}\n  population: {{fraction: 0.1, why: 'part tirée par la CNAM'}}\n"
    shown = effective_policy(load(tmp_path, text).profile).loosened
    assert [(one.name, one.base, one.own, one.reason.fr) for one in shown] == [
        ("register_simulation.coverage", 1.0, 0.8, REASON),
        ("register_simulation.columns", 2.0, 1.0, REASON),
        ("population.fraction", 1, 0.1, "part tirée par la CNAM"),
    ]
