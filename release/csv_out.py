"""A candidate table as the CSV that data.gouv.fr asks for: UTF-8, comma, CRLF, no byte order mark.

Cells are never altered, not even those that a spreadsheet could take for a formula: the data
must be what the assessment attacked. Null is the empty cell.
"""

import hashlib
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from profiles.errors import Place, UsageError
from profiles.model import Kind
from tables.candidate import OutputColumn

HOSTING_LIMIT = 1_000_000_000
"""Bytes of the largest file that data.gouv.fr hosts."""

_BATCH = 32_768
_EXACT = float(2**53)
"""Integers up to this one are exact in a float."""


@dataclass(frozen=True)
class WrittenCsv:
    """A CSV file that was written."""

    bytes: int
    sha256: str
    rows: int
    blank_rows: int
    """Rows without any value: a CSV reader takes them for nothing, so they are not written."""


def write_csv(
    source: Path,
    columns: Sequence[OutputColumn],
    target: Path,
    *,
    fractions: Collection[str] = (),
    limit: int = HOSTING_LIMIT,
) -> WrittenCsv:
    """Write ``columns`` of the Parquet file ``source``, and only them, to ``target``.

    ``fractions``: datetime columns that are written to the microsecond, the others stop at the
    second. UsageError when the file would be larger than ``limit`` bytes.
    """
    digest, size, rows, blank = hashlib.sha256(), 0, 0, 0
    with target.open("wb") as file:
        for text, skipped in _chunks(source, columns, fractions):
            data = _bytes_of(text)
            size += len(data)
            if size > limit:
                raise UsageError("release-file-too-large", Place(table=target.stem), limit=limit)
            file.write(data)
            digest.update(data)
            rows, blank = rows + len(text), blank + skipped
    return WrittenCsv(size, digest.hexdigest(), rows - 1, blank)


def _chunks(
    source: Path, columns: Sequence[OutputColumn], fractions: Collection[str]
) -> Iterator[tuple[pa.Array, int]]:
    """The header, then each batch: lines that end with CRLF, and the number of blank rows left out."""
    header = [_quoted(pa.array([column.name], pa.large_string())) for column in columns]
    yield _ended(_joined(header)), 0
    blank = "," * (len(columns) - 1)
    with pq.ParquetFile(source) as parquet:
        for batch in parquet.iter_batches(_BATCH, columns=[column.name for column in columns]):
            cells = [
                _cells(batch.column(column.name), column.kind, precise=column.name in fractions)
                for column in columns
            ]
            lines = _joined(cells)
            kept = lines.filter(pc.not_equal(lines, blank))
            yield _ended(kept), len(lines) - len(kept)


def _joined(cells: Sequence[pa.Array]) -> pa.Array:
    comma = pa.scalar(",", pa.large_string())
    return pc.binary_join_element_wise(*cells, comma, null_handling="replace", null_replacement="")


def _ended(lines: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(lines, pa.scalar("\r\n", lines.type), pa.scalar("", lines.type))


def _bytes_of(lines: pa.Array) -> memoryview:
    """The characters of a string array without nulls, end to end, without a copy."""
    if not len(lines):
        return memoryview(b"")
    _, offsets, characters = lines.buffers()
    ends = memoryview(offsets).cast("q")
    return memoryview(characters)[ends[lines.offset] : ends[lines.offset + len(lines)]]


def _cells(values: pa.Array, kind: Kind, *, precise: bool) -> pa.Array:
    """``values`` as CSV cells; null stays null."""
    if kind is Kind.TEXT:
        return _quoted(values.cast(pa.large_string()))
    if kind is Kind.NUMBER:
        return _numbers(values.cast(pa.float64()))
    if kind is Kind.YEAR:
        return pc.utf8_lpad(values.cast(pa.large_string()), 4, "0")
    if kind is Kind.DATETIME:
        unit = "us" if precise else "s"
        whole = values.cast(pa.timestamp(unit), safe=precise)
        return pc.replace_substring(whole.cast(pa.large_string()), " ", "T")
    return values.cast(pa.large_string())


def _quoted(text: pa.Array) -> pa.Array:
    """Cells between double quotes where RFC 4180 asks for it."""
    special = pc.match_substring_regex(text, '[",\r\n]')
    if not pc.any(special).as_py():
        return text
    quote = pa.scalar('"', text.type)
    doubled = pc.replace_substring(text, '"', '""')
    within = pc.binary_join_element_wise(quote, doubled, quote, pa.scalar("", text.type))
    return pc.if_else(special, within, text)


def _numbers(values: pa.Array) -> pa.Array:
    """Shortest text that reads back as the same float, as :func:`number_text` writes it."""
    exact = pc.and_(pc.equal(pc.floor(values), values), pc.less_equal(pc.abs(values), _EXACT))
    integers = pc.if_else(exact, values, None).cast(pa.int64()).cast(pa.large_string())
    others = pc.if_else(exact, None, values).cast(pa.large_string())
    if pc.any(pc.match_substring_regex(others, "[a-df-z]|e")).as_py():
        others = _plain(values, others)
    return pc.coalesce(integers, others)


def _plain(values: pa.Array, texts: pa.Array) -> pa.Array:
    """``texts`` without exponents, nor the words of Arrow for what is not a finite number."""
    odd = pc.fill_null(pc.match_substring_regex(texts, "[a-z]"), fill_value=False)
    replaced = [number_text(value.as_py()) for value in values.filter(odd)]
    return pc.replace_with_mask(texts, odd, pa.array(replaced, pa.large_string()))


def number_text(value: float) -> str:
    """Shortest decimal text of ``value``: no exponent up to 300 digits, no ``.0``, no ``-0``."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    text = format(Decimal(repr(value)), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
