"""Persons left out so that the others are k, and what becomes of those who pointed at them."""

import copy
from typing import Any

import pyarrow.parquet as pq
import pytest

from anonymize.keys import Keys
from profiles.model import Anonymity
from tables.candidate import PERSON, Candidate
from tests.anonymize import example


def rows(candidate: Candidate, table: str) -> list[dict]:
    return pq.read_table(candidate.tables[table].path).to_pylist()


def with_odd_ones(*odd: int, count: int = 12) -> dict[str, example.Rows]:
    """The tables, where some persons are born in another half-century."""
    data = example.tables(count)
    for person in odd:
        data["people"][person]["birth"] = "2001"
    return data


def pseudonym(person: int) -> str:
    return Keys(example.SECRET.encode(), "hopital").pseudonym("people.nir")(example.nir(person))


def test_a_person_alone_in_its_class_is_left_out_of_every_table(tmp_path):
    made = example.document()
    _, done = example.run(tmp_path, made, with_odd_ones(5), anonymity=Anonymity(k=2, suppression=0.1))
    assert (done.transformed.persons, done.candidate.persons, done.candidate.suppressed_persons) == (
        12,
        11,
        1,
    )
    assert len(rows(done.transformed, "people")) == 12
    for table in ("people", "stays", "acts"):
        assert pseudonym(5) not in {row["nir"] for row in rows(done.candidate, table)}
        assert done.candidate.tables[table].rows == len(rows(done.candidate, table))
    assert [len(rows(done.candidate, table)) for table in ("people", "stays", "acts")] == [11, 22, 22]


def test_references_of_others_to_a_person_left_out_become_null_together(tmp_path):
    made = example.document()
    _, done = example.run(tmp_path, made, with_odd_ones(5), anonymity=Anonymity(k=2, suppression=0.1))
    acts = {(row["nir"], row["number"]): row for row in rows(done.candidate, "acts")}
    emptied = acts[pseudonym(4), 2]
    assert (emptied["from_nir"], emptied["from_number"]) == (None, None)
    assert acts[pseudonym(3), 2]["from_nir"] == pseudonym(4)
    assert done.candidate.notes["nulled_references:acts.from_nir"] == 1
    assert done.candidate.notes["nulled_references:acts.from_number"] == 1


def test_a_mother_left_out_leaves_her_children_without_a_mother(tmp_path):
    made = example.document()
    _, done = example.run(tmp_path, made, with_odd_ones(11), anonymity=Anonymity(k=2, suppression=0.1))
    assert [row["mother"] for row in rows(done.candidate, "people")] == [None] * 11
    assert done.candidate.notes["nulled_references:people.mother"] == 3


def test_nobody_is_left_out_beyond_the_share_allowed(tmp_path):
    made = example.document()
    _, done = example.run(tmp_path, made, with_odd_ones(4, 5), anonymity=Anonymity(k=2, suppression=0.1))
    assert done.candidate.suppressed_persons == 0
    assert len(rows(done.candidate, "people")) == 12


def test_the_share_allowed_may_be_reached_exactly(tmp_path):
    made = example.document()
    made["tables"]["people"]["columns"]["birth"]["transform"] = {"bin": {"width": 1}}
    data = example.tables(100)
    for person, row in enumerate(data["people"]):
        row |= {"sex": "1", "mother": "", "birth": str(1900 + person) if person < 29 else "1950"}
    _, done = example.run(tmp_path, made, data, anonymity=Anonymity(k=2, suppression=0.29))
    assert (done.candidate.suppressed_persons, done.candidate.persons) == (29, 71)


def test_without_a_declared_k_nobody_is_left_out(tmp_path):
    _, done = example.run(tmp_path, example.document(), with_odd_ones(5))
    assert done.candidate.suppressed_persons == 0


def test_a_missing_value_is_a_class_of_its_own(tmp_path):
    made = example.document()
    data = example.tables()
    data["people"][5]["sex"] = ""
    _, done = example.run(tmp_path, made, data, anonymity=Anonymity(k=2, suppression=0.1))
    assert done.candidate.suppressed_persons == 1
    data["people"][7]["sex"] = ""
    _, done = example.run(tmp_path / "two", made, data, anonymity=Anonymity(k=2, suppression=0.1))
    assert done.candidate.suppressed_persons == 0


