"""What is measured of ours: ``python -m benchmarks.assessor.ours make|whole|each FOLDER PERSONS NATURE``."""

import os
import resource
import sys
import threading
import time
from contextlib import suppress
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

from benchmarks.assessor.data import subject
from risk.assessment import assess, attack
from risk.attackers.registry import load, names

EVERY = 0.25
"""Seconds between two looks at the memory."""


def make(folder: Path, persons: int, nature: Any) -> None:
    """Write the persons once, so that no measure holds the making of them."""
    subject(folder, persons, nature)


def whole(folder: Path, persons: int, nature: Any) -> None:
    """The assessment as a release does it; prints the costs of all of its processes."""
    peak, done = [0.0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(peak, done), daemon=True)
    watcher.start()
    start = time.perf_counter()
    assess(subject(folder, persons, nature))
    wall = time.perf_counter() - start
    done.set()
    watcher.join()
    # Workers are children of a server, which has to end before the system tells what they took.
    forkserver._forkserver._stop()  # type: ignore[attr-defined]  # noqa: SLF001
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(each.ru_utime + each.ru_stime for each in used)
    print(f"{cpu:.1f} | {wall:.1f} | {peak[0]:.0f} | {cpu * 100_000 / persons:.1f}")


def _watch(peak: list[float], done: threading.Event) -> None:
    """Keep in ``peak`` the most MiB that this process and those below it hold together."""
    while not done.wait(EVERY):
        peak[0] = max(peak[0], sum(_held(number) for number in _below(os.getpid())))


def _below(root: int) -> list[int]:
    """A process and all that it started, and those that they started."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found = [root]
    for number in found:
        found += [child for child, parent in parents.items() if parent == number]
    return found


def _held(number: int) -> float:
    """Resident MiB of a process; what several share counts for each."""
    with suppress(OSError):
        return int(Path(f"/proc/{number}/statm").read_text().split()[1]) * resource.getpagesize() / 2**20
    return 0.0


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
