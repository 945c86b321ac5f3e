"""``python -m benchmarks.search``: loss and time of both searches on the folder that ``ADULT`` names."""

import csv
import os
from collections import Counter
from pathlib import Path
from time import monotonic, process_time

import numpy as np

from anonymize.search.lattice import search_global
from anonymize.search.local import search_local
from anonymize.search.problem import Problem, Recoding
from anonymize.search.trees import Tree, tree

COLUMNS = (
    "sex",
    "age",
    "race",
    "marital-status",
    "education",
    "native-country",
    "workclass",
    "occupation",
    "salary-class",
)
SUPPRESSION = 0.04
"""Share of persons that ``global`` may leave out; ``local`` leaves out nobody."""


def problem(folder: Path, k: int, suppression: float) -> Problem:
    """Adult as combinations of its nine quasi-identifiers."""
    hierarchies = [_rows(folder / f"adult_hierarchy_{name}.csv") for name in COLUMNS]
    numbers = [{line[0]: number for number, line in enumerate(lines)} for lines in hierarchies]
    header, *rows = _rows(folder / "adult.csv")
    places = [header.index(name) for name in COLUMNS]
    counted = Counter(tuple(row[place] for place in places) for row in rows)
    combinations = sorted(counted)
    leaves = [[numbers[column][value] for column, value in enumerate(one)] for one in combinations]
    trees: list[Tree] = [tree(list(zip(*lines, strict=True))) for lines in hierarchies]
    return Problem(
        np.array(leaves), np.array([counted[one] for one in combinations]), tuple(trees), k, suppression
    )


def main() -> None:
    """A Markdown table: both methods at four k."""
    if not os.environ.get("ADULT"):
        print("## Search: left out, the variable ADULT names no folder\n")
        return
    folder = Path(os.environ["ADULT"])
    print("## Search on Adult: 30,162 persons × 9 quasi-identifiers\n")
    print("| k | method | loss | proven | classes | left out | CPU s | wall s |")
    print("|---|---|---|---|---|---|---|---|")
    for k in (2, 5, 11, 25):
        for name, method, share in (("local", search_local, 0.0), ("global", search_global, SUPPRESSION)):
            asked = problem(folder, k, share)
            wall, cpu = monotonic(), process_time()
            found: Recoding = method(asked, monotonic, wall + 60)
            cpu, wall = process_time() - cpu, monotonic() - wall
            proven = "yes" if name == "global" and found.proven else "–"
            print(
                f"| {k} | {name} | {found.loss:.4f} | {proven} | {found.classes} | {found.left_out}"
                f" | {cpu:.2f} | {wall:.2f} |"
            )
    print()


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8") as stream:
        return list(csv.reader(stream, delimiter=";"))


if __name__ == "__main__":
    main()
