"""Cells of columns, counted in tables or by sorting, and the rare persons that are drawn."""

import numpy as np
import pytest

from risk import rarity
from risk.rarity import Banded, Rare, drawn, shown, subsets, uniqueness


def columns(seed: int) -> list[Banded]:
    random = np.random.default_rng(seed)
    return [
        Banded(random.integers(0, groups, 60), random.integers(0, groups, 40), groups)
        for groups in (3, 9, 30)
    ]


def alone_by_hand(chosen: list[Banded], person: int) -> tuple[bool, int]:
    mine = [column.real[person] for column in chosen]
    real = sum(all(c.real[other] == m for c, m in zip(chosen, mine, strict=True)) for other in range(60))
    made = sum(all(c.made[other] == m for c, m in zip(chosen, mine, strict=True)) for other in range(40))
    return real == 1, made


@pytest.mark.parametrize("largest", [2**22, 50])
def test_who_is_alone_and_whom_they_meet_is_what_a_count_by_hand_says(monkeypatch, largest):
    """The same when cells are too many for a table and are sorted."""
    monkeypatch.setattr(rarity, "LARGEST", largest)
    made = columns(1)
    targets = np.arange(0, 60, 3)
    alone = np.zeros(60)
    for chosen in subsets(made):
        by_hand = [alone_by_hand(list(chosen), person) for person in range(60)]
        met, single = shown(chosen, targets)
        assert single.tolist() == [by_hand[person][0] for person in targets]
        assert met[single].tolist() == [by_hand[person][1] for person in targets if by_hand[person][0]]
        alone += [each[0] for each in by_hand]
    assert uniqueness(made).tolist() == alone.tolist()


def test_of_too_many_rare_persons_some_are_drawn_and_of_few_none_is_lost():
    rare = Rare(np.arange(0, 9000, 2), np.arange(0, 60, 3), 0.01)
    some = drawn(rare, 2000, np.random.default_rng(1))

    assert len(some.original) == 2000
    assert np.isin(some.original, rare.original).all()
    assert (np.diff(some.original) > 0).all()
    assert some.control.tolist() == rare.control.tolist()
    assert some.share == rare.share
