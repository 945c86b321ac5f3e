"""Others on the same persons: ``python -m benchmarks.assessor.peers NAME FOLDER ATTACKS``."""

import sys
import warnings
from pathlib import Path
from typing import Any

from benchmarks.assessor.data import KNOWN


def frames(folder: Path) -> list[Any]:
    """Original, candidate and holdout as pandas frames."""
    import pandas as pd

    parts = [pd.read_parquet(folder / part / "P.parquet") for part in ("original", "candidate", "holdout")]
    return [part.drop(columns="__person") for part in parts]


def univariate(folder: Path, attacks: int) -> None:
    """Singling out by one column, as anonymeter ships it."""
    _singling_out(folder, attacks, "univariate")


def multivariate(folder: Path, attacks: int) -> None:
    """Singling out by three columns, as anonymeter ships it."""
    _singling_out(folder, attacks, "multivariate")


def _singling_out(folder: Path, attacks: int, mode: str) -> None:
    from anonymeter.evaluators import SinglingOutEvaluator

    original, candidate, control = frames(folder)
    SinglingOutEvaluator(original, candidate, n_attacks=attacks, n_cols=3, control=control).evaluate(mode)


def linkability(folder: Path, attacks: int) -> None:
    """Two halves of the known columns, as anonymeter ships it."""
    from anonymeter.evaluators import LinkabilityEvaluator

    original, candidate, control = frames(folder)
    halves = (list(KNOWN[:4]), list(KNOWN[4:]))
    LinkabilityEvaluator(original, candidate, halves, n_attacks=attacks, control=control).evaluate(n_jobs=1)


def inference(folder: Path, attacks: int) -> None:
    """One secret, as anonymeter ships it."""
    from anonymeter.evaluators import InferenceEvaluator

    original, candidate, control = frames(folder)
    InferenceEvaluator(
        original, candidate, list(KNOWN), "disease", n_attacks=attacks, control=control
    ).evaluate(n_jobs=1)


def pycanon_k(folder: Path, _attacks: int) -> None:
    """K, l and t of the candidate."""
    from pycanon import anonymity

    _, candidate, _ = frames(folder)
    anonymity.k_anonymity(candidate, list(KNOWN))


def dcr(folder: Path, attacks: int) -> None:
    """Distances to the closest record against a random baseline, on as many rows as attacks."""
    from sdmetrics.single_table import DCRBaselineProtection

    original, candidate, _ = frames(folder)
    columns = {name: {"sdtype": "numerical"} for name in original.columns}
    DCRBaselineProtection.compute_breakdown(
        original, candidate, {"columns": columns}, "P", num_rows_subsample=attacks, num_iterations=1
    )


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    globals()[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
