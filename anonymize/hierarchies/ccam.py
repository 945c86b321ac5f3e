"""Medical acts by their CCAM code."""

import re
from collections.abc import Sequence

from anonymize.hierarchies.interface import Hierarchy

LENGTHS = (None, 4, 2, 1)
CODE = re.compile(r"[A-Z]{4}\d{3}(-\d\d)?")


class Ccam(Hierarchy):
    """Act, the four letters that its variants share (site, action, way in), the site, the body system.

    The code may have the two digits that the PMSI adds after a dash. Of a code only the form is
    checked.
    """

    name = "ccam"
    levels = ("acte", "groupe", "topographie", "appareil")
    source = "CNAM, Classification commune des actes médicaux, structure of the code, version 63"

    def generalize(self, values: Sequence[str], level: int) -> list[str | None]:
        """Each code at ``level``."""
        return [value[: LENGTHS[level]] if CODE.fullmatch(value) else None for value in values]
