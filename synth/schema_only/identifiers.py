"""Numbers that look like identifiers and that nobody has: FINESS, CIP13, RPPS, NIR, pseudonyms of persons."""

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from profiles.model import Kind
from synth.tables import Array, ColumnSpec
from tables.check_digits import (
    fictitious_cip13_all,
    fictitious_finess_all,
    fictitious_nir_all,
    fictitious_rpps_all,
)

ESTABLISHMENTS = 40
"""Of each kind: few, so that every one of them has stays."""
FINESS = re.compile(
    r"^(ETA_NUM|ETB_\w*(FIN|AUTOR)|IDE_ETA_NU|IDE_GES_NUM|IDE_NUM_(ANC|NOU|PCP)|PFS_FIN_NUM)", re.IGNORECASE
)
PERSON = re.compile(r"(NIR|IDT|RAT)_ANO|NIR_PSA|NIR_IDT|ANO_NIR|BEN_NIR|ASS_NIR", re.IGNORECASE)
NIR = re.compile(r"\bN\.?I\.?R\b", re.IGNORECASE)


def nature(column: ColumnSpec) -> str | None:
    """``finess``, ``cip13``, ``rpps``, ``nir``, ``person``, or None: by name, label and length."""
    if column.kind not in (Kind.TEXT, Kind.INTEGER) or column.nomenclature or column.format:
        return None
    size, text = column.length or 0, column.kind is Kind.TEXT
    label = column.label.upper()
    found = (
        ("finess", size in (0, 8, 9) and FINESS.search(column.name)),
        ("cip13", size == 13 and ("C13" in column.name or "CIP" in label)),
        ("rpps", text and size >= 9 and "RPPS" in label),
        ("nir", text and size in (13, 15) and NIR.search(column.label)),
        ("person", text and (size == 0 or size >= 15) and PERSON.search(column.name)),
    )
    return next((name for name, holds in found if holds), None)


def identifiers(column: ColumnSpec, what: str, numbers: Array) -> pa.Array:
    """One value a number, the same for the same number, typed as ``column``."""
    numbers = numbers.astype(np.int64)
    if what == "person":
        return padded(numbers, column.length or 17, "SYN")
    if what == "finess":
        made = fictitious_finess_all(numbers)
        made = made // 10 if column.length == 8 else made
    elif what == "cip13":
        made = fictitious_cip13_all(numbers)
    elif what == "nir":
        made = fictitious_nir_all(numbers)
        made = made * 100 + 97 - made % 97 if column.length == 15 else made
    else:
        whole = fictitious_rpps_all(numbers)
        size = column.length or 11
        made = whole if size >= 11 else 99 * 10 ** (size - 2) + numbers % 10 ** (size - 2)
    typed = pa.array(made, pa.int64())
    return typed if column.kind is Kind.INTEGER else pc.cast(typed, pa.string())


def padded(numbers: Array, width: int, prefix: str = "") -> pa.Array:
    """``numbers`` as text of ``width`` characters, zeros between ``prefix`` and the digits."""
    digits = pc.utf8_lpad(pc.cast(pa.array(numbers, pa.int64()), pa.string()), width - len(prefix), "0")
    return pc.binary_join_element_wise(prefix, digits, "") if prefix else digits


def numbered(
    columns: list[ColumnSpec], sizes: list[int], numbers: Array, codes: Sequence[pa.Array | None] = ()
) -> list[pa.Array]:
    """``numbers`` spread over the columns of a key, the first as far as it goes (``sizes`` of them).

    A column that has ``codes`` holds the code of that position.
    """
    made = []
    rest = numbers.astype(np.int64)
    for column, size, listed in zip(columns, sizes, codes or [None] * len(columns), strict=True):
        part, rest = rest % size, rest // size
        what = nature(column)
        low = int(column.minimum or 0)
        if listed is not None:
            made.append(listed.take(pa.array(part)))
        elif what:
            made.append(identifiers(column, what, part))
        elif column.kind is Kind.INTEGER:
            made.append(pa.array(part + low, pa.int64()))
        else:
            made.append(padded(part + low, column.length or column.min_length or 10))
    return made
