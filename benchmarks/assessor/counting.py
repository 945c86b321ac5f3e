"""Attacks that only count, on large tables: ``python -m benchmarks.assessor.counting FOLDER``."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.assessor.data import subject
from benchmarks.groups import candidate, profile
from profiles.policy import effective_policy
from risk.assessment import attack
from risk.attackers.registry import load
from risk.subject import Subject

PERSONS, WITH_EVENTS, EVENTS = 1_000_000, 200_000, 560_000


def main(folder: Path) -> None:
    """One row of a Markdown table for each; an attack counts the views that it asks for."""
    _measured(subject(folder / "persons", PERSONS, "real"), ("classes", "population"), f"{PERSONS:,} rows")
    spec = profile()
    (folder / "events").mkdir(parents=True)
    made = candidate(folder / "events", WITH_EVENTS, EVENTS)
    title = f"{WITH_EVENTS:,} persons, {EVENTS:,} events"
    _measured(Subject(spec, effective_policy(spec), made), ("trajectory",), title)


def _measured(of: Subject, attackers: Sequence[str], title: str) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    for name in attackers:
        attack(load(name), of)
    took = f"{time.process_time() - cpu:.1f} | {time.perf_counter() - wall:.1f}"
    print(f"| {' and '.join(f'`{name}`' for name in attackers)} | {title} | {took} |", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
