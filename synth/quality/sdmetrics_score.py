"""The score of SDMetrics' QualityReport, which means little alone: shuffled columns get a high one too."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from synth.quality.sides import Fact, Nature, Outline, Sheet, Side

if TYPE_CHECKING:
    import pandas as pd

ROWS = 2_000
"""Rows of each table, drawn once, that the score rests on."""
COLUMNS = 8
"""Columns of each table, the first ones."""


def score(outline: Outline, one: Side, other: Side, seed: int) -> float | None:
    """Score of ``other`` against ``one``, 0 to 1, tables apart from each other; None when it has none.

    Patki, Wedge, Veeramachaneni 2016, doi:10.1109/DSAA.2016.49; library ``sdmetrics``.
    """
    from sdmetrics.reports import QualityReport  # noqa: PLC0415 - loads torch and plotly

    chosen = {
        table: facts[:COLUMNS]
        for table, facts in outline.facts.items()
        if facts and one.sheets[table].rows and other.sheets[table].rows
    }
    if not chosen:
        return None
    described = {
        table: {"columns": {fact.column: {"sdtype": _sdtype(fact)} for fact in facts}}
        for table, facts in chosen.items()
    }
    frames = [
        {table: _frame(side.sheets[table], facts, seed) for table, facts in chosen.items()}
        for side in (one, other)
    ]
    report = QualityReport()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report.generate(*frames, {"tables": described, "relationships": []}, verbose=False)
        found = float(report.get_score())
    return None if np.isnan(found) else round(found, 4)


def _sdtype(fact: Fact) -> str:
    return "categorical" if fact.nature is Nature.CODE else "numerical"


def _frame(sheet: Sheet, facts: tuple[Fact, ...], seed: int) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - loads slowly

    rng = np.random.default_rng([seed, 73])
    rows = (
        np.sort(rng.choice(sheet.rows, ROWS, replace=False)) if sheet.rows > ROWS else np.arange(sheet.rows)
    )
    return pd.DataFrame(
        {
            fact.column: sheet.columns[fact.column][rows].astype(str if fact.nature is Nature.CODE else float)
            for fact in facts
        }
    )
