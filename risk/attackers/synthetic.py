"""What attackers of synthetic tables have in common: when they gate, when they run, what they need."""

from risk.attackers.interface import Attacker, Nature
from risk.gathering import traits
from risk.subject import Subject

FEWEST = 3
"""Persons of each kind without whom nothing can be compared."""


class GatesSynthetic(Attacker):
    """An attack that takes part in the verdict on synthetic tables and, if it runs on real ones, informs."""

    def gates(self, nature: Nature) -> bool:
        """On synthetic tables only."""
        return nature == "synthetic"


class SyntheticOnly(GatesSynthetic):
    """An attack that means nothing on real tables, whose persons are real and known to be there."""

    def applies(self, subject: Subject) -> bool:
        """Only where persons were made up."""
        return super().applies(subject) and subject.candidate.nature == "synthetic"


def unfit_without_holdout(subject: Subject) -> tuple[str, ...]:
    """Why an attack that compares fitted persons with others cannot be tried; empty when it can."""
    if not subject.has("original"):
        return ("no_original",)
    if not subject.has("holdout"):
        return ("no_holdout",)
    found = traits(subject)
    if not found.names:
        return ("too_few_columns",)
    return ("too_few_targets",) if min(found.sizes) < FEWEST else ()
