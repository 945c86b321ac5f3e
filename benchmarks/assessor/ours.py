"""What is measured of ours: ``python -m benchmarks.assessor.ours make|whole|each FOLDER PERSONS NATURE``."""

import resource
import sys
import time
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

from benchmarks.assessor.data import subject
from risk.assessment import assess, attack
from risk.attackers.registry import load, names


def make(folder: Path, persons: int, nature: Any) -> None:
    """Write the persons once, so that no measure holds the making of them."""
    subject(folder, persons, nature)


def whole(folder: Path, persons: int, nature: Any) -> None:
    """The assessment as a release does it; prints the costs of all of its processes."""
    start = time.perf_counter()
    assess(subject(folder, persons, nature))
    wall = time.perf_counter() - start
    # Workers are children of a server, which has to end before the system tells what they took.
    forkserver._forkserver._stop()  # type: ignore[attr-defined]  # noqa: SLF001
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(each.ru_utime + each.ru_stime for each in used)
    memory = max(each.ru_maxrss for each in used) / 2**10
    print(f"{cpu:.1f} | {wall:.1f} | {memory:.0f} | {cpu * 100_000 / persons:.1f}")


def each(folder: Path, persons: int, nature: Any) -> None:
    """One row of a Markdown table an attacker; views are made first."""
    of = subject(folder, persons, nature)
    for part in ("candidate", "original", "holdout"):
        if of.has(part):
            of.view(part)
    for name in names():
        one = load(name)
        if not one.applies(of):
            continue
        wall, cpu = time.perf_counter(), time.process_time()
        attack(one, of)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
        took = f"{time.process_time() - cpu:.1f} | {time.perf_counter() - wall:.1f} | {memory:.0f}"
        print(f"| `{name}` | {nature} | {took} |", flush=True)


if __name__ == "__main__":
    globals()[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
