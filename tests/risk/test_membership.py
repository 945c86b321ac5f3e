"""Who was fitted: the attacks see a synthesizer that remembers, and nothing in one that does not."""

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from risk.attackers.membership import Membership
from risk.findings import Decision, Finding
from risk.membership import Scores, advantage, at_false_positives, auc, excess_at
from risk.subject import Subject
from tests.risk.leaks import attacked, leaking, people


def run(of: Subject) -> dict[str, Finding]:
    return {found.check: found for found in Membership().run(of)}


def test_a_synthesizer_that_repeats_half_of_the_persons_is_refused(tmp_path):
    fitted = people(3000, 1)
    found = run(attacked(tmp_path, leaking(0.5, fitted, 3000, 3), fitted, people(1500, 2)))

    for check in ("membership", "membership_overall", "membership_sure"):
        assert found[check].gates
        assert found[check].decision is Decision.REFUSED


def test_five_in_a_hundred_copied_are_recognised_for_sure_though_the_average_is_fine(tmp_path):
    fitted = people(3000, 1)
    found = run(attacked(tmp_path, leaking(0.05, fitted, 3000, 3), fitted, people(1500, 2)))

    assert found["membership_sure"].gates
    assert found["membership_sure"].decision is Decision.REFUSED
    assert found["membership_overall"].decision is not Decision.REFUSED


def test_an_independent_draw_betrays_nobody(tmp_path):
    found = run(attacked(tmp_path, people(3000, 3), people(3000, 1), people(1500, 2)))

    assert {finding.decision for finding in found.values() if finding.gates} == {Decision.ACCEPTED}
    assert [check for check, finding in found.items() if finding.gates] == ["membership"]


def test_only_the_group_whose_persons_were_learnt_is_shown(tmp_path):
    """All women of fifty to sixty are copied: seen among groups, with the column and not the value."""
    fitted = people(4000, 1)
    chosen = np.flatnonzero((fitted.persons["age"] > 45) & (fitted.persons["age"] <= 57))
    made = people(4000 - len(chosen), 3) + fitted.take(chosen)
    found = run(attacked(tmp_path, made, fitted, people(2000, 2), targets=4000))["membership_subgroup"]

    assert found.gates
    assert found.decision is Decision.REFUSED
    assert found.details["column"] == "P.age"


def test_a_holdout_is_needed(tmp_path):
    found = run(attacked(tmp_path, people(100, 3), people(100, 1), None))

    assert found["membership"].reasons == ("reason.no_holdout",)


def test_few_persons_are_inconclusive(tmp_path):
    found = run(attacked(tmp_path, people(60, 3), people(60, 1), people(20, 2)))

    assert found["membership"].decision is Decision.INCONCLUSIVE


@pytest.mark.parametrize("ties", [False, True])
def test_the_area_is_that_of_scikit_learn(ties):
    random = np.random.default_rng(1)
    members, others = random.normal(0.4, 1, 300), random.normal(0, 1, 200)
    if ties:
        members, others = members.round(), others.round()
    area, _ = auc(Scores("test", members, others))
    labels = np.concatenate([np.ones(300), np.zeros(200)])

    assert area == pytest.approx(roc_auc_score(labels, np.concatenate([members, others])))


def test_the_interval_of_the_advantage_covers_the_truth():
    truth, covered = 2 * norm.cdf(0.5 / np.sqrt(2)) - 1, 0
    for seed in range(1000):
        random = np.random.default_rng(seed)
        found = advantage(Scores("test", random.normal(0.5, 1, 250), random.normal(0, 1, 150)), 0.95)
        covered += found.lower <= truth <= found.upper

    assert covered >= 0.93 * 1000


def test_members_are_counted_above_the_score_that_few_others_exceed():
    scores = Scores("test", np.array([5.0, 9.0, 9.5, 11.0]), np.arange(10.0))
    hits, false = at_false_positives(scores, 0.1)

    assert (false.successes, false.targets) == (1, 10)
    assert (hits.successes, hits.targets) == (3, 4)
    assert at_false_positives(scores, 0.05)[0].successes == 2


def test_a_score_that_more_others_share_than_may_be_accused_hides_no_member():
    """Three members in ten have the best score, and twelve others in a hundred: of those, ten are accused."""
    members, others = np.repeat([1.0, 0.0], [300, 700]), np.repeat([1.0, 0.0], [12, 88])
    hits, false = at_false_positives(Scores("test", members, others), 0.1)

    assert (false.successes, false.targets) == (10, 100)
    assert (hits.successes, hits.targets) == (250, 1000)
    assert at_false_positives(Scores("test", members, others), 0.12)[0].successes == 300
    assert excess_at(Scores("test", members, others), 0.1, 0.95).upper > 0.15


@pytest.mark.parametrize(("members", "others"), [(75, 75), (1000, 75), (1000, 200)])
def test_a_leak_at_the_limit_passes_no_more_often_than_the_confidence_says(members, others):
    """However few others say from which score on persons are accused: that score is as uncertain as they."""
    limit, share = 0.09, 0.1
    shift, passed = norm.ppf(share + limit * (1 - share)) - norm.ppf(share), 0
    for seed in range(1000):
        random = np.random.default_rng(seed)
        scores = Scores("test", random.normal(shift, 1, members), random.normal(0, 1, others))
        passed += excess_at(scores, share, 0.95).upper <= limit

    assert passed <= 0.035 * 1000


def test_scores_that_tell_nothing_pass_at_usual_numbers():
    random = np.random.default_rng(5)
    draws = [Scores("test", random.normal(size=1000), random.normal(size=500)) for _ in range(200)]

    assert sum(excess_at(scores, 0.1, 0.95).upper <= 0.09 for scores in draws) >= 0.95 * 200
