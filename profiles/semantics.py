"""Rules that a profile must hold as a whole. One function a rule; each gives its mistakes."""

from collections.abc import Callable, Iterator

from profiles.errors import Place, ProfileError
from profiles.model import Profile
from profiles.yaml_text import Key

Locate = Callable[[Key], Place]
Rule = Callable[[Profile, Locate], Iterator[ProfileError]]


def find_mistakes(profile: Profile, locate: Locate) -> list[ProfileError]:
    """Every broken rule."""
    return []
