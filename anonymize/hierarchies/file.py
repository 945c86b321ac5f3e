"""A hierarchy that the steward gives as a file."""

import csv
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from anonymize.hierarchies.interface import Hierarchy
from profiles.errors import Place, SourceError

Row = tuple[str, ...]


class FileHierarchy(Hierarchy):
    """Lines of ``;``-separated cells, UTF-8, without header: the code, then each coarser level.

    The levels are named by their numbers. Every line has the same number of cells; a code, and at
    each level a group, stands below one group only.
    """

    def __init__(self, path: Path) -> None:
        """Raises SourceError when the file can't be read or is no hierarchy."""
        self.name = path.name
        self.source = path.name
        rows = _read(path)
        self.levels = tuple(str(number) for number in range(len(rows[0])))
        self._rows: dict[str, Row] = {}
        parents: dict[tuple[int, str], str] = {}
        for line, row in enumerate(rows, start=1):
            if len(row) != len(self.levels):
                raise SourceError(
                    "hierarchy-ragged", Place(file=path.name, line=line), levels=len(self.levels)
                )
            for level, (child, parent) in enumerate(pairwise(row)):
                if parents.setdefault((level, child), parent) != parent:
                    raise SourceError("hierarchy-two-parents", Place(file=path.name, line=line), level=level)
            self._rows[row[0]] = row

    def leaves(self) -> tuple[str, ...]:
        """The first cell of each line."""
        return tuple(self._rows)

    def generalize(self, values: Sequence[str], level: int) -> list[str | None]:
        """Each code at ``level``."""
        found = [self._rows.get(value) for value in values]
        return [row[level] if row else None for row in found]


def _read(path: Path) -> list[Row]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = [tuple(row) for row in csv.reader(stream, delimiter=";", strict=True)]
    except (OSError, UnicodeDecodeError, csv.Error):
        raise SourceError("hierarchy-unreadable", Place(file=path.name)) from None
    if not any(rows):
        raise SourceError("hierarchy-unreadable", Place(file=path.name))
    return rows
