"""The search from a profile: what is published is judged by counting rows."""

import csv
from collections import Counter
from math import exp, log
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from anonymize.pipeline import Anonymized, anonymize
from profiles.errors import ProfileError, SourceError
from profiles.loading import load_profile
from tables.staging import stage

AGES = [20, 21, 22, 23, 24, 40, 41, 42, 61, 62, 63, 64]
PLACES = "75001 75002 75003 69001 69002 69003 13001 13002 13003 75001 75002 69001".split()  # noqa: SIM905


def profile(anonymity, age=None, place=None, **more) -> dict:
    columns = {
        "age": {"role": "quasi", "type": "integer", "transform": {"search": age or {"widths": [5, 10, 20]}}},
        "place": {"role": "quasi", "transform": {"search": place or {"prefix": [3, 2]}}},
        "ward": {"role": "sensitive"},
        **more,
    }
    return {
        "version": 1,
        "id": "essai",
        "title": "Essai",
        "seed": 1,
        "tables": {"people": {"source": {"path": "people.csv"}, "columns": columns}},
        "anonymity": {**anonymity, "why": "twelve made-up persons, for a test"},
    }


def run(folder: Path, document: dict, extra=None) -> Anonymized:
    rows = [
        {"age": str(age), "place": place, "ward": "AB"[number % 2], **(extra[number] if extra else {})}
        for number, (age, place) in enumerate(zip(AGES, PLACES, strict=True))
    ]
    with (folder / "people.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    path = folder / "profil.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    loaded = load_profile(path, {})
    return anonymize(loaded, stage(loaded, folder / "staged"), None, folder / "made")


def published(made: Anonymized) -> list[dict]:
    return pq.read_table(made.candidate.tables["people"].path).to_pylist()


@pytest.mark.parametrize("method", ["local", "global"])
def test_every_published_combination_is_shared_by_k_persons(tmp_path, method):
    made = run(tmp_path, profile({"k": 3, "method": method}))
    rows = published(made)
    assert len(rows) == 12
    assert min(Counter((row["age"], row["place"]) for row in rows).values()) >= 3
    assert made.candidate.searched.method == method
    assert made.candidate.searched.left_out == made.candidate.suppressed_persons == 0


def test_global_gives_each_column_one_level_and_proves_it(tmp_path):
    levels = {"people.place": 2, "people.age": [0, 4]}
    made = run(tmp_path, profile({"k": 3, "method": "global", "levels": levels}))
    found = made.candidate.searched
    assert {row["place"] for row in published(made)} == {"75", "69", "13"}
    assert found.proven
    assert found.columns[1].level == 2
    assert found.bound == found.loss


def test_other_known_columns_keep_their_value_and_count_in_the_classes(tmp_path):
    extra = [{"sex": "MF"[number // 2 % 2]} for number in range(12)]
    made = run(tmp_path, profile({"k": 3}, sex={"role": "quasi"}), extra)
    rows = published(made)
    assert {row["sex"] for row in rows} == {"M", "F"}
    assert min(Counter((row["age"], row["place"], row["sex"]) for row in rows).values()) >= 3


def test_l_is_reached_in_every_class(tmp_path):
    made = run(tmp_path, profile({"k": 2, "l": {"people.ward": 2}}))
    seen = {(row["age"], row["place"], row["ward"]) for row in published(made)}
    assert min(Counter(row[:2] for row in seen).values()) == 2


@pytest.mark.parametrize("method", ["local", "global"])
@pytest.mark.parametrize("asked", [{"entropy": 1.8}, {"recursive": {"c": 2, "l": 2}}])
def test_other_kinds_of_l_are_reached_in_every_class(tmp_path, method, asked):
    made = run(tmp_path, profile({"k": 2, "method": method, "l": {"people.ward": asked}}))
    classes: dict[tuple[str, str], Counter[str]] = {}
    for row in published(made):
        classes.setdefault((row["age"], row["place"]), Counter())[row["ward"]] += 1
    for wards in classes.values():
        counts = sorted(wards.values(), reverse=True)
        if "entropy" in asked:
            shares = [count / sum(counts) for count in counts]
            assert exp(-sum(share * log(share) for share in shares)) >= 1.8
        else:
            assert counts[0] < 2 * sum(counts[1:])


def test_a_missing_value_is_a_value_of_its_own_under_the_root(tmp_path):
    extra = [{"note": "x" if number < 4 else "" if number < 8 else "y"} for number in range(12)]
    document = profile(
        {"k": 4, "levels": {"people.age": 4, "people.place": 3}},
        age={"widths": [5, 10, 20]},
        note={"role": "quasi", "transform": {"search": {"prefix": [1]}}},
    )
    rows = published(run(tmp_path, document, extra))
    assert Counter(row["note"] for row in rows) == {"x": 4, None: 4, "y": 4}
    assert {row["age"] for row in rows} == {"*"}


def test_a_hierarchy_that_misses_a_value_stops_the_run(tmp_path):
    (tmp_path / "h.csv").write_text("75001;75;*\n", encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        run(tmp_path, profile({"k": 2}, place={"hierarchy": "h.csv"}))
    assert caught.value.code == "search-value-unknown"
    assert caught.value.facts["count"] == 8


def test_a_value_with_two_parents_stops_the_run(tmp_path):
    lines = [f"{place};{place[:2]};*\n" for place in sorted(set(PLACES))]
    (tmp_path / "h.csv").write_text("".join([*lines, "75001;69;*\n"]), encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        run(tmp_path, profile({"k": 2}, place={"hierarchy": "h.csv"}))
    assert caught.value.code == "hierarchy-two-parents"


@pytest.mark.parametrize(
    ("anonymity", "code"),
    [
        ({"k": 13}, "search-k-persons"),
        ({"k": 2, "l": {"people.ward": 3}}, "search-l-values"),
        ({"k": 2, "l": {"people.ward": {"entropy": 2.1}}}, "search-l-values"),
        ({"k": 2, "l": {"people.ward": {"recursive": {"c": 9, "l": 3}}}}, "search-l-values"),
        ({"k": 2, "l": {"people.age": 2}}, "search-l-known"),
        ({"k": 2, "t": {"people.age": 0.5}}, "search-l-known"),
        ({"k": 2, "levels": {"people.age": 9}}, "search-level-unknown"),
        ({"k": 3, "levels": {"people.age": 0, "people.place": 0}}, "search-unreachable"),
        ({"k": 3, "method": "global", "levels": {"people.age": 0}}, "search-unreachable"),
        ({"k": 2, "levels": {"people.age": [2, 1]}}, "search-levels-order"),
        ({"k": 2, "levels": {"people.ward": 1}}, "search-not-searched"),
        ({"k": 2, "weights": {"people.ward": 1}}, "search-not-searched"),
    ],
)
def test_what_cannot_be_reached_is_said(tmp_path, anonymity, code):
    with pytest.raises(ProfileError) as caught:
        run(tmp_path, profile(anonymity))
    assert code in {caught.value.code, *(one.code for one in getattr(caught.value, "errors", ()))}


@pytest.mark.parametrize(
    ("column", "code"),
    [
        ({"role": "other", "transform": {"search": {"prefix": [1]}}}, "search-role"),
        ({"role": "quasi", "transform": {"search": {"prefix": [1, 2]}}}, "search-order"),
        ({"role": "quasi", "transform": {"search": {"prefix": [1], "widths": [1]}}}, "search-way"),
        ({"role": "quasi", "type": "integer", "transform": {"search": {"widths": [5, 12]}}}, "search-order"),
    ],
)
def test_a_column_that_cannot_be_searched_is_a_mistake_of_the_profile(tmp_path, column, code):
    with pytest.raises(ProfileError) as caught:
        run(tmp_path, profile({"k": 2}, ward=column))
    assert code in {caught.value.code, *(one.code for one in getattr(caught.value, "errors", ()))}


def test_a_table_with_several_rows_a_person_is_refused(tmp_path):
    document = profile({"k": 2}, id={"role": "direct", "transform": "drop"})
    document["tables"]["people"]["person"] = ["id"]
    with pytest.raises(ProfileError) as caught:
        run(tmp_path, document, [{"id": str(number // 2)} for number in range(12)])
    assert caught.value.code == "search-several-rows"
