"""Copies among synthetic persons: all of them, one of them, and none where there is none."""

import numpy as np
import pyarrow as pa
import pytest

from risk.attackers.copies import Copies
from risk.copying import isolated, isolated_copies, whole_copies
from risk.embedding import Points, embed
from risk.findings import Decision, Finding
from risk.near_copies import near_copies_of_rare
from risk.statistics import excess_risk
from risk.subject import Subject
from risk.traits import traits_of
from tests.risk.leaks import People, attacked, leaking, people


def run(of: Subject) -> dict[str, Finding]:
    return {found.check: found for found in Copies().run(of)}


def decisions(found: dict[str, Finding]) -> set[Decision]:
    """Those that take part in the verdict."""
    return {finding.decision for finding in found.values() if finding.gates}


def with_person(of: People, **values: object) -> People:
    """One more person, with these values and no event."""
    extra = of.take(np.array([0]))
    for name, value in values.items():
        extra.persons[name][0] = value
    alone = People(
        extra.persons, {name: column[:0] for name, column in extra.events.items()}, extra.owner[:0]
    )
    return of + alone


@pytest.mark.parametrize("share", [0.02, 0.05, 0.1, 0.5])
def test_the_share_of_copies_is_found_and_one_copy_is_one_too_many(tmp_path, share):
    fitted, apart = people(3000, 1), people(750, 2)
    found = run(attacked(tmp_path, leaking(share, fitted, 3000, 3), fitted, apart))

    assert found["copies"].lower <= share <= found["copies"].upper
    assert found["copies"].upper - found["copies"].lower < 0.06
    assert found["copies_alone"].decision is Decision.REFUSED
    assert found["copies_alone"].reasons == ("reason.persons_copied",)
    assert share * 3000 >= found["copies_alone"].details["copied"] >= 0.3 * share * 3000


def test_an_independent_draw_holds_no_copy(tmp_path):
    found = run(attacked(tmp_path, people(3000, 3), people(3000, 1), people(750, 2)))

    assert decisions(found) == {Decision.ACCEPTED}
    assert found["copies"].lower == 0
    assert found["copies_alone"].details["copied"] == 0
    assert not found["copies_near"].gates
    assert not found["copies_rare"].gates
    assert not found["copies_values"].gates
    assert not found["copies_events"].gates


def test_one_outlier_among_ten_thousand_that_is_copied_is_seen(tmp_path):
    outlier = {"age": 119, "sex": "1", "ill": "no", "town": "t59", "weight": 248.0, "cost": 990_000.0}
    fitted, made = with_person(people(9999, 1), **outlier), with_person(people(9999, 3), **outlier)
    found = run(attacked(tmp_path, made, fitted, people(2500, 2)))

    assert found["copies_alone"].decision is Decision.REFUSED
    assert found["copies_alone"].details["isolated"] == 1
    assert found["copies"].decision is Decision.ACCEPTED
    assert not found["copies_near"].gates


def test_the_same_outlier_not_copied_is_not_seen(tmp_path):
    outlier = {"age": 119, "sex": "1", "ill": "no", "town": "t59", "weight": 248.0, "cost": 990_000.0}
    found = run(attacked(tmp_path, people(3000, 3), with_person(people(2999, 1), **outlier), people(750, 2)))

    assert decisions(found) == {Decision.ACCEPTED}


def test_records_that_eleven_real_persons_share_are_no_copies(tmp_path):
    """Fifty kinds of persons, each twenty times in the source: to have them all again tells of nobody."""
    kinds = people(50, 1)
    fitted, apart = kinds.take(np.repeat(np.arange(50), 20)), kinds.take(np.repeat(np.arange(50), 5))
    found = run(attacked(tmp_path, kinds.take(np.repeat(np.arange(50), 30)), fitted, apart))

    assert decisions(found) == {Decision.ACCEPTED}
    assert found["copies"].details["matched"] == 0


