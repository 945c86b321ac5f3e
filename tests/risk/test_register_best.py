"""The tree finds those whom a score for everybody finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.registers.best import TIE, Tree
from risk.registers.exact import Facts
from risk.registers.grain import UNKNOWN, Equal, Within
from risk.registers.probabilistic import Picker
from risk.registers.weights import Weights, weights


def scales(seed: int, columns: int, persons: int, *, gaps: bool) -> tuple[Weights, ...]:
    random = np.random.default_rng(seed)
    compared = []
    for number in range(columns):
        width = int(random.integers(1, 2 + 3 * number))
        register, release = random.integers(0, width + 1, 30), random.integers(0, width, persons)
        if gaps:
            register[random.random(30) < 0.3] = UNKNOWN
            release[random.random(persons) < 0.3] = UNKNOWN
        if number == 1 and gaps:
            low = random.integers(0, 9, persons).astype(float)
            known = np.where(register < 0, np.nan, register.astype(float))
            compared.append(Within(str(number), known, known + 1, low, low + 2))
        else:
            compared.append(Equal(str(number), register, release))
    facts = Facts(np.arange(persons), tuple(compared), np.ones(columns, dtype=bool))
    return weights(facts, random)


def release_codes(weight: Weights) -> np.ndarray:
    one = weight.compared
    return one.release_low.astype(np.int64) if isinstance(one, Within) else one.release


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(1, 60), st.booleans())
def test_the_tree_gives_all_who_score_highest(seed: int, columns: int, persons: int, gaps: bool) -> None:
    scale = scales(seed, columns, persons, gaps=gaps)
    # The tree is of persons who differ on something.
    _, first = np.unique(np.column_stack([release_codes(one) for one in scale]), axis=0, return_index=True)
    scale = tuple(one.on_rows(first) for one in scale)
    tree = Tree([(release_codes(one), one.on_rows) for one in scale])
    for line in range(30):
        total = np.zeros(len(first)) + sum(weight.of_line(line) for weight in scale)
        best = np.flatnonzero(total >= total.max() - TIE)
        assert tree.best(line).tolist() == best.tolist()


@pytest.mark.parametrize("seed", range(5))
def test_a_picker_with_a_tree_picks_whom_a_score_for_everybody_picks(seed: int) -> None:
    random = np.random.default_rng(seed)
    compared = tuple(
        Equal(str(width), random.integers(0, width, 50), random.integers(0, width, 2_000))
        for width in (2, 5, 9, 30, 100, 300)
    )
    facts = Facts(np.arange(2_000), compared, np.ones(len(compared), dtype=bool))
    picker = Picker((facts,), 50, np.random.default_rng(1))
    scale = weights(facts, np.random.default_rng(1))
    for line in range(50):
        total = np.zeros(2_000) + sum(weight.of_line(line) for weight in scale)
        assert sorted(picker.fitting(line)) == np.flatnonzero(total >= total.max() - TIE).tolist()
