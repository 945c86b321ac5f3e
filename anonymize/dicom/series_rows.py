"""The table of series: one row each, typed as :mod:`profiles.dicom_series` declares it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from anonymize.dicom.series import Series
from profiles.dicom_model import Dicom
from profiles.dicom_series import IDENTIFIERS, PERSON, SeriesAttribute, published
from profiles.model import Kind
from tables.without_pandas import keep_pandas_out

Value = str | int | float | date | None
ROWS = 1 << 16
"""Rows of a group of the file."""
_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.DATE: pa.date32(),
}
_AGE = re.compile(r"(\d{3})([DWMY])")
_DAYS = {"D": 1.0, "W": 7.0, "M": 30.44, "Y": 365.25}


def columns(dicom: Dicom) -> tuple[SeriesAttribute, ...]:
    """The attributes of the table under this ``dicom:``, in order."""
    return published(dicom.model_dump(mode="json"))


def write_series(series: Iterable[Series], dicom: Dicom, target: Path) -> int:
    """Write the table, sorted by series; the number of its rows.

    A value that is not the same in all files of a series is missing. Columns: the person's source identifier
    and those of :data:`profiles.dicom_series.IDENTIFIERS` (for the private folder only), then the attributes.
    """
    keep_pandas_out()
    kept = columns(dicom)
    schema = pa.schema(
        [(PERSON, pa.string()), *((each.keyword, pa.string()) for each in IDENTIFIERS)]
        + [(each.keyword, _TYPES[each.kind]) for each in kept]
    )
    count = 0
    with pq.ParquetWriter(target, schema) as writer:
        batch: list[dict[str, Value]] = []
        for one in series:
            batch.append(_row(one, kept))
            count += 1
            if len(batch) == ROWS:
                writer.write_table(pa.Table.from_pylist(batch, schema))
                batch.clear()
        if batch or not count:
            writer.write_table(pa.Table.from_pylist(batch, schema))
    return count


def _row(one: Series, kept: Sequence[SeriesAttribute]) -> dict[str, Value]:
    row: dict[str, Value] = {PERSON: one.person}
    for each in IDENTIFIERS:
        row[each.keyword] = min(one.identifiers.get(each.keyword, ()), default=None)
    counted: dict[str, Value] = {
        "SeriesInstanceUID": one.identifier,
        "StudyInstanceUID": one.study,
        "Instances": one.instances,
        "Frames": one.frames,
    }
    for attribute in kept:
        found = one.values.get(attribute.keyword, set())
        text = next(iter(found)) if len(found) == 1 else ""
        row[attribute.keyword] = counted.get(attribute.keyword) or (
            _READ[attribute.kind](text) if text else None
        )
    return row


def _integer(text: str) -> int | None:
    """A whole number, or an age in completed years."""
    age = _AGE.fullmatch(text)
    if age is not None:
        years = int(age[1]) * _DAYS[age[2]] / _DAYS["Y"]
        return int(age[1]) if age[2] == "Y" else int(years)
    return int(text) if re.fullmatch(r"[+-]?\d{1,18}", text) else None


def _number(text: str) -> float | None:
    try:
        value = float(text.partition("\\")[0])
    except ValueError:
        return None
    return value if value - value == 0 else None


def _date(text: str) -> date | None:
    digits = text.replace(".", "")
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])) if len(digits) == 8 else None
    except ValueError:
        return None


_READ: Mapping[Kind, Callable[[str], Value]] = {
    Kind.TEXT: str,
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
}
