"""How a column becomes what an intruder guesses."""

from datetime import date

import pyarrow as pa
import pytest

from risk.person_view import PersonView
from risk.secrets_seen import see


def view(values):
    return PersonView(pa.table({"__person": [f"p{number}" for number in range(len(values))], "T.C": values}))


def test_text_is_guessed_as_it_is():
    secret = see(view(["a", "b", "a", None]), "T.C")
    assert secret.whole.sizes.tolist() == [2, 1, 1]
    assert secret.ranked is None
    assert not secret.is_set


def test_a_few_numbers_are_guessed_as_they_are_and_keep_their_order():
    secret = see(view([30, 10, 20, None]), "T.C")
    assert secret.whole.groups == 4
    assert secret.ranked.codes.tolist() == [2, 0, 1, -1]


def test_many_numbers_are_guessed_to_their_tenth():
    secret = see(view(pa.array([*range(100), None])), "T.C")
    assert sorted(secret.whole.sizes.tolist()) == [1, *[10] * 10]


def test_ties_stay_in_one_tenth():
    secret = see(view(pa.array([0] * 500 + list(range(1, 501)))), "T.C")
    assert secret.whole.sizes[secret.whole.codes[0]] == 500


def test_dates_have_an_order():
    secret = see(view([date(2020, 1, 2), date(2019, 1, 2), None]), "T.C")
    assert secret.ranked.codes.tolist() == [1, 0, -1]


def test_a_set_is_guessed_whole_and_code_by_code():
    secret = see(view(pa.array([["a", "b"], ["a"], [], ["a", "b"]])), "T.C")
    assert secret.is_set
    assert sorted(secret.whole.sizes.tolist()) == [1, 1, 2]
    assert sorted(secret.marks.carriers.tolist()) == [2, 3]


def test_sets_of_many_numbers_are_guessed_by_tenths():
    secret = see(view(pa.array([[float(n), float(n) + 0.5] for n in range(50)])), "T.C")
    assert secret.marks.groups == 10
    assert secret.marks.carriers.tolist() == pytest.approx([5] * 10)


def test_nobody_with_a_value_is_one_secret_for_all():
    assert see(view(pa.array([None, None], pa.int64())), "T.C").whole.groups == 1
    assert see(view(pa.array([[], []], pa.list_(pa.string()))), "T.C").marks.groups == 0
