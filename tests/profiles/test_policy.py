import pytest

from profiles.errors import ProfileError
from profiles.policy import CRITERIA, effective_policy, load_policy, policy_names
from tests.profiles.factories import PROFILE, changed, codes, line_of, load, mistakes

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
    assert set(policy.sources) == {"k", "limits", "confidence", "persons_floor", "minimum_share"}


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
