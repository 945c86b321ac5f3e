"""NIR: the French social security number, 13 digits and a key of two."""

import re

from stdnum.fr import nir

from tables.detectors.interface import Detector, Sample
from tables.problems import Severity

SHAPE = re.compile(r"[1-478][0-9]{2}(0[1-9]|1[0-2]|[2-9][0-9])([0-9]{2}|2[ABab])[0-9]{6}")
"""Sex, year and month of birth, department, commune, order; with the provisional numbers."""
USUAL = re.compile(r"[12][0-9]{2}(0[1-9]|1[0-2]).*")
"""Sex and month of nearly all; the codes of medicines (CIP 13) begin otherwise."""


def has_key(text: str) -> bool:
    """A NIR of 15 characters whose key is right."""
    number = text.replace(" ", "")
    return len(number) == 15 and SHAPE.fullmatch(number[:13]) is not None and bool(nir.is_valid(number))


def has_shape(text: str) -> bool:
    """13 characters that could be a NIR without its key."""
    number = text.replace(" ", "")
    return SHAPE.fullmatch(number) is not None and USUAL.fullmatch(number) is not None


class Nir(Detector):
    """One number in a hundred has a right key by chance: a share well above is a sign."""

    code = "looks-like-nir"

    def judge(self, sample: Sample) -> Severity | None:
        """Certain from the key; from the shape alone, certain only with the name."""
        if sample.share(has_key) >= 0.05 and sample.distinct(has_key) >= 2:
            return Severity.ERROR
        if sample.share(has_shape) >= 0.8 and sample.distinct(has_shape) >= 2:
            return Severity.ERROR if sample.named("NIR|INSEE|SECU|NSS|MATRICULE") else Severity.WARNING
        return None
