"""Medicines by their ATC code."""

import re
from collections.abc import Sequence

from anonymize.hierarchies.interface import Hierarchy

LENGTHS = (7, 5, 4, 3, 1)
CODE = re.compile(r"[ABCDGHJLMNPRSV](\d\d([A-Z]([A-Z](\d\d)?)?)?)?")


class Atc(Hierarchy):
    """The five levels of the ATC classification, each a prefix of the code.

    A code that is already coarser than the level asked for stays as it is.
    """

    name = "atc"
    levels = (
        "substance",
        "sous-groupe-chimique",
        "sous-groupe-pharmacologique",
        "sous-groupe-therapeutique",
        "groupe-anatomique",
    )
    source = "WHO Collaborating Centre for Drug Statistics Methodology, structure of the ATC system, 2024"

    def generalize(self, values: Sequence[str], level: int) -> list[str | None]:
        """Each code at ``level``."""
        return [value[: LENGTHS[level]] if CODE.fullmatch(value) else None for value in values]
