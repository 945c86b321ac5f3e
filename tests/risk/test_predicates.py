"""Predicates are those of anonymeter, counted on integers; several of them on one person count for less."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from anonymeter.evaluators import singling_out_evaluator as library

from risk.anonymeter_adapter.frames import encode
from risk.anonymeter_adapter.predicates import Mode, Predicates, Table, make, match, tables
from risk.decide import Evidence, decide
from risk.findings import Decision
from risk.statistics import Interval, Rate, effective_targets
from tests.risk.anonymeter_bare import our_singling_out, with_nulls


def people(count, seed):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "size": random.normal(170, 10, count).round(0),
            "visits": random.gamma(2, 5, count).round(1),
            "place": random.choice([f"p{number}" for number in range(60)], count),
        }
    )
    return with_nulls(frame, 0.02, seed)


def ranked(frame):
    return tables(encode(frame, frame), np.random.default_rng(1))["candidate"]


def of_polars(table):
    """The same ranks as the library wants them."""
    columns = {}
    for place, (ranks, is_category) in enumerate(zip(table.columns, table.categories, strict=True)):
        plain = pl.Series(ranks.astype(np.int64))
        columns[f"c{place}"] = plain.cast(pl.String) if is_category else plain.replace(-1, None)
    return pl.DataFrame(columns)


def by_hand(table, predicates):
    """Persons whom each predicate matches, condition by condition."""
    found = []
    for columns, low, high in zip(predicates.columns, predicates.low, predicates.high, strict=True):
        right = np.ones(table.rows, dtype=bool)
        for column, least, most in zip(columns, low, high, strict=True):
            right &= (table.columns[column] >= least) & (table.columns[column] <= most)
        found.append(np.flatnonzero(right))
    return found


def test_predicates_on_one_column_are_all_those_of_the_library():
    table = ranked(people(400, 1))
    theirs = library.univariate_singling_out_queries(of_polars(table), 10**6, np.random.default_rng(1))
    ours = make(table, Mode.UNIVARIATE, 10**6, np.random.default_rng(1))
    assert ours.existing == len({str(query) for query in theirs}) > 80


def test_predicates_on_several_columns_isolate_as_often_as_those_of_the_library():
    frames = [people(1500, seed) for seed in (1, 2)]
    both = tables(encode(*frames), np.random.default_rng(1))
    asked, random = 400, np.random.default_rng(3)
    theirs = library.multivariate_singling_out_queries(of_polars(both["candidate"]), asked, 3, 10_000, random)
    ours = make(both["candidate"], Mode.MULTIVARIATE, asked, random)
    alone = (ours.on(both["original"]).counts == 1).mean()
    counted = of_polars(both["original"]).select(
        [query.cast(pl.Int64).sum().alias(str(place)) for place, query in enumerate(theirs)]
    )
    assert len(theirs) == ours.existing == asked
    assert alone == pytest.approx((np.array(counted.row(0)) == 1).mean(), abs=0.08)


@pytest.mark.parametrize("mode", Mode)
def test_each_predicate_isolates_the_record_it_names(mode):
    table = ranked(people(600, 2))
    made = make(table, mode, 200, np.random.default_rng(5))
    found = [rows for part in made.chosen for rows in by_hand(table, part)]
    assert [rows.tolist() for rows in found] == [[record] for record in made.records]


def test_counts_are_those_of_each_condition_and_stop_at_the_limit(monkeypatch):
    monkeypatch.setattr("risk.anonymeter_adapter.predicates.FIRST", 2)
    random = np.random.default_rng(6)
    table = Table(tuple(random.integers(-1, 4, 300).astype(np.int32) for _ in range(3)), (False,) * 3)
    columns = np.array([random.permutation(3)[:2] for _ in range(80)])
    low = random.integers(-1, 4, (80, 2)).astype(np.int32)
    some = Predicates(columns, low, low + random.integers(0, 2, (80, 2)).astype(np.int32))
    truth = by_hand(table, some)
    assert match(table, some).counts.tolist() == [len(rows) for rows in truth]
    assert match(table, some, 2).counts.tolist() == [min(2, len(rows)) for rows in truth]
    one = [place for place, rows in enumerate(truth) if len(rows) == 1]
    assert match(table, some, 2).records[one].tolist() == [int(truth[place][0]) for place in one]


@pytest.mark.parametrize(
    ("clusters", "expected"),
    [([1, 2, 3, 4], 4), ([1, 1, 1, 1], 1), ([1, 1, 2, 2], 2), ([1, 1, 1, 2], 1.6), ([], 0)],
)
def test_tries_at_the_same_person_count_for_less(clusters, expected):
    assert effective_targets(clusters) == expected


def test_bounds_and_too_few_targets_rest_on_the_effective_number():
    assert Rate(0, 400, 10.0).upper(0.95) == Rate(0, 10).upper(0.95) > Rate(0, 400).upper(0.95)
    assert Rate(100, 400, 40.0).lower(0.95) == Rate(10, 40).lower(0.95)
    assert Rate(100, 400, 40.0).exact_upper(0.95) == pytest.approx(Rate(10, 40).exact_upper(0.95))
    passing = Evidence(Interval(0.0, 0.0, 0.05), 0.09, 400, 400, confidence=0.95)
    assert decide(passing)[0] is Decision.ACCEPTED
    few = Evidence(Interval(0.0, 0.0, 0.05), 0.09, 400, 400, confidence=0.95, effective=38.0)
    assert decide(few) == (Decision.INCONCLUSIVE, ("reason.too_few_targets",))


def test_predicates_that_all_isolate_one_person_are_one_try():
    # One person is extreme in every column; all the others are equal two by two.
    common = np.repeat(np.arange(50), 2)
    frame = pd.DataFrame({name: np.append(common, 99) for name in "abcdef"})
    found = our_singling_out(frame, frame, asked=12, mode=Mode.UNIVARIATE)
    assert (found.attack.successes, found.attack.targets) == (12, 12)
    assert found.attack.effective == 1
    assert found.details["persons_isolated"] == 1


def test_predicates_that_isolate_different_persons_count_as_many():
    frame = pd.DataFrame({"a": [f"v{number}" for number in range(100)], "b": ["x", "y"] * 50})
    found = our_singling_out(frame, frame, asked=100, mode=Mode.UNIVARIATE)
    assert found.attack.effective == found.attack.targets == found.details["persons_isolated"] == 100
