"""A share of the persons: who is in, what becomes of the others, and what is said of it."""

import json

import pyarrow.parquet as pq
import pytest

from anonymize.keys import Keys
from anonymize.manifest import load, save
from anonymize.sample import sample
from profiles.errors import ProfileError
from release.engines import make
from tables.candidate import PERSON
from tables.staging import stage
from tests.anonymize import example


def keys(loaded, secret=example.SECRET) -> Keys:
    return Keys(secret.encode(), loaded.profile.id)


def drawn(folder, share, count=40, secret=example.SECRET, **changes):
    """The staged tables and those of the sample."""
    folder.mkdir(exist_ok=True)
    loaded = example.write(folder, example.document(sample=share, **changes), example.tables(count))
    staged = stage(loaded, folder / "staged")
    return staged, sample(loaded, staged, keys(loaded, secret), folder / "sample")


def rows(staged, table) -> list[dict]:
    return pq.read_table(staged.tables[table].path).to_pylist()


def persons(staged) -> set[str]:
    return {row[PERSON] for table in staged.tables for row in rows(staged, table)}


@pytest.mark.parametrize(("share", "count"), [(0.1, 40), (0.333, 40), (0.5, 15), (0.96, 20)])
def test_exactly_the_share_of_the_persons_is_drawn(tmp_path, share, count):
    staged, kept = drawn(tmp_path, share, count)
    assert len(persons(kept)) == round(share * count) == kept.sampled.persons
    assert persons(kept) < persons(staged)
    assert kept.sampled.source_persons == count


def test_the_rows_of_a_person_stay_or_go_together_and_keep_their_order(tmp_path):
    staged, kept = drawn(tmp_path, 0.3)
    inside = persons(kept)
    for table in staged.tables:
        expected = [row for row in rows(staged, table) if row[PERSON] in inside]
        names = [name for name in expected[0] if name not in ("mother", "from_nir", "from_number")]
        assert [[row[name] for name in names] for row in rows(kept, table)] == [
            [row[name] for name in names] for row in expected
        ]
        assert kept.tables[table].rows == len(expected)
        assert pq.read_schema(kept.tables[table].path).equals(pq.read_schema(staged.tables[table].path))


def test_references_to_persons_outside_become_null_and_no_other(tmp_path):
    staged, kept = drawn(tmp_path, 0.3)
    inside = {row["nir"] for row in rows(kept, "people")}
    before = {(row["nir"], row["number"]): row["from_nir"] for row in rows(staged, "acts")}
    for row in rows(kept, "acts"):
        pointed = before[row["nir"], row["number"]]
        assert row["from_nir"] == (pointed if pointed in inside else None)
    lost = sum(
        before[row["nir"], row["number"]] is not None and row["from_nir"] is None
        for row in rows(kept, "acts")
    )
    assert kept.nulled["acts", "from_nir"] == kept.nulled["acts", "from_number"] == lost > 0


def test_a_smaller_share_keeps_some_of_the_same_persons(tmp_path):
    few, more = (persons(drawn(tmp_path / word, share)[1]) for word, share in (("a", 0.2), ("b", 0.5)))
    assert few < more


def test_another_secret_draws_others_and_another_seed_does_not(tmp_path):
    first = persons(drawn(tmp_path / "a", 0.5)[1])
    assert persons(drawn(tmp_path / "b", 0.5, seed=8)[1]) == first
    assert persons(drawn(tmp_path / "c", 0.5, secret=example.SECRET[::-1])[1]) != first


def test_no_sample_leaves_the_tables_as_they_are(tmp_path):
    loaded = example.write(tmp_path, example.document(), example.tables(12))
    staged = stage(loaded, tmp_path / "staged")
    assert sample(loaded, staged, keys(loaded), tmp_path / "sample") is staged


def test_a_share_of_nobody_is_said(tmp_path):
    with pytest.raises(ProfileError, match="sample-nobody"):
        drawn(tmp_path, 0.01, 12)


@pytest.mark.parametrize("share", [0, 1, 1.5])
def test_a_share_is_above_nothing_and_below_all(tmp_path, share):
    with pytest.raises(ProfileError):
        drawn(tmp_path, share)


def test_a_sample_without_a_secret_is_a_mistake_of_the_profile(tmp_path):
    made = example.document(sample=0.5)
    del made["secret"]
    with pytest.raises(ProfileError) as caught:
        example.write(tmp_path, made, example.tables(12))
    assert "sample-secret" in {one.code for one in caught.value.errors}


def test_rare_values_and_classes_are_counted_on_the_persons_drawn(tmp_path):
    # 20 persons; a ward that 4 of them have is common in the source (3 are enough), not in every sample.
    data = example.tables(20)
    for row in data["stays"]:
        row["ward"] = "FEW" if row["nir"] in {example.nir(number) for number in range(4)} else "CARDIO"
    loaded = example.write(tmp_path, example.document(sample=0.5), data)
    staged, made = make(loaded, keys(loaded), tmp_path / "made", None)
    inside = persons(sample(loaded, staged, keys(loaded), tmp_path / "again"))
    few = len({example.nir(number) for number in range(4)} & inside)
    seen = pq.read_table(made.candidate.tables["stays"].path).column("ward").to_pylist()
    assert seen.count("FEW") == (2 * few if few >= 3 else 0)
    assert made.candidate.persons == 10
    assert persons(staged) > inside


def test_the_candidate_and_its_manifest_tell_of_the_sample(tmp_path):
    loaded = example.write(tmp_path, example.document(sample=0.25), example.tables(20))
    _, made = make(loaded, keys(loaded), tmp_path, None)
    save(made, loaded)
    again = load(tmp_path / "candidate", loaded).candidate
    assert again.sampled == made.candidate.sampled
    assert (again.sampled.share, again.sampled.persons, again.sampled.source_persons) == (0.25, 5, 20)
    assert (
        json.loads((tmp_path / "candidate" / "candidate.json").read_text())["candidate"]["sampled"]["share"]
        == 0.25
    )
    columns = {column.name: column for column in again.tables["acts"].columns}
    assert not columns["from_nir"].required
