"""FINESS: the number of a health establishment, 8 characters and a Luhn key."""

import re

from tables.detectors.interface import Detector, Sample, luhn
from tables.problems import Severity

SHAPE = re.compile(r"[0-9]{9}")
CORSICA = re.compile(r"2[ABab][0-9]{7}")
"""The key of Corsican numbers is not checked: the letter is sign enough."""


def is_finess(text: str) -> bool:
    """Nine characters with a right key."""
    return CORSICA.fullmatch(text) is not None or (SHAPE.fullmatch(text) is not None and luhn(text))


class Finess(Detector):
    """One number in ten has a right key by chance; an establishment is not a person."""

    code = "looks-like-finess"

    def judge(self, sample: Sample) -> Severity | None:
        """Never certain that it harms: to be looked at."""
        named = sample.named("FINESS|FIN|ETA_NUM\\w*")
        share = sample.share(is_finess)
        enough = sample.distinct(is_finess) >= 3
        return Severity.WARNING if enough and share >= (0.5 if named else 0.9) else None
