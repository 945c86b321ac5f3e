"""The Adult sample, where the machine has it, read without the code under test."""

import csv
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from anonymize.search.problem import Problem
from anonymize.search.trees import tree

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


def folder() -> Path:
    """Where Adult is: ``$ADULT``, else beside the repository; the project itself carries no data."""
    beside = Path(__file__).parents[3].parent / "shared" / "data" / "adult"
    found = Path(os.environ["ADULT"]) if os.environ.get("ADULT") else beside
    if not (found / "adult.csv").is_file():
        pytest.skip("the Adult sample is not here: name its folder in the variable ADULT")
    return found


def adult(root: Path, k: int, suppression: float) -> tuple[Problem, list[list[list[str]]]]:
    """The problem, and each hierarchy as its lines."""
    lines = [_rows(root / f"adult_hierarchy_{name}.csv") for name in COLUMNS]
    with (root / "adult.csv").open(encoding="utf-8") as stream:
        counted = Counter(
            tuple(row[name] for name in COLUMNS) for row in csv.DictReader(stream, delimiter=";")
        )
    numbers = [{line[0]: number for number, line in enumerate(hierarchy)} for hierarchy in lines]
    combinations = sorted(counted)
    leaves = [[numbers[column][value] for column, value in enumerate(one)] for one in combinations]
    trees = tuple(tree(list(zip(*hierarchy, strict=True))) for hierarchy in lines)
    persons = np.array([counted[one] for one in combinations])
    return Problem(np.array(leaves), persons, trees, k, suppression), lines


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8") as stream:
        return list(csv.reader(stream, delimiter=";"))
