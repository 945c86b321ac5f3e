"""What a sample of the persons kept."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sampled:
    """A share of the persons, drawn before anything else was done."""

    share: float
    """What the profile asks for."""
    persons: int
    """Persons drawn."""
    source_persons: int
    """Persons of the source."""
