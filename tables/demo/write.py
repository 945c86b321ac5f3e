"""Text forms that French administrations give to dates and amounts, and their CSV files."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tables.demo.persons import Days, Text


def iso_day(days: Days) -> Text:
    """2023-12-31, or empty."""
    return np.where(np.isnat(days), "", np.datetime_as_string(days.astype("datetime64[D]")))


def french_day(days: Days) -> Text:
    """31/12/2023, or empty."""
    return _rearranged(days, lambda year, month, day: f"{day}/{month}/{year}")


def compact_day(days: Days) -> Text:
    """31122023, or empty."""
    return _rearranged(days, lambda year, month, day: f"{day}{month}{year}")


def _rearranged(days: Days, shape: Callable[[str, str, str], str]) -> Text:
    distinct, inverse = np.unique(iso_day(days), return_inverse=True)
    texts = [shape(*text.split("-")) if text else "" for text in distinct.tolist()]
    return np.array(texts, dtype="U10")[inverse]


def money(euros: npt.NDArray[np.float64]) -> Text:
    """1892,40: two decimals after a comma."""
    cents = np.round(euros * 100).astype(np.int64)
    return np.char.add(
        np.char.add((cents // 100).astype(str), ","), np.char.zfill((cents % 100).astype(str), 2)
    )


def write_csv(path: Path, columns: Mapping[str, Text]) -> None:
    """Semicolons, Latin-1, CRLF after every line, no quotes (no value needs any)."""
    lines = [";".join(columns)]
    lines += map(";".join, zip(*(values.tolist() for values in columns.values()), strict=True))
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("latin-1"))
