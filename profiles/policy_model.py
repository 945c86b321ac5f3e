"""What a policy says: the thresholds of a release, where each comes from, and which way is tighter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from profiles.bilingual import Bilingual

CRITERIA = ("singling_out", "linkability", "inference")
LARGER_IS_TIGHTER = ("k", "confidence", "persons_floor", "minimum_share", "known_events")
"""Numbers that ask for more when they grow; every other one, a limit, asks for more when it shrinks."""


@dataclass(frozen=True)
class Origin:
    """Where a number comes from."""

    text: str
    date: str
    """Year, month or day of the document, or of the decision, as ISO writes it."""


@dataclass(frozen=True)
class Loosened:
    """A number that asks for less than the policy it starts from, and why."""

    name: str
    base: float
    own: float
    reason: Bilingual


@dataclass(frozen=True)
class Policy:
    """What a release must reach to be accepted."""

    name: str
    k: int
    """Persons in the smallest class allowed."""
    limits: Mapping[str, float]
    """Criterion -> highest upper bound of risk allowed."""
    confidence: float
    """Confidence of the bounds."""
    persons_floor: int
    """Persons under which a figure is not published."""
    minimum_share: float
    """Share of the targets that an attack must really have attacked."""
    sources: Mapping[str, Origin]
    """Where each number comes from; the limits together."""
    known_events: int = 4
    """Events of a person that an intruder may know."""
    base: str | None = None
    """The shipped policy that it inherits; None for a shipped one."""
    loosened: tuple[Loosened, ...] = field(default=())
    """Numbers looser than those it starts from, each with its reason; for the report."""

    def numbers(self) -> dict[str, float]:
        """Every number by name; ``limits`` one by one."""
        return {
            "k": self.k,
            **{name: self.limits[name] for name in CRITERIA},
            "confidence": self.confidence,
            "persons_floor": self.persons_floor,
            "minimum_share": self.minimum_share,
            "known_events": self.known_events,
        }


def is_looser(name: str, own: float, base: float) -> bool:
    """Whether ``own`` asks for less than ``base``."""
    return own < base if name in LARGER_IS_TIGHTER else own > base


@dataclass(frozen=True)
class Difference:
    """One number of two policies."""

    name: str
    first: float
    second: float
    first_origin: Origin
    second_origin: Origin

    @property
    def tighter(self) -> str:
        """``first``, ``second`` or ``same``."""
        if self.first == self.second:
            return "same"
        return "second" if is_looser(self.name, self.first, self.second) else "first"


def compare(first: Policy, second: Policy) -> Iterator[Difference]:
    """Every number of two policies, in their order."""
    theirs = second.numbers()
    for name, number in first.numbers().items():
        sourced = "limits" if name in CRITERIA else name
        yield Difference(name, number, theirs[name], first.sources[sourced], second.sources[sourced])
