"""A key is promised only if the published rows keep it."""

import pyarrow as pa
import pytest

from release.facts import gather
from tables.candidate import PERSON
from tests.release.factories import acts, candidate_of, loaded_profile, patients, small_candidate, stays


def found(folder, **tables):
    loaded = loaded_profile(folder)
    return gather(candidate_of(loaded, folder / "work", tables), 11)


def replaced(table: pa.Table, name: str, values: list) -> pa.Table:
    position = table.column_names.index(name)
    return table.set_column(position, name, pa.array(values, table.schema.field(name).type))


def holds(facts, table):
    return [link.holds for link in facts[table].links]


def test_keys_that_hold_are_found_also_composite_nullable_and_to_the_table_itself(tmp_path):
    facts = gather(small_candidate(loaded_profile(tmp_path), tmp_path / "work"), 11)
    assert holds(facts, "STAYS") == [True]
    assert holds(facts, "ACTS") == [True, True, True]
    assert [facts[name].primary_key for name in facts] == [("ID",), ("ID", "NUM"), ("ACT",)]


def test_a_reference_to_an_absent_row_breaks_the_link(tmp_path):
    missing = found(tmp_path, PATIENTS=patients().slice(1), STAYS=stays(), ACTS=acts())
    assert holds(missing, "STAYS") == [False]


def test_a_reference_null_in_part_must_match_as_it_is(tmp_path):
    partly = replaced(acts(), "NUM", [None] * acts().num_rows)
    assert holds(found(tmp_path, PATIENTS=patients(), STAYS=stays(), ACTS=partly), "ACTS") == [
        True,
        False,
        True,
    ]


@pytest.mark.parametrize("side", ["STAYS", "ACTS"])
def test_a_link_needs_its_columns_on_both_sides(tmp_path, side):
    tables = {"PATIENTS": patients(), "STAYS": stays(), "ACTS": acts()}
    tables[side] = tables[side].drop_columns(["NUM"])
    assert holds(found(tmp_path, **tables), "ACTS") == [True, False, True]


def test_a_link_to_a_table_that_is_not_published_does_not_hold(tmp_path):
    assert holds(found(tmp_path, STAYS=stays()), "STAYS") == [False]


def test_a_primary_key_that_is_repeated_null_or_cut_is_not_promised(tmp_path):
    repeated = replaced(stays(), "NUM", [1] * stays().num_rows)
    null = replaced(patients(), "ID", [None, *patients()["ID"].to_pylist()[1:]])
    facts = found(tmp_path, PATIENTS=null, STAYS=repeated, ACTS=acts().drop_columns(["ACT"]))
    assert [facts[name].primary_key for name in facts] == [(), (), ()]


def test_the_person_column_plays_no_part_in_keys(tmp_path):
    same = replaced(patients(), PERSON, ["one"] * patients().num_rows)
    assert found(tmp_path, PATIENTS=same)["PATIENTS"].primary_key == ("ID",)