def test_declared_events_count_as_a_set_whatever_their_order(tmp_path):
    made = example.document(risk={"knowledge": ["people.sex", "acts.code"], "secrets": []})
    data = example.tables()
    for row in data["acts"]:
        row["code"] = "AAA" if row["number"] == "1" else "BBB"
    data["acts"][0]["code"], data["acts"][1]["code"] = "BBB", "AAA"
    _, same = example.run(tmp_path, made, data, anonymity=Anonymity(k=2, suppression=0.1))
    assert same.candidate.suppressed_persons == 0
    data["acts"][0]["code"] = "CCC"
    _, other = example.run(tmp_path / "other", made, data, anonymity=Anonymity(k=2, suppression=0.1))
    assert other.candidate.suppressed_persons == 1


def test_a_person_whose_class_changes_once_another_is_gone_is_left_out_too(tmp_path):
    """Everybody came from a first stay of somebody; once person 5 is gone, person 4 came from nowhere."""
    made = example.document(risk={"knowledge": ["acts.from_number"], "secrets": []})
    data = with_odd_ones(5)
    for row in data["acts"]:
        if row["from_nir"]:
            row["from_nir"] = example.nir(5 if row["nir"] == example.nir(4) else 0)
    _, done = example.run(tmp_path, made, data, anonymity=Anonymity(k=2, suppression=0.2))
    kept = {row["nir"] for row in rows(done.candidate, "people")}
    assert kept == {pseudonym(person) for person in range(12) if person not in (4, 5)}
    assert done.candidate.suppressed_persons == 2


NOTES: dict[str, Any] = {
    "source": {"path": "notes.csv"},
    "foreign_keys": [
        {"columns": ["nir"], "references": "people"},
        {"columns": ["a", "b", "c", "d"], "references": "acts", "optional": True},
    ],
    "columns": {
        "nir": {"role": "direct", "transform": "inherit"},
        "a": {"role": "direct", "transform": "inherit"},
        "b": {"role": "other", "type": "integer", "transform": "inherit"},
        "c": {"role": "direct", "transform": "inherit"},
        "d": {"role": "other", "type": "integer", "transform": "inherit"},
        "text": {"role": "other"},
    },
}
"""Notes of person 8 on the act of each person that came from a stay of the next one."""


def with_notes(primary_key: list[str]) -> tuple[dict, dict[str, example.Rows]]:
    """Acts that are named by the stay they came from, and notes that point at these acts."""
    made = example.document()
    acts = made["tables"]["acts"]
    acts["primary_key"] = ["nir", "number", "from_nir", "from_number"]
    acts["foreign_keys"][1]["optional"] = False
    notes = copy.deepcopy(NOTES) | {"primary_key": primary_key}
    notes["foreign_keys"][1]["optional"] = not primary_key
    # Before what it points at, so that one look at each table is not enough.
    made["tables"] = {"notes": notes, **made["tables"]}
    data = with_odd_ones(5)
    data["acts"] = [row for row in data["acts"] if row["from_nir"]]
    data["notes"] = [
        {
            "nir": example.nir(8),
            "a": row["nir"],
            "b": row["number"],
            "c": row["from_nir"],
            "d": row["from_number"],
            "text": str(place),
        }
        for place, row in enumerate(data["acts"])
    ]
    return made, data


@pytest.mark.parametrize(
    ("primary_key", "kept", "emptied"), [([], 12, {"4", "5"}), (["a", "b", "c", "d"], 10, set())]
)
def test_a_row_goes_when_a_reference_that_names_it_vanished_and_so_on(tmp_path, primary_key, kept, emptied):
    made, data = with_notes(primary_key)
    _, done = example.run(tmp_path, made, data, anonymity=Anonymity(k=2, suppression=0.1))
    acts = {row["nir"] for row in rows(done.candidate, "acts")}
    assert acts == {pseudonym(person) for person in range(12) if person not in (4, 5)}
    notes = rows(done.candidate, "notes")
    assert len(notes) == kept
    assert {row["text"] for row in notes if row["a"] is None} == emptied


@pytest.mark.parametrize("k", [2, 3, 6])
def test_every_class_that_remains_has_k_persons(tmp_path, k):
    made = example.document()
    data = with_odd_ones(1, 3, 5, 6, 8)
    _, done = example.run(tmp_path, made, data, anonymity=Anonymity(k=k, suppression=1))
    sizes: dict[tuple, int] = {}
    for row in rows(done.candidate, "people"):
        sizes[row["sex"], row["birth"]] = sizes.get((row["sex"], row["birth"]), 0) + 1
    assert all(size >= k for size in sizes.values())
    assert {row[PERSON] for row in rows(done.candidate, "acts")} == {
        row[PERSON] for row in rows(done.candidate, "people")
    }
