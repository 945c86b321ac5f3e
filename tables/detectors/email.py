"""E-mail addresses, alone or inside a text."""

import re

from tables.detectors.interface import Detector, Sample
from tables.problems import Severity

ADDRESS = re.compile(r"[A-Za-z0-9][\w.+-]*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")


def holds_address(text: str) -> bool:
    """An address somewhere in the text."""
    return "@" in text and ADDRESS.search(text) is not None


class Email(Detector):
    """No other code has this shape."""

    code = "looks-like-email"

    def judge(self, sample: Sample) -> Severity | None:
        """A column of addresses is certain; a few in a text are to be looked at."""
        share = sample.share(holds_address)
        if share >= 0.05:
            return Severity.ERROR
        return Severity.WARNING if share > 0 or sample.named("E?_?MAILS?|COURRIEL") else None
