"""CPU seconds, wall seconds and peak memory of a whole process, as the system accounts for them."""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """What a process cost."""

    cpu: float
    """User and system seconds, children included."""
    wall: float
    memory: float
    """Peak resident set, MiB."""


def run(command: Sequence[str], environment: dict[str, str] | None = None) -> Cost:
    """Run ``command`` to its end; a failure stops the benchmark."""
    before = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, **(environment or {})}
    )
    assert process.stderr is not None
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command}: exit {process.returncode}\n{errors.decode(errors='replace')}")
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - before, _mebibytes(usage))


def _mebibytes(usage: resource.struct_rusage) -> float:
    # macOS counts bytes, Linux kibibytes.
    return usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def median(costs: Sequence[Cost]) -> Cost:
    """The median of each figure on its own."""
    return Cost(
        *(statistics.median(getattr(cost, name) for cost in costs) for name in ("cpu", "wall", "memory"))
    )


def compare(
    commands: dict[str, Sequence[str]], runs: int = 3, environment: dict[str, str] | None = None
) -> dict[str, Cost]:
    """The commands in turn, ``runs`` times, so that a drift of the machine hits all of them."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            costs[name].append(run(command, environment))
    return {name: median(found) for name, found in costs.items()}
