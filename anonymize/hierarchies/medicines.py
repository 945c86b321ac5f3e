"""Boxes of medicines by their CIP code, from a nomenclature that the steward has."""

import csv
from collections.abc import Sequence
from pathlib import Path

from anonymize.hierarchies.atc import Atc
from anonymize.hierarchies.interface import Hierarchy
from profiles.errors import Place, SourceError

CODES = ("PHA_CIP_C13", "PHA_PRS_IDE")
"""Columns of the code of thirteen characters and of the older one of seven."""
CLASSES = ("PHA_ATC_CLA", "PHA_ATC_C07")
"""Columns of the ATC code; the first one present is read."""


class Medicines(Hierarchy):
    """CIP code (13 or 7 digits), then the ATC code of its substance and the levels above it.

    Read from the table IR_PHA_R of the SNDS as a ``;``-separated file with its titles. A box
    without an ATC code is unknown.
    """

    levels = ("presentation", *Atc.levels)

    def __init__(self, path: Path) -> None:
        """Raises SourceError when the file can't be read or gives one code two classes."""
        self.name = self.source = path.name
        self._classes: dict[str, str] = {}
        for line, code, found in _rows(path):
            if self._classes.setdefault(code, found) != found:
                raise SourceError("hierarchy-two-parents", Place(file=path.name, line=line), level=1)

    def leaves(self) -> tuple[str, ...]:
        """Every code that has a class."""
        return tuple(self._classes)

    def generalize(self, values: Sequence[str], level: int) -> list[str | None]:
        """Each code at ``level``."""
        classes = [self._classes.get(value) for value in values]
        if level == 0:
            return [value if found else None for value, found in zip(values, classes, strict=True)]
        coarse = iter(Atc().generalize([found for found in classes if found], level - 1))
        return [next(coarse) if found else None for found in classes]


def is_medicines(path: Path) -> bool:
    """Whether the titles of the file are those of IR_PHA_R."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
            titles = next(csv.reader(stream, delimiter=";"), [])
    except (OSError, csv.Error):
        return False
    return not set(CODES).isdisjoint(titles) and not set(CLASSES).isdisjoint(titles)


def _rows(path: Path) -> list[tuple[int, str, str]]:
    """Line, code and ATC code, for each code of each line that has both."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, delimiter=";", strict=True)
            titles = reader.fieldnames or ()
            codes = [title for title in CODES if title in titles]
            atc = next(title for title in CLASSES if title in titles)
            return [
                (reader.line_num, code, row[atc])
                for row in reader
                for code in (row[title] for title in codes)
                if code and row[atc]
            ]
    except (OSError, UnicodeDecodeError, csv.Error, StopIteration):
        raise SourceError("hierarchy-unreadable", Place(file=path.name)) from None
