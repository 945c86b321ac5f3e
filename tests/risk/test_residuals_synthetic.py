"""Residuals of synthetic tables: what many share is nobody's, what few have is a leak."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from profiles.model import Bilingual, Kind, Profile, Role
from profiles.policy import load_policy
from risk.attackers.residuals import Residuals
from risk.findings import Decision, Finding
from risk.residuals.search import search_candidate
from risk.residuals.shared import rare_values
from risk.subject import Subject
from tables.candidate import PERSON, Candidate, CandidateTable, OutputColumn, Staged, StagedTable
from tables.synthetic import Synthetic

COUNT, FLOOR = 60, 11
TELLING = Bilingual(fr="tiré", en="drawn")


@dataclass(frozen=True)
class World:
    """A source, the persons learnt from (all of them), others, and invented ones."""

    staged: Staged
    original: Candidate
    holdout: Candidate
    candidate: Candidate

    def found(self) -> Finding:
        subject = Subject(
            profile=self.staged.profile,
            policy=load_policy("open-data"),
            candidate=self.candidate,
            original=self.original,
            holdout=self.holdout,
            source=self.staged,
        )
        return Residuals().run(subject)[0]


def real(shift: int = 0) -> dict[str, list[Any]]:
    """Long numbers in order, a surname of two words, a ward called after a doctor, an exact number."""
    return {
        "id": [f"{1_000_000_001 + shift + one}" for one in range(COUNT)],
        "nom": ["Taillefer Montagnac" if one == 7 else f"Nom{shift + one}" for one in range(COUNT)],
        "service": ["Taillefer Montagnac" if one < 20 else "urgences" for one in range(COUNT)],
        "mesure": [shift + one + 0.12345678901 for one in range(COUNT)],
    }


def invented(**changes: list[Any]) -> dict[str, list[Any]]:
    return {
        "id": [f"{10_000_000_000 + one}" for one in range(COUNT)],
        "service": ["Taillefer Montagnac" if one < 3 else "urgences" for one in range(COUNT)],
        "mesure": [one + 0.5 for one in range(COUNT)],
        **changes,
    }


def world(folder: Path, made: dict[str, list[Any]], *, synthetic: bool = True) -> World:
    profile = Profile.model_validate(
        {
            "version": 1,
            "id": "restes",
            "title": "Essai",
            "seed": 1,
            "tables": {
                "gens": {
                    "source": {"path": "gens.csv"},
                    "primary_key": ["id"],
                    "person": ["id"],
                    "columns": {
                        "id": {"role": "direct", "transform": "pseudonymize"},
                        "nom": {"role": "direct", "transform": "drop"},
                        "service": {"role": "other"},
                        "mesure": {"role": "other", "type": "number"},
                    },
                }
            },
        }
    )
    source = write(folder / "source", real())
    columns = (
        OutputColumn("id", Kind.TEXT, Role.DIRECT, (TELLING,), invented=True),
        OutputColumn("service", Kind.TEXT, Role.OTHER, (TELLING,)),
        OutputColumn("mesure", Kind.NUMBER, Role.OTHER, (TELLING,)),
    )
    told = Synthetic("pathway", 1, COUNT, COUNT, FLOOR)

    def part(name: str, rows: dict[str, list[Any]]) -> Candidate:
        path = write(folder / name, {key: rows[key] for key in ("id", "service", "mesure")})
        table = CandidateTable("gens", path, COUNT, columns)
        return Candidate(profile, folder / name, {"gens": table}, persons=COUNT)

    candidate = part("made", made)
    if synthetic:
        candidate = Candidate(
            profile, candidate.folder, candidate.tables, "synthetic", persons=COUNT, synthetic=told
        )
    staged = Staged(profile, folder / "source", {"gens": StagedTable("gens", source, COUNT)})
    return World(staged, part("original", real()), part("holdout", real(1000)), candidate)


def write(folder: Path, columns: dict[str, list[Any]]) -> Path:
    folder.mkdir(parents=True)
    persons = [f"p{one}" for one in range(COUNT)]
    pq.write_table(pa.table({**columns, PERSON: persons}), folder / "gens.parquet")
    return folder / "gens.parquet"


def test_numbers_made_up_hold_shorter_real_ones_and_a_shared_name_is_a_place(tmp_path: Path) -> None:
    made = world(tmp_path, invented())

    assert made.found().decision is Decision.ACCEPTED
    told_apart = search_candidate(made.staged, world(tmp_path / "b", invented(), synthetic=False).candidate)
    assert told_apart.traces  # the same bytes are a leak where persons are real


@pytest.mark.parametrize("kept", [1, 30])
def test_real_number_kept_is_found(kept: int, tmp_path: Path) -> None:
    numbers = real()["id"][:kept] + invented()["id"][kept:]

    found = world(tmp_path, invented(id=numbers)).found()

    assert found.decision is Decision.REFUSED
    assert "reason.residual_identifier" in found.reasons
    assert found.details["columns"] == "gens.id"


def test_real_number_in_a_learnt_column_is_found(tmp_path: Path) -> None:
    wards = ["Nom3 du service", *invented()["service"][1:]]

    assert rare_values_of(world(tmp_path, invented(service=wards))) == []
    hidden = ["1000000007", *invented()["service"][1:]]
    assert world(tmp_path / "b", invented(service=hidden)).found().decision is Decision.REFUSED


def rare_values_of(made: World) -> list[str]:
    return [one.place for one in rare_values(made.candidate, made.original, made.holdout, FLOOR)]


def test_code_of_few_real_persons_is_a_leak(tmp_path: Path) -> None:
    made = world(tmp_path, invented())
    path = made.original.tables["gens"].path
    rows = pq.read_table(path)
    wards = rows.column("service").to_pylist()
    wards[50:55] = ["rare"] * 5
    pq.write_table(rows.set_column(1, "service", pa.array(wards)), path)
    other = world(tmp_path / "b", invented(service=["rare"] + ["urgences"] * (COUNT - 1)))
    leaking = World(made.staged, made.original, made.holdout, other.candidate)

    assert rare_values_of(made) == []
    assert rare_values_of(leaking) == ["gens.service"]
    found = leaking.found()
    assert found.decision is Decision.REFUSED
    assert found.reasons == ("reason.residual_rare",)
    assert "rare" not in str({key: value for key, value in found.details.items() if key == "columns"})


def test_exact_number_of_one_person_is_a_leak_unless_others_explain_it(tmp_path: Path) -> None:
    mine = [*real()["mesure"][:3], *invented()["mesure"][3:]]
    theirs = [*real(1000)["mesure"][:3], *invented()["mesure"][3:]]
    both = [*real()["mesure"][:3], *real(1000)["mesure"][:3], *invented()["mesure"][6:]]

    assert rare_values_of(world(tmp_path / "a", invented(mesure=mine))) == ["gens.mesure"]
    assert rare_values_of(world(tmp_path / "b", invented(mesure=theirs))) == []
    assert rare_values_of(world(tmp_path / "c", invented(mesure=both))) == []
