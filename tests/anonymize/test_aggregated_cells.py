"""Hidden cells of aggregated tables, against an intruder who tries every possible table."""

import numpy as np
import pytest

from anonymize.aggregated.audit import NotSolvedError, audit
from anonymize.aggregated.closure import close
from anonymize.aggregated.grid import Grid
from anonymize.aggregated.measure import (
    Asked,
    Measure,
    primary_cells,
    width_of_count,
    width_of_sum,
)
from anonymize.aggregated.protect import protect
from anonymize.aggregated.rules import additive, distinct
from tests.anonymize.aggregated_tables import possible_tables, shown_total, star, with_margins

REGIONS = np.array([0, 0, 0, 1, 1, 2, 2])
"""Total, two regions, two départements in each."""


def counts(grid: Grid, values: np.ndarray, asked: Asked) -> tuple[Measure, np.ndarray]:
    primary = primary_cells(values, np.zeros((0, len(values))), asked)
    return Measure("n", values, additive(grid, 1.0), True, width_of_count(values, primary, asked)), primary


def test_every_total_is_the_sum_of_its_parts() -> None:
    grid, values = with_margins(np.array([[3, 5], [7, 0], [2, 2], [1, 9]]), [REGIONS, star(2)])

    assert not (grid.relations.matrix @ values).any()
    assert grid.count == 7 + 7 + 6


def test_cell_without_its_total_is_refused() -> None:
    with pytest.raises(ValueError, match="missing total"):
        Grid((star(2),), np.array([[1], [2]])).relations.matrix.sum()


def test_one_hidden_cell_is_given_away_by_its_total() -> None:
    grid, values = with_margins(np.array([5, 40, 60]))
    measure, primary = counts(grid, values, Asked())

    found = audit(measure.rules, values, primary, measure.required[primary])

    assert primary.sum() == 1
    assert (found.low + 1, found.high + 1) == (5, 5)


@pytest.mark.parametrize("seed", range(12))
def test_intervals_are_those_of_every_possible_table(seed: int) -> None:
    random = np.random.default_rng(seed)
    leaves = random.integers(0, 4, (3, 3))
    leaves[0, 0] = 2
    grid, values = with_margins(leaves)
    cells = [tuple(cell) for cell in grid.cells.tolist()]
    hidden = dict.fromkeys(cells, False)
    hidden |= dict.fromkeys([cell for cell in cells if all(cell)][:6], True)
    flags = np.array([hidden[cell] for cell in cells])

    found = audit(additive(grid, 1.0), values, flags, np.zeros(flags.sum()), whole=True)

    tables = possible_tables(leaves, hidden, 7)
    chosen = [cell for cell in cells if hidden[cell]]
    low = [shown_total(tables, cell).min() for cell in chosen]
    high = [shown_total(tables, cell).max() for cell in chosen]
    assert found.low + 1 == pytest.approx(low)
    assert found.high + 1 == pytest.approx(high)


@pytest.mark.parametrize("seed", range(12))
def test_protected_table_keeps_every_hidden_cell_wide_for_who_tries_everything(seed: int) -> None:
    random = np.random.default_rng([seed, 5])
    leaves = random.integers(0, 7, (2, 3))
    leaves[1, 1] = 1
    asked = Asked(floor=2, protection=0.5)
    grid, values = with_margins(leaves)
    measure, primary = counts(grid, values, asked)

    gone = protect(grid, [measure], primary, np.sqrt(values))

    cells = [tuple(cell) for cell in grid.cells.tolist()]
    hidden = dict(zip(cells, gone.tolist(), strict=True))
    tables = possible_tables(leaves, hidden, 9)
    assert gone[primary].all()
    for cell, needed in zip(cells, measure.required, strict=True):
        if hidden[cell]:
            seen = shown_total(tables, cell)
            assert seen.max() - seen.min() >= needed