def test_near_copies_are_refused_though_no_value_is_whole(tmp_path):
    fitted = people(3000, 1)
    made = fitted.take(np.arange(3000))
    made.persons["weight"] += 0.15
    made.persons["cost"] += 0.5
    found = run(attacked(tmp_path, made, fitted, people(750, 2)))

    assert found["copies"].decision is Decision.ACCEPTED
    assert found["copies_near"].gates
    assert found["copies_near"].decision is Decision.REFUSED


def test_values_that_one_person_has_are_refused_though_persons_are_mixed(tmp_path):
    """Each column is shuffled on its own: nobody is copied, but everybody's exact cost is there."""
    fitted, random = people(3000, 1), np.random.default_rng(5)
    made = fitted.take(np.arange(3000))
    for values in made.persons.values():
        random.shuffle(values)
    found = run(attacked(tmp_path, made, fitted, people(750, 2)))

    assert found["copies_alone"].details["copied"] == 0
    assert found["copies_values"].gates
    assert found["copies_values"].decision is Decision.REFUSED


def test_courses_of_care_are_refused_though_persons_and_dates_are_new(tmp_path):
    """New persons, who start at another date and take other quantities, but go the way of a fitted one."""
    fitted, new = people(3000, 1), people(3000, 3)
    copied, random = fitted.take(np.arange(3000)), np.random.default_rng(5)
    copied.events["day"] = copied.events["day"] + random.integers(-90, 90, 3000)[copied.owner]
    copied.events["boxes"] = random.integers(1, 6, len(copied.owner))
    made = People(new.persons, copied.events, copied.owner)
    found = run(attacked(tmp_path, made, fitted, people(750, 2)))

    assert found["copies_alone"].details["copied"] == 0
    assert found["copies_events"].gates
    assert found["copies_events"].decision is Decision.REFUSED


def test_a_holdout_is_needed(tmp_path):
    found = run(attacked(tmp_path, people(100, 3), people(100, 1), None))

    assert found["copies"].decision is Decision.INCONCLUSIVE
    assert found["copies"].reasons == ("reason.no_holdout",)


def test_real_tables_are_not_attacked(tmp_path):
    data = people(100, 1)
    of = attacked(tmp_path, data, data, people(50, 2))
    real = of.candidate.__class__(**{**of.candidate.__dict__, "nature": "real"})

    assert Copies().applies(of)
    assert not Copies().applies(Subject(of.profile, of.policy, real))


def test_chance_is_counted_by_hand():
    """Ten fitted and five holdout persons; by chance a record of the one is as good as one of the other."""
    fitted, apart = np.arange(10), np.arange(10, 15)
    copied = whole_copies([fitted, np.array([0, 1, 2, 3, 99, 98]), apart], 11, 0.95)
    by_chance = whole_copies([fitted, np.array([0, 1, 2, 3, 10, 11]), apart], 11, 0.95)

    assert (copied.matched, copied.by_chance) == (4, 0)
    assert copied.share.estimate == pytest.approx(4 / 6)
    assert (by_chance.matched, by_chance.by_chance) == (4, pytest.approx(4))
    assert by_chance.share.estimate == pytest.approx(0)


