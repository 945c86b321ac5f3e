"""``python -m benchmarks.dicom [leaks|speed]``: leaks and speed, ours and the peers', as Markdown tables."""

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.dicom import peers
from benchmarks.dicom.corpus import build
from benchmarks.dicom.leaks import leaks
from benchmarks.dicom.planted import plant
from benchmarks.dicom.sheet import Plant
from benchmarks.measure import Cost, median

REAPER = [sys.executable, "-m", "benchmarks.dicom.reaper"]
OURS = [sys.executable, "-m", "benchmarks.dicom.ours"]
RUNS = 3
SHARE = 0.1
SLOW = {"dentdeid", "deidcm", "deid"}


@dataclass(frozen=True)
class Way:
    """One way to treat the corpus."""

    name: str
    command: list[str]
    runs: int = 1
    files: int = 1000


def main() -> None:
    """Measure and print; several minutes, nearly all of them the peers'."""
    with tempfile.TemporaryDirectory() as folder:
        if "speed" not in sys.argv:
            leak_table(Path(folder))
        if "leaks" not in sys.argv:
            speed_table(Path(folder))


def leak_table(folder: Path) -> None:
    """How many planted identifiers are in the outputs of each tool."""
    source = folder / "planted"
    plants = plant(source)
    files = sum(1 for path in source.rglob("*") if path.is_file())
    print(f"## {len(plants)} identifiers planted in {files} files\n")
    print("| tool | files out | refused | identifiers found | files with one |\n|---|---|---|---|---|")
    for name, command in (
        ("vitrail", [*OURS, "batch", str(source), str(folder / "vitrail"), "2"]),
        *((name, peers.command(name, source, folder / name)) for name in peers.there()),
    ):
        row(name, command, folder / name, source, plants)
    print()


def row(name: str, command: list[str], target: Path, source: Path, plants: list[Plant]) -> None:
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1]
    counts = json.loads(said)
    found = leaks(target, plants, source)
    holding = len({leak.found_in for leak in found})
    print(f"| {name} | {counts['done']} | {counts['refused']} | {len(found)} | {holding} |", flush=True)


def speed_table(folder: Path) -> None:
    """CPU, wall and memory on the corpus; the slowest peers on a share of it."""
    whole, share = build(folder) / "images", build(folder, SHARE) / "images"
    ways = [
        Way(
            "vitrail, whole batch with verification, 2 processes",
            [*OURS, "batch", str(whole), "{}", "2"],
            RUNS,
        ),
        Way(
            "vitrail, whole batch with verification, 1 process", [*OURS, "batch", str(whole), "{}", "1"], RUNS
        ),
        Way("vitrail, rewriting alone", [*OURS, "rewrite", str(whole), "{}"], RUNS),
        Way("pydicom, read and write unchanged", peers.command("pydicom", whole, Path("{}")), RUNS),
        *(slow(name, whole, share) for name in peers.there()),
    ]
    print("## 1,000 files, 170 MB\n")
    print("| what | CPU s for 1,000 | wall s for 1,000 | files/s | peak MiB of a process | its CPU / ours |")
    print("|---|---|---|---|---|---|")
    ours = 0.0
    for way in ways:
        cost = median([once(way, folder / "out" / str(number)) for number in range(way.runs)])
        cpu, wall = cost.cpu * 1000 / way.files, cost.wall * 1000 / way.files
        ours = ours or cpu
        print(
            f"| {way.name} | {cpu:.2f} | {wall:.2f} | {1000 / wall:.0f} | {cost.memory:.0f} | {cpu / ours:.1f} |",
            flush=True,
        )


def slow(name: str, whole: Path, share: Path) -> Way:
    """A peer on the corpus, or on a tenth of it where the whole would take minutes."""
    if name in SLOW:
        return Way(
            f"{name}, on {round(1000 * SHARE)} of them",
            peers.command(name, share, Path("{}")),
            1,
            round(1000 * SHARE),
        )
    return Way(name, peers.command(name, whole, Path("{}")))


def once(way: Way, target: Path) -> Cost:
    """One run, and its outputs removed."""
    target.parent.mkdir(exist_ok=True)
    command = [*REAPER, *(part.replace("{}", str(target)) for part in way.command)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr.splitlines()[-1]
    for left in target.parent.iterdir():
        shutil.rmtree(left, ignore_errors=True)
    return Cost(*map(float, said.split()))


if __name__ == "__main__":
    main()
