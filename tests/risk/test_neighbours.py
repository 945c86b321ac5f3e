"""What neighbours tell: counted as the definition says, and excused for codes only."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.guessing import guess
from risk.labels import combine, encode
from risk.neighbours import guessed_by_neighbours, likenesses
from tests.risk.test_guessing import sets


def of(values):
    return encode(pa.array(values))


def attack(ages, areas, persons):
    marks, whole = sets(persons)
    age, area = of(ages), of(areas)
    random = np.random.default_rng(1)
    return guess(combine([age, area]), whole, marks.with_rare(11), 11, random=random, likes=[age, area])


def test_neighbours_share_one_known_column_or_all_but_one():
    assert likenesses(["age"]) == []
    assert likenesses(["age", "sex"]) == [("age",), ("sex",)]
    assert likenesses(["age", "sex", "area"]) == [
        ("age",),
        ("sex",),
        ("area",),
        ("sex", "area"),
        ("age", "area"),
        ("age", "sex"),
    ]


def test_that_the_old_take_more_drugs_is_no_disclosure():
    # 90 % of the old and 10 % of the young, in every area alike
    random = np.random.default_rng(4)
    ages = ["old", "young"] * 1000
    persons = [
        {str(n), "drug"} if random.random() < (0.9 if n % 2 == 0 else 0.1) else {str(n)} for n in range(2000)
    ]
    found = attack(ages, [str(number // 2 % 20) for number in range(2000)], persons)
    assert found.plain_gain > 0.7
    assert found.gain < 0.03


def test_a_code_that_one_class_has_and_its_neighbours_have_not_is_a_disclosure():
    # ten of the eleven old of area 3 carry the code; others rarely do
    ages = ["old" if number % 2 else "young" for number in range(440)]
    areas = [str(number // 22) for number in range(440)]
    inside = [number for number in range(440) if ages[number] == "old" and areas[number] == "3"]
    persons = [{"hiv"} if number in inside[:10] else {str(number)} for number in range(440)]
    found = attack(ages, areas, persons)
    assert found.gain == pytest.approx((10 - 1) / 10)
    assert found.beats_chance


rows = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.sets(st.sampled_from("cd"))),
    min_size=1,
    max_size=30,
)


@given(rows)
def test_guesses_equal_the_definition(rows):
    ages, areas, persons = (list(column) for column in zip(*rows, strict=True))
    if not any(persons):
        persons[0] = {"c"}
    marks, _ = sets(persons)
    names = sorted({code for codes in persons for code in codes})
    classes, age = combine([of(ages), of(areas)]), of(ages)
    found = guessed_by_neighbours(classes, [age], marks)
    for number, code in enumerate(names):
        right = 0
        for me, codes in enumerate(persons):
            others = [
                persons[you] for you in range(len(rows)) if ages[you] == ages[me] and areas[you] != areas[me]
            ]
            guessed = 2 * sum(code in other for other in others) > len(others)
            right += guessed == (code in codes)
        assert found[number] == right
