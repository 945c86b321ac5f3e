"""Every attacker, by name, in the order in which reports show them. Modules load when needed."""

from importlib import import_module

from risk.attackers.interface import Attacker

ATTACKERS: dict[str, str] = {
    "classes": "risk.attackers.classes:Classes",
    "classes_inference": "risk.attackers.classes_inference:ClassesInference",
    "singling_out": "risk.attackers.singling_out:SinglingOut",
    "linkability": "risk.attackers.linkability:Linkability",
    "inference": "risk.attackers.inference:Inference",
    "residuals": "risk.attackers.residuals:Residuals",
}
"""Name -> ``module:Class``."""


def names() -> tuple[str, ...]:
    """Names of all attackers."""
    return tuple(ATTACKERS)


def attacker(name: str) -> Attacker:
    """The attacker called ``name``; KeyError when there is none."""
    module, _, symbol = ATTACKERS[name].partition(":")
    found: Attacker = getattr(import_module(module), symbol)()
    return found
