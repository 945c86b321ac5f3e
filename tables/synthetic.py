"""What is told of persons who do not exist."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Synthetic:
    """How synthetic tables were made."""

    engine: str
    seed: int
    fitted: int
    """Real persons learnt from."""
    holdout: int
    """Real persons never looked at, against whom the attacks are measured."""
    floor: int
    """Real persons under which no value is learnt, and no count is told."""
