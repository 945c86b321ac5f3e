"""``python -m benchmarks.assessor [PERSONS …]``: the whole assessment, and each attacker alone.

By default the curve of growth at three sizes, and the others on the same 100,000 persons: half an hour on
two cores. ``python -m benchmarks.assessor 10000`` is a minute.
"""

import subprocess
import sys
import tempfile
from importlib import util
from pathlib import Path

from benchmarks.assessor.data import TARGETS
from benchmarks.measure import Cost, run

SIZES = (10_000, 100_000, 1_000_000)
PEERS = 100_000
"""Size at which each attacker and other tools are run."""
ANONYMETER = 500
"""Attacks of anonymeter, which ours has 2,000 of."""
OURS, COUNTING, OTHERS = (
    [sys.executable, "-m", f"benchmarks.assessor.{name}"] for name in ("ours", "counting", "peers")
)


def main() -> None:
    """The curve, each attacker, the attacks that count, and the peers."""
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    with tempfile.TemporaryDirectory() as folder:
        curve(Path(folder), sizes)
        attackers(Path(folder), PEERS if PEERS in sizes else max(sizes))
        if PEERS in sizes:
            counting(Path(folder))
            peers(Path(folder))


def curve(folder: Path, sizes: list[int]) -> None:
    """The whole assessment by size and nature."""
    print(f"## The whole assessment: 12 columns, {TARGETS} targets, one process a processor\n")
    print("| persons | tables | CPU s | wall s | peak MiB, all processes | CPU s a 100,000 persons |")
    print("|---|---|---|---|---|---|")
    for nature in ("real", "synthetic"):
        for size in sizes:
            run([*OURS, "make", str(folder / f"{nature}{size}"), str(size), nature])
            told = said([*OURS, "whole", str(folder / f"{nature}{size}"), str(size), nature])
            print(f"| {size:,} | {nature} | {told.strip()} |", flush=True)
    print()


def attackers(folder: Path, size: int) -> None:
    """Each attacker alone, as the worker that runs it would tell."""
    print(f"## Each attacker alone, {size:,} persons × 12 columns\n")
    print("| attacker | tables | CPU s | wall s | peak MiB |\n|---|---|---|---|---|")
    for nature in ("real", "synthetic"):
        command = [*OURS, "each", str(folder / f"{nature}{size}"), str(size), nature]
        print(said(command), end="", flush=True)
    print()


def counting(folder: Path) -> None:
    """What is exact, on large tables."""
    print("## Attacks that count, the work alone\n\n| attacker | on | CPU s | wall s |\n|---|---|---|---|")
    print(said([*COUNTING, str(folder / "counting")]), flush=True)


def peers(folder: Path) -> None:
    """The same persons attacked by what others ship, each in a whole process."""
    print(f"## Others, {PEERS:,} persons × 12 columns; anonymeter with {ANONYMETER} attacks\n")
    print("| what | CPU s | wall s | peak MiB |\n|---|---|---|---|")
    source = str(folder / f"synthetic{PEERS}")
    names = ["univariate", "multivariate", "linkability", "inference", "pycanon_k", "dcr"]
    for name in names:
        library = {"pycanon_k": "pycanon", "dcr": "sdmetrics"}.get(name, "anonymeter")
        if util.find_spec(library) is None:
            print(f"| {library} is not installed | | | |")
            continue
        print(f"| {library}, {name} | {_costs(run([*OTHERS, name, source, str(ANONYMETER)]))} |", flush=True)
    print()


def said(command: list[str]) -> str:
    """What ``command`` prints."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _costs(cost: Cost) -> str:
    return f"{cost.cpu:.1f} | {cost.wall:.1f} | {cost.memory:.0f}"


if __name__ == "__main__":
    main()
