"""A made-up cohort in two tables, with identifiers, names, rare codes and exact numbers to be found again."""

import copy
from pathlib import Path
from typing import Any

import numpy as np

from tests.factories import PROFILE, SURNAMES, nir, write_csv, write_profile

RARE = "Zcanari"
"""How the codes that six persons have begin."""
COMMON = ("A10BA02", "C07AB07", "N02BE01", "J01CA04", "R03AK06")


def persons(count: int, seed: int = 5) -> list[dict[str, str]]:
    """One row a person: identifier, name, year of birth, sex, département, weight, height, smoking."""
    random = np.random.default_rng(seed)
    year, sex = random.integers(1935, 2000, count), random.integers(0, 2, count)
    height = 162 + 13 * sex + random.normal(0, 7, count)
    weight = (height - 100) * (1 - 0.04 * (year > 1970)) + random.normal(0, 9, count)
    smokes = random.random(count) < 0.3 + 0.15 * sex + 0.15 * (year > 1965)
    return [
        {
            "nir": nir(one),
            "nom": f"{SURNAMES[one % 7]}{one}canari",
            "naissance": str(year[one]),
            "sexe": str(1 + sex[one]),
            "dep": ("01", "2A", "33", "59")[int(random.integers(0, 4))],
            "poids": f"{weight[one]:.3f}".replace(".", ","),
            "taille": str(round(height[one])),
            "tension": str(round(110 + 0.4 * (2000 - year[one]) + random.normal(0, 12))),
            "fume": str(int(smokes[one])),
        }
        for one in range(count)
    ]


def care(people: list[dict[str, str]], seed: int = 6) -> list[dict[str, str]]:
    """Zero to three rows a person: identifier, date, code; one person in fifteen has a rare code."""
    random = np.random.default_rng(seed)
    rows = []
    for number, person in enumerate(people):
        for _ in range(int(random.integers(0, 4))):
            day = np.datetime64("2022-01-01") + int(random.integers(0, 700))
            code = f"{RARE}{number // 90}" if number % 15 == 3 else COMMON[int(random.integers(0, 5))]
            rows.append({"nir": person["nir"], "date": str(day), "code": code})
    return rows


def cohort(folder: Path, count: int, **synth: Any) -> Path:
    """Both tables and a profile of invented persons, written in ``folder``; the profile's path."""
    folder.mkdir(parents=True, exist_ok=True)
    people = persons(count)
    write_csv(folder / "personnes.csv", people)
    write_csv(folder / "soins.csv", care(people))
    return write_profile(folder, document(**synth))


def document(**synth: Any) -> dict[str, Any]:
    """The profile of the cohort, without a secret: nothing asks for one."""
    made = copy.deepcopy(PROFILE)
    del made["secret"], made["anonymity"]
    columns = made["tables"]["personnes"]["columns"]
    columns["naissance"] = {"role": "quasi", "type": "year", "transform": "keep"}
    del columns["statut"]
    columns["poids"] = {"role": "quasi", "type": "number", "transform": {"round": {"to": 0.5}}}
    columns["taille"] = {"role": "quasi", "type": "integer", "unit": "cm", "transform": "keep"}
    columns["tension"] = {"role": "quasi", "type": "integer", "unit": "mmHg", "transform": "keep"}
    columns["fume"] = {"role": "sensitive", "values": {"0": "non", "1": "oui"}, "transform": "keep"}
    made["tables"]["personnes"]["source"]["decimal"] = ","
    care_columns = made["tables"]["soins"]["columns"]
    del care_columns["montant"]
    care_columns["date"] = {"role": "other", "type": "date", "transform": {"truncate": {"to": "quarter"}}}
    care_columns["code"] = {"role": "other", "transform": "keep"}
    made["risk"] = {
        "knowledge": ["personnes.naissance", "personnes.sexe", "personnes.dep", "personnes.taille"],
        "secrets": ["personnes.fume"],
        "targets": 3500,
        "timeout": {"mends": 0.001},
    }
    made["seed"] = 8
    made["synth"] = {"engine": "pathway", "holdout": 0.5, **synth}
    return made
