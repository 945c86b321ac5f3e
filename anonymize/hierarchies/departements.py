"""French départements and the regions that hold them.

Source: INSEE, code officiel géographique, edition 2024 (regions of the law of 16 January 2015, in
force since 1 January 2016). Added by us: ``20`` (Corsica before 1976, still in birth codes),
``COM`` for the overseas collectivities, which belong to no region, and ``99`` for abroad.
"""

from functools import cache
from importlib import resources

SOURCE = "INSEE, code officiel géographique 2024"
FRANCE, ABROAD = "FR", "99"


@cache
def regions() -> dict[str, str]:
    """Département code -> region code."""
    lines = (resources.files(__package__) / "data" / "regions.csv").read_text("ascii").split("\n")
    pairs = [line.split(";") for line in lines if line]
    return {departement: region for region, held in pairs for departement in held.split()}


def above(departement: str, level: int) -> str | None:
    """Level 1 the département itself, 2 its region, 3 the country; None when it does not exist."""
    region = regions().get(departement)
    if region is None or level == 1:
        return departement if region else None
    return region if level == 2 else ABROAD if departement == ABROAD else FRANCE
