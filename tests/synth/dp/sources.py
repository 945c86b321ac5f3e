"""Persons, one row each, with declared domains, and canaries that no domain holds."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from profiles.model import Profile
from tables.candidate import Staged, StagedTable

PERSONS, SEED, FLOOR, SECRET = 1500, 7, 11, bytes(range(32))
CANARIES = ("CANARI-ville", "CANARI-nir")
TYPES = {"BORN": pa.int64(), "DIED": pa.date32()}
COLUMNS: dict[str, Any] = {
    "NIR": {"role": "direct", "transform": "pseudonymize"},
    "SEX": {"role": "quasi", "values": {"1": "homme", "2": "femme"}},
    "ILL": {"role": "sensitive", "values": {"no": "non", "yes": "oui", "unknown": "inconnu"}},
    "BORN": {"role": "quasi", "type": "year"},
    "DIED": {"role": "sensitive", "type": "date"},
}
RANGES = {
    "P.BORN": {"from": "1930", "to": "2009", "width": "10"},
    "P.DIED": {"from": "2019-01-01", "to": "2019-12-31", "width": "92"},
}


def people(persons: int = PERSONS) -> dict[str, Any]:
    """The old are ill and die; one town is in no list."""
    rng = np.random.default_rng(5)
    born = 1920 + rng.integers(0, 90, persons)
    ill = rng.random(persons) < np.where(born < 1960, 0.7, 0.1)
    day = int(np.datetime64("2019-01-01").astype(int))
    died = [day + int(rng.integers(0, 365)) if one and rng.random() < 0.5 else None for one in ill]
    return {
        "NIR": [f"{CANARIES[1]}-{row:05d}" for row in range(persons)],
        "SEX": rng.choice(["1", "2"], persons, p=[0.4, 0.6]).tolist(),
        "ILL": np.where(ill, "yes", "no").tolist(),
        "BORN": born.tolist(),
        "DIED": died,
    }


def stage(folder: Path, data: dict[str, Any] | None = None, **dp: Any) -> Staged:
    """The persons as a staged Parquet file, and the profile that asks for noise."""
    folder.mkdir(parents=True, exist_ok=True)
    data = data or people()
    asked = {"epsilon": "1", "delta": "0.000001", "mechanism": "mst", "ranges": RANGES} | dp
    profile = Profile.model_validate(
        {
            "version": 1, "id": "prive", "title": "Privé", "seed": SEED,
            "secret": {"variable": "VITRAIL_KEY"},
            "tables": {"P": {"source": {"path": "P.csv"}, "primary_key": ["NIR"], "person": ["NIR"],
                             "columns": COLUMNS}},
            "synth": {"persons": "1000", "dp": asked},
        }
    )  # fmt: skip
    arrays = {key: pa.array(values, TYPES.get(key, pa.string())) for key, values in data.items()}
    table = pa.table(arrays | {"__person": pa.array(data["NIR"], pa.string())})
    pq.write_table(table, folder / "P.parquet")
    return Staged(profile, folder, {"P": StagedTable("P", folder / "P.parquet", table.num_rows)})
