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
        """What anybody may read; counts of persons are None below the floor or where noise was added."""
        fitted, holdout = (
            count if count >= self.floor and self.privacy is None else None
            for count in (self.fitted, self.holdout)
        )
        return {
            "engine": self.engine,
            "seed": self.seed,
            "persons_learnt_from": fitted,
            "persons_kept_apart": holdout,
            "floor": self.floor,
            "privacy": None if self.privacy is None else dict(self.privacy),
        }
