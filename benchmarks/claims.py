"""Claims of twelve columns, made up, as a CSV file; and the profiles that treat them."""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv

PROFILE = """\
version: 1
id: banc-de-mesure
title: Banc de mesure
seed: 1
secret: ${VITRAIL_KEY}
tables:
  claims:
    source: {path: claims.csv}
    person: [patient]
    order: input
    columns:
      patient: {role: direct, transform: pseudonymize}
      prescriber: {role: direct, transform: pseudonymize}
      care: {role: quasi, type: date, transform: shift}
      settled: {role: other, type: date, transform: shift}
      flow: {role: other, type: date, transform: {truncate: {to: month}}}
      birth: {role: quasi, type: year, transform: {bin: {width: 5, top: 2015}}}
      sex: {role: quasi, transform: keep}
      commune: {role: quasi, transform: {generalize: {prefix: 2}}}
      atc: {role: sensitive, transform: {generalize: {prefix: 5}}}
      cip: {role: other, transform: keep}
      quantity: {role: other, type: integer, transform: {clip: [0, 30]}}
      amount: {role: other, type: number, transform: {round: {to: 0.5}}}
"""
SPARK = """\
engine: spark
spark: {master: "local[2]", timeout: 600}
"""


CHUNK = 1_000_000
"""Rows made at once, so that any size fits in memory."""
ATC = tuple(
    f"{a}{n:02d}{b}{c}{m:02d}"
    for a in "ABCDGHJLMNRS"
    for n in (1, 3)
    for b in "AB"
    for c in "CX"
    for m in range(1, 20)
)


def write(folder: Path, rows: int = 1_000_000, persons: int = 100_000) -> Path:
    """Write ``claims.csv`` and the profiles; the same bytes for the same sizes."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "claims.csv").open("wb") as sink:
        for start in range(0, rows, CHUNK):
            random = np.random.default_rng([2023, rows, *([start] if start else [])])
            chunk = _chunk(random, min(CHUNK, rows - start), persons)
            pv.write_csv(chunk, sink, pv.WriteOptions(include_header=not start))
    (folder / "profil.yaml").write_text(PROFILE, encoding="utf-8")
    ordered = PROFILE.replace("order: input", "order: pseudonym")
    (folder / "ordered.yaml").write_text(ordered, encoding="utf-8")
    (folder / "spark.yaml").write_text(PROFILE + SPARK, encoding="utf-8")
    return folder / "profil.yaml"


def _chunk(random: np.random.Generator, rows: int, persons: int) -> pa.Table:
    person = random.integers(0, persons, rows)
    first = np.datetime64("2023-01-01")
    care = first + random.integers(0, 365, rows).astype("timedelta64[D]")
    columns = {
        "patient": np.char.add("P", np.char.zfill((person * 7919 % 10**12).astype(str), 16)),
        "prescriber": np.char.zfill(random.integers(0, 20_000, rows).astype(str), 9),
        "care": care.astype(str),
        "settled": (care + random.integers(0, 60, rows).astype("timedelta64[D]")).astype(str),
        "flow": (care + random.integers(60, 120, rows).astype("timedelta64[D]")).astype(str),
        "birth": (1925 + person % 99).astype(str),
        "sex": (1 + person % 2).astype(str),
        "commune": np.char.zfill((1000 + person % 35_000).astype(str), 5),
        "atc": random.choice(np.array(ATC), rows),
        "cip": np.char.add("34009", np.char.zfill(random.integers(0, 15_000, rows).astype(str), 8)),
        "quantity": random.integers(1, 40, rows).astype(str),
        "amount": np.char.mod("%.2f", random.gamma(2.0, 15.0, rows)),
    }
    return pa.table({name: pa.array(values) for name, values in columns.items()})


if __name__ == "__main__":
    write(Path(sys.argv[1]), *map(int, sys.argv[2:]))
