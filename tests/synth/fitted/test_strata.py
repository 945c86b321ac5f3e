"""Shares by age and sex: learnt from enough persons on both sides, and drawn as they were learnt."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.fitted.conditional import tabulate
from synth.fitted.domains import Domain, Encoded
from synth.fitted.families import groups_of, in_order
from synth.fitted.people import draw_people, fit_people
from synth.fitted.strata import TIMES, Cut, Margins, draw_held, find_axes, systematic
from tests.synth.fitted.source import FLOOR, PERSONS, model, parts, real, synthetic

SEXES, AGES = Domain(labels=np.array(["1", "2"])), Domain(values=np.arange(60.0), starts=np.arange(61))


def population(size: int, seed: int = 1) -> dict[str, np.ndarray]:
    """Indices of a sex, an age, and an illness that women of the last fifteen years alone often have."""
    random = np.random.default_rng(seed)
    sex, age = random.integers(1, 3, size), random.integers(1, 61, size)
    ill = random.random(size) < np.where((sex == 2) & (age > 45), 0.4, 0.1)
    return {"sex": sex, "age": age, "ill": 1 + ill.astype(np.int64)}


@given(st.integers(100, 3000), st.integers(2, 15), st.integers(0, 5))
def test_strata_are_ranges_of_age_of_one_sex_and_of_enough_persons(size, floor, seed):
    index = population(size, seed)
    axes = find_axes("sex", "age", index, size, floor)
    found = axes.of(index, size)

    for one in range(int(axes.strata.max()) + 1):
        rows, columns = np.nonzero(axes.strata == one)
        assert len(set(rows.tolist())) == 1
        assert columns.tolist() == list(range(columns[0], columns[-1] + 1))
        assert (found == one).sum() >= TIMES * floor


@given(st.integers(300, 3000), st.integers(2, 15), st.integers(0, 5))
def test_no_share_rests_on_fewer_persons_than_the_floor_on_either_side(size, floor, seed):
    index = population(size, seed)
    margins = Margins("sex", "age", {name: index[name] for name in ("sex", "age")}, size, floor)
    rare = 1 + (np.arange(size) % 50 == 3)
    for name, target in (("ill", index["ill"]), ("goes with it", index["ill"]), ("rare", rare)):
        index[name] = target.astype(np.int64)
        margin = margins.add(name, index[name])
        if margin is None:
            continue
        cell = margin.cell_of(index, size)
        for one, share in enumerate(margin.shares):
            high = int((index[name][cell == one] == 2).sum())
            assert floor <= high <= (cell == one).sum() - floor
            assert share == pytest.approx(high / (cell == one).sum())


def test_column_is_held_on_both_sides_of_the_one_that_it_goes_with():
    index = population(4000)
    random = np.random.default_rng(2)
    index["drug"] = 1 + (random.random(4000) < np.where(index["ill"] == 2, 0.7, 0.05)).astype(np.int64)
    margins = Margins("sex", "age", {name: index[name] for name in ("sex", "age")}, 4000, FLOOR)
    first, second = (margins.add(name, index[name]) for name in ("ill", "drug"))

    assert first is not None
    assert second is not None
    assert (first.partner.column, second.partner) == ("", Cut("ill", 1))
    cell = second.cell_of(index, 4000)
    for side in (1, 2):
        shares = second.shares[np.unique(cell[(index["ill"] == side) & (cell >= 0)])]
        assert np.all(shares > 0.5) if side == 2 else np.all(shares < 0.2)


@given(st.floats(0.02, 0.9), st.integers(0, 20))
def test_every_range_of_ages_has_as_many_as_expected_but_for_one(chance, seed):
    random = np.random.default_rng(seed)
    ages = random.integers(0, 40, 1000)
    taken = systematic(np.full(1000, chance), ages, random)

    for last in range(40):
        below = ages <= last
        assert abs(taken[below].sum() - chance * below.sum()) < 1 + 1e-6


def test_share_that_the_tree_does_not_tell_is_drawn_in_its_cell():
    index = population(8000)
    margins = Margins("sex", "age", {name: index[name] for name in ("sex", "age")}, 8000, FLOOR)
    margin = margins.add("ill", index["ill"])
    nothing = np.zeros(8000, np.int64)
    level = tabulate(nothing, index["ill"], np.arange(8000), FLOOR, least=1)
    assert margin is not None

    others = population(5000, 2)
    alike = (others["sex"] << 32) + others["age"]
    found = draw_held(
        margin, level, nothing[:5000], others, np.ones(5000, bool), alike, np.random.default_rng(3)
    )

    for people, drawn in (((2, 45, 60), 0.4), ((2, 0, 45), 0.1), ((1, 45, 60), 0.1)):
        sex, first, last = people
        rows = (others["sex"] == sex) & (others["age"] > first) & (others["age"] <= last)
        learnt = (index["sex"] == sex) & (index["age"] > first) & (index["age"] <= last)
        assert (found[rows] == 2).mean() == pytest.approx((index["ill"][learnt] == 2).mean(), abs=0.01)
        assert (found[rows] == 2).mean() == pytest.approx(drawn, abs=0.04)


def test_age_and_sex_are_drawn_first_wherever_they_stand_and_what_goes_together_is_held():
    index = population(3000)
    random = np.random.default_rng(2)
    index["drug"] = 1 + (random.random(3000) < np.where(index["ill"] == 2, 0.7, 0.05)).astype(np.int64)
    index["town"] = random.integers(1, 6, 3000)
    domains = {
        "town": Domain(labels=np.array(["a", "b", "c", "d", "e"])),
        "ill": SEXES,
        "age": AGES,
        "sex": SEXES,
        "drug": SEXES,
    }
    order = ("town", "age", "sex", "ill", "drug")
    columns = {name: Encoded(domains[name], index[name]) for name in order}
    people = fit_people(columns, {}, {}, {}, FLOOR, FLOOR, 1)

    assert [one.name for one in people] == ["age", "sex", "town", "ill", "drug"]
    assert [one.margin is None for one in people] == [True, True, True, False, False]
    drawn = draw_people(people, 3000, np.random.default_rng(1))
    old = (drawn.index["sex"] == 2) & (drawn.index["age"] > 45)
    assert (drawn.index["ill"][old] == 2).mean() == pytest.approx(0.4, abs=0.05)


def test_what_goes_with_something_is_drawn_before_what_goes_with_nothing():
    random = np.random.default_rng(1)
    ill = random.random(500) < 0.3
    counts = {one: random.poisson(1, 500).astype(float) for one in (1, 2, 3, 0)}
    counts[3] = 2.0 * ill

    order = list(in_order({"care": counts}, {"ill": Encoded(SEXES, 1 + ill.astype(np.int64))}))

    assert order[:2] == [("care", 1), ("care", 3)]
    assert order[-1] == ("care", 0)


def test_families_of_one_class_make_a_group():
    codes = ["A10BA02", "C07AB07", "A10BB09", "J01CA04", "J01FA09", "N02BE01"]
    family = np.array([1, 2, 3, 4, 0, 5])

    assert groups_of(pa.array(codes), family) == {1: 0, 3: 0}
    assert groups_of(pa.array(["rouge", "roux", "vert", "bleu", "noir", "gris"]), family) == {}
    assert groups_of(None, family) == {}


def test_illness_keeps_its_share_in_each_age_and_sex():
    shares = []
    for one, kept in ((real, True), (synthetic, False)):
        people, ill = one("IR_BEN_R"), one("IR_IMB_R")
        who = np.isin(
            np.array(people["__person"].to_pylist()),
            [
                person
                for person, number in zip(
                    ill["__person"].to_pylist(), ill["IMB_ALD_NUM"].to_pylist(), strict=True
                )
                if number == "8"
            ],
        )
        learnt = np.isin(np.array(people["__person"].to_pylist()), parts().fitted.to_pylist()) | (not kept)
        age = (2023 - np.asarray(people["BEN_NAI_ANN"])) // 15
        cell = age * 2 + (np.array(people["BEN_SEX_COD"].to_pylist()) == "2")
        shares.append((np.bincount(cell[learnt], who[learnt], 16), np.bincount(cell[learnt], minlength=16)))

    (ill, persons), (drawn, everyone) = shares
    large = persons > 150
    assert large.sum() >= 6
    assert everyone.sum() == PERSONS
    assert np.abs(ill / np.maximum(persons, 1) - drawn / np.maximum(everyone, 1))[large].max() < 0.02


def test_model_holds_no_share_of_few_persons():
    held = [column.margin for column in model().people if column.margin is not None]

    assert len(held) >= 5
    for margin in held:
        least = FLOOR / model().persons
        assert ((margin.shares >= least) & (margin.shares <= 1 - least)).all()
