"""Places by their postcode."""

import re
from collections.abc import Sequence

from anonymize.hierarchies.departements import SOURCE, above
from anonymize.hierarchies.interface import Hierarchy

POSTCODE = re.compile(r"\d{5}")


class Postcode(Hierarchy):
    """Postcode, the département that its digits name, region and country.

    Source: La Poste numbers postcodes by département, Corsica's 200 and 201 being 2A, the rest of
    20 being 2B. A handful of communes are served from the next département and are counted there.
    """

    name = "postcode-departement"
    levels = ("code-postal", "departement", "region", "pays")
    source = SOURCE

    def generalize(self, values: Sequence[str], level: int) -> list[str | None]:
        """Each postcode at ``level``."""
        return [_postcode(value, level) for value in values]


def _postcode(value: str, level: int) -> str | None:
    if not POSTCODE.fullmatch(value):
        return None
    departement = value[:3] if value[:2] in {"97", "98"} else value[:2]
    if departement == "20":
        departement = "2A" if value[:3] in {"200", "201"} else "2B"
    coarse = above(departement, max(level, 1))
    return value if coarse and level == 0 else coarse
