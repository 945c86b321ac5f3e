"""What can happen to one attribute, and why it does."""

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What is done to an attribute; the codes of PS3.15 E.1, resolved, and those of a profile."""

    KEEP = "keep"
    """Unchanged, provided that the value looks like what the attribute may hold; sequences are entered."""
    REMOVE = "remove"
    EMPTY = "empty"
    """Present with zero length (code Z)."""
    DUMMY = "dummy"
    """A value of the right form that tells nothing (code D)."""
    UID = "uid"
    """Another UID, the same wherever this one stands (code U)."""
    SHIFT = "shift"
    """Dates moved by the person's offset (retain longitudinal temporal information, modified dates)."""
    PSEUDONYM = "pseudonym"
    """The keyed pseudonym of the value; ``argument`` names the domain."""
    CLEAN = "clean"
    """Only the words of a known technical vocabulary stay (code C)."""
    TOP_CODE = "top-code"
    """An age above ``argument`` years becomes that age."""
    REPLACE = "replace"
    """``argument`` in its place."""


@dataclass(frozen=True)
class Rule:
    """What happens to one attribute in one place, and the reason."""

    action: Action
    argument: str = ""
    reason: str = ""
    """Where the rule comes from, in English and without spaces: ``ps3.15:X/Z>Z``, ``option:retain-uids``,
    ``profile``, ``unknown``, ``private``, ``extra`` (leaks that the standard's table does not list)."""
