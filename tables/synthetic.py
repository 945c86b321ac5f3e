"""What is told of persons who do not exist."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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
    privacy: Mapping[str, Any] | None = None
    """ε, δ and how they were spent, when noise was added."""

    def published(self) -> dict[str, Any]:
        """What anybody may read; a count of real persons below the floor is None."""
        return {
            "engine": self.engine,
            "seed": self.seed,
            "persons_learnt_from": self.fitted if self.fitted >= self.floor else None,
            "persons_kept_apart": self.holdout if self.holdout >= self.floor else None,
            "floor": self.floor,
            "privacy": None if self.privacy is None else dict(self.privacy),
        }
