"""Something wrong in the data: an error that stops a run, or a warning that ``check`` lists."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from profiles.errors import NOWHERE, Place, ProfileError, SourceError, VitrailError


class Severity(StrEnum):
    """Whether a run stops."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, as an error would tell it: text ``error.<code>`` of the catalogue."""

    code: str
    place: Place = NOWHERE
    severity: Severity = Severity.ERROR
    facts: Mapping[str, object] = field(default_factory=dict)
    in_profile: bool = False
    """Whether the profile is wrong, and not the data."""

    def as_error(self) -> VitrailError:
        """The same thing as an exception; its text is :func:`profiles.catalogue.error_text`."""
        kind = ProfileError if self.in_profile else SourceError
        return kind(self.code, self.place, **self.facts)


def from_error(error: VitrailError) -> Problem:
    """A failure that stopped the reading of a table, as a problem among others."""
    return Problem(
        error.code, error.place, Severity.ERROR, error.facts, in_profile=isinstance(error, ProfileError)
    )


def raise_first(problems: list[Problem]) -> None:
    """Raise the first problem that is an error, if there is one."""
    for problem in problems:
        if problem.severity is Severity.ERROR:
            raise problem.as_error()
