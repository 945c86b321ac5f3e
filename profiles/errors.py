"""The one hierarchy of errors: a stable code, a place, facts for the message, an exit code.

The text shown to a user comes from the catalogue (``profiles/texts``) under ``error.<code>``
and the remedy under ``error.<code>.remedy``. Facts are names, counts and line numbers: never
a value of the data, never a key.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What the process returns; a caller may rely on these numbers."""

    ACCEPTED = 0
    REFUSED = 1
    PROFILE = 2
    INCONCLUSIVE = 3
    SOURCE = 4
    INTERNAL = 70
    INTERRUPTED = 130


@dataclass(frozen=True)
class Place:
    """Where something is wrong; every part is optional."""

    file: str | None = None
    line: int | None = None
    """Line of ``file``, 1-based."""
    key: str | None = None
    """Dotted path of a profile key, e.g. ``tables.IR_BEN_R.columns.BEN_SEX_COD.role``."""
    table: str | None = None
    column: str | None = None
    record: int | None = None
    """Record of the table, 1-based, header not counted."""


NOWHERE = Place()


class VitrailError(Exception):
    """A failure that a user can act on: shown as one message, never as a traceback."""

    exit_code: ClassVar[ExitCode] = ExitCode.INTERNAL

    def __init__(self, code: str, place: Place = NOWHERE, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.place = place
        self.facts = facts


class ProfileError(VitrailError):
    """The profile, an option or the secret is wrong."""

    exit_code = ExitCode.PROFILE


class UsageError(VitrailError):
    """The command cannot do what was asked: the target exists, a folder is not writable."""

    exit_code = ExitCode.PROFILE


class SourceError(VitrailError):
    """The data cannot be read or does not match the profile."""

    exit_code = ExitCode.SOURCE


class VerificationFailed(VitrailError):  # noqa: N818 - a verdict, not a breakdown
    """A release folder is not what its attestation says."""

    exit_code = ExitCode.REFUSED
