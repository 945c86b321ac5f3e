"""What attackers ask of whoever counts persons by group.

Two answer, with the same numbers: ``risk.groups.local`` on this machine, from integers that the
attackers share, and ``risk.groups.by_sql`` on an engine that runs SQL (Spark). The profile's
``engine`` chooses once; an attacker does not know who counted.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from risk.groups.counted import CountedView
from risk.groups.scene import Scene
from risk.person_events import Kind
from risk.sizes import Sizes
from tables.candidate import Candidate

if TYPE_CHECKING:
    from risk.subject import Subject


class GroupsLostError(Exception):
    """The engine that counts does not answer any more; its text is nobody's: it may hold data."""


class Groups(Protocol):
    """Counts of distinct persons by what they have in common."""

    def asked(self, tables: Candidate) -> AbstractContextManager[Any]:
        """What runs SQL over the files of ``tables`` (``tables.duck.scan``), as long as it is open."""

    def sizes(self, subject: "Subject", columns: Sequence[str]) -> Sizes:
        """Classes of the persons of the candidate over ``columns``, by size."""

    def counted(self, subject: "Subject", columns: Sequence[str]) -> CountedView:
        """Persons of the candidate by what they have in ``columns``, one row a combination."""

    def scene(self, subject: "Subject", kinds: Sequence[Kind]) -> Scene:
        """Whose events of ``kinds`` are known, and who is published."""
