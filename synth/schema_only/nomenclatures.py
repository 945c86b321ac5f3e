"""Code lists in the official form: a CSV with ``;``, and a JSON that says which column is the code."""

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from profiles.errors import Place, SourceError

NONE = ("", "-", None)
"""What a column without a code list carries."""
PAIR = "+"
"""Name of a list of pairs, the codes of a composite key joined by ``|``: ``IR_GEO_V+``."""


def nomenclatures(folder: Path, names: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """``LIST`` or ``LIST:COLUMN`` -> its distinct codes in the order of the file.

    A list whose key has two columns is there as pairs too, under :data:`PAIR`. A list that has no file is
    left out: the caller repairs its columns. Raises SourceError ``synth-schema-unreadable`` and
    ``synth-nomenclature-empty``.
    """
    files = {path.stem: path for path in sorted(folder.rglob("*.csv"))}
    found: dict[str, tuple[str, ...]] = {}
    read: dict[str, tuple[list[str], list[list[str]]]] = {}
    for name in sorted(set(names)):
        listed, _, column = name.partition(":")
        if listed in files:
            header, rows = read[listed] if listed in read else read.setdefault(listed, _read(files[listed]))
            if column and column not in header:
                continue
            described = _described(files[listed].with_suffix(".json"))
            found[name] = _codes(files[listed], name, header, rows, column or described[1])
            key = [part for part in described[0] if part in header]
            if len(key) == 2 and listed + PAIR not in found:
                found[listed + PAIR] = _joined(rows, *(header.index(part) for part in key))
    return found


def _read(path: Path) -> tuple[list[str], list[list[str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream, delimiter=";"))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise SourceError(
            "synth-schema-unreadable", Place(file=path.name), reason="CSV, UTF-8, « ; »"
        ) from None
    header = rows[0] if rows else []
    return header, [row for row in rows[1:] if len(row) == len(header)]


def _codes(
    path: Path, name: str, header: list[str], rows: list[list[str]], column: str | None
) -> tuple[str, ...]:
    position = header.index(column) if column in header else 0
    codes = tuple(dict.fromkeys(code for row in rows if (code := row[position].strip())))
    if not codes:
        raise SourceError("synth-nomenclature-empty", Place(file=path.name), nomenclature=name)
    return codes


def _joined(rows: list[list[str]], left: int, right: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{row[left]}|{row[right]}" for row in rows if row[left] and row[right]))


def _described(path: Path) -> tuple[list[str], str | None]:
    """Columns of the key, and the column whose role is ``code``."""
    if not path.exists():
        return [], None
    try:
        described = json.loads(path.read_text(encoding="utf-8-sig"))
        key = described.get("primaryKey") or []
        key = [key] if isinstance(key, str) else list(key)
        role = [field["name"] for field in described.get("fields", []) if field.get("role") == "code"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise SourceError("synth-schema-unreadable", Place(file=path.name), reason="JSON") from None
    return key, (role or key or [None])[0]
