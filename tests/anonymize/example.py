"""A small hospital: people, their mothers, their stays, the acts of each stay, a transfer between stays."""

import copy
import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from anonymize.keys import Keys
from anonymize.pipeline import Anonymized, anonymize
from profiles.loading import LoadedProfile, load_profile
from profiles.model import Anonymity
from tables.candidate import Staged
from tables.staging import stage

SECRET = "canary-secret-f00d-5f4c2a90b1e8d7634f21c0ab98e7"
ENVIRON = {"CANARY_KEY": SECRET}
Rows = list[dict[str, str]]

PROFILE: dict[str, Any] = {
    "version": 1,
    "id": "hopital",
    "title": "Hôpital",
    "seed": 7,
    "secret": "${CANARY_KEY?no key}",
    "tables": {
        "people": {
            "source": {"path": "people.csv"},
            "primary_key": ["nir"],
            "person": ["nir"],
            "foreign_keys": [{"columns": ["mother"], "references": "people", "optional": True}],
            "columns": {
                "nir": {"role": "direct", "transform": "pseudonymize"},
                "mother": {"role": "direct", "transform": "inherit"},
                "sex": {"role": "quasi", "values": {"1": "homme", "2": "femme"}},
                "birth": {"role": "quasi", "type": "year", "transform": {"bin": {"width": 50}}},
                "name": {"role": "direct", "transform": "drop"},
            },
        },
        "stays": {
            "source": {"path": "stays.csv"},
            "primary_key": ["nir", "number"],
            "foreign_keys": [{"columns": ["nir"], "references": "people"}],
            "columns": {
                "nir": {"role": "direct", "transform": "inherit"},
                "number": {"role": "other", "type": "integer"},
                "entry": {"role": "quasi", "type": "date", "transform": "shift"},
                "ward": {"role": "sensitive", "transform": {"suppress_rare": {"persons": 3}}},
            },
        },
        "acts": {
            "source": {"path": "acts.csv"},
            "foreign_keys": [
                {"columns": ["nir", "number"], "references": "stays"},
                {"columns": ["from_nir", "from_number"], "references": "stays", "optional": True},
            ],
            "columns": {
                "nir": {"role": "direct", "transform": "inherit"},
                "number": {"role": "other", "type": "integer", "transform": "inherit"},
                "from_nir": {"role": "direct", "transform": "inherit"},
                "from_number": {"role": "other", "type": "integer", "transform": "inherit"},
                "done": {"role": "other", "type": "datetime", "transform": "shift"},
                "code": {"role": "sensitive", "transform": {"generalize": {"prefix": 3}}},
            },
        },
    },
    "risk": {"knowledge": ["people.sex"], "secrets": ["stays.ward"]},
}


def nir(person: int) -> str:
    """An identifier that can be searched in any file."""
    return f"CANARY{person:09d}"


def people(count: int = 12) -> Rows:
    """Persons 0 to ``count`` - 1: alternate sexes, born in 1950, the first three have a mother (the last)."""
    return [
        {
            "nir": nir(number),
            "mother": nir(count - 1) if number < 3 else "",
            "sex": str(1 + number % 2),
            "birth": "1950",
            "name": f"Canaryname{number}",
        }
        for number in range(count)
    ]


def stays(persons: Rows) -> Rows:
    """Two stays each, ten days apart; the ward is common but for the first person's second stay."""
    rows = []
    for rank, person in enumerate(persons):
        for number in (1, 2):
            ward = "RARE" if rank == 0 and number == 2 else "CARDIO"
            entry = f"2020-03-{rank % 9 + 1 + 10 * (number - 1):02d}"
            rows.append({"nir": person["nir"], "number": str(number), "entry": entry, "ward": ward})
    return rows


def acts(hospital_stays: Rows) -> Rows:
    """One act a stay; that of a second stay comes from the first stay of the next person."""
    owners = list(dict.fromkeys(stay["nir"] for stay in hospital_stays))
    rows = []
    for stay in hospital_stays:
        after = owners[(owners.index(stay["nir"]) + 1) % len(owners)]
        second = stay["number"] == "2"
        rows.append(
            {
                "nir": stay["nir"],
                "number": stay["number"],
                "from_nir": after if second else "",
                "from_number": "1" if second else "",
                "done": f"{stay['entry']}T10:30:00",
                "code": "DEQP003",
            }
        )
    return rows


def tables(count: int = 12) -> dict[str, Rows]:
    """The three tables."""
    persons = people(count)
    visits = stays(persons)
    return {"people": persons, "stays": visits, "acts": acts(visits)}


def document(**changes: Any) -> dict[str, Any]:
    """The profile with top-level parts replaced; None takes one away."""
    made = copy.deepcopy(PROFILE) | changes
    return {key: value for key, value in made.items() if value is not None}


def column(made: dict[str, Any], table: str, name: str, **changes: Any) -> dict[str, Any]:
    """Change one column of a profile, and give the profile."""
    made["tables"][table]["columns"][name].update(changes)
    return made


def write(folder: Path, made: dict[str, Any], data: dict[str, Rows]) -> LoadedProfile:
    """The profile and its CSV files in ``folder``."""
    for name, rows in data.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    path = folder / "profile.yaml"
    path.write_text(yaml.safe_dump(made, sort_keys=False, allow_unicode=True), "utf-8")
    return load_profile(path, ENVIRON)


def run(
    folder: Path,
    made: dict[str, Any] | None = None,
    data: dict[str, Rows] | None = None,
    *,
    secret: str = SECRET,
    anonymity: Anonymity | None = None,
) -> tuple[Staged, Anonymized]:
    """Stage and anonymize; everything is written under ``folder``.

    ``anonymity`` may ask for a k below that of the policy, so that classes can be counted by hand.
    """
    folder.mkdir(exist_ok=True, parents=True)
    loaded = write(folder, made or document(), data or tables())
    loaded = replace(loaded, profile=loaded.profile.model_copy(update={"anonymity": anonymity}))
    staged = stage(loaded, folder / "staged")
    keys = Keys(secret.encode(), loaded.profile.id) if loaded.profile.secret else None
    return staged, anonymize(loaded, staged, keys, folder / "work")
