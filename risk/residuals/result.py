"""What the search found: places and counts, never a value."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from risk.findings import Decision
from risk.residuals.own_rows import OwnRows
from risk.residuals.shared import RareValues


class Manner(StrEnum):
    """How a hidden value was found."""

    WHOLE = "whole"
    """A whole cell or a whole word."""
    INSIDE = "inside"
    """Inside a longer text, or cut by separators."""
    DISGUISED = "disguised"
    """Reversed, without its leading zeros, in base64 or in hexadecimal."""
    DIGEST = "digest"
    """As a digest that anybody can compute again."""
    NAME = "name"
    """As a word of a text that somebody wrote."""


@dataclass(frozen=True)
class Trace:
    """Hidden values found in one place in one manner."""

    place: str
    """``TABLE.COLUMN`` of the candidate, or a path inside the release folder."""
    manner: Manner
    values: int
    """Distinct hidden values."""
    occurrences: int


@dataclass(frozen=True)
class ResidualResult:
    """Everything that a search of one candidate or one release folder found."""

    searched: int
    """Distinct hidden values looked for."""
    found: int
    """Distinct hidden values found by :attr:`traces`."""
    traces: tuple[Trace, ...] = ()
    own_rows: tuple[OwnRows, ...] = ()
    linked: bool | None = None
    """Whether ordinary values were compared with their own rows; None when there are no own rows."""
    rare: tuple[RareValues, ...] = ()
    """Synthetic: values of too few real persons."""
    chance: int = 0
    """Numbers found inside longer ones, no more often than chance explains."""
    unreadable: tuple[str, ...] = ()
    """Places that could not be searched."""

    @property
    def decision(self) -> Decision:
        """Refused for any trace; inconclusive when something was not searched."""
        if self.traces or self.own_rows or self.rare:
            return Decision.REFUSED
        if self.unreadable or self.linked is False:
            return Decision.INCONCLUSIVE
        return Decision.ACCEPTED

    @property
    def reasons(self) -> tuple[str, ...]:
        """Catalogue keys of what was found, or of what could not be searched."""
        manners = {trace.manner for trace in self.traces}
        found = [_REASONS[manner] for manner in Manner if manner in manners]
        found += ["reason.residual_own_rows"] if self.own_rows else []
        found += ["reason.residual_rare"] if self.rare else []
        found += ["reason.residual_unreadable"] if self.unreadable else []
        found += ["reason.residual_no_link"] if self.linked is False else []
        return tuple(dict.fromkeys(found))

    @property
    def places(self) -> tuple[str, ...]:
        """Every place with a trace, in order."""
        return tuple(
            sorted(
                {
                    *(trace.place for trace in self.traces),
                    *(own.published for own in self.own_rows),
                    *(rare.place for rare in self.rare),
                }
            )
        )

    def count(self, manners: Iterable[Manner]) -> int:
        """Occurrences found in these manners."""
        wanted = set(manners)
        return sum(trace.occurrences for trace in self.traces if trace.manner in wanted)


_REASONS = {
    Manner.WHOLE: "reason.residual_identifier",
    Manner.INSIDE: "reason.residual_identifier",
    Manner.DISGUISED: "reason.residual_digest",
    Manner.DIGEST: "reason.residual_digest",
    Manner.NAME: "reason.residual_name",
}
