"""Communes by their INSEE code.

Cantons and arrondissements are not shipped: the code does not hold them, they change with each edition
of the official geographic code, and the public nomenclatures of the SNDS (IR_GEO_V) do not give them. A
profile that needs them names a hierarchy file (commune, arrondissement, département, région).
"""

import re
from collections.abc import Sequence

from anonymize.hierarchies.departements import SOURCE, above
from anonymize.hierarchies.interface import Hierarchy

COMMUNE = re.compile(r"(\d\d|2[AB])\d{3}")


class Commune(Hierarchy):
    """INSEE code of five characters, its département, region and country.

    Of the commune only the form is checked: communes merge every year, départements do not.
    """

    name = "commune-departement-region"
    levels = ("commune", "departement", "region", "pays")
    source = SOURCE

    def generalize(self, values: Sequence[str], level: int) -> list[str | None]:
        """Each commune at ``level``."""
        return [_commune(value, level) for value in values]


def _commune(value: str, level: int) -> str | None:
    if not COMMUNE.fullmatch(value):
        return None
    departement = value[:3] if value[:2] in {"97", "98"} else value[:2]
    coarse = above(departement, max(level, 1))
    return value if coarse and level == 0 else coarse