def test_square_of_hidden_cells_can_still_be_broken_and_is_repaired() -> None:
    # Each line and each column hides two cells, yet the hidden part has little room: 1 + 1.
    leaves = np.array([[1, 1, 50], [1, 1, 50], [50, 50, 50]])
    grid, values = with_margins(leaves)
    measure, primary = counts(grid, values, Asked())
    before = audit(measure.rules, values, primary, measure.required[primary])

    gone = protect(grid, [measure], primary, np.sqrt(values))

    after = audit(measure.rules, values, gone, measure.required[gone], whole=True)
    assert (before.width == 0).all()
    assert (after.width >= 11 - 1e-6).all()


def test_region_gives_its_only_hidden_departement_away_unless_another_goes() -> None:
    leaves = np.array([[4, 30], [50, 60], [70, 80], [90, 99]])
    grid, values = with_margins(leaves, [REGIONS, star(2)])
    measure, primary = counts(grid, values, Asked())

    gone = protect(grid, [measure], primary, np.sqrt(values))

    found = audit(measure.rules, values, gone, measure.required[gone], whole=True)
    assert primary.sum() == 1
    assert (found.width >= measure.required[gone] - 1e-6).all()
    assert gone.sum() <= 6


def test_witnesses_and_exact_intervals_agree_on_what_is_protected() -> None:
    random = np.random.default_rng(4)
    grid, values = with_margins(random.poisson(random.lognormal(2.5, 1, (8, 7, 3))))
    measure, primary = counts(grid, values, Asked())
    quick = audit(measure.rules, values, primary, measure.required[primary])
    whole = audit(measure.rules, values, primary, measure.required[primary], whole=True)

    needed = measure.required[primary] * (1 - 1e-6)
    assert ((quick.width >= needed) == (whole.width >= needed)).all()
    assert (quick.width <= whole.width + 1e-3).all()
    assert (whole.width < needed).any()


def test_distinct_persons_obey_looser_rules_than_sums() -> None:
    # Nine persons in each of two years, twelve in all: some came twice.
    grid, _ = with_margins(np.array([9, 9]))
    values = np.array([12.0, 9.0, 9.0])
    flags = np.array([False, True, False])

    loose = audit(distinct(grid, [False]), values, flags, np.zeros(1), whole=True)

    assert (loose.low + 1, loose.high + 1) == (3, 12)


def test_distinct_persons_add_up_where_each_has_one_member() -> None:
    grid, values = with_margins(np.array([9, 30]))
    flags = np.array([False, True, False])

    found = audit(distinct(grid, [True]), values, flags, np.zeros(1), whole=True)

    assert (found.low + 1, found.high + 1) == (9, 9)


def test_margins_that_contradict_each_other_have_no_interval() -> None:
    grid, values = with_margins(np.array([[9, 30], [20, 40]]))
    hidden = (grid.cells > 0).all(axis=1)
    values[0] += 7

    with pytest.raises(NotSolvedError):
        audit(additive(grid, 1.0), values, hidden, np.full(hidden.sum(), 11.0))


def test_one_person_who_makes_most_of_a_sum_hides_the_cell() -> None:
    persons, largest = np.array([40.0, 40.0, 10.0]), np.array([[0.86, 0.85, 0.2]])

    assert primary_cells(persons, largest, Asked()).tolist() == [True, False, True]


def test_width_of_a_sum_is_a_share_of_its_value_and_at_least_of_the_average_person() -> None:
    persons, values = np.array([100.0, 5.0, 95.0]), np.array([1000.0, 500.0, 500.0])
    primary = np.array([False, True, False])

    assert width_of_sum(values, persons, primary, Asked()).tolist() == [2, 100, 2]


def test_closure_hides_the_cheapest_cell_that_closes_a_cycle() -> None:
    leaves = np.array([[3, 40, 41], [42, 43, 44], [45, 46, 47]])
    grid, values = with_margins(leaves)
    measure, primary = counts(grid, values, Asked())

    gone = close(grid, [measure], primary, np.sqrt(values))

    assert sorted(values[gone].tolist()) == [3, 40, 42, 43]


def test_everything_goes_when_nothing_can_be_shown() -> None:
    grid, values = with_margins(np.array([[1, 2], [3, 1]]))
    measure, primary = counts(grid, values, Asked())

    assert protect(grid, [measure], primary, np.sqrt(values)).all()
