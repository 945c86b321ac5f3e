"""Diagnoses by their CIM-10 (ICD-10) code."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from importlib import resources

from anonymize.hierarchies.interface import Hierarchy

CODE = re.compile(r"[A-Z]\d\d(\.?[0-9A-Z+]{1,5})?")


class Cim10(Hierarchy):
    """Code, category (three characters) and chapter, named by its range: ``I00-I99``.

    Codes are read with or without their dot, and with the French extensions of the PMSI. Of a
    code only the form and the chapter are checked.
    """

    name = "cim10"
    levels = ("code", "categorie", "chapitre")
    source = "WHO, ICD-10 2019, chapter ranges; ATIH, CIM-10 FR 2024, form of the extensions"

    def generalize(self, values: Sequence[str], level: int) -> list[str | None]:
        """Each code at ``level``."""
        return [_coarse(value, level) for value in values]


@cache
def _chapters() -> tuple[str, ...]:
    data = resources.files(__package__) / "data" / "cim10_chapters.csv"
    return tuple(data.read_text("ascii").split())


def _chapter(category: str) -> str | None:
    position = bisect_right(_chapters(), category, key=lambda chapter: chapter[:3]) - 1
    chapter = _chapters()[position] if position >= 0 else ""
    return chapter if category <= chapter[4:] else None


def _coarse(value: str, level: int) -> str | None:
    chapter = _chapter(value[:3]) if CODE.fullmatch(value) else None
    return chapter and (value, value[:3], chapter)[level]
