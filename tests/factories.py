"""Small data sets with known answers, and the profiles that treat them."""

import copy
import csv
from pathlib import Path
from typing import Any

import numpy as np
import yaml

KEY = "5f4c2a90b1e8d7634f21c0ab98e7d6f5b4a392817061f5e4d3c2b1a0998877f6"
SURNAMES = ("Abadie", "Berthelot", "Cazeneuve", "Delacroix", "Escoffier", "Fontanel", "Grandjean")


def nir(person: int) -> str:
    """A made-up identifier of seventeen characters."""
    return f"Q9{person * 7919 % 10**11:011d}XZ{person % 97:02d}"


def people(count: int = 600, seed: int = 1) -> list[dict[str, str]]:
    """One row a person: identifier, name, year of birth, sex, département, status."""
    random = np.random.default_rng(seed)
    return [
        {
            "nir": nir(person),
            "nom": f"{SURNAMES[person % 7]}{person}canari",
            "naissance": str(1930 + int(random.integers(0, 70))),
            "sexe": str(1 + int(random.integers(0, 2))),
            "dep": ("01", "2A", "33")[int(random.integers(0, 3))],
            "statut": str(int(random.random() < 0.3)),
        }
        for person in range(count)
    ]


def events(persons: list[dict[str, str]], seed: int = 2) -> list[dict[str, str]]:
    """Zero to five rows a person: identifier, date, code, amount."""
    random = np.random.default_rng(seed)
    rows = []
    for person in persons:
        for _ in range(int(random.integers(0, 6))):
            day = np.datetime64("2022-01-01") + int(random.integers(0, 700))
            year, month, date = str(day).split("-")
            rows.append(
                {
                    "nir": person["nir"],
                    "date": f"{date}/{month}/{year}",
                    "code": ("A10BA02", "C07AB07", "N02BE01", "J01CA04")[int(random.integers(0, 4))],
                    "montant": f"{random.gamma(2, 20):.2f}".replace(".", ","),
                }
            )
    return rows


def write_csv(path: Path, rows: list[dict[str, str]], encoding: str = "utf-8") -> None:
    """A ``;``-separated file."""
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys(), delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


PROFILE: dict[str, Any] = {
    "version": 1,
    "id": "petit-jeu",
    "title": {"fr": "Petit jeu", "en": "Small set"},
    "seed": 7,
    "secret": "${VITRAIL_KEY?la clé manque}",
    "tables": {
        "personnes": {
            "source": {"path": "personnes.csv", "delimiter": ";"},
            "primary_key": ["nir"],
            "person": ["nir"],
            "columns": {
                "nir": {"role": "direct", "transform": "pseudonymize"},
                "nom": {"role": "direct", "transform": "drop"},
                "naissance": {
                    "role": "quasi",
                    "type": "year",
                    "transform": {"bin": {"width": 20, "origin": 1930}},
                },
                "sexe": {"role": "quasi", "values": {"1": "homme", "2": "femme"}, "transform": "keep"},
                "dep": {"role": "quasi", "transform": "keep"},
                "statut": {"role": "sensitive", "transform": "keep"},
            },
        },
        "soins": {
            "source": {"path": "soins.csv", "delimiter": ";", "decimal": ","},
            "foreign_keys": [{"columns": ["nir"], "references": "personnes"}],
            "columns": {
                "nir": {"role": "direct", "transform": "inherit"},
                "date": {"role": "other", "type": "date", "format": "%d/%m/%Y", "transform": "shift"},
                "code": {"role": "sensitive", "transform": {"generalize": {"prefix": 3}}},
                "montant": {"role": "other", "type": "number", "transform": {"round": {"to": 1}}},
            },
        },
    },
    "anonymity": {"k": 11, "suppression": 0.05},
    "risk": {
        "knowledge": ["personnes.naissance", "personnes.sexe", "personnes.dep"],
        "secrets": ["personnes.statut", "soins.code"],
        "targets": 100,
    },
    "export": {"to": "publication", "producer": {"name": "Service d'exemple"}},
}


def profile(**changes: Any) -> dict[str, Any]:
    """The profile of the small set; ``changes`` are dotted keys with ``__`` between the parts."""
    document = copy.deepcopy(PROFILE)
    for dotted, value in changes.items():
        *path, last = dotted.split("__")
        target = document
        for part in path:
            target = target[part]
        if value is None:
            target.pop(last)
        else:
            target[last] = value
    return document


def write_profile(folder: Path, document: Any) -> Path:
    """``profil.yaml`` in ``folder``."""
    path = folder / "profil.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def small_set(folder: Path, count: int = 600, **changes: Any) -> Path:
    """The two tables and their profile, written in ``folder``; the profile's path."""
    folder.mkdir(parents=True, exist_ok=True)
    persons = people(count)
    write_csv(folder / "personnes.csv", persons)
    write_csv(folder / "soins.csv", events(persons))
    return write_profile(folder, profile(**changes))


def bytes_below(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder``, by its path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
