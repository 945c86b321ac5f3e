"""A small made-up OMOP data set, described by the shipped base alone, goes all the way. About 15 seconds."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml

from profiles.merging import shipped_bases
from tests.conftest import Ran

BASE = yaml.load(shipped_bases()["omop"], yaml.BaseLoader)["tables"]
PERSONS, VISITS = 300, 900
EVENTS = {
    "condition_occurrence": ("condition_concept_id", (201826, 320128, 255573, 4329847)),
    "drug_exposure": ("drug_concept_id", (1503297, 1308216, 1545958)),
    "procedure_occurrence": ("procedure_concept_id", (4163872, 4336464)),
    "measurement": ("measurement_concept_id", (3004249, 3012888, 3025315)),
    "observation": ("observation_concept_id", (4275495, 40766945)),
}


def rows() -> dict[str, list[dict[str, Any]]]:
    """What is known of each row; other columns stay empty, but for texts of the source, which tell."""
    random = np.random.default_rng(5)
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in BASE}
    for person in range(1, PERSONS + 1):
        found["person"].append(
            {
                "person_id": person,
                "gender_concept_id": random.choice([8507, 8532]),
                "year_of_birth": int(random.integers(1930, 2005)),
                "month_of_birth": int(random.integers(1, 13)),
                "person_source_value": f"canari-{person}",
            }
        )
        found["observation_period"].append(
            {
                "observation_period_id": person,
                "person_id": person,
                "observation_period_start_date": "2015-01-01",
                "observation_period_end_date": "2020-12-31",
                "period_type_concept_id": 32817,
            }
        )
        if random.random() < 0.15:
            died = {"person_id": person, "death_date": "2020-11-30", "cause_concept_id": 319835}
            found["death"].append(died)
    start = np.datetime64("2015-01-01") + random.integers(0, 2000, VISITS)
    owner = random.integers(1, PERSONS + 1, VISITS)
    for visit in range(VISITS):
        found["visit_occurrence"].append(
            {
                "visit_occurrence_id": 1000 + visit,
                "person_id": owner[visit],
                "visit_concept_id": random.choice([9201, 9202]),
                "visit_start_date": start[visit],
                "visit_end_date": start[visit] + random.integers(0, 9),
                "visit_type_concept_id": 32817,
                "visit_start_datetime": f"{start[visit]}T08:30:00",
            }
        )
    for table, (concept, codes) in EVENTS.items():
        for number in range(1200):
            visit = int(random.integers(0, VISITS))
            row = {
                f"{table}_id": 5000 + number,
                "person_id": owner[visit],
                concept: random.choice(codes),
                "visit_occurrence_id": 1000 + visit if random.random() < 0.8 else None,
                concept.replace("concept_id", "source_value"): f"canari-{number}",
                "value_as_number": round(float(random.normal(7, 1)), 1),
                "quantity": 1,
            }
            for name in BASE[table]["columns"]:
                if name in ("condition_start_date", "drug_exposure_start_date") or name.endswith(
                    ("n_date", "e_date", "t_date")
                ):
                    row.setdefault(name, start[visit])
            found[table].append(
                {name: value for name, value in row.items() if name in BASE[table]["columns"]}
            )
    return found


def write(folder: Path, **more: Any) -> Path:
    folder.mkdir(parents=True)
    for table, lines in rows().items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(BASE[table]["columns"]))
            writer.writeheader()
            writer.writerows(lines)
    suppress = {"suppress_rare": {"persons": 11}}
    columns = {
        "person": {
            "year_of_birth": {"transform": {"bin": {"width": 10}}},
            "month_of_birth": {"transform": "drop"},
        },
        "condition_occurrence": {"condition_concept_id": {"transform": suppress}},
    }
    document = {
        "version": 1,
        "extends": "omop",
        "id": "omop",
        "title": "OMOP",
        "seed": 3,
        "secret": "${VITRAIL_KEY?}",
        "tables": {
            name: {
                "source": {"path": f"{name}.csv"},
                **({"columns": columns[name]} if name in columns else {}),
            }
            for name in BASE
        },
        "risk": {
            "knowledge": ["person.gender_concept_id", "person.year_of_birth"],
            "secrets": ["condition_occurrence.condition_concept_id"],
        },
        **more,
    }
    path = folder / "profil.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return path


def test_check_and_anonymize(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    path = write(tmp_path / "jeu")

    assert vitrail("check", path).code == 0
    ran = vitrail("anonymize", path, "--to", tmp_path / "candidat")

    assert ran.code == 0, ran.said
    tables = {file.stem: pq.read_table(file) for file in (tmp_path / "candidat").rglob("*.parquet")}
    assert set(tables) == set(BASE)
    names = {name for table in tables.values() for name in table.column_names}
    assert not [name for name in names if name.endswith("source_value")]
    assert "birth_datetime" not in names
    told = {one for table in tables.values() for one in table["person_id"].to_pylist()}
    assert not told & {str(person) for person in range(1, PERSONS + 1)}
    visits = tables["visit_occurrence"]["visit_occurrence_id"].to_pylist()
    pointed = [one for one in tables["drug_exposure"]["visit_occurrence_id"].to_pylist() if one is not None]
    assert set(pointed) <= set(visits)


def test_synth_keeps_keys_concepts_and_persons_apart(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    path = write(tmp_path / "jeu", synth={"persons": 200})

    ran = vitrail("synth", path, "--to", tmp_path / "sortie")

    assert ran.code == 0, ran.said
    made = {name: pq.read_table(tmp_path / "sortie" / f"{name}.parquet") for name in BASE}
    assert made["person"].num_rows == 200
    assert set(map(str, made["person"]["gender_concept_id"].to_pylist())) == {"8507", "8532"}
    for table, (concept, codes) in EVENTS.items():
        assert set(map(str, made[table][concept].to_pylist())) == set(map(str, codes))
        assert made[table].num_rows > 200
    people = made["person"]["person_id"].to_pylist()
    assert len(set(people)) == 200
    for table in made.values():
        assert set(table["person_id"].to_pylist()) <= set(people)
    everything = b"".join(file.read_bytes() for file in (tmp_path / "sortie").rglob("*") if file.is_file())
    assert b"canari" not in everything


def test_a_table_that_is_not_there_is_removed_by_leaving_it_empty(
    tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    path = write(tmp_path / "jeu")
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("  death:\n    source:\n      path: death.csv\n", "  death:\n"), encoding="utf-8"
    )
    (tmp_path / "jeu" / "death.csv").unlink()

    assert vitrail("check", path).code == 0


@pytest.mark.parametrize("table", list(BASE))
def test_every_column_has_its_label_in_both_languages(table: str) -> None:
    for name, column in BASE[table]["columns"].items():
        assert column["label"]["fr"], name
        assert column["label"]["en"], name
