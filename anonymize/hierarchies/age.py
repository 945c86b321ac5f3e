"""Ages in bands."""

import re
from collections.abc import Sequence

from anonymize.hierarchies.interface import Hierarchy

AGE = re.compile(r"\d{1,3}")
OLDEST = 130
"""Nobody has been older; more is an error of the source."""
BANDS = {1: (5, 90), 2: (10, 90), 3: (20, 80)}
"""Level -> width and first age of the open band: each band lies within one of the next level."""


class Age(Hierarchy):
    """An age in whole years, in bands of 5, 10 and 20 years; the last one is open."""

    name = "age"
    levels = ("age", "5-ans", "10-ans", "20-ans", "tous")
    source = "bands by rule"

    def generalize(self, values: Sequence[str], level: int) -> list[str | None]:
        """Each age at ``level``."""
        return [_band(value, level) for value in values]


def _band(value: str, level: int) -> str | None:
    if not AGE.fullmatch(value) or int(value) > OLDEST:
        return None
    if level not in BANDS:
        return value if level == 0 else "*"
    (width, top), age = BANDS[level], int(value)
    low = age - age % width
    return f"{top}+" if age >= top else f"{low}-{low + width - 1}"
