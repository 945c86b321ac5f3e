"""What a profile says of the intruder, of the limits, and of what it lets pass in spite of them."""

from pydantic import Field

from profiles.bilingual import Bilingual
from profiles.risk_population import Population
from profiles.risk_register import Register, RegisterSimulation
from profiles.risk_timeout import Timeouts
from profiles.risk_trajectory import Trajectory
from profiles.transforms import IsoDate, Model


class GateLimits(Model):
    """Highest upper bound of risk allowed, per criterion; None: the policy's."""

    singling_out: float | None = Field(default=None, gt=0, le=1)
    linkability: float | None = Field(default=None, gt=0, le=1)
    inference: float | None = Field(default=None, gt=0, le=1)
    confidence: float | None = Field(default=None, ge=0.5, lt=1)


class Risk(Model):
    """What an intruder knows and wants, and how hard we try."""

    knowledge: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    targets: int = Field(default=2000, ge=1)
    timeout: Timeouts = Timeouts()
    """Seconds that one attacker may take."""
    population: Population | None = None
    """What part of the population the source is; None: all of it."""
    trajectory: Trajectory = Trajectory()
    registers: tuple[Register, ...] = ()
    """Files that name people, with which an intruder would link the release."""
    register_simulation: RegisterSimulation = RegisterSimulation()
    """A register derived from the source: always tried, when an intruder's knowledge is declared."""
    previous: tuple[str, ...] = ()
    """Folders of earlier releases of the same data, with which an intruder would compare the new one."""
    gate: GateLimits = GateLimits()
    why: Bilingual | None = None


class Waiver(Model):
    """A dated, reasoned, named exception to one finding."""

    check: str
    """Name of the finding, as the report shows it."""
    until: IsoDate
    reason: str = Field(min_length=10)
    approved_by: str = Field(min_length=2)