def test_only_whom_chance_would_not_repeat_is_isolated():
    """Forty points in a row and one far away; a copy of the far one is told from a copy in the crowd."""
    random = np.random.default_rng(1)
    places = np.concatenate([random.normal(0, 1, (400, 6)), np.full((1, 6), 30.0)]).astype(np.float32)
    apart = random.normal(0, 1, (100, 6)).astype(np.float32)
    records = [np.arange(401), np.array([400]), np.arange(500, 600)]

    assert isolated_copies(records, Points(places, places[:1], apart), random) == 1
    crowd = [np.arange(401) // 2, np.array([100]), np.arange(500, 600)]
    assert isolated_copies(crowd, Points(places, places[:1], apart), random) == 0


def near(fitted, made, apart):
    """Rare persons of ages and costs, and who of them has a near copy."""
    parts = [pa.table({"age": part[0], "cost": part[1]}) for part in (fitted, made, apart)]
    return near_copies_of_rare(traits_of(*parts), np.random.default_rng(1))


def test_near_copies_of_rare_persons_are_counted_by_hand():
    """Costs from 0 to 100: within about two they are nearly equal. At 90 and 50 there are two alike."""
    fitted = ([40.0] * 6, [0.0, 10.0, 20.0, 90.0, 91.0, 100.0])
    apart = ([40.0] * 4, [30.0, 40.0, 50.0, 51.0])
    made = ([40.0] * 4, [10.5, 41.0, 90.5, 25.0])

    found = near(fitted, made, apart)

    assert (found.attack.successes, found.attack.targets) == (1, 4)
    assert (found.control.successes, found.control.targets) == (1, 2)
    assert found.held.tolist() == [False, True, False, False, False, False]


def test_a_near_copy_has_the_same_categories_and_the_same_missing_values():
    def table(town, cost):
        return pa.table({"town": pa.array(town), "cost": pa.array(cost, pa.float64())})

    real = table(["x", "y", "x", "y"], [0.0, 50.0, 100.0, None])
    made = table(["y", "y", "x", "x"], [0.0, 50.5, None, 99.5])

    found = near_copies_of_rare(traits_of(real, made, table(["x"], [30.0])), np.random.default_rng(1))

    assert found.held.tolist() == [False, True, True, False]


def test_persons_who_are_all_alike_have_no_rare_one_among_them():
    same = ([40.0] * 50, [7.0] * 50)

    assert near(same, same, same).attack.targets == 0


def few_columns(count, seed):
    random = np.random.default_rng(seed)
    cost = np.exp(random.normal(6, 1.2, count)).round(2)
    return np.clip(random.normal(55, 18, count), 0, 100).round(), cost


def test_rare_persons_nearly_copied_are_seen_on_two_columns():
    fitted, apart, other = (few_columns(2000, seed) for seed in (1, 2, 3))
    copied = fitted[0], fitted[1] * 1.002

    learnt, drawn = near(fitted, copied, apart), near(fitted, other, apart)

    assert excess_risk(learnt.attack, learnt.control, 0.95).lower > 0.5
    assert excess_risk(drawn.attack, drawn.control, 0.95).lower == 0


def test_one_outlier_that_is_nearly_copied_is_seen(tmp_path):
    outlier = {"age": 119, "sex": "1", "ill": "no", "town": "t59", "weight": 248.0, "cost": 990_000.0}
    nearly = outlier | {"weight": 248.1, "cost": 989_000.0}
    fitted, made = with_person(people(2000, 1), **outlier), with_person(people(2000, 3), **nearly)
    found = run(attacked(tmp_path, made, fitted, people(500, 2)))

    assert found["copies_alone"].decision is Decision.ACCEPTED
    assert found["copies_rare"].reasons == ("reason.persons_nearly_copied",)
    assert found["copies_rare"].details["isolated"] == 1


def continuous(persons, seed):
    """Persons with four numbers, a sex and a town, none of whom is like another."""
    random = np.random.default_rng([persons, seed])
    columns = {f"number{place}": random.normal(0, 1, persons) for place in range(4)}
    columns |= {"sex": random.integers(0, 2, persons).astype(str)}
    return pa.table(columns | {"town": random.integers(0, 8, persons).astype(str)})


def test_where_everybody_is_rare_a_near_copy_by_chance_isolates_nobody():
    near, alone = 0, 0
    for seed in range(10):
        traits = traits_of(*(continuous(2000, 3 * seed + place) for place in range(3)))
        random = np.random.default_rng(seed)
        found = near_copies_of_rare(traits, random)
        near += found.attack.successes
        alone += isolated(found.held, found.alike, embed(traits, seed), 2000, random)

    assert near > 0
    assert alone == 0
