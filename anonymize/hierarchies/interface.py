"""The shape of a hierarchy."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from difflib import get_close_matches

from profiles.errors import Place, ProfileError


class Hierarchy(ABC):
    """Levels of detail of a code; level 0 is the code itself, each level is nested in the next."""

    name: str
    levels: tuple[str, ...]
    """Names of the levels, finest first."""
    source: str
    """Where the hierarchy comes from, with its edition."""

    @abstractmethod
    def generalize(self, values: Sequence[str], level: int) -> list[str | None]:
        """Each code at ``level``; None for a code that the hierarchy does not know."""

    def leaves(self) -> tuple[str, ...] | None:
        """Every code of level 0; None when they are a rule, not a list."""
        return None

    def level_number(self, level: str, place: Place) -> int:
        """The number of a level written by name or by number; ProfileError when there is none."""
        if level in self.levels:
            return self.levels.index(level)
        if level.isdecimal() and int(level) < len(self.levels):
            return int(level)
        nearest = get_close_matches(level, self.levels, n=1)
        raise ProfileError(
            "hierarchy-level-unknown",
            place,
            hierarchy=self.name,
            level=level,
            levels=", ".join(self.levels),
            nearest=nearest[0] if nearest else self.levels[-1],
        )
