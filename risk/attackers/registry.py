"""Every attacker, by name, in the order in which reports show them. Modules load when needed."""

from importlib import import_module

from risk.attackers.interface import Attacker, Nature
from risk.findings import Criterion, Finding
from risk.subject import Subject

ATTACKERS: dict[str, str] = {
    "classes": "risk.attackers.classes:Classes",
    "population": "risk.attackers.population:Population",
    "recoded": "risk.attackers.recoded:Recoded",
    "trajectory": "risk.attackers.trajectory:Trajectory",
    "register": "risk.attackers.register:Register",
    "previous_release": "risk.attackers.previous_release:PreviousRelease",
    "classes_inference": "risk.attackers.classes_inference:ClassesInference",
    "singling_out": "risk.attackers.singling_out:SinglingOut",
    "linkability": "risk.attackers.linkability:Linkability",
    "inference": "risk.attackers.inference:Inference",
    "membership": "risk.attackers.membership:Membership",
    "copies": "risk.attackers.copies:Copies",
    "outliers": "risk.attackers.outliers:Outliers",
    "holdout": "risk.attackers.holdout:Holdout",
    "aggregates": "risk.attackers.aggregates:Aggregates",
    "redacted_text": "risk.attackers.redacted_text:RedactedText",
    "residuals": "risk.attackers.residuals:Residuals",
}
"""Name -> ``module:Class``."""


def names() -> tuple[str, ...]:
    """Names of all attackers."""
    return tuple(ATTACKERS)


class Unavailable(Attacker):
    """Stands for an attacker that cannot be loaded: it gates and fails, so nothing passes unseen."""

    criterion = Criterion.ALL

    def __init__(self, name: str, cause: Exception) -> None:
        self.name = name  # type: ignore[misc]  # that of the attacker it stands for
        self.cause = cause

    def gates(self, nature: Nature) -> bool:  # noqa: ARG002 - on tables of any nature
        """Always: a missing library must not turn a refusal into an acceptance."""
        return True

    def applies(self, subject: Subject) -> bool:  # noqa: ARG002 - nobody knows
        """Always, for the same reason."""
        return True

    def run(self, subject: Subject) -> list[Finding]:  # noqa: ARG002 - it never gets that far
        """Raises what loading raised."""
        raise self.cause


def load(name: str) -> Attacker:
    """The attacker called ``name``, or an :class:`Unavailable` one when its module cannot be loaded."""
    try:
        return attacker(name)
    except Exception as error:  # noqa: BLE001 - a third-party library may raise anything at import
        return Unavailable(name, error)


def attacker(name: str) -> Attacker:
    """The attacker called ``name``; KeyError when there is none."""
    module, _, symbol = ATTACKERS[name].partition(":")
    found: Attacker = getattr(import_module(module), symbol)()
    return found
