"""``python -m benchmarks.synth``: speed, memory and fidelity of synthetic tables, as Markdown.

The folder that the variable ``SNDS`` names (``schemas``, ``nomenclatures``) is what all the tables of the
SNDS are made from; without it that line is left out. About three minutes on two quiet cores.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

SIZES = (
    (5_000, "≤ 6 CPU-s for 100,000 claims"),
    (20_000, "≤ 14 CPU-s for 410,000"),
    (59_000, "≤ 30 CPU-s for 1 M"),
)
"""Persons of the simulated source, and the aim."""
TARGETS = {
    ("cardinality", None): 0.02,
    ("margins", "ER_PHA_F.PHA_ATC_C07"): 0.02,
    ("margins", "ER_PHA_F.PHA_PRS_C13"): 0.15,
    ("margins", "T_MCOaaB.DGN_PAL[:3]"): 0.25,
    ("persistence", "ER_PHA_F.PHA_ATC_C07"): 0.1,
    ("season", "ER_PHA_F"): 0.1,
    ("consistency", "ER_PHA_F.PHA_PRS_C13 × PHA_ATC_C07"): 0.0,
    ("gaps", "ER_PRS_F"): None,
    ("cost", "ER_PRS_F.PRS_PAI_MNT"): None,
}
"""Family and column -> the largest distance aimed at."""
PEERS = 500
"""Persons of the star that HMA takes, few so that it ends; ``python -m benchmarks.synth.peers 3000`` takes more."""


def main() -> None:
    """Print every table."""
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base)
        learnt(folder)
        schema(folder)
        fidelity(folder)
    peers()


def learnt(folder: Path) -> None:
    """Fit and sample at three sizes."""
    print("## Learnt from a simulated source of six tables, fit and sample\n")
    print("| persons | rows of the source | CPU s | peak MiB | aim |\n|---|---|---|---|---|")
    for persons, aim in SIZES:
        place = folder / str(persons)
        place.mkdir()
        source = _run("simulate", persons, place)
        made = _run("fit", persons, place)
        print(
            f"| {persons:,} | {source['rows']:,} | {made['cpu']:.1f} | {made['memory']:.0f} | {aim}, ≤ 1,024 MiB |"
        )
    print()


def schema(folder: Path) -> None:
    """From the schema alone."""
    print(
        "## From the schema alone\n\n| what | rows | CPU s | rows/CPU-s | peak MiB | aim |\n|---|---|---|---|---|---|"
    )
    core = _run("core", 20_000, folder)
    print(_speed("core, 20,000 persons", core, "≥ 200,000 rows/s"))
    if "SNDS" in os.environ:
        print(_speed("188 tables, 50 persons", _run("official", 50, folder), "≤ 20 s"))
    print()


def fidelity(folder: Path) -> None:
    """The distances that have an aim, at the second size."""
    from benchmarks.synth.source import staged_in
    from synth.fitted.holdout import split
    from synth.quality.assess import Question, assess

    persons = SIZES[1][0]
    staged = staged_in(folder / str(persons) / "source")
    made = folder / str(persons) / "made"
    paths = {name: table.path for name, table in staged.tables.items()}
    holdout = split(staged, 0.2, 7, 11).holdout
    drawn = {name: made / f"{name}.parquet" for name in paths}
    found = assess(Question(staged.profile, paths, drawn, holdout, 11, 7, sdmetrics=True), folder)
    print(f"## Distance to the source, {persons:,} persons (0: the same)\n")
    print("| what | ours | two halves of the source | shuffled columns | aim |\n|---|---|---|---|---|")
    for line in found.lines:
        for (family, name), aim in TARGETS.items():
            if line.family.value == family and name in (None, line.name):
                figures = " | ".join(_number(value) for value in (line.synthetic, line.half, line.shuffled))
                print(
                    f"| {family}, {line.name} ({line.how}) | {figures} | {'' if aim is None else f'≤ {aim}'} |"
                )
    if found.sdmetrics is not None:
        one = found.sdmetrics
        print(f"| SDMetrics QualityReport (1: the same) | {one.synthetic} | {one.half} | {one.shuffled} | |")
    rare = sum(found.rare.values())
    print(
        f"\nCodes under the floor: {rare}; keys that repeat: {found.keys[0]}; keys that point nowhere: {found.keys[1]}.\n"
    )
    diabetes(folder, persons)


def diabetes(folder: Path, persons: int) -> None:
    """The algorithm of the examples on both sides."""
    sys.path.insert(0, str(Path(__file__).parents[2] / "docs" / "exemples" / "top_diabete"))
    import top_diabete

    sides = [
        top_diabete.count(top_diabete.connect(folder / str(persons) / name), 2023)
        for name in ("source", "made")
    ]
    overall, widest = top_diabete.deviations(*sides)
    shares = [100 * top_diabete.total(side).share for side in sides]
    print(
        f"Diabetes, {persons:,} persons: {shares[0]:.2f} % of the source, {shares[1]:.2f} % of ours; ", end=""
    )
    print(
        f"apart by {overall:.2f} points (aim ≤ 1), by {widest:.2f} in the worst cell of over 200 persons (aim ≤ 2).\n"
    )


def peers() -> None:
    """SDV beside us, each in a process of its own."""
    from benchmarks.synth.peers import SIDES

    found: dict[str, dict[str, Any]] = {}
    for side in SIDES:
        command = [sys.executable, "-m", "benchmarks.synth.peers", side, str(PEERS)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            found[side] = json.loads(done.stdout.strip().splitlines()[-1])
    print(f"## SDV beside us, {PEERS:,} persons\n\n| what | rows | CPU s | peak MiB |\n|---|---|---|---|")
    for side, one in found.items():
        print(f"| {side} | {one['rows']:,} | {one['cpu_s']} | {one['peak_mib']} |")
    ours, hma = found.get("ours, star"), found.get("SDV HMA, star")
    if ours is not None and hma is not None:
        print(f"\nHMA takes {hma['cpu_s'] / ours['cpu_s']:.0f} times our CPU (aim ≥ 100).")
    lines = sorted({name for one in found.values() for name in one["lines"]})
    print("\n| distance to the source | " + " | ".join(found) + " |\n" + "|---" * (1 + len(found)) + "|")
    for name in lines:
        print(f"| {name} | " + " | ".join(_number(one["lines"].get(name)) for one in found.values()) + " |")
    print()


def _run(kind: str, size: int, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.synth.runs", kind, str(size), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _speed(what: str, one: dict[str, Any], aim: str) -> str:
    rate = one["rows"] / max(one["cpu"], 1e-9)
    return f"| {what} | {one['rows']:,} | {one['cpu']:.1f} | {rate:,.0f} | {one['memory']:.0f} | {aim} |"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


if __name__ == "__main__":
    main()
