"""How often an attacker's interval says the truth, on data that leak at a known rate.

``python -m tests.risk.calibration [RUNS] [ATTACKER …]`` prints the table of docs/benchmarks.md.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from risk.findings import Decision, Finding
from risk.statistics import Rate
from tests.risk.known_leaks import SCENES, THRESHOLD, Scene

LEAKS = (0.0, 0.02, 0.05, 0.1, 0.5)
"""Shares of the persons who are told."""
TWICE = 2 * THRESHOLD
COVERED, FALSE = 0.93, 0.01
"""Least coverage and most false acceptances allowed."""


@dataclass(frozen=True)
class Line:
    """What many runs of a scene gave at one leak rate."""

    check: str
    leak: float
    runs: int
    covered: int
    accepted: int
    refused: int
    width: float
    """Mean width of the interval."""

    @property
    def coverage(self) -> float:
        """Share of the runs whose interval holds the truth."""
        return self.covered / self.runs


def lines(scene: Scene, leaks: tuple[float, ...], runs: int) -> Iterator[Line]:
    """``runs`` runs of ``scene`` at each of ``leaks``."""
    for leak in leaks:
        found = [scene.play(leak, seed) for seed in range(runs)]
        covered = sum(holds(finding, truth) for finding, truth in found)
        decisions = [finding.decision for finding, _ in found]
        width = float(np.mean([(item.upper or 0.0) - (item.lower or 0.0) for item, _ in found]))
        accepted, refused = (decisions.count(one) for one in (Decision.ACCEPTED, Decision.REFUSED))
        yield Line(scene.check, leak, runs, covered, accepted, refused, width)


def holds(finding: Finding, truth: float) -> bool:
    """Whether the interval of ``finding`` holds ``truth``."""
    if finding.lower is None or finding.upper is None:
        return False
    return finding.lower - 1e-9 <= truth <= finding.upper + 1e-9


def least(runs: int) -> int:
    """Runs of a few that must hold the truth: with fewer, 95 % is refuted at one in a thousand."""
    return next(count for count in range(runs + 1) if Rate(count, runs).exact_upper(0.998) >= 0.95)


def markdown(found: list[Line]) -> str:
    """The table of docs/benchmarks.md."""
    head = "| attacker | leak | runs | interval holds the truth | accepted | refused | mean width |"
    rows = [
        f"| `{line.check}` | {line.leak:.0%} | {line.runs} | {line.coverage:.1%}"
        f" | {line.accepted / line.runs:.1%} | {line.refused / line.runs:.1%} | {line.width:.3f} |"
        for line in found
    ]
    return "\n".join([head, "|---" * 7 + "|", *rows])


def main() -> None:
    """Every scene at every leak rate and at twice the threshold."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    wanted = sys.argv[2:]
    found = []
    for scene in SCENES:
        if not wanted or scene.check in wanted:
            for line in lines(scene, (*LEAKS, TWICE), runs):
                found.append(line)
                sys.stderr.write(markdown([line]).splitlines()[-1] + "\n")
    sys.stdout.write(markdown(sorted(found, key=lambda line: (line.check, line.leak))) + "\n")


if __name__ == "__main__":
    main()
