"""Counts that a steward has of codes (an Open Medic table, a pathology table) as the odds of those codes."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from profiles.errors import Place, SourceError

COLUMNS = ("code", "count")


def odds(paths: Sequence[Path]) -> Mapping[str, float]:
    """Code -> count, from CSV files (``;`` or ``,``) with the columns ``code`` and ``count``.

    A code is a CCAM, NABM, LPP or ATC code, or the name of a stay. Raises SourceError ``synth-aggregate``.
    """
    found: dict[str, float] = {}
    for path in paths:
        for number, row in enumerate(_rows(path), 1):
            code = (row["code"] or "").strip()
            try:
                count = float((row["count"] or "").replace(",", "."))
            except ValueError:
                raise _wrong(path, "count", number) from None
            if not code or not 0 <= count < float("inf"):
                raise _wrong(path, "code, count", number)
            found[code] = found.get(code, 0.0) + count
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise _wrong(path, "UTF-8", None) from None
    sign = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.DictReader(text.splitlines(), delimiter=sign)
    if not set(COLUMNS) <= set(reader.fieldnames or ()):
        raise _wrong(path, ", ".join(COLUMNS), None)
    rows = list(reader)
    if not rows:
        raise _wrong(path, "0", None)
    return rows


def _wrong(path: Path, reason: str, record: int | None) -> SourceError:
    place = Place(file=path.name, record=record)
    return SourceError("synth-aggregate", place, reason=reason, columns=", ".join(COLUMNS))
