"""Hospital stays by their GHM."""

import re
from collections.abc import Sequence

from anonymize.hierarchies.interface import Hierarchy

LENGTHS = (6, 5, 2)
CODE = re.compile(r"\d\d[A-Z]\d\d[0-9A-Z]")


class Ghm(Hierarchy):
    """Group with its severity (six characters), root (five), major category of diagnosis (two)."""

    name = "ghm"
    levels = ("ghm", "racine", "cmd")
    source = "ATIH, manuel des GHM, structure of the code, version 2024"

    def generalize(self, values: Sequence[str], level: int) -> list[str | None]:
        """Each code at ``level``."""
        return [value[: LENGTHS[level]] if CODE.fullmatch(value) else None for value in values]
