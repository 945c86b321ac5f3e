"""What an attack counted: the same shape for the three of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from risk.attackers.interface import Detail
from risk.statistics import Rate

Chosen = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Found:
    """Of each target, whether there was something to find, whether it was claimed, and rightly so."""

    carriers: Chosen
    """Whose secret is not what a stranger would guess."""
    claimed: Chosen
    """Of whom the attack said something else than a stranger would."""
    right: Chosen
    """Carriers of whom it said the truth."""

    def only(self, chosen: Chosen) -> "Found":
        """The same, had the attack been silent on all others."""
        return Found(self.carriers, self.claimed & chosen, self.right & chosen)


@dataclass(frozen=True)
class Outcome:
    """Successes over the attacks that really ran; the bounds are for ``risk.statistics``."""

    attempted: int
    """Attacks asked for."""
    attack: Rate
    """Against the persons that the candidate was made from."""
    baseline: Rate
    """A stranger to the candidate, against the same persons."""
    control: Rate | None = None
    """The same attack against persons that the candidate was not made from."""
    problems: tuple[str, ...] = ()
    """Codes of what makes the count unfit to decide."""
    details: Mapping[str, Detail] = field(default_factory=dict)
    found: Found | None = field(default=None, compare=False)
    """Person by person, for attacks that are counted together."""
    control_found: Found | None = field(default=None, compare=False)
    """The same for control persons."""

    @property
    def reference(self) -> Rate:
        """What the attack is compared with: the control persons, else the stranger."""
        return self.baseline if self.control is None else self.control

    @property
    def beats_baseline(self) -> bool:
        """Whether the attack did better than a stranger."""
        return self.attack.estimate > self.baseline.estimate
