"""``python -m benchmarks.classes``: k, l and t by us and by pycanon, on pycanon's own five files.

The variable ``PYCANON`` names the folder of these files: ``data/processed`` of the repository
IFCA/pycanon, whose example programs choose the columns below. Two readings differ, on purpose:

- recursive (c, l) by pycanon 1.0.1 sorts the counts of a class upwards and puts the rarest secret in
  the place of the most frequent one, so that its c is too small. Ours is the definition of
  Machanavajjhala 2007;
- a missing quasi-identifier puts a person in no class for pycanon (pandas drops it), in a class of
  its own value for us. The files have none.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from risk.class_metrics import (
    breaks_recursive,
    class_risk,
    distinct_l,
    entropy_l,
    equal_distance,
    ordered_distance,
)
from risk.labels import Labels, combine, encode
from risk.secrets_seen import rank
from risk.sizes import Sizes


@dataclass(frozen=True)
class Table:
    """A file, its quasi-identifiers and its secrets, as pycanon's examples have them."""

    file: str
    quasi: tuple[str, ...]
    secrets: tuple[str, ...]


_ADULT = ("age", "education", "occupation", "relationship", "sex", "native-country")
_DRUG = ("Age", "Sex", "BP", "Cholesterol", "Na_to_K")
_MATH = ("Teacher", "Gender", "Ethnic", "Freeredu", "wesson")
_STROKE = (
    "gender",
    "age",
    "hypertension",
    "heart_disease",
    "ever_married",
    "work_type",
    "Residence_type",
    "smoking_status",
)
_AIRLINE = (
    "Gender",
    "Customer Type",
    "Age",
    "Type of Travel",
    "Class",
    "Flight Distance",
    "Departure Delay in Minutes",
    "Arrival Delay in Minutes",
)
_SATISFIED = ("Departure/Arrival time convenient", "On-board service", "satisfaction")

TABLES = (
    *(Table(f"adult_anonymized_{k}.csv", _ADULT, ("salary-class",)) for k in (3, 10, 20)),
    Table("drug_type.csv", _DRUG, ("Drug",)),
    Table("drugs_k5.csv", _DRUG, ("Drug",)),
    *(Table(f"StudentsMath_Score{k}.csv", _MATH, ("Score",)) for k in ("", "_k2", "_k5", "_k7")),
    Table("healthcare-dataset-stroke-data.csv", _STROKE, ("stroke",)),
    *(Table(f"stroke_k{k}.csv", _STROKE, ("stroke",)) for k in (2, 5, 10, 15, 19, 20, 22, 25)),
    *(Table(f"airline_passenger_sat_k{k}.csv", _AIRLINE, _SATISFIED) for k in (2, 5, 10, 20)),
)


@dataclass(frozen=True)
class Measures:
    """The worst class of a table, over its secrets."""

    k: int
    l: int  # noqa: E741 - its name
    entropy: int
    """Effective number of secrets, cut to a whole one as pycanon does."""
    t: float
    c: int | None
    """Least whole c of recursive (c, l); None when l is 1."""


def ours(frame: pd.DataFrame, quasi: tuple[str, ...], secrets: tuple[str, ...]) -> Measures:
    """By the functions that the ``classes`` attackers use."""
    classes = combine([encode(pa.array(frame[name])) for name in quasi])
    found = {name: encode(pa.array(frame[name])) for name in secrets}
    least = min(int(distinct_l(classes, one).min()) for one in found.values())
    # The exponential of a logarithm may fall just under a whole number.
    entropy = int(min(entropy_l(classes, one).min() for one in found.values()) + 1e-9)
    far = max(_distance(frame[name], classes, one) for name, one in found.items())
    c = None if least < 2 else max(_least_c(classes, one, least) for one in found.values())
    return Measures(class_risk(Sizes.of(classes.sizes), 2).k, least, entropy, far, c)


def theirs(frame: pd.DataFrame, quasi: tuple[str, ...], secrets: tuple[str, ...]) -> Measures:
    """By pycanon."""
    from pycanon import anonymity

    asked: tuple[Any, ...] = (frame, list(quasi), list(secrets))
    c, least = anonymity.recursive_c_l_diversity(*asked)
    return Measures(
        anonymity.k_anonymity(frame, list(quasi)),
        int(least),
        anonymity.entropy_l_diversity(*asked),
        float(anonymity.t_closeness(*asked)),
        None if np.isnan(c) else int(c),
    )


def same(one: Measures, other: Measures) -> bool:
    """Whether k, l, entropy l and t agree; pycanon's cut to a whole number may lose a last digit."""
    close = abs(one.t - other.t) < 1e-9 and one.entropy - other.entropy in (0, 1)
    return close and (one.k, one.l) == (other.k, other.l)


def _distance(column: "pd.Series[Any]", classes: Labels, secret: Labels) -> float:
    if pd.api.types.is_numeric_dtype(column):
        return float(ordered_distance(classes, rank(pa.chunked_array([pa.array(column)]))).max())
    return float(equal_distance(classes, secret).max())


def _least_c(classes: Labels, secret: Labels, least: int) -> int:
    c = 1
    while breaks_recursive(classes, secret, c, least).any():
        c += 1
    return c


def main() -> None:
    """A Markdown table: one line a file."""
    print("## k, l and t on pycanon's own files\n")
    if not os.environ.get("PYCANON"):
        print("left out: the variable PYCANON names no folder\n")
        return
    print("| file | persons | k | l | entropy l | t | c | pycanon's c | equal | CPU s | pycanon, CPU s |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for table in TABLES:
        frame = pd.read_csv(Path(os.environ["PYCANON"]) / table.file)
        start = process_time()
        one = ours(frame, table.quasi, table.secrets)
        middle = process_time()
        other = theirs(frame, table.quasi, table.secrets)
        costs = f"{middle - start:.3f} | {process_time() - middle:.2f}"
        equal = "yes" if same(one, other) else "NO"
        print(
            f"| `{table.file}` | {len(frame)} | {one.k} | {one.l} | {one.entropy} | {one.t:.4f}"
            f" | {one.c or '–'} | {other.c or '–'} | {equal} | {costs} |",
            flush=True,
        )
    print()


if __name__ == "__main__":
    main()
