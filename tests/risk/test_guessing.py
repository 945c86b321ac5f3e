"""Guessing a secret from its class: certainty must be seen, chance must not."""

import numpy as np
import pyarrow as pa
import pytest

from risk.guessing import certain_classes, code_distance, guess
from risk.labels import encode
from risk.secrets_seen import Marks


def of(values):
    return encode(pa.array(values))


def alone(whole):
    return Marks(np.arange(len(whole.codes)), whole.codes, whole.groups)


def attack(classes, secret, k=2, floor=2):
    whole = of(secret)
    return guess(of(classes), whole, alone(whole).with_rare(floor), k, random=np.random.default_rng(1))


def sets(persons):
    names = sorted({code for codes in persons for code in codes})
    pairs = [(person, names.index(code)) for person, codes in enumerate(persons) for code in codes]
    owners, codes = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return Marks(owners, codes, len(names)), of([sorted(codes) for codes in persons])


def test_a_class_that_tells_everything_is_a_risk_of_one():
    found = attack(["x"] * 30 + ["y"] * 30, ["a"] * 30 + ["b"] * 30)
    assert (found.success, found.prior, found.gain, found.certain) == (1.0, 0.5, 1.0, 1.0)
    assert found.beats_chance


def test_secrets_that_have_nothing_to_do_with_the_class_are_no_risk():
    random = np.random.default_rng(5)
    classes, secrets = random.integers(0, 80, 2000), random.integers(0, 4, 2000)
    found = attack(classes, secrets, k=11, floor=11)
    assert found.risk < 0.03
    assert found.success - found.prior > 0.08
    assert found.chance == pytest.approx(found.success, abs=0.03)


def test_many_independent_codes_are_no_risk_either():
    random = np.random.default_rng(6)
    persons = [set(random.choice(60, 3, replace=False).tolist()) for _ in range(3000)]
    marks, whole = sets(persons)
    found = guess(of(random.integers(0, 150, 3000)), whole, marks.with_rare(11), 11, random=random)
    assert found.risk < 0.03


def test_one_small_homogeneous_class_is_seen_among_a_thousand_persons():
    # twenty persons in a class, all with a diagnosis that nobody else has; the average hides them
    classes = ["rare"] * 20 + [str(number % 49) for number in range(980)]
    secrets = ["sick"] * 20 + [str(number % 8) for number in range(980)]
    found = attack(classes, secrets, k=11, floor=11)
    assert found.certain == 1.0
    assert found.certain_persons == 20
    assert found.gain == pytest.approx(1.0, abs=0.05)


def test_a_class_of_one_has_no_excuse_by_chance():
    # alone in their class: shuffling would guess everybody right too, and yet all is told
    found = attack(list(range(40)), ["a", "b"] * 20, k=11)
    assert (found.chance, found.gain, found.certain) == (0.5, 1.0, 1.0)


def test_everybody_with_the_same_secret_leaves_nothing_to_guess():
    found = attack(["x", "x", "y", "y"], ["a"] * 4)
    assert (found.prior, found.risk) == (1.0, 0.0)


def test_knowing_for_certain_what_most_people_have_is_no_disclosure():
    # class x is all "healthy", which is what a stranger says of anybody
    found = attack(
        ["x"] * 15 + ["y"] * 15, ["healthy"] * 15 + ["healthy", "healthy", "sick"] * 5, k=11, floor=5
    )
    assert found.certain == 0.0
    assert found.gain == 0.0


def test_a_code_that_all_members_carry_is_certain_though_their_sets_differ():
    persons = [{"hiv", str(number % 3)} for number in range(12)] + [{str(number % 3)} for number in range(60)]
    marks, whole = sets(persons)
    classes = of(["x"] * 12 + [str(number % 5) for number in range(60)])
    found = guess(classes, whole, marks.with_rare(11), 11, random=np.random.default_rng(1))
    assert found.certain == 1.0
    assert found.certain_persons == 12
    assert certain_classes(classes, marks).tolist() == [True] + [False] * 5


def test_a_class_in_which_nobody_has_what_most_people_have_is_certain_too():
    persons = [set() for _ in range(12)] + [{"flu"} for _ in range(60)]
    marks, whole = sets(persons)
    found = guess(of(["x"] * 12 + ["y"] * 60), whole, marks, 11, random=np.random.default_rng(1))
    assert (found.certain, found.certain_persons) == (1.0, 12)


def test_rare_codes_are_attacked_one_by_one_and_together():
    marks, _ = sets([{"a", "b"}, {"a"}, {"a"}, {"c"}])
    assert marks.with_rare(2).carriers.tolist() == [3, 1, 1, 2]
    assert marks.with_rare(1) is marks


def test_a_distance_takes_rare_codes_together():
    marks, _ = sets([{"a", "b"}, {"a"}, {"a"}, {"c"}])
    pooled = marks.pooled(2)
    assert pooled.groups == 2
    assert pooled.carriers.tolist() == [3, 2]


def test_the_distance_of_codes_is_that_of_the_worst_code_even_where_nobody_carries_it():
    # code a: 2 of 4 persons, class x 2 of 2, class y 0 of 2
    marks, _ = sets([{"a", "b"}, {"a", "b"}, {"b"}, {"b"}])
    assert code_distance(of(["x", "x", "y", "y"]), marks) == pytest.approx(0.5)
    # code a: 2 of 8, class x 2 of 5, class y 0 of 3: 0.25 away by absence
    marks, _ = sets([{"a"}, {"a"}, set(), set(), set(), set(), set(), set()])
    assert code_distance(of(["x"] * 5 + ["y"] * 3), marks) == pytest.approx(0.25)


def test_nobody_carrying_anything_is_no_risk():
    marks, whole = sets([set(), set(), set(), set()])
    found = guess(of(["x", "x", "y", "y"]), whole, marks, 2, random=np.random.default_rng(1))
    assert (found.risk, found.guessed) == (0.0, 1)


def test_the_same_seed_gives_the_same_numbers():
    random = np.random.default_rng(2)
    classes, secrets = random.integers(0, 9, 300), random.integers(0, 4, 300)
    assert attack(classes, secrets) == attack(classes, secrets)


def test_one_odd_member_does_not_hide_a_class():
    secrets = ["rare"] * 19 + ["usual"] + ["usual"] * 180 + ["rare"] * 1
    classes = ["village"] * 20 + ["town"] * 181

    found = attack(classes, secrets)

    assert found.certain_persons == 19
    assert found.certain == 19 / 20


def test_a_code_that_nine_in_ten_lack_though_most_people_have_it_is_certain():
    persons = [["common"]] * 2 + [["other"]] * 18 + [["common"]] * 60
    classes = ["village"] * 20 + ["town"] * 60

    marks, whole = sets(persons)
    found = guess(of(classes), whole, marks, 2, random=np.random.default_rng(1))

    assert (found.certain, found.certain_persons) == (1.0, 18)
