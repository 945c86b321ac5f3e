"""Pseudonyms and numbers of persons that the source already holds, known by their column's name."""

from profiles.model import Kind
from tables.detectors.interface import Detector, Sample
from tables.problems import Severity

SNDS = frozenset(
    {
        "BEN_NIR_PSA",
        "BEN_NIR_ANO",
        "BEN_NIR_IDT",
        "BEN_IDT_ANO",
        "ASS_NIR_ANO",
        "NIR_ANO_17",
        "NIR_ANO_MAM",
        "NUM_ENQ",
        "IPP_IRR_CRY",
        "IPP_IDV_NUM",
    }
)
"""Person pseudonyms of the SNDS (schema of the SNDS, snapshot of 2020-12-15)."""
HOSPITAL = (
    "NIR|NIP|IPP|NDA|NSS|NUM_?(SECU|PATIENT|DOSSIER|SEJOUR|ENQ)|MATRICULE"
    "|(ID|IDENTIFIANT)_?(PAT|PATIENT|BEN|BENEFICIAIRE)|(PATIENT|SUBJECT|PERSON)_?(ID|NUM|NUMBER|KEY)"
)
OF_CODES = "LIB|LIBELLE|LABEL|DT[DEF]|DATE"
"""Words of names that hold a label or a date."""
LONG = 6
"""Characters from which a value can tell persons apart."""


def is_long(text: str) -> bool:
    """Long enough for a number of a person, not for a code."""
    return len(text) >= LONG


class SourcePseudonym(Detector):
    """Who holds the source recognises its pseudonyms."""

    code = "looks-like-source-pseudonym"

    def judge(self, sample: Sample) -> Severity | None:
        """The SNDS's own are certain; for other names the values must look like numbers of persons."""
        if sample.column.upper() in SNDS:
            return Severity.ERROR
        coded = sample.spec.type in (Kind.TEXT, Kind.INTEGER)
        named = sample.named(HOSPITAL) and not sample.named(OF_CODES)
        if coded and named and sample.share(is_long) >= 0.5:
            return Severity.WARNING
        return None
