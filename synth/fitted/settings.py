"""What the fit may be told, beyond the profile."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Order:
    """A declared rule: the day ``before`` is never after the day ``after``; both ``TABLE.COLUMN``."""

    before: str
    after: str


@dataclass(frozen=True)
class FitSettings:
    """How the fit is done."""

    floor: int = 11
    """Distinct persons under which a code, a number or a context is not learnt."""
    leaf: int = 11
    """Persons in a leaf of the trees, at least; 1: trees that learn by heart, to show that attacks see it."""
    families: int = 24
    """Families of codes counted in the person table, for each kind of event."""
    nomenclatures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """``TABLE.COLUMN`` -> the only codes that may come out."""
    declared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """``TABLE.COLUMN`` -> the codes that the profile lists: no other may stand for a rare one."""
    parents: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """``TABLE.COLUMN`` -> code -> its group (CIP13 -> ATC class), to tell families by."""
    rules: tuple[Order, ...] = ()
    synthesizer: Literal["cart", "gaussian-copula", "ctgan", "tvae"] = "cart"
    """What draws the person table; others than the trees do so in the same run, see ``fit_with_people``."""
