"""``docs/commands.md`` as the commands' own help gives it: ``python -m tests.docs.commands`` writes it."""

import contextlib
import io
import os
from pathlib import Path

from cli.app import run
from cli.settings import Settings
from profiles.catalogue import Lang

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
COMMANDS = (
    (),
    ("demo",),
    ("check",),
    ("explain",),
    ("anonymize",),
    ("assess",),
    ("release",),
    ("synth",),
    ("quality",),
    ("verify",),
    ("history",),
    ("describe",),
    ("schema",),
    ("key", "new"),
    ("policy", "show"),
    ("policy", "diff"),
    ("doctor",),
)
INTRODUCTION = """# Commands

Every command and option, as `--help` shows them (in French without `--lang en`).
This page is generated and checked.

Exit codes: 0 accepted or done, 1 refused, 2 usage or profile error, 3 inconclusive,
4 data unreadable or not matching the profile, 70 internal error, 130 interrupted.
"""


def help_of(command: tuple[str, ...]) -> str:
    """What ``vitrail COMMAND --help --lang en`` prints."""
    out = io.StringIO()
    width = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "100"
    try:
        with contextlib.redirect_stdout(out):
            run([*command, "--help"], Settings(Lang.EN))
    finally:
        if width is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = width
    return "\n".join(line.rstrip() for line in out.getvalue().strip().split("\n"))


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for command in COMMANDS:
        title = " ".join(("vitrail", *command))
        parts.append(f"## {title}\n\n```\n{help_of(command)}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
