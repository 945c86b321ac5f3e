"""Persons with twelve columns, real or synthetic, as subjects of an assessment."""

from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from profiles.model import Kind, Profile, Role
from profiles.policy import effective_policy
from risk.subject import Subject
from tables.candidate import PERSON, Candidate, CandidateTable, OutputColumn, Staged, StagedTable

KNOWN = ("birth", "sex", "departement", "job", "status", "children", "weight", "income")
SECRETS = ("disease", "drug", "cost", "stay")
Nature = Literal["real", "synthetic"]
TARGETS = 2000
HOLDOUT = 0.2


def columns(persons: int, seed: int, *, coarse: bool) -> dict[str, Any]:
    """Twelve columns; ``coarse`` as a careful release generalises them."""
    random = np.random.default_rng([seed, persons])
    birth = random.integers(1925, 2010, persons)
    sex = random.integers(1, 3, persons)
    disease = (random.gamma(2.0, 2.0, persons) + (2023 - birth) / 20).astype(np.int64)
    return {
        "birth": birth // 20 * 20 if coarse else birth,
        "sex": sex,
        "departement": random.integers(0, 6 if coarse else 101, persons),
        "job": random.integers(0, 2 if coarse else 9, persons),
        "status": random.integers(0, 2 if coarse else 5, persons),
        "children": np.minimum(random.poisson(1.2, persons), 1 if coarse else 6),
        "weight": random.normal(70, 12, persons).round(-2 if coarse else 0),
        "income": (np.exp(random.normal(10, 0.4, persons)) // (100_000 if coarse else 100)),
        "disease": disease,
        "drug": (disease * 7 + random.integers(0, 3, persons)) % 40,
        "cost": random.gamma(2.0, 500.0, persons).round(0),
        "stay": random.poisson(3 + sex, persons),
    }


def profile(seed: int = 7) -> Profile:
    """The profile of such persons."""
    roles = dict.fromkeys(KNOWN, "quasi") | dict.fromkeys(SECRETS, "sensitive")
    spec = {
        "source": {"path": "P.csv"},
        "person": ["nir"],
        "columns": {"nir": {"role": "direct", "transform": "drop"}}
        | {
            name: {"role": role, "type": "number" if name in ("weight", "income", "cost") else "integer"}
            for name, role in roles.items()
        },
    }
    risk = {
        "knowledge": [f"P.{name}" for name in KNOWN],
        "secrets": [f"P.{name}" for name in SECRETS],
        "targets": TARGETS,
    }
    return Profile.model_validate(
        {"version": 1, "id": "banc", "title": "Banc", "seed": seed, "tables": {"P": spec}, "risk": risk}
    )


def candidate(
    folder: Path, spec: Profile, persons: int, seed: int, nature: Literal["real", "synthetic"]
) -> Candidate:
    """Persons drawn from ``seed`` as a candidate of ``nature``."""
    folder.mkdir(parents=True, exist_ok=True)
    values = columns(persons, seed, coarse=nature == "real")
    names = pa.array(np.char.add(f"p{seed}-", np.char.zfill(np.arange(persons).astype(str), 9)))
    path = folder / "P.parquet"
    pq.write_table(pa.table({PERSON: names, **values}), path)
    published = tuple(
        OutputColumn(
            name, Kind(spec.tables["P"].columns[name].type), Role(spec.tables["P"].columns[name].role)
        )
        for name in values
    )
    return Candidate(spec, folder, {"P": CandidateTable("P", path, persons, published)}, nature, persons)


def staged(folder: Path, spec: Profile, persons: int, seed: int) -> Staged:
    """The source of :func:`candidate`, with the identifiers that the search for residuals looks for."""
    path = folder / "P.parquet"
    if not path.exists():
        folder.mkdir(parents=True)
        names = pa.array(np.char.zfill((np.arange(persons) * 7919 + 10**12).astype(str), 15))
        values = columns(persons, seed, coarse=False)
        pq.write_table(pa.table({"nir": names, **values, PERSON: names}), path)
    return Staged(spec, folder, {"P": StagedTable("P", path, persons)})


def subject(folder: Path, persons: int, nature: Nature) -> Subject:
    """Everything that an assessment of ``persons`` persons of ``nature`` needs."""
    spec = profile()
    source = staged(folder / "source", spec, persons, 1)
    if nature == "real":
        made = candidate(folder / "candidate", spec, persons, 1, "real")
        return Subject(spec, effective_policy(spec), made, original=made, source=source)
    made = candidate(folder / "candidate", spec, persons, 2, "synthetic")
    return Subject(
        spec,
        effective_policy(spec),
        made,
        original=candidate(folder / "original", spec, persons, 1, "synthetic"),
        holdout=candidate(folder / "holdout", spec, int(persons * HOLDOUT), 3, "synthetic"),
        source=source,
    )
