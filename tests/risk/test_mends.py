"""What a mend loses, what makes classes small, and how a change is written."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from anonymize.hierarchies.registry import SHIPPED
from profiles.catalogue import Lang
from profiles.model import Column, Order
from profiles.transforms import Transforms
from risk.findings import Decision
from risk.mends.bench import changed
from risk.mends.classes import Ladder, Lattice, shapley
from risk.mends.loss import penalty
from risk.mends.model import Change, snippet, yaml_value
from risk.mends.options import DROP, nested_options, other_options
from risk.mends.search import decision_after
from risk.mends.words import words
from tables.candidate import PERSON
from tests.risk.factories import finding, subject


def column(**words):
    return Column.model_validate({"role": "quasi", **words})


def written(folder, name, values, persons=None):
    path = folder / f"{name}.parquet"
    owners = persons or [str(number) for number in range(len(values))]
    pq.write_table(pa.table({"c": values, PERSON: owners}), path)
    return path


def test_the_loss_is_that_of_the_values_merged(tmp_path):
    leaves = written(tmp_path, "a", [1, 2, 3, 4, 5])
    shown = written(tmp_path, "b", ["1-2", "1-2", "3-4", "3-4", "5"])
    # Four cells of two leaves lose 1/4 each, the fifth nothing.
    assert penalty(leaves, shown) == pytest.approx((4 * 0.25 + 0) / 5)


def test_a_value_that_is_removed_is_lost_whole(tmp_path):
    leaves = written(tmp_path, "a", ["x", "x", "y", "z"])
    shown = written(tmp_path, "b", ["x", "x", None, None])
    assert penalty(leaves, shown) == pytest.approx(0.5)


def test_each_person_counts_once_in_the_loss(tmp_path):
    owners = ["p", "p", "p", "q"]
    leaves = written(tmp_path, "a", ["x", "x", "x", "y"], owners)
    shown = written(tmp_path, "b", ["x", "x", "x", None], owners)
    assert penalty(leaves, shown) == pytest.approx(0.5)


def lattice(*columns, k=2, persons=None):
    arrays = [np.array(one, dtype=np.int64) for one in columns]
    ladders = tuple(
        Ladder(f"t.c{place}", (None, DROP), (one, np.zeros_like(one)), (int(one.max()) + 1, 1), (0.0, 1.0))
        for place, one in enumerate(arrays)
    )
    counts = np.ones(len(arrays[0]), dtype=np.int64) if persons is None else np.array(persons)
    return Lattice(ladders, counts, k)


def test_the_column_that_tells_everybody_apart_is_the_cause():
    found = lattice([0, 1, 2, 3], [0, 0, 0, 0])
    assert shapley(found, np.random.default_rng(1)).tolist() == [1.0, 0.0]


def test_two_columns_that_matter_only_together_share_the_blame():
    found = lattice([0, 0, 1, 1], [0, 1, 0, 1])
    assert shapley(found, np.random.default_rng(1)).tolist() == [0.5, 0.5]


def test_the_descent_gives_back_what_is_harmless():
    found = lattice([0, 1, 2, 3], [0, 0, 1, 1])
    assert found.below((0, 0)) == 4
    assert found.descend(0) == (1, 0)


def test_no_descent_where_even_nobody_is_enough():
    assert lattice([0, 0], [0, 0], k=5).descend(0) is None


def test_widths_are_nested_and_end_with_nothing():
    options = nested_options(column(type="integer"), 90.0)
    widths = [one["bin"]["width"] for one in options[:-1]]
    assert widths == [5, 10, 20, 40, 80]
    assert all(wide % narrow == 0 for narrow, wide in pairwise(widths))
    assert options[-1] == DROP


def test_a_date_climbs_from_where_it_is():
    shifted = column(type="date", transform={"shift": {}, "truncate": {"to": "month"}})
    options = nested_options(shifted, None)
    assert [one["truncate"]["to"] for one in options[:-1]] == ["quarter", "year", "year", "year"]
    assert all("shift" in one for one in options[:-1])


def test_a_time_of_day_is_left_out_before_its_day():
    shifted = column(type="datetime", transform={"shift": {"days": 30}})
    assert nested_options(shifted, None)[0] == {"shift": {"days": 30}, "truncate": {"to": "day"}}
    assert nested_options(column(type="date"), None)[0] == {"truncate": {"to": "month"}}


def test_a_code_climbs_its_hierarchy_else_loses_its_end():
    options = nested_options(column(nomenclature="atc"), None)
    assert [one["generalize"]["level"] for one in options if one != DROP] == list(SHIPPED["atc"].levels[1:])
    assert nested_options(column(transform={"generalize": {"prefix": 3}}), None)[:2] == [
        {"generalize": {"prefix": 2}},
        {"generalize": {"prefix": 1}},
    ]


def test_every_option_is_a_transform_that_a_profile_may_hold():
    for one in (
        column(type="number", transform={"bin": {"edges": [0, 1, 2, 3, 4]}}),
        column(type="year"),
        column(transform={"suppress_rare": {"persons": 11}}),
    ):
        for option in (*nested_options(one, 70.0), *other_options(one, 11)):
            Transforms.model_validate(option)


def test_a_change_is_written_as_the_profile_would():
    change = Change(("tables", "IR_BEN_R", "columns", "BEN_NAI_ANN", "transform"), {"bin": {"width": 5}})
    assert snippet((change, Change(("anonymity", "suppression"), 0.05))) == (
        "tables:\n  IR_BEN_R:\n    columns:\n      BEN_NAI_ANN:\n        transform: {bin: {width: 5}}\n"
        "anonymity:\n  suppression: 0.05"
    )
    assert yaml_value({"drop": {}}) == "drop"
    assert yaml_value(["a", "01"]) == '[a, "01"]'


def test_an_attack_that_failed_on_a_trial_proves_no_mend():
    failed = {"classes_inference": finding("classes_inference", Decision.INCONCLUSIVE)}

    assert decision_after(failed, "classes_inference:T.secret") is Decision.INCONCLUSIVE
    assert decision_after({}, "classes_inference:T.secret") is Decision.ACCEPTED


def test_a_check_is_proven_by_its_own_finding():
    found = {
        "register": finding("register", Decision.REFUSED),
        "register:staff": finding("register:staff", Decision.ACCEPTED),
    }

    assert decision_after(found, "register:staff") is Decision.ACCEPTED


def test_an_order_is_changed_as_any_key_of_the_profile(tmp_path):
    one = subject(tmp_path, {"T": {"a": ["x"]}}, {"T": {"a": "other"}}).profile
    table = one.tables["T"].model_copy(update={"order": Order.INPUT})
    change = Change(("tables", "T", "order"), "pseudonym")

    mended = changed(one.model_copy(update={"tables": {"T": table}}), change)

    assert (change.column, mended.tables["T"].order) == (None, Order.PSEUDONYM)
    assert snippet((change,)) == "tables:\n  T:\n    order: pseudonym"
    assert words(change, Lang.EN) == "sort the rows of T by the secret key"
