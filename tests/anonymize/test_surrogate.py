"""Numbers that stand for identifiers."""

import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anonymize.keys import Keys
from profiles.model import Kind
from tests.anonymize import example
from tests.anonymize.helpers import KEYS, make, wait


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.one_of(st.none(), st.sampled_from("abcdefghij")), max_size=20))
def test_distinct_values_are_numbered_from_one_in_the_order_of_their_pseudonyms(tmp_path, values):
    pseudonym = KEYS.pseudonym("surrogate T.C")
    ordered = sorted({value for value in values if value is not None}, key=pseudonym)
    expected = [None if value is None else ordered.index(value) + 1 for value in values]
    assert wait(tmp_path, make("surrogate"), values) == (expected, 0)


def test_the_order_of_the_numbers_is_not_that_of_the_identifiers_and_depends_on_the_key(tmp_path):
    values = [f"{number:03d}" for number in range(50)]
    first, _ = wait(tmp_path / "a", make("surrogate"), values)
    other = make("surrogate", keys=Keys(b"another secret of more than 128 bits", "essai"))
    assert sorted(first) == list(range(1, 51))
    assert first != sorted(first)
    assert wait(tmp_path / "b", other, values)[0] != first


def test_an_integer_is_numbered_as_its_text(tmp_path):
    numbered, _ = wait(tmp_path / "a", make("surrogate", None, Kind.INTEGER), [7, 8, 7])
    assert numbered == wait(tmp_path / "b", make("surrogate"), ["7", "8", "7"])[0]


def test_tables_still_join_on_the_numbers_and_say_nothing_else(tmp_path):
    made = example.column(example.document(), "people", "nir", transform="surrogate")
    staged, done = example.run(tmp_path, made)
    rows = {name: pq.read_table(table.path).to_pylist() for name, table in done.transformed.tables.items()}
    source = {name: pq.read_table(table.path).to_pylist() for name, table in staged.tables.items()}
    number = {
        before["nir"]: after["nir"] for before, after in zip(source["people"], rows["people"], strict=True)
    }
    assert sorted(number.values()) == list(range(1, 13))
    for table in ("stays", "acts"):
        assert [row["nir"] for row in rows[table]] == [number[row["nir"]] for row in source[table]]
    assert [row["mother"] for row in rows["people"]] == [
        number.get(row["mother"]) for row in source["people"]
    ]


def test_a_key_that_says_surrogate_itself_shares_the_numbers_of_the_column_it_points_at(tmp_path):
    made = example.column(example.document(), "people", "nir", transform="surrogate")
    example.column(made, "stays", "nir", transform="surrogate")
    staged, done = example.run(tmp_path, made)
    people, stays = (
        pq.read_table(done.transformed.tables[name].path).to_pylist() for name in ("people", "stays")
    )
    source = pq.read_table(staged.tables["stays"].path).to_pylist()
    number = dict(zip((example.nir(n) for n in range(12)), (row["nir"] for row in people), strict=True))
    assert [row["nir"] for row in stays] == [number[row["nir"]] for row in source]
