"""Diagnoses by their CIM-10 (ICD-10) code."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from importlib import resources

from anonymize.hierarchies.interface import Hierarchy

CODE = re.compile(r"[A-Z]\d\d(\.?[0-9A-Z+]{1,5})?")


class Cim10(Hierarchy):
    """Code, category (three characters), block and chapter, named by their ranges: ``I20-I25``, ``I00-I99``.

    Codes are read with or without their dot, and with the French extensions of the PMSI. Of a
    code only the form and the chapter are checked; a category outside all blocks has the range of
    its chapter for block.
    """

    name = "cim10"
    levels = ("code", "categorie", "bloc", "chapitre")
    source = (
        "WHO, ICD-10 2019, ranges of blocks and chapters;"
        " ATIH, CIM-10 FR 2024, form of the extensions, blocks A90 and U80 to U99"
    )

    def generalize(self, values: Sequence[str], level: int) -> list[str | None]:
        """Each code at ``level``."""
        return [_coarse(value, level) for value in values]


@cache
def _ranges(name: str) -> tuple[str, ...]:
    data = resources.files(__package__) / "data" / f"cim10_{name}.csv"
    return tuple(data.read_text("ascii").split())


def _range(name: str, category: str) -> str | None:
    ranges = _ranges(name)
    position = bisect_right(ranges, category, key=lambda one: one[:3]) - 1
    found = ranges[position] if position >= 0 else ""
    return found if category <= found[4:] else None


def _coarse(value: str, level: int) -> str | None:
    chapter = _range("chapters", value[:3]) if CODE.fullmatch(value) else None
    return chapter and (value, value[:3], _range("blocks", value[:3]) or chapter, chapter)[level]
