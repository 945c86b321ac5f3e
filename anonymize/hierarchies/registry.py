"""The hierarchies that vitrail ships, and how a profile names one."""

from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path

from anonymize.hierarchies.age import Age
from anonymize.hierarchies.atc import Atc
from anonymize.hierarchies.ccam import Ccam
from anonymize.hierarchies.cim10 import Cim10
from anonymize.hierarchies.commune import Commune
from anonymize.hierarchies.dates import Dates
from anonymize.hierarchies.file import FileHierarchy
from anonymize.hierarchies.ghm import Ghm
from anonymize.hierarchies.interface import Hierarchy
from anonymize.hierarchies.medicines import Medicines, is_medicines
from anonymize.hierarchies.postcode import Postcode
from profiles.errors import Place, ProfileError

SHIPPED: dict[str, Hierarchy] = {
    hierarchy.name: hierarchy
    for hierarchy in (Age(), Atc(), Ccam(), Cim10(), Commune(), Dates(), Ghm(), Postcode())
}


def find_hierarchy(name: str, resolve: Callable[[str], Path], place: Place) -> Hierarchy:
    """The shipped hierarchy of that name, else the file that ``resolve`` finds.

    Raises ProfileError when there is neither, SourceError when the file is no hierarchy.
    """
    if name in SHIPPED:
        return SHIPPED[name]
    path = resolve(name)
    if not path.is_file():
        nearest = get_close_matches(name, SHIPPED, n=1)
        raise ProfileError(
            "hierarchy-unknown",
            place,
            hierarchy=name,
            shipped=", ".join(SHIPPED),
            nearest=nearest[0] if nearest else next(iter(SHIPPED)),
        )
    return Medicines(path) if is_medicines(path) else FileHierarchy(path)
