"""The command line: arguments in, texts and an exit code out. Nothing is decided here.

``main`` maps every way a command can end to an exit code of :class:`profiles.errors.ExitCode`;
an uncaught exception is an internal error (70), never a refusal (1).
"""

import sys
from collections.abc import Sequence

from cli.outcome import guarded


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the ``vitrail`` command."""
    sys.exit(guarded(list(sys.argv[1:] if arguments is None else arguments)))
