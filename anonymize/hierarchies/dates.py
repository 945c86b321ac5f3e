"""Dates by the calendar."""

import re
from collections.abc import Sequence
from datetime import date

from anonymize.hierarchies.interface import Hierarchy

FORM = re.compile(r"(\d{4})(-Q([1-4])|-(\d\d)(-\d\d)?)?")


class Dates(Hierarchy):
    """Day, month ``2020-01``, quarter ``2020-Q1``, year, decade ``2020-2029``.

    A date that is already coarser than the level asked for stays as it is.
    """

    name = "dates"
    levels = ("jour", "mois", "trimestre", "annee", "decennie")
    source = "Gregorian calendar, by rule"

    def generalize(self, values: Sequence[str], level: int) -> list[str | None]:
        """Each date at ``level``."""
        return [_coarse(value, level) for value in values]


def _coarse(value: str, level: int) -> str | None:
    form = FORM.fullmatch(value)
    if form is None or not _is_real(form):
        return None
    year, _, quarter, month, day = form.groups()
    if level == 4:
        decade = int(year) - int(year) % 10
        return f"{decade:04d}-{decade + 9:04d}"
    if level == 3:
        return str(year)
    if level == 2 and month:
        quarter = str((int(month) + 2) // 3)
        return f"{year}-Q{quarter}"
    return value[:7] if level == 1 and day else value


def _is_real(form: re.Match[str]) -> bool:
    year, _, _, month, day = form.groups()
    try:
        date(int(year), int(month or 1), int(day[1:] if day else 1))
    except ValueError:
        return False
    return True
