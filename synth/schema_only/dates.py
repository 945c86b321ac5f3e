"""Dates by what they are the date of: a name says whether care begins, ends or is paid."""

import re
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from profiles.model import Kind
from synth.tables import Array, ColumnSpec

ROLES = (
    ("relative", re.compile(r"^(MER|PER)_NAI", re.IGNORECASE)),
    ("birth", re.compile(r"NAI_(ANN|MOI|DTE|ANM|AME)|ANN_NAI|^NAI_", re.IGNORECASE)),
    ("death", re.compile(r"DCD_(DTE|DTD|AME|ANN|MOI)", re.IGNORECASE)),
    ("flow", re.compile(r"FLX_DIS|FLX_PER", re.IGNORECASE)),
    (
        "settlement",
        re.compile(r"FLX_TRT|MAX_TRT|_MAN_DTD|REM_DTD|INS_DTE|UPD_DTE|_MAJ|DTE_INS", re.IGNORECASE),
    ),
    ("prescription", re.compile(r"^PRE_PRE", re.IGNORECASE)),
    ("end", re.compile(r"(_DTF|_AMF|_FIN)$|^SOR_|SOR_DAT|FIN_", re.IGNORECASE)),
)
FIRST = np.datetime64("1880-01-01").astype("datetime64[D]").astype(np.int64)
"""The oldest day that has a text."""


def date_role(column: ColumnSpec) -> str | None:
    """What a column is the date of, ``start`` by default; None when it is no date."""
    dated = column.kind in (Kind.DATE, Kind.DATETIME, Kind.YEAR) or column.format is not None
    if not dated:
        return None
    return next((role for role, pattern in ROLES if pattern.search(column.name)), "start")


def dated(column: ColumnSpec, days: Array, missing: Array | None = None) -> pa.Array:
    """``days`` since 1970 as ``column`` writes them; null where ``missing``."""
    if column.kind is Kind.DATE:
        return pa.array(days.astype(np.int32), pa.int32(), mask=missing).cast(pa.date32())
    if column.kind is Kind.DATETIME:
        whole = pa.array(days.astype(np.int64) * 86_400_000_000, pa.int64(), mask=missing)
        return whole.cast(pa.timestamp("us"))
    if column.kind is Kind.YEAR:
        return pa.array(years(days), pa.int64(), mask=missing)
    texts, positions = _texts(column.format or "%Y-%m-%d", days)
    return pa.DictionaryArray.from_arrays(pa.array(positions, pa.int32(), mask=missing), texts)


def years(days: Array) -> Array:
    """Calendar year of ``days`` since 1970."""
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def month_start(days: Array, later: int = 0) -> Array:
    """First day of the month of ``days``, or of the month ``later``."""
    months = days.astype("datetime64[D]").astype("datetime64[M]") + later
    return months.astype("datetime64[D]").astype(np.int64)


def _texts(pattern: str, days: Array) -> tuple[pa.Array, Array]:
    """Texts of every month or day since :data:`FIRST`, and where those of ``days`` are."""
    if pattern == "%m":
        return _months(), days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    if pattern == "%Y-%m":
        months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        return _year_months(), months + 90 * 12
    return _days(pattern), days.astype(np.int64) - FIRST


@cache
def _months() -> pa.Array:
    return pa.array([f"{month:02d}" for month in range(1, 13)])


@cache
def _year_months() -> pa.Array:
    return pa.array([f"{year}-{month:02d}" for year in range(1880, 2100) for month in range(1, 13)])


@cache
def _days(pattern: str) -> pa.Array:
    every = pa.array(np.arange(FIRST, FIRST + 220 * 365, dtype=np.int32)).cast(pa.date32())
    return pc.strftime(every.cast(pa.timestamp("s")), format=pattern)
