"""A small star of persons, visits and drugs, staged, with canaries that nothing may keep."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from profiles.model import Profile
from tables.candidate import Staged, StagedTable

FLOOR, SEED, PERSONS = 11, 7, 120
CANARIES = ("CANARI-rare", "CANARI-visite", "CANARI-nir", "987654")
"""A town and a drug of one person, the beginning of identifiers, an amount of one person."""


def people(persons: int = PERSONS) -> dict[str, Any]:
    """One row a person: an identifier, sex, town, year of birth, weight, day of death."""
    rng = np.random.default_rng(3)
    town = rng.choice(["Lyon", "Brest"], persons).astype(object)
    town[0] = CANARIES[0]
    weight = np.round(rng.normal(70, 10, persons), 1)
    weight[1] = 987654.0
    died = [None if rng.random() < 0.5 else int(18_000 + rng.integers(0, 300)) for _ in range(persons)]
    return {
        "NIR": [f"{CANARIES[2]}-{row:04d}" for row in range(persons)],
        "SEX": rng.choice(["1", "2"], persons).tolist(),
        "TOWN": town.tolist(),
        "BORN": (1950 + rng.integers(0, 40, persons)).tolist(),
        "WEIGHT": weight.tolist(),
        "DIED": died,
    }


def visits(persons: int = PERSONS) -> dict[str, Any]:
    """About three rows a person: an identifier, the person, a drug, a count."""
    rng = np.random.default_rng(4)
    owner = np.repeat(np.arange(persons), rng.poisson(3, persons))
    drug = rng.choice(["A10", "C09", "N02"], len(owner)).astype(object)
    drug[0] = CANARIES[1]
    return {
        "ID": (100 + np.arange(len(owner))).tolist(),
        "NIR": [f"{CANARIES[2]}-{row:04d}" for row in owner],
        "DRUG": drug.tolist(),
        "BOXES": (1 + rng.poisson(1, len(owner))).tolist(),
    }


PEOPLE: dict[str, Any] = {
    "source": {"path": "P.parquet"},
    "primary_key": ["NIR"],
    "person": ["NIR"],
    "columns": {
        "NIR": {"role": "direct", "transform": "pseudonymize"},
        "SEX": {"role": "quasi", "values": {"1": "homme", "2": "femme"}},
        "TOWN": {"role": "quasi"},
        "BORN": {"role": "quasi", "type": "year"},
        "WEIGHT": {"role": "sensitive", "type": "number"},
        "DIED": {"role": "sensitive", "type": "date"},
    },
}
VISITS: dict[str, Any] = {
    "source": {"path": "V.parquet"},
    "primary_key": ["ID"],
    "foreign_keys": [{"columns": ["NIR"], "references": "P"}],
    "columns": {
        "ID": {"role": "direct", "type": "integer", "transform": "pseudonymize"},
        "NIR": {"role": "direct", "transform": "inherit"},
        "DRUG": {"role": "sensitive"},
        "BOXES": {"role": "other", "type": "integer"},
    },
}
TYPES = {
    "BORN": pa.int64(),
    "WEIGHT": pa.float64(),
    "DIED": pa.date32(),
    "ID": pa.int64(),
    "BOXES": pa.int64(),
}


def stage(folder: Path, *, star: bool = False, **synth: Any) -> Staged:
    """The persons, and with ``star`` their visits, as staged Parquet files."""
    folder.mkdir(parents=True, exist_ok=True)
    data = {"P": people()} | ({"V": visits()} if star else {})
    described = {"P": PEOPLE} | ({"V": VISITS} if star else {})
    profile = Profile.model_validate(
        {
            "version": 1, "id": "etoile", "title": "Étoile", "seed": SEED,
            "secret": {"variable": "VITRAIL_KEY"},
            "tables": described, "synth": synth or None,
        }
    )  # fmt: skip
    tables = {}
    for name, columns in data.items():
        arrays = {key: pa.array(values, TYPES.get(key, pa.string())) for key, values in columns.items()}
        table = pa.table(arrays | {"__person": pa.array(columns["NIR"], pa.string())})
        pq.write_table(table, folder / f"{name}.parquet")
        tables[name] = StagedTable(name, folder / f"{name}.parquet", table.num_rows)
    return Staged(profile, folder, tables)


def canaries_below(folder: Path) -> list[str]:
    """Canaries in the bytes of any file of ``folder``, text and numbers of tables included."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            words = path.read_bytes().decode("latin-1")
            if path.suffix == ".parquet":
                words += str(pq.read_table(path).to_pylist())
            found += [canary for canary in CANARIES if canary in words]
    return found
