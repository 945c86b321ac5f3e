"""Secrets that vary too little, without a search: counted in SQL, against counts by hand."""

from collections import Counter
from math import exp, log

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from anonymize.diversity import alike_sql
from profiles.errors import ProfileError
from profiles.model import Anonymity, Diversity
from tables.candidate import PERSON
from tables.duck import connect
from tests.anonymize import example
from tests.anonymize.test_suppression import with_odd_ones

AREA = ["a"] * 6 + ["b"] * 6 + [None] * 2
ILL = [*"xxxyyz", *"xxyyzz", "x", None]


def alike(folder, asked) -> set[str | None]:
    """Areas whose persons are found to be too much alike."""
    people = [f"p{number:02}" for number in range(len(AREA))]
    path = folder / "t.parquet"
    pq.write_table(pa.table({PERSON: people, "area": AREA, "ill": ILL}), path)
    with connect(folder) as con:
        sql = alike_sql(con, {"t": path}, [("t", "area")], ("t", "ill"), Diversity.model_validate(asked))
        found = {person for (person,) in con.execute(sql).fetchall()}
    return {area for person, area in zip(people, AREA, strict=True) if person in found}


@pytest.mark.parametrize(
    ("asked", "areas"),
    [
        (2, set()),
        (3, {None}),
        ({"entropy": 2}, set()),
        ({"entropy": 2.76}, {"a", None}),
        ({"entropy": 3}, {"a", None}),
        ({"recursive": {"c": 1, "l": 2}}, {"a", None}),
        ({"recursive": {"c": 1.1, "l": 2}}, set()),
        ({"recursive": {"c": 1.1, "l": 3}}, {"a", None}),
        ({"recursive": {"c": 99, "l": 4}}, {"a", "b", None}),
    ],
)
def test_classes_are_judged_as_by_hand(tmp_path, asked, areas):
    assert alike(tmp_path, asked) == areas


def test_entropy_agrees_with_the_formula(tmp_path):
    shares = [count / 6 for count in Counter(ILL[:6]).values()]
    limit = exp(-sum(share * log(share) for share in shares))
    assert "a" not in alike(tmp_path, {"entropy": limit - 1e-6})
    assert "a" in alike(tmp_path, {"entropy": limit + 1e-6})


def test_persons_whose_like_share_one_secret_are_left_out(tmp_path):
    data = with_odd_ones(4, 6)
    wards = {example.nir(number): "AB"[number // 2 % 2] for number in range(12)}
    wards |= {example.nir(4): "A", example.nir(6): "A"}
    for stay in data["stays"]:
        stay["ward"] = wards[stay["nir"]]
    limits = {"k": 2, "suppression": 0.2, "l": {"stays.ward": 2}}
    _, done = example.run(tmp_path, example.document(), data, anonymity=Anonymity.model_validate(limits))
    assert done.candidate.suppressed_persons == 2
    births = pq.read_table(done.candidate.tables["people"].path).column("birth").to_pylist()
    assert len(set(births)) == 1


def test_more_values_than_the_column_has_is_said_without_a_search_too(tmp_path):
    limits = Anonymity.model_validate({"k": 2, "l": {"stays.ward": 99}})
    with pytest.raises(ProfileError, match="search-l-values"):
        example.run(tmp_path, example.document(), anonymity=limits)
