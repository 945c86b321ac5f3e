"""Predicates made by anonymeter, and how many persons each of them matches."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from risk.anonymeter_adapter.encoding import Column
from risk.anonymeter_adapter.frames import Frames
from risk.anonymeter_adapter.guard import guarded

Counts = npt.NDArray[np.int64]

COLUMNS = 3
"""Columns that one multivariate predicate combines; more when too few can be made."""
ATTEMPTS = 5
"""Predicates tried for each one asked for, before more columns are combined."""
FEWEST = 5_000
"""Predicates tried at least."""


class Mode(StrEnum):
    """How predicates are made."""

    UNIVARIATE = "univariate"
    """An extreme or unique value of one column. All that exist are found."""
    MULTIVARIATE = "multivariate"
    """Values of several columns of a record of the candidate. Tried at random."""


@dataclass(frozen=True)
class Predicates:
    """What the library made: for us, things to count."""

    chosen: Sequence[Any]
    """Those to try."""
    existing: int
    """Those that were found."""
    problems: tuple[str, ...] = ()
    """Reason codes."""


NOTHING = Predicates((), 0)


def make(table: Any, mode: Mode, asked: int, random: np.random.Generator) -> Predicates:
    """Up to ``asked`` predicates that isolate one person of ``table``."""
    if mode is Mode.UNIVARIATE:
        return _unique_values(table, asked, random)
    chosen: list[Any] = []
    narrow, widest = widths(len(table.columns))
    for width in range(narrow, widest + 1):
        found, problems = _combinations(table, width, asked - len(chosen), random)
        chosen.extend(found)
        if len(chosen) >= asked:
            break
    return Predicates(chosen, len(chosen), problems)


def widths(columns: int) -> tuple[int, int]:
    """Fewest and most columns that one multivariate predicate combines."""
    return min(COLUMNS, columns), columns


def _unique_values(table: Any, asked: int, random: np.random.Generator) -> Predicates:
    from anonymeter.evaluators import singling_out_evaluator as library  # noqa: PLC0415 - slow to import

    with guarded(0) as problems:
        found = library.univariate_singling_out_queries(table, n_queries=sys.maxsize, rng=random)
    # The library takes unique values in an order that differs from run to run.
    ordered = sorted(found, key=str)
    chosen = [ordered[place] for place in random.permutation(len(ordered))[:asked]]
    return Predicates(chosen, len(ordered), tuple(problems))


def _combinations(
    table: Any, width: int, asked: int, random: np.random.Generator
) -> tuple[list[Any], tuple[str, ...]]:
    from anonymeter.evaluators import singling_out_evaluator as library  # noqa: PLC0415 - slow to import

    with guarded(0) as problems:
        found = library.multivariate_singling_out_queries(
            table, n_queries=asked, n_cols=width, max_attempts=max(FEWEST, ATTEMPTS * asked), rng=random
        )
    return found, tuple(problems)


def counts(table: Any, predicates: Sequence[Any]) -> Counts:
    """Persons that each predicate matches."""
    import polars as pl  # noqa: PLC0415 - slow to import

    if not predicates:
        return np.zeros(0, dtype=np.int64)
    sums = [predicate.cast(pl.Int64).sum().alias(str(place)) for place, predicate in enumerate(predicates)]
    return np.array(table.select(sums).row(0), dtype=np.int64)


def tables(frames: Frames, random: np.random.Generator) -> dict[str, Any]:
    """Frames of polars; a control larger than the original is drawn down to its size."""
    import polars as pl  # noqa: PLC0415 - slow to import

    ready = {column.name: _comparable(column) for column in frames.columns}
    names = ["original", "candidate", *([] if frames.controls is None else ["control"])]
    views = {
        which: pl.DataFrame({f"c{place}": parts[part] for place, parts in enumerate(ready.values())})
        for part, which in enumerate(names)
    }
    controls = frames.controls or 0
    if controls > frames.originals:
        drawn = random.choice(controls, frames.originals, replace=False)
        views["control"] = views["control"][np.sort(drawn)]
    return views


def _comparable(column: Column) -> list[Any]:
    """Numbers as their rank, so that equality is exact; categories as text, so that none is larger."""
    import polars as pl  # noqa: PLC0415 - slow to import

    every = np.concatenate(column.parts())
    values = np.unique(every[~np.isnan(every)])
    ready = []
    for part in column.parts():
        ranks = np.searchsorted(values, part)
        if column.is_category:
            ready.append(pl.Series(ranks).cast(pl.String))
        else:
            ready.append(pl.Series(np.where(np.isnan(part), np.nan, ranks)).fill_nan(None).cast(pl.Int64))
    return ready
