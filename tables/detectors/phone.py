"""French telephone numbers."""

import re

from tables.detectors.interface import Detector, Sample
from tables.problems import Severity

NUMBER = re.compile(r"(\+33 ?|0033 ?|0)[1-9]([ .-]?[0-9]{2}){4}")
MARKED = re.compile(r"(\+33|0033).*|.*[0-9][ .-][0-9].*")
"""Written as one writes telephone numbers only, with the country's code or in pairs."""


def is_number(text: str) -> bool:
    """Ten digits from 01 to 09, or their international form."""
    return NUMBER.fullmatch(text) is not None


def is_marked(text: str) -> bool:
    """A number that can be nothing else."""
    return is_number(text) and MARKED.fullmatch(text) is not None


class Phone(Detector):
    """Ten bare digits may be another code."""

    code = "looks-like-phone"

    def judge(self, sample: Sample) -> Severity | None:
        """Certain when marked, or when the name says it too."""
        named = sample.named("TEL|TELEPHONE|PHONE|MOBILE|PORTABLE|FAX|GSM")
        if sample.share(is_marked) >= 0.05 or (named and sample.share(is_number) >= 0.05):
            return Severity.ERROR
        return Severity.WARNING if sample.share(is_number) >= 0.5 else None
