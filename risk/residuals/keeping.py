"""What is made of a source may be kept for the next candidate of it."""

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Keep(Protocol):
    """Gives what was made under a name, or makes it."""

    def __call__(self, name: str, make: Callable[[], T]) -> T:
        """``name`` says what it is; ``make`` is called when there is none yet."""


def anew(name: str, make: Callable[[], T]) -> T:  # noqa: ARG001 - nothing is kept
    """Keeps nothing."""
    return make()
