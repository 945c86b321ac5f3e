"""Dates of birth, to the day."""

from functools import partial

from profiles.model import Role
from tables import exact
from tables.detectors.interface import Detector, Sample
from tables.problems import Severity

COLUMN = "NAI|NAIS|NAISS|NAISSANCE|DDN|DDNAIS|DATNAIS|DTNAIS|DNAIS|BIRTH|BIRTHDATE|BIRTHDAY|DOB"
FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y%m%d", "%d%m%Y", "%d/%m/%y")
YEARS = range(1880, 2101)


def is_day(formats: tuple[str, ...], text: str) -> bool:
    """A whole date in one of ``formats``, with or without a time, of someone who may live."""
    days = (exact.declared_datetime(fmt, text) for fmt in formats)
    return exact.iso_datetime(text) is not None or any(day.year in YEARS for day in days if day)


class Birth(Detector):
    """Only the name of the column tells a birth from another date."""

    code = "looks-like-birth-date"

    def judge(self, sample: Sample) -> Severity | None:
        """Declared quasi-identifying, it is known to be dangerous: only worth a look if kept whole."""
        formats = FORMATS if sample.spec.format is None else (*FORMATS, sample.spec.format)
        if not sample.named(COLUMN) or sample.share(partial(is_day, formats)) < 0.5:
            return None
        if sample.spec.role is not Role.QUASI:
            return Severity.ERROR
        return Severity.WARNING if sample.spec.transform.keep is not None else None
