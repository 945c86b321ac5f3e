"""All detectors, and their verdict on a column."""

from tables.detectors.birth import Birth
from tables.detectors.email import Email
from tables.detectors.finess import Finess
from tables.detectors.interface import Detector, Sample
from tables.detectors.names import Names
from tables.detectors.nir import Nir
from tables.detectors.phone import Phone
from tables.detectors.rpps import Rpps
from tables.detectors.source_pseudonym import SourcePseudonym
from tables.problems import Severity

DETECTORS: tuple[Detector, ...] = (
    Nir(),
    SourcePseudonym(),
    Email(),
    Phone(),
    Rpps(),
    Names(),
    Birth(),
    Finess(),
)


def suspicion(sample: Sample) -> tuple[str, Severity] | None:
    """The code and severity of the gravest sign on a column, the first in the list when equal.

    A text that is redacted may hold anything: that is why it is redacted.
    """
    if sample.spec.transform.redact is not None:
        return None
    signs = [
        (detector.code, severity)
        for detector in DETECTORS
        if sample.spec.role not in detector.accepts and (severity := detector.judge(sample)) is not None
    ]
    return min(signs, key=lambda sign: sign[1] is not Severity.ERROR, default=None)
