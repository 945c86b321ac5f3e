"""Which events of a person an intruder may know, and how many of them."""

from pydantic import Field

from profiles.bilingual import Bilingual
from profiles.transforms import Model


class Events(Model):
    """One kind of event: a row of a table, seen through some of its columns."""

    table: str
    columns: tuple[str, ...] = Field(min_length=1)
    """Columns of the table that the intruder knows of an event: what, where, when."""


class Trajectory(Model):
    """What the attack by known events takes as known."""

    events: tuple[Events, ...] = ()
    """Default: every published quasi-identifier that changes from event to event."""
    known: int | None = Field(default=None, ge=1, le=4)
    """Events of a person that an intruder knows; default: the policy's, fewer only with a ``why``."""
    why: Bilingual | None = None
