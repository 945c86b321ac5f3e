"""What may come out of a column: hand-made columns of a few persons."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.model import Column
from synth.fitted.codes import encode_codes
from synth.fitted.conditional import draw, raked, tabulate
from synth.fitted.domains import LOST
from synth.fitted.frames import Nature, measures, raws_of
from synth.fitted.quantities import encode_numbers


def test_rare_codes_rise_to_the_class_that_enough_persons_have():
    codes = pa.array(["I10"] * 6 + ["E1121", "E1122", "E1130", "E118", "E119"] + ["K35"])
    found = encode_codes(codes, np.arange(12), 5)

    assert found.domain.labels.tolist() == ["E11", "I10"]
    assert found.index.tolist() == [2] * 6 + [1] * 5 + [LOST]
    assert (found.rare, found.raised, found.lost) == (6, 5, 1)


@pytest.mark.parametrize(("listed", "labels"), [(("I10", "E119"), ["I10"]), (("I10", "E11"), ["E11", "I10"])])
def test_a_rare_code_rises_to_a_class_that_the_profile_lists_only(listed, labels):
    codes = pa.array(["I10"] * 6 + ["E1121", "E1122", "E1130", "E118", "E119"])

    assert encode_codes(codes, np.arange(11), 5, None, listed).domain.labels.tolist() == labels


def test_a_class_that_is_itself_a_rare_code_is_not_used():
    codes = pa.array(["E112", "E113", "E114", "E115", "E11"])

    assert encode_codes(codes, np.arange(5), 5).domain.labels.tolist() == []


def test_rows_of_one_person_count_once():
    codes = pa.array(["a"] * 10 + ["b"] * 3)

    assert encode_codes(codes, np.array([0] * 10 + [1, 2, 3]), 3).domain.labels.tolist() == ["b"]


def test_a_nomenclature_freezes_the_codes():
    codes = pa.array(["A10BA02"] * 5 + ["A10BB01"] * 5)

    found = encode_codes(codes, np.arange(10), 2, ("A10BA02",))

    assert found.domain.labels.tolist() == ["A10BA02"]
    assert found.lost == 5


@given(st.lists(st.integers(0, 60), min_size=30, max_size=200), st.integers(2, 8))
def test_no_number_that_comes_out_is_one_that_few_persons_have(values, floor):
    numbers = np.array(values, dtype=float)
    found = encode_numbers(numbers, np.arange(len(numbers)), floor)
    unique, counts = np.unique(numbers, return_counts=True)

    assert not set(found.domain.values.tolist()) & set(unique[counts < floor].tolist())
    assert all(numbers.min() <= value <= numbers.max() for value in found.domain.values)


@given(st.lists(st.integers(18, 90), min_size=60, max_size=300), st.integers(2, 8))
def test_no_number_that_comes_out_is_beyond_what_enough_persons_have(values, floor):
    numbers = np.array(values, dtype=float)
    found = encode_numbers(numbers, np.arange(len(numbers)), floor, measured=True)

    for value in found.domain.values:
        assert (numbers <= value).sum() >= floor
        assert (numbers >= value).sum() >= floor


def test_every_age_of_a_dense_range_may_come_out_though_few_persons_have_each():
    ages = np.repeat(np.arange(20.0, 90.0), 3)
    found = encode_numbers(ages, np.arange(len(ages)), 11, measured=True)

    assert found.domain.values.tolist() == list(range(23, 87))
    assert found.rare == 6
    assert found.lost == 0


def test_lonely_numbers_amid_sparse_ones_do_not_come_out():
    amounts = np.array([10.0] * 20 + [5000.0 + 977 * place for place in range(20)] + [90000.0] * 20)
    found = encode_numbers(amounts, np.arange(60), 5, measured=True)

    assert not set(found.domain.values.tolist()) & set(amounts[20:40].tolist())


def test_numbers_that_may_name_things_keep_the_floor():
    wards = np.array([1.0] * 20 + [2.0] * 3 + [3.0] * 20 + [4.0] * 4 + [5.0] * 20)

    assert encode_numbers(wards, np.arange(67), 11).domain.values.tolist() == [1.0, 3.0, 5.0]


@pytest.mark.parametrize(
    ("name", "column", "measured"),
    [
        ("p.age", {"type": "integer", "unit": "ans"}, True),
        ("p.naissance", {"type": "year"}, True),
        ("p.montant", {"type": "number"}, True),
        ("p.service", {"type": "integer"}, False),
        ("p.etab_num", {"type": "number"}, False),
    ],
)
def test_whole_numbers_without_a_unit_may_name_things(name, column, measured):
    assert measures(name, Column.model_validate({"role": "other", **column})) is measured


def test_numbers_keep_their_order_and_their_gaps():
    found = encode_numbers(np.array([1.5] * 5 + [9.0] * 5 + [np.nan] * 5), np.arange(15), 5)

    assert found.domain.values.tolist() == [1.5, 9.0]
    assert found.index.tolist() == [1] * 5 + [2] * 5 + [0] * 5


def test_a_context_that_determines_stays_determined():
    key, value = np.repeat([0, 1], 20), np.repeat([3, 5], 20)
    persons = np.arange(40)
    levels = (tabulate(key, value, persons, 5), tabulate(key * 0, value, persons, 1))

    assert (draw(levels, [key, key * 0], np.random.default_rng(1)) == value).all()


def test_a_context_of_few_persons_is_not_learnt():
    level = tabulate(np.array([0] * 9 + [1] * 9), np.ones(18, np.int64), np.array([*range(9), *[20] * 9]), 5)

    assert level.keys.tolist() == [0]


def test_raking_gives_the_shares_of_the_source_whatever_the_rows():
    key, value = np.repeat([0, 1], 100), np.array([0] * 90 + [1] * 10 + [0] * 50 + [1] * 50)
    level = tabulate(key, value, np.arange(200), 5, least=1)
    rows = np.repeat([0, 1], [1000, 200])
    found = draw((raked(level, rows, 2),), [rows], np.random.default_rng(1))

    assert abs(found.mean() - 0.3) < 0.01


@pytest.mark.parametrize(
    ("values", "persons"),
    [
        ([*np.arange(100.0, 300.0), 44_444_444.0], np.arange(201)),
        ([*np.arange(100.0, 300.0), *[44_444_444.0] * 600], np.array([*range(200), *[200] * 600])),
        ([*np.arange(100.0, 300.0), *(44_444_444.0 + np.arange(600))], np.array([*range(200), *[200] * 600])),
    ],
    ids=["once", "in many rows", "in many rows, all different"],
)
def test_the_extreme_of_one_person_is_not_told_by_any_number(values, persons):
    found = encode_numbers(np.array(values), persons, 11, published=False)

    assert found.domain.values.max() < 300


def test_nothing_is_made_up_between_codes_that_are_numbers():
    codes = np.array([310025.0] * 60 + [458712.0] * 60 + [781200.0] * 6 + [990001.0] * 7)

    assert encode_numbers(codes, np.arange(133), 11).domain.values.tolist() == [310025.0, 458712.0]


def test_numbers_of_households_are_not_learnt_nor_those_that_nobody_learnt_from_has():
    households = np.delete(np.repeat(np.arange(200.0), 2), [50, 51, 90, 91])
    found = encode_numbers(households, np.arange(396), 11)

    assert found.domain.size == 1
    assert found.lost == 396


def test_numbers_of_households_have_no_wider_class():
    households = pa.array([f"F{one // 3:05d}" for one in range(300)])
    found = encode_codes(households, np.arange(300), 11)

    assert found.domain.labels.tolist() == []
    assert found.lost == 300


@pytest.mark.parametrize(
    ("values", "persons", "made_up"),
    [
        (np.arange(700_001.0, 700_401.0)[::2], np.arange(200), False),
        (np.repeat(np.arange(0.0, 100.0)[np.arange(100) % 10 < 9], 4), np.arange(360), False),
        (np.round(np.random.default_rng(1).normal(3000, 300, 4000)), np.arange(4000), True),
        (np.repeat(np.arange(0.0, 100.0)[np.arange(100) % 10 < 9], 4), np.arange(360) % 90, True),
    ],
    ids=["files", "households", "weights without a unit", "numbers that change within a person"],
)
def test_numbers_of_holders_are_told_from_others_by_their_evenness(values, persons, made_up):
    found = encode_numbers(values, persons, 11)

    assert bool(len(found.domain.values)) is made_up
    assert not set(found.domain.values.tolist()) & set(values.tolist()) or made_up


def _raw(values, **column):
    spec = Column.model_validate({"role": "other", "type": "integer", **column})
    return raws_of("t.diag_num", spec, pa.array(values, pa.int64()), person_level=False)[0].nature


def test_whole_numbers_that_are_too_long_to_be_measured_are_codes():
    assert _raw([2**60 + 1, 2**60 + 2, None]) is Nature.CODE


def test_whole_numbers_with_a_unit_are_none():
    far = [10, 500_000, 1_000_000]

    assert (_raw(far), _raw(far, unit="euros")) == (Nature.CODE, Nature.NUMBER)
