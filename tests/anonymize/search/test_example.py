"""The example of the documentation, on Adult."""

import csv
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

from anonymize.pipeline import anonymize
from profiles.loading import load_profile
from tables.staging import stage
from tests.anonymize.search.adult import COLUMNS, folder

EXAMPLE = Path(__file__).parents[3] / "docs" / "exemples" / "adult" / "profil.yaml"


def test_the_example_reaches_five_and_loses_what_it_says(tmp_path):
    root = folder()
    loaded = load_profile(EXAMPLE, {"ADULT": str(root.resolve())})
    made = anonymize(loaded, stage(loaded, tmp_path / "staged"), None, tmp_path / "made").candidate
    rows = pq.read_table(made.tables["adult"].path).select(list(COLUMNS)).to_pylist()
    assert len(rows) == 30162
    assert min(Counter(tuple(row.values()) for row in rows).values()) >= 5
    assert abs(_loss(root, rows) - made.searched.loss) < 1e-9
    assert made.searched.loss < 0.0591


def _loss(root: Path, rows: list[dict[str, str]]) -> float:
    total = 0.0
    for name in COLUMNS:
        with (root / f"adult_hierarchy_{name}.csv").open(encoding="utf-8") as stream:
            lines = list(csv.reader(stream, delimiter=";"))
        below: dict[str, set[str]] = {}
        for line in lines:
            for group in line:
                below.setdefault(group, set()).add(line[0])
        total += sum((len(below[row[name]]) - 1) / (len(lines) - 1) for row in rows)
    return total / len(rows) / len(COLUMNS)
