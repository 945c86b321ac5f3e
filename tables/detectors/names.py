"""Names of persons: the most frequent French given names and surnames, and the column's name."""

import re
from functools import cache
from importlib import resources

from tables.detectors.interface import Detector, Sample, plain
from tables.problems import Severity

COLUMN = (
    "NOM|PRENOMS?|PATRONYME|SURNAME|(FIRST|LAST|FAMILY|GIVEN|MAIDEN|BIRTH)_?NAME"
    "|NOM_(DE_)?(NAISSANCE|USAGE|FAMILLE|JEUNE_FILLE|MARITAL|PATIENT|BENEFICIAIRE|MEDECIN)"
)
THING = (
    "MEDICAMENT|PRODUIT|LABO?|LABORATOIRE|COMMUNE|VIL|VILLE|VOI|VOIE|ACTE|SERVICE|VARIABLE"
    "|COMMERCIAL|ETA|ETABLISSEMENT|FICHIER"
)
OF_THINGS = f"NOM_(DU_|DE_LA_|DE_)?({THING})|({THING})_NOM"


@cache
def frequent_names() -> frozenset[str]:
    """Upper case, without accents. List of ours: names known to be frequent, no data of persons."""
    file = resources.files("tables.detectors") / "data" / "names.txt"
    lines = file.read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


def is_name(text: str) -> bool:
    """At most four words, of which one is a frequent name and none holds a digit."""
    words = re.split(r"[ '-]+", plain(text).upper())
    return len(words) <= 4 and all(map(str.isalpha, words)) and not frequent_names().isdisjoint(words)


class Names(Detector):
    """A list cannot hold every name: a share of them is enough."""

    code = "looks-like-name"

    def judge(self, sample: Sample) -> Severity | None:
        """Certain when the values and the column's name agree."""
        named = sample.named(COLUMN) and not sample.named(OF_THINGS)
        share, distinct = sample.share(is_name), sample.distinct(is_name)
        if named and share >= 0.1 and distinct >= 2:
            return Severity.ERROR
        return Severity.WARNING if named or (share >= 0.3 and distinct >= 5) else None
