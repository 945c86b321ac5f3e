"""What counting groups of persons costs on Spark and on this machine: attacks that only count, 1 M persons.

``python -m benchmarks.groups FOLDER [PERSONS]``. Both give the same findings, or it stops.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from profiles.errors import Place
from profiles.model import Kind, Profile, Role, SparkSettings
from profiles.policy import effective_policy
from risk.assessment import attack
from risk.attackers.registry import load
from risk.groups.by_sql import SqlGroups
from risk.subject import Subject
from tables.candidate import PERSON, Candidate, CandidateTable, OutputColumn
from tables.spark.session import open_session
from tables.spark.sql import SparkSql

COUNTING = ("classes", "population", "trajectory", "classes_inference")
ROLES = {
    "people": {"sex": "quasi", "born": "quasi", "region": "quasi", "arm": "quasi", "ill": "sensitive"},
    "visits": {"month": "quasi", "place": "quasi"},
}
VISITS = 2
"""Events of a person, on average."""


def candidate(folder: Path, persons: int, events: int) -> Candidate:
    """Made-up people and their ``events`` visits, as a release would hold them."""
    random = np.random.default_rng([2023, persons])
    names = pa.array([f"p{number:012d}" for number in range(persons)])
    visits = np.sort(random.integers(0, persons, events))
    tables = {
        "people": {
            PERSON: names,
            "sex": random.integers(1, 3, persons),
            "born": 1940 + 5 * random.integers(0, 14, persons),
            "region": random.integers(0, 13, persons),
            "arm": random.choice(["a", "b", "c"], persons),
            "ill": random.choice(["C34", "E11", "I10", "J45", "Z00"], persons, p=[0.05, 0.1, 0.2, 0.15, 0.5]),
        },
        "visits": {
            PERSON: names.take(pa.array(visits)),
            "month": random.integers(1, 13, len(visits)),
            "place": random.integers(0, 900, len(visits)),
        },
    }
    spec = profile()
    made = {}
    for name, columns in tables.items():
        table = pa.table(columns)
        path = folder / f"{name}.parquet"
        pq.write_table(table, path, row_group_size=1 << 17)
        published = tuple(OutputColumn(one, Kind.TEXT, Role(ROLES[name][one])) for one in ROLES[name])
        made[name] = CandidateTable(name, path, table.num_rows, published)
    return Candidate(spec, folder, made, persons=persons)


def profile() -> Profile:
    """The profile of the same tables."""
    tables = {
        name: {
            "source": {"path": f"{name}.csv"},
            "columns": {column: {"role": role} for column, role in columns.items()},
        }
        for name, columns in ROLES.items()
    }
    knowledge = [f"people.{name}" for name in ("sex", "born", "region", "arm")]
    risk = {"knowledge": knowledge, "secrets": ["people.ill"], "population": {"fraction": 0.1}}
    start = {"version": 1, "id": "groups", "title": "groups", "seed": 1, "tables": tables, "risk": risk}
    return Profile.model_validate(start)


@contextmanager
def measured(name: str, java: int | None = None) -> Iterator[None]:
    """Print CPU and wall seconds of a block, Java's included."""
    cpu, wall = _cpu(java), time.perf_counter()
    yield
    print(f"| {name} | {_cpu(java) - cpu:.1f} | {time.perf_counter() - wall:.1f} |", flush=True)


def _cpu(java: int | None) -> float:
    if java is None:
        return time.process_time()
    ticks = Path(f"/proc/{java}/stat").read_text("ascii").rpartition(")")[2].split()[11:13]
    return time.process_time() + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def main(folder: Path, persons: int = 1_000_000) -> None:
    """Print a line a measure."""
    folder.mkdir(parents=True, exist_ok=True)
    spec = profile()
    made = Subject(spec, effective_policy(spec), candidate(folder, persons, VISITS * persons))
    here, there = {}, {}
    for name in COUNTING:
        with measured(f"{name}, this machine"):
            here[name] = attack(load(name), made)
    with open_session(SparkSettings(master="local[2]", timeout=600), Place()) as session:
        java = session.sparkContext._gateway.proc.pid  # noqa: SLF001 - to measure it
        spark = replace(made, groups=SqlGroups(SparkSql(session), folder / "groups"))
        for name in COUNTING:
            with measured(f"{name}, Spark local[2]", java):
                there[name] = attack(load(name), spark)
    if here != there:
        raise SystemExit("the findings differ")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
