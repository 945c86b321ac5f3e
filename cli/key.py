"""``vitrail key``: make the secret that pseudonyms are derived from."""

import os
from pathlib import Path

from cli.settings import Settings
from cli.terminal import say
from profiles.errors import ExitCode, Place, UsageError
from profiles.secrets import new_secret


def new(settings: Settings, output: Path | None) -> int:
    """Print a new secret, or write it to a file that only its owner can read.

    Raises:
        UsageError: the file exists, or its folder cannot be written.
    """
    if output is None:
        print(new_secret())
        return ExitCode.ACCEPTED
    try:
        handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError("key-file-exists", Place(file=str(output))) from None
    except OSError:
        raise UsageError("key-file-unwritable", Place(file=str(output))) from None
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(new_secret() + "\n")
    say(settings, "cli.key.written", stderr=True, file=output)
    return ExitCode.ACCEPTED
