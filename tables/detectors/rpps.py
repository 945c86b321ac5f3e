"""RPPS: the number of a health professional, 11 digits with a Luhn key."""

import re

from tables.detectors.interface import Detector, Sample, luhn
from tables.problems import Severity

SHAPE = re.compile(r"1[0-9]{10}")


def is_rpps(text: str) -> bool:
    """Eleven digits from 1, with a right key."""
    return SHAPE.fullmatch(text) is not None and luhn(text)


class Rpps(Detector):
    """One number in ten has a right key by chance."""

    code = "looks-like-rpps"

    def judge(self, sample: Sample) -> Severity | None:
        """Certain when nearly all have it, or half of them and the name says it too."""
        enough = sample.distinct(is_rpps) >= 3
        needed = 0.5 if sample.named("RPPS|PS|MEDECIN|PRATICIEN|PRESCRIPTEUR") else 0.9
        return Severity.ERROR if enough and sample.share(is_rpps) >= needed else None
